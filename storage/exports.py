"""Reads whole tables for those who take them elsewhere: row by row, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    func,
    select,
    type_coerce,
)

from storage.accounts import account_table
from storage.base import ChoiceText, Instant, Moment
from storage.channels import channel_table
from storage.csat import IS_SHOWN, csat_table
from storage.history import change_table
from storage.messages import message_table
from storage.people import person_table
from storage.rows import of_workspace
from storage.texts import text
from storage.tickets import ticket_table
from storage.unit import Unit

AT_ONCE = 500  # rows that are held in memory


class Export(StrEnum):
    """What can be taken away."""

    TICKETS = "tickets"
    MESSAGES = "messages"
    HISTORY = "history"
    CSAT = "csat"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Rows of a table with what they point at; ``at`` says when a row happened."""

    query: Select[Any]
    at: ColumnElement[Any]
    order: ColumnElement[Any]


_asker, _owner = person_table.alias("asker"), person_table.alias("owner")
_into, _comment = ticket_table.alias("into"), text.alias("comment")


def _beside(whole: FromClause, to: Any, key: Column[Any]) -> FromClause:
    """With the row that a key points at, if it points anywhere."""
    its = and_(to.c.workspace_id == key.table.c.workspace_id, to.c.id == key)
    return whole.outerjoin(to, its)


def _placed(table: Table) -> FromClause:
    """With channel and account."""
    found = _beside(table, channel_table, table.c.channel_id)
    return _beside(found, account_table, channel_table.c.account_id)


def _name(column: ColumnElement[Any], label: str) -> ColumnElement[Any]:
    return func.coalesce(column, "").label(label)


def _tickets() -> _Sheet:
    its = ticket_table.c
    source = _beside(_placed(ticket_table), _asker, its.requester_id)
    source = _beside(_beside(source, _owner, its.owner_id), _into, its.merged_id)
    source = _beside(source, message_table, its.opening_id)
    source = _beside(source, text, message_table.c.text_id)
    told = ("opened_at", "status", "turn", "priority", "category", "source", "first_answer_at")
    ends = ("last_customer_at", "last_ours_at", "resolved_at", "resolution", "tags", "extras")
    columns = (
        its.number,
        *(its[name] for name in told),
        *(its[name] for name in ends),
        _name(account_table.c.name, "account"),
        _name(channel_table.c.name, "channel"),
        _name(_asker.c.name, "requester"),
        _name(_owner.c.name, "owner"),
        _into.c.number.label("merged_into"),
        _name(text.c.body, "text"),
    )
    return _Sheet(_of(ticket_table, source, columns), its.opened_at, its.id)


def _messages() -> _Sheet:
    its = message_table.c
    source = _beside(_placed(message_table), person_table, its.author_id)
    source = _beside(_beside(source, ticket_table, its.ticket_id), text, its.text_id)
    columns = (
        ticket_table.c.number.label("ticket"),
        _name(account_table.c.name, "account"),
        _name(channel_table.c.name, "channel"),
        its.ts,
        its.thread_ts,
        its.said_at,
        _name(person_table.c.name, "author"),
        its.side,
        its.end.label("became"),
        its.reason,
        its.edited_at,
        its.deleted_at,
        _name(text.c.body, "text"),
    )
    return _Sheet(_of(message_table, source, columns), its.said_at, its.said_at)


def _history() -> _Sheet:
    its = change_table.c
    source = _beside(change_table, ticket_table, its.ticket_id)
    source = _beside(source, person_table, its.actor_id)
    columns = (
        ticket_table.c.number.label("ticket"),
        its.at,
        _name(person_table.c.name, "actor"),
        its.act,
        its.before,
        its.after,
    )
    return _Sheet(_of(change_table, source, columns), its.at, its.id)


def _polls() -> _Sheet:
    its = csat_table.c
    source = _beside(_placed(csat_table), ticket_table, its.ticket_id)
    source = _beside(_beside(source, _asker, its.asker_id), _owner, its.owner_id)
    source = _beside(source, _comment, its.comment_id)
    columns = (
        ticket_table.c.number.label("ticket"),
        its.asked_at,
        its.state,
        its.score,
        its.voted_at,
        its.changed_at,
        its.ballot,
        its.category,
        _name(account_table.c.name, "account"),
        _name(channel_table.c.name, "channel"),
        _name(_asker.c.name, "asker"),
        _name(_owner.c.name, "owner"),
        _name(_comment.c.body, "comment"),
    )
    # The very condition of the index by time: without it all polls are sorted, in memory.
    return _Sheet(_of(csat_table, source, columns).where(IS_SHOWN), its.asked_at, its.asked_at)


def _of(table: Table, source: FromClause, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return select(*map(_ready, columns)).select_from(source).where(of_workspace(table))


def _ready(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Times as ISO 8601 in UTC, choices as their word.

    Millions are read only to be written down: a value of ours in between costs a third more.
    """
    if isinstance(column.type, Instant):
        return type_coerce(column, Moment()).label(column.key)
    if isinstance(column.type, ChoiceText):
        return type_coerce(column, Text()).label(column.key)
    return column


_SHEETS: Mapping[Export, _Sheet] = MappingProxyType(
    {
        Export.TICKETS: _tickets(),
        Export.MESSAGES: _messages(),
        Export.HISTORY: _history(),
        Export.CSAT: _polls(),
    }
)


def columns(what: Export) -> tuple[str, ...]:
    """What a row has, in its order."""
    return tuple(_SHEETS[what].query.exported_columns.keys())


def spare(connection: Connection) -> None:
    """Let a connection that will read everything hold little of it: to be said at its beginning.

    SQLite maps the file, and what was read of it counts as ours.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA mmap_size = 0")


def rows(
    unit: Unit, what: Export, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Sequence[Any]]:
    """All rows from ``since`` up to, not including, ``until`` (aware), the oldest first.

    They are read as they are taken: a unit that is open so long sees one moment.
    """
    sheet = _SHEETS[what]
    query = sheet.query.order_by(sheet.order)
    values: dict[str, Any] = {"workspace_id": unit.workspace_id}
    for name, limit, at in (
        ("since", since, sheet.at >= bindparam("since")),
        ("until", until, sheet.at < bindparam("until")),
    ):
        if limit is not None:
            query, values = query.where(at), {**values, name: limit}
    options = {"stream_results": True, "yield_per": AT_ONCE}
    for some in unit.connection.execute(query, values, execution_options=options).partitions():
        yield from some
