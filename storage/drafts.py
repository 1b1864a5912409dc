"""Who has a reply under their hands just now: an open form, forgotten by itself after a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Table, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven, remembered
from storage.base import Instant, key, metadata, points, required, tenant
from storage.rows import Query, its, of_workspace
from storage.unit import Unit

draft_table = Table(
    "draft",
    metadata,
    tenant(),
    key("ticket_id"),
    key("person_id", BigInteger),
    required("until_at", Instant),
    points("ticket_id", "ticket"),
    points("person_id", "person"),
    Index("ix_draft_until", "until_at"),
)

_columns = draft_table.c
_INSERT: dict[str, Any] = {
    "sqlite": sqlite.insert(draft_table),
    "postgresql": postgresql.insert(draft_table),
}
_PUT = {
    name: insert.on_conflict_do_update(
        index_elements=[_columns.workspace_id, _columns.ticket_id, _columns.person_id],
        set_={"until_at": insert.excluded.until_at},
    )
    for name, insert in _INSERT.items()
}
_END = delete(draft_table).where(
    its(_columns.workspace_id), its(_columns.ticket_id), its(_columns.person_id)
)
_ALL: Query = select(_columns.ticket_id, _columns.person_id, _columns.until_at).where(
    of_workspace(draft_table)
)
_OVER: Query = (
    select(_columns.workspace_id, _columns.ticket_id)
    .where(_columns.until_at <= bindparam("now"))
    .distinct()
    .order_by(_columns.workspace_id, _columns.ticket_id)
    .limit(bindparam("most"))
)
_NEXT: Query = select(func.min(_columns.until_at))


def of(unit: Unit, ticket_id: int) -> Mapping[int, datetime]:
    """Our keys of those who write on a ticket, each with when that is forgotten.

    Hardly anybody writes at any time: all that is kept of a workspace is remembered.
    """
    known = remembered.facts(unit)
    found: dict[int, dict[int, datetime]] | None = known.get(draft_table)
    if found is None:
        found = known[draft_table] = {}
        for ticket, person, until in unit.execute(_ALL, {"workspace_id": unit.workspace_id}):
            found.setdefault(ticket, {})[person] = until
    return found.get(ticket_id, {})


def put(unit: Unit, ticket_id: int, person_id: int, until: datetime) -> None:
    """Somebody writes, perhaps until then."""
    row = {"workspace_id": unit.workspace_id, "ticket_id": ticket_id, "person_id": person_id}
    unit.execute(_PUT[unit.connection.dialect.name], {**row, "until_at": until})
    remembered.changed(unit)


def end(unit: Unit, ticket_id: int, person_id: int) -> bool:
    """They do not any more; False where that was known."""
    values = {"its_ticket_id": ticket_id, "its_person_id": person_id}
    done = unit.execute(_END, {"its_workspace_id": unit.workspace_id, **values}).rowcount
    if done:
        remembered.changed(unit)
    return bool(done)


def over(connection: Connection, now: datetime, *, most: int) -> list[tuple[int, int]]:
    """Workspace and ticket of forms, of all tenants, that nobody has closed in time."""
    rows = driven.run(connection, _OVER, {"now": now, "most": most})
    return [(int(workspace), int(ticket)) for workspace, ticket in rows]


def next_at(connection: Connection) -> datetime | None:
    """When the next one is forgotten, also when that is past; None when there is none."""
    found: datetime | None = driven.run(connection, _NEXT, {}).scalar()
    return found
