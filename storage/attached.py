"""Slack threads elsewhere that belong to a ticket: what is said there becomes its notes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Table, Text, and_, delete, insert, literal_column, select

from storage.base import Instant, key, metadata, optional, points, required, tenant
from storage.records.tickets import AttachedThread
from storage.rows import Query, its, of_workspace, same
from storage.tickets import ticket_table
from storage.unit import Unit

attached_table = Table(
    "attached_thread",
    metadata,
    tenant(),
    key("channel_id", BigInteger),
    key("thread_ts", Text),
    required("ticket_id", BigInteger),
    required("at", Instant),
    optional("by_id", BigInteger),
    points("channel_id", "channel"),
    points("ticket_id", "ticket"),
    points("by_id", "person"),
    Index("ix_attached_thread_ticket", "workspace_id", "ticket_id"),
)

_columns = attached_table.c
_ALL: Query = select(*_columns).where(of_workspace(attached_table)).order_by(_columns.at)
_BY_THREAD: Query = _ALL.where(
    same(_columns.channel_id, "channel_id"), same(_columns.thread_ts, "thread_ts")
)
_OF_TICKET: Query = _ALL.where(same(_columns.ticket_id, "ticket_id"))
_OF_CHANNEL: Query = _ALL.where(same(_columns.channel_id, "channel_id"))
_ticket = ticket_table.c
_LIVE = (
    select(_columns.channel_id, _columns.thread_ts)
    .select_from(
        attached_table.join(
            ticket_table,
            and_(_ticket.workspace_id == _columns.workspace_id, _ticket.id == _columns.ticket_id),
        )
    )
    .where(of_workspace(attached_table))
    .where(_ticket.status.not_in([literal_column("'resolved'"), literal_column("'closed'")]))
)
_ADD = insert(attached_table)
_TAKE = delete(attached_table).where(
    its(_columns.workspace_id), its(_columns.channel_id), its(_columns.thread_ts)
)


def by_thread(unit: Unit, channel_id: int, thread_ts: str) -> AttachedThread | None:
    """The thread as it is attached, None when it belongs to no ticket."""
    there = {"channel_id": channel_id, "thread_ts": thread_ts}
    return next(iter(_found(unit, _BY_THREAD, there)), None)


def of_ticket(unit: Unit, ticket_id: int) -> list[AttachedThread]:
    """All threads of a ticket, the oldest first."""
    return _found(unit, _OF_TICKET, {"ticket_id": ticket_id})


def of_channel(unit: Unit, channel_id: int) -> list[AttachedThread]:
    """All attached threads of a channel, the oldest first."""
    return _found(unit, _OF_CHANNEL, {"channel_id": channel_id})


def live(unit: Unit) -> set[tuple[int, str]]:
    """The threads of tickets that go on, each as (channel, first ts)."""
    return {(row[0], row[1]) for row in unit.execute(_LIVE, {"workspace_id": unit.workspace_id})}


def _found(unit: Unit, query: Query, values: dict[str, Any]) -> list[AttachedThread]:
    rows = unit.execute(query, {"workspace_id": unit.workspace_id, **values})
    return [AttachedThread(*row) for row in rows]


def add(unit: Unit, thread: AttachedThread) -> None:
    """Keep it. Raises IntegrityError when it is there or points to another workspace."""
    unit.execute(_ADD, {name: getattr(thread, name) for name in _columns.keys()})  # noqa: SIM118


def remove(unit: Unit, thread: AttachedThread) -> bool:
    """Let it go; False when it was gone already."""
    names = ("workspace_id", "channel_id", "thread_ts")
    found = {f"its_{name}": getattr(thread, name) for name in names}
    return bool(unit.execute(_TAKE, found).rowcount)
