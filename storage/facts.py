"""What happened in a span of time, one by one: all that figures count is read here.

Everything is read from narrow indexes by time, so a day costs the same however many there were
before. Channel, owner and category are those that the ticket has now; a poll's, that it had when it
was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from storage.csat import IS_SHOWN, csat_table
from storage.escalations import ENDS, hand_off_table
from storage.history import IS_FLOW, OPENED, REOPENED, RESOLVED, change_table
from storage.messages import message_table
from storage.promises import IS_OUTCOME as IS_KEPT_OR_BROKEN
from storage.promises import promise_table
from storage.questions import question_table
from storage.records.clocks import Step as ClockStep
from storage.records.escalations import BOUNCES, Hand
from storage.records.escalations import Step as HandStep
from storage.records.promises import PromiseState
from storage.records.questions import Outcome
from storage.rows import of_workspace
from storage.sla import IS_OUTCOME as IS_SLA_OUTCOME
from storage.sla import ledger_table
from storage.tickets import IS_ANSWERED, LIVE, ticket_table
from storage.unit import Unit

# Done by these a request was dealt with; by the others there was none, or it is another ticket's.
DEALT_WITH = frozenset({"resolve", "solved", "silence"})
SATISFIED = 4  # of 5

_ticket = ticket_table.c


class Cell(NamedTuple):
    """Where a ticket belongs now; ``owner_id`` None is nobody."""

    channel_id: int
    owner_id: int | None
    category: str


class Fact(NamedTuple):
    """What happened ``at`` a time to a ticket of a cell; it took from ``since`` on, if anything."""

    name: str
    at: datetime
    cell: Cell
    since: datetime | None = None


def _within(at: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(at >= bindparam("since"), at < bindparam("until"))


def _of_tickets(table: Table, *found: ColumnElement[Any]) -> Any:
    """These columns of rows that belong to tickets, then the cell and when it was opened."""
    columns = table.c
    its = and_(_ticket.workspace_id == columns.workspace_id, _ticket.id == columns.ticket_id)
    return (
        select(*found, _ticket.channel_id, _ticket.owner_id, _ticket.category, _ticket.opened_at)
        .select_from(table.join(ticket_table, its))
        .where(of_workspace(table))
    )


_change, _ledger = change_table.c, ledger_table.c
_promise, _hand = promise_table.c, hand_off_table.c

_FLOW = _of_tickets(change_table, _change.act, _change.at).where(IS_FLOW, _within(_change.at))
_since = _change.at >= bindparam("since")
_CAME: Any = select(_change.ticket_id).where(
    of_workspace(change_table), IS_FLOW, _since, _change.act.in_(OPENED)
)
# Of those who were there before only: who came since and is done again says nothing.
_THERE = (
    select(_change.ticket_id)
    .where(of_workspace(change_table), IS_FLOW, _since)
    .group_by(_change.ticket_id)
    .having(func.sum(case((_change.act.in_(OPENED), 1), else_=0)) == literal_column("0"))
)
_SINCE = _of_tickets(change_table, _change.ticket_id, _change.at, _change.id, _change.act).where(
    IS_FLOW, _since, _change.ticket_id.in_(_THERE)
)
_ANSWERED: Any = select(
    _ticket.first_answer_at,
    _ticket.channel_id,
    _ticket.owner_id,
    _ticket.category,
    _ticket.opened_at,
).where(of_workspace(ticket_table), IS_ANSWERED, _within(_ticket.first_answer_at))
# In the order of the index of what is live: without it SQLite walks all tickets there ever were.
_LIVE: Any = (
    select(_ticket.id, _ticket.channel_id, _ticket.owner_id, _ticket.category, _ticket.opened_at)
    .where(of_workspace(ticket_table), LIVE)
    .order_by(_ticket.owner_id, _ticket.due_at)
)
_PROMISED = _of_tickets(ledger_table, _ledger.step, _ledger.at).where(
    IS_SLA_OUTCOME, _within(_ledger.at)
)
_UPDATES = _of_tickets(promise_table, _promise.state, _promise.ended_at).where(
    IS_KEPT_OR_BROKEN, _within(_promise.ended_at)
)
_poll, _message = csat_table.c, message_table.c
_POLLS: Any = select(
    _poll.score, _poll.asked_at, _poll.channel_id, _poll.owner_id, _poll.category
).where(of_workspace(csat_table), IS_SHOWN, _within(_poll.asked_at))
_question = question_table.c
_KNOWN = _of_tickets(question_table, _question.outcome, _question.at).where(
    _within(_question.at), _question.outcome.in_([Outcome.SENT, Outcome.HELPED])
)
_HANDED = select(_hand.ticket_id).where(of_workspace(hand_off_table), _within(_hand.at))
_HANDS = (
    _of_tickets(hand_off_table, _hand.ticket_id, _hand.at, _hand.step, _hand.hand)
    .where(_hand.ticket_id.in_(_HANDED), _hand.at < bindparam("until"))
    .order_by(_hand.ticket_id, _hand.at, _hand.id)
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

_FLOWS = MappingProxyType(
    dict.fromkeys(OPENED, "opened")
    | dict.fromkeys(RESOLVED, "resolved")
    | dict.fromkeys(REOPENED, "reopened")
)
_CLOCKS = MappingProxyType({ClockStep.MET: "sla_met", ClockStep.MISSED: "sla_missed"})
_PROMISES = MappingProxyType(
    {PromiseState.KEPT: "promises_kept", PromiseState.BROKEN: "promises_broken"}
)
_USES = MappingProxyType(dict.fromkeys((Outcome.SENT, Outcome.HELPED), "knowledge"))
_HANDS_OF = MappingProxyType({Hand.LEVEL: "in_level", Hand.SPECIALIST: "in_specialist"})


def between(unit: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    """All that happened from ``since`` up to, not including, ``until`` (aware), in no order."""
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    yield from flow(unit, since, until)
    for at, *cell, opened_at in unit.execute(_ANSWERED, span):
        yield Fact("first", at, Cell(*cell), opened_at)
    yield from _ended(unit.execute(_PROMISED, span), _CLOCKS)
    yield from _ended(unit.execute(_UPDATES, span), _PROMISES)
    yield from _ended(unit.execute(_KNOWN, span), _USES)
    for score, at, *cell in unit.execute(_POLLS, span):
        for name in _poll_names(score):
            yield Fact(name, at, Cell(*cell))
    yield from _handed(unit.execute(_HANDS, span), since)


def flow(unit: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    """Of that only what came, was done and came back."""
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    return _moved(unit.execute(_FLOW, span))


def _moved(rows: Iterable[Any]) -> Iterator[Fact]:
    for act, at, *cell, opened_at in rows:
        yield Fact(_FLOWS[act], at, Cell(*cell))
        if act in DEALT_WITH:
            yield Fact("resolution", at, Cell(*cell), opened_at)


def _ended(rows: Iterable[Any], names: Mapping[Any, str]) -> Iterator[Fact]:
    for end, at, *cell, _ in rows:
        if end in names:
            yield Fact(names[end], at, Cell(*cell))


def _poll_names(score: int | None) -> tuple[str, ...]:
    if score is None:
        return ("csat_silent",)
    return ("csat_voted", "csat_good" if score >= SATISFIED else "csat_poor")


def _handed(rows: Iterable[Any], since: datetime) -> Iterator[Fact]:
    """How often escalated tickets changed hands, and how long the hand that they left had them."""
    for _, of_one in groupby(rows, key=itemgetter(0)):
        before: tuple[datetime, HandStep, Hand] | None = None
        for _, at, step, hand, *place, _ in of_one:
            if at >= since:
                yield from _hand_off(Cell(*place), at, step, before)
            before = (at, step, hand)


def _hand_off(
    cell: Cell, at: datetime, step: HandStep, before: tuple[datetime, HandStep, Hand] | None
) -> Iterator[Fact]:
    yield Fact("hand_offs", at, cell)
    if step is HandStep.ASKED:
        yield Fact("escalated", at, cell)
    if step in BOUNCES:
        yield Fact("bounces", at, cell)
    if before is None:
        return
    began, by, hand = before
    if by not in ENDS and hand in _HANDS_OF:
        yield Fact(_HANDS_OF[hand], at, cell, began)


def standing(unit: Unit, at: datetime) -> list[tuple[Cell, datetime]]:
    """The tickets that were not done at a moment, as cell and when each was opened.

    Those that are not done now, without what has happened since: what that costs is what was there
    and has changed since.
    """
    own = {"workspace_id": unit.workspace_id}
    live = {key: (Cell(*cell), opened) for key, *cell, opened in unit.execute(_LIVE, own)}
    since = own | {"since": at}
    for (key,) in unit.execute(_CAME, since):
        live.pop(key, None)
    touched: set[int] = set()
    for key, _, _, act, *cell, opened in sorted(unit.execute(_SINCE, since), key=itemgetter(1, 2)):
        if key in touched:
            continue
        touched.add(key)
        live.pop(key, None)
        if act in RESOLVED:
            live[key] = (Cell(*cell), opened)
    return list(live.values())


def helpers(unit: Unit, since: datetime) -> dict[int, int]:
    """How often each of those who are not of the team has helped others, by our key of them."""
    rows = unit.execute(_HELP, {"workspace_id": unit.workspace_id, "since": since})
    return {int(person): int(count) for person, count in rows}
