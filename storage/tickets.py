"""Tickets, and the counter that numbers them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import (
    ChoiceRank,
    ChoiceText,
    Instant,
    Words,
    in_workspace,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.tickets import Priority, Resolution, Source, Status, Ticket, Turn
from storage.rows import Query, VersionedRows, of_workspace, same
from storage.unit import Unit

# Spelled out, not bound: a partial index serves only queries that hold its very condition.
LIVE: ColumnElement[bool] = literal_column("status NOT IN ('resolved', 'closed')")

ticket_table = Table(
    "ticket",
    metadata,
    tenant(),
    key(),
    required("number", BigInteger),
    required("channel_id", BigInteger),
    required("thread_ts", Text),
    required("opening_id", BigInteger),
    required("requester_id", BigInteger),
    required("opened_at", Instant),
    required("status", ChoiceText(Status)),
    required("turn", ChoiceText(Turn)),
    required("priority", ChoiceRank(Priority)),
    required("category", Words),
    required("source", ChoiceText(Source)),
    optional("owner_id", BigInteger),
    optional("previous_id", BigInteger),
    optional("resolution", ChoiceText(Resolution)),
    optional("first_answer_at", Instant),
    optional("last_customer_at", Instant),
    optional("last_ours_at", Instant),
    optional("resolved_at", Instant),
    required("version", Integer),
    points("channel_id", "channel"),
    points("opening_id", "message"),
    points("requester_id", "person"),
    points("owner_id", "person"),
    points("previous_id", "ticket"),
    UniqueConstraint("workspace_id", "number"),
    # However often a message comes, it opens one ticket.
    UniqueConstraint("workspace_id", "opening_id"),
    Index("ix_ticket_thread", "workspace_id", "channel_id", "thread_ts"),
    Index("ix_ticket_requester", "workspace_id", "channel_id", "requester_id", "opened_at"),
)
_columns = ticket_table.c
_PRESSING_FIRST = (_columns.priority.desc(), _columns.opened_at, _columns.id)
Index(
    "ix_ticket_queue",
    _columns.workspace_id,
    _columns.owner_id,
    *_PRESSING_FIRST,
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)
Index(
    "ix_ticket_live_in_channel",
    _columns.workspace_id,
    _columns.channel_id,
    *_PRESSING_FIRST,
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)
counter_table = Table(
    "ticket_counter",
    metadata,
    tenant(),
    required("next_number", BigInteger),
    in_workspace(),
)

_TICKETS = VersionedRows(ticket_table, Ticket)


def _newest(*conditions: ColumnElement[bool]) -> Query:
    found = _TICKETS.select(*conditions)
    return found.order_by(_columns.opened_at.desc(), _columns.id.desc()).limit(1)


def _queue(*conditions: ColumnElement[bool]) -> Query:
    found = _TICKETS.select(LIVE, *conditions)
    return found.order_by(*_PRESSING_FIRST).limit(bindparam("limit"))


def _count(*conditions: ColumnElement[bool]) -> Query:
    counted = select(func.count()).select_from(ticket_table)
    return counted.where(of_workspace(ticket_table), LIVE, *conditions)


_OF_OWNER = same(_columns.owner_id, "owner_id")
_OF_NOBODY = _columns.owner_id.is_(None)
_IN_CHANNEL = same(_columns.channel_id, "channel_id")

_BY_ID = _TICKETS.select(same(_columns.id, "id"))
_BY_NUMBER = _TICKETS.select(same(_columns.number, "number"))
_BY_OPENING = _TICKETS.select(same(_columns.opening_id, "opening_id"))
_BY_THREAD = _newest(_IN_CHANNEL, same(_columns.thread_ts, "thread_ts"))
_NEWEST_OF = _newest(
    _IN_CHANNEL,
    same(_columns.requester_id, "requester_id"),
    _columns.opened_at >= bindparam("since"),
)
_OWNED_BY = _queue(_OF_OWNER)
_UNOWNED = _queue(_OF_NOBODY)
_LIVE_IN_CHANNEL = _queue(_IN_CHANNEL)
_ALL_LIVE = _queue()
_COUNT_OWNED = _count(_OF_OWNER)
_COUNT_UNOWNED = _count(_OF_NOBODY)
_COUNT_LIVE = _count()
_TAKE_NUMBERS = {
    name: dialect.insert(counter_table)
    .values(workspace_id=bindparam("workspace_id"), next_number=bindparam("first_end"))
    .on_conflict_do_update(
        index_elements=[counter_table.c.workspace_id],
        set_={"next_number": counter_table.c.next_number + bindparam("count")},
    )
    .returning(counter_table.c.next_number)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def by_id(unit: Unit, ticket_id: int) -> Ticket | None:
    return _TICKETS.first(unit, _BY_ID, id=ticket_id)


def by_number(unit: Unit, number: int) -> Ticket | None:
    """The ticket that people call #number."""
    return _TICKETS.first(unit, _BY_NUMBER, number=number)


def by_opening(unit: Unit, message_id: int) -> Ticket | None:
    """The ticket that the message opened."""
    return _TICKETS.first(unit, _BY_OPENING, opening_id=message_id)


def by_thread(unit: Unit, channel_id: int, thread_ts: str) -> Ticket | None:
    """The newest ticket of the customer's thread."""
    return _TICKETS.first(unit, _BY_THREAD, channel_id=channel_id, thread_ts=thread_ts)


def newest_of(unit: Unit, channel_id: int, requester_id: int, *, since: datetime) -> Ticket | None:
    """The last ticket that somebody opened in a channel, if not before ``since``."""
    who = {"channel_id": channel_id, "requester_id": requester_id}
    return _TICKETS.first(unit, _NEWEST_OF, **who, since=since)


def owned_by(unit: Unit, person_id: int, *, limit: int) -> list[Ticket]:
    """Somebody's live tickets: the most pressing first, then the oldest."""
    return _TICKETS.all(unit, _OWNED_BY, owner_id=person_id, limit=limit)


def unowned(unit: Unit, *, limit: int) -> list[Ticket]:
    """Live tickets that nobody has: the most pressing first, then the oldest."""
    return _TICKETS.all(unit, _UNOWNED, limit=limit)


def live_in_channel(unit: Unit, channel_id: int, *, limit: int) -> list[Ticket]:
    """A channel's live tickets: the most pressing first, then the oldest."""
    return _TICKETS.all(unit, _LIVE_IN_CHANNEL, channel_id=channel_id, limit=limit)


def live(unit: Unit, *, limit: int) -> list[Ticket]:
    """All live tickets: the most pressing first, then the oldest."""
    return _TICKETS.all(unit, _ALL_LIVE, limit=limit)


def count_owned(unit: Unit, person_id: int) -> int:
    values = {"workspace_id": unit.workspace_id, "owner_id": person_id}
    return int(unit.execute(_COUNT_OWNED, values).scalar_one())


def count_unowned(unit: Unit) -> int:
    return int(unit.execute(_COUNT_UNOWNED, {"workspace_id": unit.workspace_id}).scalar_one())


def count_live(unit: Unit) -> int:
    return int(unit.execute(_COUNT_LIVE, {"workspace_id": unit.workspace_id}).scalar_one())


def add(unit: Unit, ticket: Ticket) -> None:
    """Keep a new ticket, whose opening message is there already.

    Raises IntegrityError when its number is taken or its opening message opened another.
    """
    _TICKETS.add(unit, ticket)


def save(unit: Unit, before: Ticket, after: Ticket) -> Ticket:
    """Write what changed and return the ticket with its new version.

    Raises Conflict when the row is not at the version of ``before`` any more.
    """
    return _TICKETS.save(unit, before, after)


def take_numbers(unit: Unit, count: int) -> range:
    """The next ``count`` ticket numbers, which nobody else will get; unused ones leave a gap."""
    take = _TAKE_NUMBERS[unit.connection.dialect.name]
    values = {"workspace_id": unit.workspace_id, "count": count, "first_end": 1 + count}
    end = unit.execute(take, values).scalar_one()
    return range(end - count, end)
