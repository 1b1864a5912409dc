"""The history of tickets: a row for every change, never altered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, Index, Table, Text, literal_column

from storage.base import Instant, Words, key, metadata, optional, points, required, tenant
from storage.records.tickets import Change
from storage.rows import Rows, same
from storage.unit import Unit

change_table = Table(
    "change",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("at", Instant),
    optional("actor_id", BigInteger),
    required("act", Text),
    required("before", Words),
    required("after", Words),
    points("ticket_id", "ticket"),
    points("actor_id", "person"),
    Index("ix_change_ticket", "workspace_id", "ticket_id", "at", "id"),
)

# The acts by which a ticket becomes live, and by which it is done. `storage.figures` counts them.
OPENED = ("open",)
RESOLVED = ("resolve", "not-a-request", "solved", "silence", "merge", "duplicate")
REOPENED = ("reopen", "reopen-by-word", "unmerge")
IS_FLOW: ColumnElement[bool] = literal_column(
    "act IN ('open', 'resolve', 'not-a-request', 'solved', 'silence', 'merge',"
    " 'duplicate', 'reopen', 'reopen-by-word', 'unmerge')"
)
Index(
    "ix_change_flow",
    change_table.c.workspace_id,
    change_table.c.at,
    change_table.c.act,
    change_table.c.ticket_id,
    sqlite_where=IS_FLOW,
    postgresql_where=IS_FLOW,
)

_CHANGES = Rows(change_table, Change)
_OF_TICKET = _CHANGES.select(same(change_table.c.ticket_id, "ticket_id")).order_by(
    change_table.c.at, change_table.c.id
)


def add(unit: Unit, changes: Sequence[Change]) -> None:
    """Write down what changed."""
    _CHANGES.add(unit, *changes)


def of_ticket(unit: Unit, ticket_id: int) -> list[Change]:
    """All that happened to a ticket, oldest first."""
    return _CHANGES.all(unit, _OF_TICKET, ticket_id=ticket_id)
