"""Who is away from the desk, and when each member of a queue was last given a ticket in turn."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import Instant, Words, key, metadata, optional, points, required, tenant
from storage.records.people import Absence
from storage.rows import its, of_workspace, same
from storage.unit import Unit

absence_table = Table(
    "absence",
    metadata,
    tenant(),
    key("person_id"),
    required("since", Instant),
    optional("until", Instant),
    points("person_id", "person"),
)
turn_table = Table(
    "queue_turn",
    metadata,
    tenant(),
    key("queue", Words),
    key("person_id"),
    required("given", BigInteger),
    points("person_id", "person"),
)


def _put(table: Table, *fields: str) -> dict[str, Any]:
    """Insert a row, or write its fields over the one with its key, by database."""
    kinds: dict[str, Any] = {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}
    return {
        name: kind.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={field: kind.excluded[field] for field in fields},
        )
        for name, kind in kinds.items()
    }


_absent = absence_table.c
_ABSENCES = select(_absent.person_id, _absent.since, _absent.until).where(
    of_workspace(absence_table)
)
_BACK = delete(absence_table).where(its(_absent.workspace_id), its(_absent.person_id))
_AWAY = _put(absence_table, "since", "until")
_turn = turn_table.c
_TURNS = select(_turn.person_id, _turn.given).where(
    of_workspace(turn_table), same(_turn.queue, "queue")
)
_GIVE = _put(turn_table, "given")


def absences(unit: Unit) -> dict[int, Absence]:
    """Who has said to be away, by our keys; some of that may be over."""
    rows = unit.execute(_ABSENCES, {"workspace_id": unit.workspace_id})
    return {person_id: Absence(since, until) for person_id, since, until in rows}


def leave(unit: Unit, person_id: int, absence: Absence) -> None:
    """Somebody is away from now on, whatever was said before."""
    values: dict[str, Any] = {"since": absence.since, "until": absence.until}
    row = {"workspace_id": unit.workspace_id, "person_id": person_id, **values}
    unit.execute(_AWAY[unit.connection.dialect.name], row)


def come_back(unit: Unit, person_id: int) -> bool:
    """Nobody is away any more who was; False when they were not."""
    gone = {"its_workspace_id": unit.workspace_id, "its_person_id": person_id}
    return bool(unit.execute(_BACK, gone).rowcount)


def turns(unit: Unit, queue: str) -> dict[int, int]:
    """For each who was ever given a ticket in turn a number that rises with the time of that."""
    found = unit.execute(_TURNS, {"workspace_id": unit.workspace_id, "queue": queue})
    return {row[0]: row[1] for row in found}


def give(unit: Unit, queue: str, person_id: int, given: int) -> None:
    """It was their turn just now."""
    row = {"workspace_id": unit.workspace_id, "queue": queue, "person_id": person_id}
    unit.execute(_GIVE[unit.connection.dialect.name], {**row, "given": given})
