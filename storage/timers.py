"""Timers: which tickets the desk has to look at by itself, because their time has come.

A timer is the column ``wake_at``. Whoever handles one replaces the ticket as always, so that of two
who woke it the second meets a Conflict: nothing has to be locked or given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage import driven
from storage.rows import Query
from storage.tickets import IS_WOKEN, ticket_table

_columns = ticket_table.c
_DUE: Query = (
    select(_columns.workspace_id, _columns.id, _columns.wake_at)
    .where(IS_WOKEN, _columns.wake_at <= bindparam("now"))
    .order_by(_columns.wake_at, _columns.workspace_id, _columns.id)
    .limit(bindparam("most"))
)
_NEXT: Query = select(func.min(_columns.wake_at)).where(IS_WOKEN)


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket whose time came at ``at`` (UTC)."""

    workspace_id: int
    ticket_id: int
    at: datetime


def due(connection: Connection, now: datetime, *, most: int) -> list[Due]:
    """Tickets of all workspaces that were to be looked at by ``now``, the longest due first."""
    return [Due(*row) for row in driven.run(connection, _DUE, {"now": now, "most": most})]


def next_at(connection: Connection) -> datetime | None:
    """When the next ticket is to be looked at, also when that is past; None when none is."""
    found: datetime | None = driven.run(connection, _NEXT, {}).scalar()
    return found
