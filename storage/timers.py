"""Timers: which tickets the desk has to look at by itself, because their time has come.

A timer is the column ``wake_at``, claimed by compare-and-swap. When it is due follows from the rest
of the ticket (`bot.rules.waking`), so a claimed timer can be set anew by whoever looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from storage import driven
from storage.rows import Query, its
from storage.tickets import IS_WOKEN, ticket_table

_columns = ticket_table.c
_DUE: Query = (
    select(_columns.workspace_id, _columns.id, _columns.wake_at)
    .where(IS_WOKEN, _columns.wake_at <= bindparam("now"))
    .order_by(_columns.wake_at, _columns.workspace_id, _columns.id)
    .limit(bindparam("most"))
)
_CLAIM = (
    update(ticket_table)
    .where(its(_columns.workspace_id), its(_columns.id), its(_columns.wake_at))
    .values(wake_at=None, version=_columns.version + 1)
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


def claim(connection: Connection, due: Due) -> bool:
    """Take a ticket that is due, so that nobody else does; False when somebody was faster."""
    found = {"its_workspace_id": due.workspace_id, "its_id": due.ticket_id, "its_wake_at": due.at}
    return bool(driven.run(connection, _CLAIM, found).rowcount)


def next_at(connection: Connection) -> datetime | None:
    """When the next ticket is to be looked at, also when that is past; None when none is."""
    found: datetime | None = driven.run(connection, _NEXT, {}).scalar()
    return found
