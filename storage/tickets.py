"""Tickets, and the counter that numbers them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
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
    literal_column,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven, remembered
from storage.base import (
    ChoiceRank,
    ChoiceText,
    Deadline,
    Instant,
    Tuples,
    Words,
    any_of,
    in_workspace,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.clocks import ClockTexts
from storage.records.tickets import Priority, Resolution, Source, Status, Ticket, Turn
from storage.rows import Query, VersionedRows, its, same
from storage.timers import Timer
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
    required("due_at", Deadline),
    optional("wake_at", Instant),
    optional("until_at", Instant),
    optional("nudged_at", Instant),
    optional("merged_id", BigInteger),
    optional("pass_on_at", Instant),
    optional("team_channel_id", BigInteger),
    required("level", Words),
    required("tags", Tuples),
    required("extras", Tuples),
    required("clocks", ClockTexts),
    required("attached", Integer),
    optional("promised_at", Instant),
    required("hunch", Tuples),
    required("version", Integer),
    points("channel_id", "channel"),
    points("opening_id", "message"),
    points("requester_id", "person"),
    points("owner_id", "person"),
    points("previous_id", "ticket"),
    points("team_channel_id", "channel"),
    # It may point at a younger ticket, which a backup brings back later.
    points("merged_id", "ticket", settled_at_commit=True),
    UniqueConstraint("workspace_id", "number"),
    # However often a message comes, it opens one ticket.
    UniqueConstraint("workspace_id", "opening_id"),
    Index("ix_ticket_thread", "workspace_id", "channel_id", "thread_ts"),
    Index("ix_ticket_requester", "workspace_id", "channel_id", "requester_id", "opened_at"),
)
_columns = ticket_table.c
PRESSING_FIRST = (
    _columns.due_at,
    _columns.priority.desc(),
    _columns.opened_at,
    _columns.id,
)
# Status and category are in it so that what a queue leaves out is never fetched.
Index(
    "ix_ticket_queue",
    _columns.workspace_id,
    _columns.owner_id,
    *PRESSING_FIRST,
    _columns.status,
    _columns.category,
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)
Index(
    "ix_ticket_live_in_channel",
    _columns.workspace_id,
    _columns.channel_id,
    *PRESSING_FIRST,
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)
# When it is due follows from the rest of the ticket (`bot.rules.waking`).
TIMER = Timer(_columns.wake_at)
IS_ANSWERED: ColumnElement[bool] = literal_column("first_answer_at IS NOT NULL")
Index(
    "ix_ticket_answered",
    _columns.workspace_id,
    _columns.first_answer_at,
    sqlite_where=IS_ANSWERED,
    postgresql_where=IS_ANSWERED,
)
counter_table = Table(
    "ticket_counter",
    metadata,
    tenant(),
    required("next_number", BigInteger),
    in_workspace(),
)

TICKETS = VersionedRows(ticket_table, Ticket)


def _newest(*conditions: ColumnElement[bool]) -> Query:
    found = TICKETS.select(*conditions)
    return found.order_by(_columns.opened_at.desc(), _columns.id.desc()).limit(1)


_IN_CHANNEL = same(_columns.channel_id, "channel_id")

_BY_ID = TICKETS.select(same(_columns.id, "id"))
_MANY = TICKETS.select(any_of(_columns.id, "ids"))
_BY_NUMBER = TICKETS.select(same(_columns.number, "number"))
_BY_OPENING = TICKETS.select(same(_columns.opening_id, "opening_id"))
_BY_THREAD = _newest(_IN_CHANNEL, same(_columns.thread_ts, "thread_ts"))
_LATEST_IN = (
    TICKETS.select(_IN_CHANNEL).order_by(_columns.thread_ts.desc()).limit(bindparam("most"))
)
_NEWEST_OF = _newest(
    _IN_CHANNEL,
    same(_columns.requester_id, "requester_id"),
    _columns.opened_at >= bindparam("since"),
)
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
_TAKE_MORE = (
    update(counter_table)
    .where(its(counter_table.c.workspace_id))
    .values(next_number=counter_table.c.next_number + bindparam("count"))
)


def by_id(unit: Unit, ticket_id: int) -> Ticket | None:
    return TICKETS.first(unit, _BY_ID, id=ticket_id)


def by_number(unit: Unit, number: int) -> Ticket | None:
    """The ticket that people call #number."""
    return TICKETS.first(unit, _BY_NUMBER, number=number)


def by_opening(unit: Unit, message_id: int) -> Ticket | None:
    """The ticket that the message opened."""
    return TICKETS.first(unit, _BY_OPENING, opening_id=message_id)


def by_thread(unit: Unit, channel_id: int, thread_ts: str) -> Ticket | None:
    """The newest ticket of the customer's thread, or the one that it was merged into."""
    found = TICKETS.first(unit, _BY_THREAD, channel_id=channel_id, thread_ts=thread_ts)
    return whole(unit, found) if found else None


def whole(unit: Unit, ticket: Ticket) -> Ticket:
    """The ticket that has this one's messages now: itself, unless it was merged."""
    into = by_id(unit, ticket.merged_id) if ticket.merged_id is not None else None
    return whole(unit, into) if into else ticket


def latest_in(unit: Unit, channel_id: int, *, most: int) -> list[Ticket]:
    """The tickets of a channel's latest threads, done or not, the newest first."""
    return TICKETS.all(unit, _LATEST_IN, channel_id=channel_id, most=most)


def newest_of(unit: Unit, channel_id: int, requester_id: int, *, since: datetime) -> Ticket | None:
    """The last ticket that somebody opened in a channel, if not before ``since``."""
    quiet_since = remembered.own(unit).get(_asker(unit, channel_id, requester_id))
    if quiet_since is not None and quiet_since <= since:
        return None
    who = {"channel_id": channel_id, "requester_id": requester_id}
    return TICKETS.first(unit, _NEWEST_OF, **who, since=since)


def look_ahead(unit: Unit, askers: Mapping[tuple[int, int], datetime]) -> None:
    """Learn at once who, by channel and person, has opened none since a time that each has.

    ``newest_of`` then need not ask until this transaction ends. Only for channels where nobody else
    opens any meanwhile.
    """
    asked = [
        {"workspace_id": unit.workspace_id, "channel_id": c, "requester_id": p, "since": since}
        for (c, p), since in askers.items()
    ]
    own, found = remembered.own(unit), driven.run_each(unit.connection, _NEWEST_OF, asked)
    for (asker, since), rows in zip(askers.items(), found, strict=True):
        if rows.first() is None:
            own[_asker(unit, *asker)] = since


def _asker(unit: Unit, channel_id: int, requester_id: int) -> Hashable:
    return ticket_table, unit.workspace_id, channel_id, requester_id


def many(unit: Unit, ids: Collection[int]) -> dict[int, Ticket]:
    """Those of these tickets that are there, by key."""
    return {each.id: each for each in TICKETS.all(unit, _MANY, ids=list(ids))}


def add(unit: Unit, ticket: Ticket) -> None:
    """Keep a new ticket, whose opening message is there already.

    Raises IntegrityError when its number is taken or its opening message opened another.
    """
    remembered.own(unit).pop(_asker(unit, ticket.channel_id, ticket.requester_id), None)
    TICKETS.add(unit, ticket)


def save(unit: Unit, before: Ticket, after: Ticket) -> Ticket:
    """Write what changed and return the ticket with its new version.

    Raises Conflict when the row is not at the version of ``before`` any more.
    """
    return TICKETS.save(unit, before, after)


def take_numbers(unit: Unit, count: int) -> range:
    """The next ``count`` ticket numbers, which nobody else will get; unused ones leave a gap.

    Whoever took some holds the counter until the transaction ends, and need not ask it again.
    """
    own, kept = remembered.own(unit), (counter_table, unit.workspace_id)
    if kept in own:
        unit.execute(_TAKE_MORE, {"its_workspace_id": unit.workspace_id, "count": count})
        end = own[kept] + count
    else:
        values = {"workspace_id": unit.workspace_id, "count": count, "first_end": 1 + count}
        end = unit.execute(_TAKE_NUMBERS[unit.connection.dialect.name], values).scalar_one()
    own[kept] = end
    return range(end - count, end)
