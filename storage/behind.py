"""The tickets behind a figure: what happened to which ticket when, newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, bindparam, literal_column, or_, select

from storage.channels import channel_table
from storage.csat import IS_SHOWN, csat_table
from storage.escalations import hand_off_table
from storage.facts import DEALT_WITH, SATISFIED
from storage.history import IS_FLOW, OPENED, REOPENED, RESOLVED, change_table
from storage.promises import IS_OUTCOME as IS_KEPT_OR_BROKEN
from storage.promises import promise_table
from storage.records.escalations import BOUNCES
from storage.rows import of_workspace, same
from storage.sla import IS_OUTCOME as IS_SLA_OUTCOME
from storage.sla import ledger_table
from storage.tickets import IS_ANSWERED, LIVE, ticket_table
from storage.unit import Unit


class Spot(NamedTuple):
    """Where in a list something stands; ``key`` settles what happened at the same time."""

    at: datetime
    key: int


class Found(NamedTuple):
    """Something that happened to a ticket."""

    ticket_id: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class Which:
    """Which tickets count, by keys of ours; None for all, 0 for those that have none."""

    account: int | None = None
    owner: int | None = None
    category: str | None = None
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows of a table that tell of tickets: when, under which key, and which of them."""

    table: Table
    at: str
    those: tuple[ColumnElement[bool], ...]

    @property
    def columns(self) -> tuple[Any, Any, Any]:
        """The ticket, when, and the key."""
        own = self.table.c
        ticket = own.id if self.table is ticket_table else own.ticket_id
        return ticket, own[self.at], own.id

    @property
    def cell(self) -> Any:
        """The columns that say where it belongs: a poll's own, else the ticket's as it is now."""
        return csat_table.c if self.table is csat_table else ticket_table.c


def _one_of(column: str, values: Iterable[str]) -> ColumnElement[bool]:
    told = ", ".join(f"'{value}'" for value in sorted(values))
    return literal_column(f"{column} IN ({told})")


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "opened": _Kind(change_table, "at", (IS_FLOW, _one_of("act", OPENED))),
        "resolved": _Kind(change_table, "at", (IS_FLOW, _one_of("act", RESOLVED))),
        "reopened": _Kind(change_table, "at", (IS_FLOW, _one_of("act", REOPENED))),
        "dealt_with": _Kind(change_table, "at", (IS_FLOW, _one_of("act", DEALT_WITH))),
        "answered": _Kind(ticket_table, "first_answer_at", (IS_ANSWERED,)),
        "sla_missed": _Kind(ledger_table, "at", (IS_SLA_OUTCOME, _one_of("step", ["missed"]))),
        "promises_broken": _Kind(
            promise_table, "ended_at", (IS_KEPT_OR_BROKEN, _one_of("state", ["broken"]))
        ),
        "csat_poor": _Kind(
            csat_table, "asked_at", (IS_SHOWN, literal_column(f"score < {SATISFIED}"))
        ),
        "csat_silent": _Kind(csat_table, "asked_at", (IS_SHOWN, literal_column("score IS NULL"))),
        "hand_offs": _Kind(hand_off_table, "at", ()),
        "escalated": _Kind(hand_off_table, "at", (_one_of("step", ["asked"]),)),
        "bounces": _Kind(hand_off_table, "at", (_one_of("step", BOUNCES),)),
    }
)
KINDS = frozenset({*_KINDS, "backlog"})
_ticket, _channel = ticket_table.c, channel_table.c


@dataclass(frozen=True, slots=True)
class Question:
    """What of a kind (one of `KINDS`) happened from ``since`` up to, not including, ``until``.

    ``after`` is the spot of the last one of the page before.
    """

    kind: str
    since: datetime
    until: datetime
    which: Which
    most: int
    after: Spot | None = None


def page(unit: Unit, asked: Question) -> list[Found]:
    """What happened, the newest first; of the backlog, as it was at ``until``, what was opened."""
    if asked.kind == "backlog":
        return _standing(unit, asked)
    flags = (asked.after is not None, *_flags(asked.which))
    rows = unit.execute(_statement(asked.kind, flags), _values(unit, asked))
    return [Found(int(ticket), Spot(at, int(key))) for ticket, at, key in rows]


def _flags(which: Which) -> tuple[str, ...]:
    """Which conditions are asked: nothing, a value, or that there is none."""
    asked = (which.account, which.owner, which.category, which.channel)
    names = ("account", "owner", "category", "channel")
    return tuple(
        "" if value is None else f"no {name}" if value == 0 else name
        for name, value in zip(names, asked, strict=True)
    )


def _values(unit: Unit, asked: Question) -> dict[str, Any]:
    values = {"workspace_id": unit.workspace_id, "since": asked.since, "until": asked.until}
    values |= {**asdict(asked.which), "most": asked.most}
    if asked.after is not None:
        values |= {"last_at": asked.after.at, "last_key": asked.after.key}
    return {name: value for name, value in values.items() if value is not None}


@cache
def _statement(kind: str, flags: tuple[Any, ...]) -> Any:
    """One statement for each kind and shape of question."""
    is_later, *asked = flags
    table, (ticket, at, key) = _KINDS[kind].table, _KINDS[kind].columns
    its = and_(_ticket.workspace_id == table.c.workspace_id, _ticket.id == ticket)
    source = table if table is ticket_table else table.join(ticket_table, its)
    found = (
        select(ticket, at, key)
        .select_from(source)
        .where(of_workspace(table), *_KINDS[kind].those)
        .where(*_conditions(asked, _KINDS[kind].cell))
        .where(at >= bindparam("since"), at < bindparam("until"))
        .order_by(at.desc(), key.desc())
        .limit(bindparam("most"))
    )
    return found.where(_is_behind(at, key)) if is_later else found


def _is_behind(at: ColumnElement[Any], key: ColumnElement[Any]) -> ColumnElement[bool]:
    """After the page before: the first term alone bounds the index."""
    here = and_(same(at, "last_at"), key < bindparam("last_key"))
    return and_(at <= bindparam("last_at"), or_(at < bindparam("last_at"), here))


def _conditions(asked: Iterable[str], cell: Any = ticket_table.c) -> list[ColumnElement[bool]]:
    """What is asked of the columns that say where something belongs."""
    conditions: Mapping[str, ColumnElement[bool]] = {
        "account": cell.channel_id.in_(_OF_ACCOUNT),
        "no account": cell.channel_id.in_(_OF_NO_ACCOUNT),
        "owner": same(cell.owner_id, "owner"),
        "no owner": cell.owner_id.is_(None),
        "category": same(cell.category, "category"),
        "channel": same(cell.channel_id, "channel"),
        "no channel": same(cell.channel_id, "channel"),
    }
    return [conditions[name] for name in asked if name]


_OF_ACCOUNT = select(_channel.id).where(
    of_workspace(channel_table), same(_channel.account_id, "account")
)
_OF_NO_ACCOUNT = select(_channel.id).where(
    of_workspace(channel_table), _channel.account_id.is_(None)
)


@cache
def _live(flags: tuple[str, ...]) -> Any:
    return select(_ticket.id, _ticket.opened_at).where(
        of_workspace(ticket_table), LIVE, *_conditions(flags)
    )


@cache
def _since(flags: tuple[str, ...]) -> Any:
    """What has happened since, the earliest first."""
    change = change_table.c
    its = and_(_ticket.workspace_id == change.workspace_id, _ticket.id == change.ticket_id)
    return (
        select(change.ticket_id, change.act, _ticket.opened_at)
        .select_from(change_table.join(ticket_table, its))
        .where(of_workspace(change_table), IS_FLOW, change.at >= bindparam("since"))
        .where(*_conditions(flags))
        .order_by(change.at, change.id)
    )


def _standing(unit: Unit, asked: Question) -> list[Found]:
    """What was not done at a moment: what is not now, without what has happened since."""
    flags, own = _flags(asked.which), _values(unit, replace(asked, since=asked.until, after=None))
    live = {int(key): opened for key, opened in unit.execute(_live(flags), own)}
    touched: set[int] = set()
    for ticket, act, opened in unit.execute(_since(flags), own):
        if ticket in touched:
            continue
        touched.add(ticket)
        live.pop(ticket, None)
        if act in RESOLVED:
            live[ticket] = opened
    found = sorted((Found(key, Spot(opened, key)) for key, opened in live.items()), key=_newest)
    return [each for each in found if asked.after is None or each.spot < asked.after][: asked.most]


def _newest(found: Found) -> tuple[float, int]:
    return -found.spot.at.timestamp(), -found.spot.key
