"""Figures of a day or of a longer span, from the history and from when tickets were answered.

Both are read from narrow indexes by time, so a day costs the same however many there were before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)

from storage import queues
from storage.base import MICROSECOND
from storage.history import IS_FLOW, OPENED, REOPENED, RESOLVED, change_table
from storage.messages import message_table
from storage.records.figures import Figures, Line, Waits
from storage.records.tickets import Queue
from storage.rows import of_workspace
from storage.tickets import IS_ANSWERED, ticket_table
from storage.unit import Unit

Key = TypeVar("Key")

_change, _ticket, _message = change_table.c, ticket_table.c, message_table.c
_its_ticket = and_(_ticket.workspace_id == _change.workspace_id, _ticket.id == _change.ticket_id)


def _within(at: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(at >= bindparam("since"), at < bindparam("until"))


_FLOW: Any = (
    select(_change.act, _ticket.channel_id, _ticket.owner_id, func.count())
    .select_from(change_table.join(ticket_table, _its_ticket))
    .where(of_workspace(change_table), IS_FLOW, _within(_change.at))
    .group_by(_change.act, _ticket.channel_id, _ticket.owner_id)
)
_FLOW_SINCE: Any = (
    select(_change.act, func.count())
    .where(of_workspace(change_table), IS_FLOW, _change.at >= bindparam("since"))
    .group_by(_change.act)
)
_wait = type_coerce(_ticket.first_answer_at, BigInteger) - type_coerce(
    _ticket.opened_at, BigInteger
)
_WAITS: Any = select(_ticket.channel_id, _ticket.owner_id, _wait).where(
    of_workspace(ticket_table), IS_ANSWERED, _within(_ticket.first_answer_at)
)


_HELP: Any = (
    select(_message.author_id, func.count())
    .where(
        of_workspace(message_table),
        _message.said_at >= bindparam("since"),
        _message.side == literal_column("'helper'"),
        _message.deleted_at.is_(None),
        _message.author_id.is_not(None),
    )
    .group_by(_message.author_id)
)


class _Of(NamedTuple):
    """What a row is about: a ticket's channel and owner, as they are now."""

    channel_id: int
    owner_id: int | None


def between(unit: Unit, since: datetime, until: datetime) -> Figures:
    """All that happened from ``since`` up to, not including, ``until`` (aware)."""
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    flow = [(_Of(*of), act, count) for act, *of, count in unit.execute(_FLOW, span)]
    waits = [(_Of(*of), wait) for *of, wait in unit.execute(_WAITS, span)]
    return Figures(
        since,
        until,
        total=_lines(flow, waits, lambda of: None).get(None, Line()),
        backlog=_backlog(unit, until),
        by_channel=_lines(flow, waits, lambda of: of.channel_id),
        by_owner=_lines(flow, waits, lambda of: of.owner_id),
    )


def helpers(unit: Unit, since: datetime) -> dict[int, int]:
    """How often each of those who are not of the team has helped others, by our key of them."""
    rows = unit.execute(_HELP, {"workspace_id": unit.workspace_id, "since": since})
    return {int(person): int(count) for person, count in rows}


def _lines(
    flow: Iterable[tuple[_Of, str, int]],
    waits: Iterable[tuple[_Of, int]],
    key: Callable[[_Of], Key],
) -> dict[Key, Line]:
    counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    waited: defaultdict[Key, list[int]] = defaultdict(list)
    for of, act, count in flow:
        counts[key(of)][act] += count
    for of, wait in waits:
        waited[key(of)].append(wait)
    return {each: _line(counts[each], waited[each]) for each in {*counts, *waited}}


def _line(counts: Counter[str], waited: list[int]) -> Line:
    moved = (_sum(counts, OPENED), _sum(counts, RESOLVED), _sum(counts, REOPENED))
    waited.sort()
    return Line(*moved, Waits(len(waited), _rank(waited, 50), _rank(waited, 90)))


def _rank(ordered: Sequence[int], percent: int) -> timedelta | None:
    """The smallest wait that ``percent`` of all do not exceed."""
    if not ordered:
        return None
    return ordered[ceil(len(ordered) * percent / 100) - 1] * MICROSECOND


def _backlog(unit: Unit, at: datetime) -> int:
    """How many tickets were live then: those that are now, without what has happened since."""
    values = {"workspace_id": unit.workspace_id, "since": at}
    counts = Counter({str(act): int(count) for act, count in unit.execute(_FLOW_SINCE, values)})
    since = _sum(counts, OPENED) + _sum(counts, REOPENED) - _sum(counts, RESOLVED)
    return queues.count(unit, Queue()) - since


def _sum(counts: Counter[str], acts: Iterable[str]) -> int:
    return sum(counts[act] for act in acts)
