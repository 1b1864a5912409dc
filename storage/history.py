"""The history of tickets: a row for every change, never altered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Table,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from storage.base import Instant, Words, key, metadata, optional, points, required, tenant
from storage.records.tickets import Change
from storage.rows import Rows, of_workspace, same
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

# The acts by which a ticket becomes live, and by which it is done. `storage.facts` counts them.
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
_NEWEST_FIRST = (change_table.c.at.desc(), change_table.c.id.desc())
_LATEST = (
    _CHANGES.select(same(change_table.c.ticket_id, "ticket_id"))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most"))
)
_BEFORE = _LATEST.where(
    or_(
        change_table.c.at < bindparam("at"),
        and_(same(change_table.c.at, "at"), change_table.c.id < bindparam("before")),
    )
)
_BY_ID = _CHANGES.select(
    same(change_table.c.ticket_id, "ticket_id"), same(change_table.c.id, "before")
)
_COUNT = (
    select(func.count())
    .select_from(change_table)
    .where(of_workspace(change_table), same(change_table.c.ticket_id, "ticket_id"))
)


def add(unit: Unit, changes: Sequence[Change]) -> None:
    """Write down what changed."""
    _CHANGES.add(unit, *changes)


def of_ticket(unit: Unit, ticket_id: int) -> list[Change]:
    """All that happened to a ticket, oldest first."""
    return _CHANGES.all(unit, _OF_TICKET, ticket_id=ticket_id)


def page(unit: Unit, ticket_id: int, *, most: int, before: int | None = None) -> list[Change]:
    """The latest changes of a ticket, oldest first, or those before the change of that key."""
    values = {"ticket_id": ticket_id, "most": most}
    edge = _CHANGES.first(unit, _BY_ID, ticket_id=ticket_id, before=before) if before else None
    if edge is None:
        return _CHANGES.all(unit, _LATEST, **values)[::-1]
    return _CHANGES.all(unit, _BEFORE, **values, at=edge.at, before=edge.id)[::-1]


def count(unit: Unit, ticket_id: int) -> int:
    """How many changes a ticket saw."""
    values = {"workspace_id": unit.workspace_id, "ticket_id": ticket_id}
    return int(unit.execute(_COUNT, values).scalar_one())
