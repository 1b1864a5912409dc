"""Escalations, the hands they went through, and colleagues who were pulled in for one ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Table,
    bindparam,
    literal_column,
)

from storage import remembered
from storage.base import (
    ChoiceRank,
    ChoiceText,
    Instant,
    Words,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.escalations import (
    BOUNCES,
    Escalation,
    Guest,
    Hand,
    HandFigures,
    HandOff,
    Stage,
    Step,
)
from storage.records.tickets import Priority
from storage.rows import Rows, VersionedRows, same
from storage.timers import Timer
from storage.unit import Unit

escalation_table = Table(
    "escalation",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("level", Words),
    required("channel_id", BigInteger),
    required("asked_by", BigInteger),
    required("asked_at", Instant),
    required("question", Words),
    required("tried", Words),
    required("setup", Words),
    required("severity", ChoiceRank(Priority)),
    optional("needed_at", Instant),
    required("stage", ChoiceText(Stage)),
    optional("holder_id", BigInteger),
    optional("due_at", Instant),
    optional("said_id", BigInteger),
    optional("reply_id", BigInteger),
    optional("previous_id", BigInteger),
    optional("ended_at", Instant),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("channel_id", "channel"),
    points("asked_by", "person"),
    points("holder_id", "person"),
    points("said_id", "message"),
    points("reply_id", "reply"),
    points("previous_id", "escalation"),
    Index("ix_escalation_ticket", "workspace_id", "ticket_id", "asked_at"),
)
hand_off_table = Table(
    "hand_off",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("escalation_id", BigInteger),
    required("at", Instant),
    required("step", ChoiceText(Step)),
    optional("by_id", BigInteger),
    required("hand", ChoiceText(Hand)),
    optional("person_id", BigInteger),
    required("level", Words),
    points("ticket_id", "ticket"),
    points("escalation_id", "escalation"),
    points("by_id", "person"),
    points("person_id", "person"),
    Index("ix_hand_off_ticket", "workspace_id", "ticket_id", "at", "id"),
    Index("ix_hand_off_at", "workspace_id", "at", "ticket_id"),
)
guest_table = Table(
    "guest",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("person_id", BigInteger),
    required("by_id", BigInteger),
    required("said_id", BigInteger),
    required("since", Instant),
    optional("ended_at", Instant),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("person_id", "person"),
    points("by_id", "person"),
    points("said_id", "message"),
    Index("ix_guest_ticket", "workspace_id", "ticket_id"),
)

# Spelled out, not bound: a partial index serves only queries that hold its very condition.
IS_LIVE: ColumnElement[bool] = literal_column("ended_at IS NULL")
_columns = escalation_table.c
# Two levels are never asked at once, whoever presses at the same moment.
Index(
    "ux_escalation_live",
    _columns.workspace_id,
    _columns.ticket_id,
    unique=True,
    sqlite_where=IS_LIVE,
    postgresql_where=IS_LIVE,
)
TIMER = Timer(_columns.due_at, about=_columns.ticket_id, claimed=remembered.changed)

_ESCALATIONS = VersionedRows(escalation_table, Escalation)
_HAND_OFFS = Rows(hand_off_table, HandOff)
_GUESTS = VersionedRows(guest_table, Guest)

_BY_ID = _ESCALATIONS.select(same(_columns.id, "id"))
_ALL_LIVE = _ESCALATIONS.select(IS_LIVE)
_OF_TICKET = _ESCALATIONS.select(same(_columns.ticket_id, "ticket_id")).order_by(
    _columns.asked_at, _columns.id
)
_hands = hand_off_table.c
_HANDS_OF = _HAND_OFFS.select(same(_hands.ticket_id, "ticket_id")).order_by(_hands.at, _hands.id)
_HANDS_IN = _HAND_OFFS.select(
    _hands.at >= bindparam("since"), _hands.at < bindparam("until")
).order_by(_hands.ticket_id, _hands.at, _hands.id)
_GUEST = _GUESTS.select(same(guest_table.c.id, "id"))
_GUEST_OF = _GUESTS.select(
    same(guest_table.c.ticket_id, "ticket_id"), literal_column("ended_at IS NULL")
)
_GUESTS_OF = _GUESTS.select(same(guest_table.c.ticket_id, "ticket_id")).order_by(guest_table.c.id)


def live(unit: Unit) -> Mapping[int, Escalation]:
    """What is under way, by ticket. Few tickets are escalated at any time: it is remembered."""
    known = remembered.facts(unit)
    found: dict[int, Escalation] | None = known.get(escalation_table)
    if found is None:
        found = {each.ticket_id: each for each in _ESCALATIONS.all(unit, _ALL_LIVE)}
        known[escalation_table] = found
    return found


def of_live(unit: Unit, ticket_id: int) -> Escalation | None:
    """The one that is under way for a ticket, None while there is none."""
    return live(unit).get(ticket_id)


def by_id(unit: Unit, escalation_id: int) -> Escalation | None:
    return _ESCALATIONS.first(unit, _BY_ID, id=escalation_id)


def of_ticket(unit: Unit, ticket_id: int) -> list[Escalation]:
    """All packets of a ticket, oldest first."""
    return _ESCALATIONS.all(unit, _OF_TICKET, ticket_id=ticket_id)


def add(unit: Unit, escalation: Escalation) -> None:
    """Keep a new one. Raises IntegrityError when one is under way for the ticket."""
    _ESCALATIONS.add(unit, escalation)
    remembered.changed(unit)


def save(unit: Unit, before: Escalation, after: Escalation) -> Escalation:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    kept = _ESCALATIONS.save(unit, before, after)
    remembered.changed(unit)
    return kept


def hand_over(unit: Unit, hand_off: HandOff) -> None:
    """Write down into which hand it came."""
    _HAND_OFFS.add(unit, hand_off)


def hands_of(unit: Unit, ticket_id: int) -> list[HandOff]:
    """All hands that a ticket went through since it was first escalated, in their order."""
    return _HAND_OFFS.all(unit, _HANDS_OF, ticket_id=ticket_id)


def figures(unit: Unit, since: datetime, until: datetime) -> HandFigures:
    """What happened from ``since`` to before ``until``; a stretch counts from its beginning there.

    How long the last hand had a ticket is counted up to ``until`` while that is not nobody's.
    """
    return counted(_HAND_OFFS.all(unit, _HANDS_IN, since=since, until=until), until)


def counted(rows: Iterable[HandOff], until: datetime) -> HandFigures:
    """The figures of hand-offs, those of each ticket in their order and together."""
    spent: dict[Hand, timedelta] = {}
    steps: list[Step] = []
    last: HandOff | None = None
    for row in rows:
        if last is not None:
            end = row.at if row.ticket_id == last.ticket_id else until
            _spend(spent, last, end)
        steps.append(row.step)
        last = row
    if last is not None:
        _spend(spent, last, until)
    return HandFigures(
        asked=steps.count(Step.ASKED),
        hand_offs=len(steps),
        bounces=sum(step in BOUNCES for step in steps),
        passed=steps.count(Step.PASSED),
        spent=tuple(sorted(spent.items())),
    )


ENDS = frozenset({Step.CLOSED, Step.WITHDRAWN, Step.ENDED, Step.DECLINED})


def _spend(spent: dict[Hand, timedelta], row: HandOff, end: datetime) -> None:
    """What follows an escalation's end is no part of it."""
    if row.step not in ENDS:
        spent[row.hand] = spent.get(row.hand, timedelta()) + (end - row.at)


def invite(unit: Unit, guest: Guest) -> None:
    """Keep that somebody is asked for one ticket."""
    _GUESTS.add(unit, guest)


def guest(unit: Unit, guest_id: int) -> Guest | None:
    return _GUESTS.first(unit, _GUEST, id=guest_id)


def guest_of(unit: Unit, ticket_id: int) -> Guest | None:
    """Who helps out with a ticket now, None when nobody does."""
    return _GUESTS.first(unit, _GUEST_OF, ticket_id=ticket_id)


def guests_of(unit: Unit, ticket_id: int) -> list[Guest]:
    """All who were ever asked to help out with a ticket, the first one first."""
    return _GUESTS.all(unit, _GUESTS_OF, ticket_id=ticket_id)


def save_guest(unit: Unit, before: Guest, after: Guest) -> Guest:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _GUESTS.save(unit, before, after)
