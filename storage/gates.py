"""Gates before Slack: how fast a method or a channel may be used, by all replicas together.

A gate keeps the *theoretical arrival time* of the generic cell rate algorithm: the moment at which
its bucket would be empty again. Passing moves it on by one interval; it is refused while it lies
further ahead than the burst allows. Gates are rows, so they outlive a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import Instant, any_of, metadata
from storage.unit import Unit

gate = Table(
    "gate",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("empty_at", Instant),
    Column("blocked_until", Instant),
    PrimaryKeyConstraint("workspace_id", "name"),
)

_read = select(gate.c.empty_at, gate.c.blocked_until).where(
    gate.c.workspace_id == bindparam("workspace_id"), gate.c.name == bindparam("name")
)
_read_alone = _read.with_for_update()
_keys = [gate.c.workspace_id, gate.c.name]
_sqlite_put = sqlite.insert(gate)
_postgresql_put = postgresql.insert(gate)
_set_empty = {
    "sqlite": _sqlite_put.on_conflict_do_update(
        index_elements=_keys, set_={"empty_at": _sqlite_put.excluded.empty_at}
    ),
    "postgresql": _postgresql_put.on_conflict_do_update(
        index_elements=_keys, set_={"empty_at": _postgresql_put.excluded.empty_at}
    ),
}
_set_blocked = {
    "sqlite": _sqlite_put.on_conflict_do_update(
        index_elements=_keys, set_={"blocked_until": _sqlite_put.excluded.blocked_until}
    ),
    "postgresql": _postgresql_put.on_conflict_do_update(
        index_elements=_keys, set_={"blocked_until": _postgresql_put.excluded.blocked_until}
    ),
}


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate: one passage each ``interval`` on the long run, ``burst`` of them at once."""

    interval: timedelta
    burst: int


_lock = (
    select(gate.c.name)
    .where(gate.c.workspace_id == bindparam("workspace_id"), any_of(gate.c.name, "names"))
    .order_by(gate.c.name)
    .with_for_update()
)


def lock(unit: Unit, names: Sequence[str]) -> None:
    """Before a transaction passes several gates: all take them in one order, or end in deadlocks.

    Needed on PostgreSQL only, as on SQLite one transaction writes at a time.
    """
    if names and unit.connection.dialect.name == "postgresql":
        unit.execute(_lock, {"workspace_id": unit.workspace_id, "names": list(names)})


def passes(unit: Unit, paces: dict[str, Pace], now: datetime) -> datetime | None:
    """Pass all the named gates together, or none.

    None when passed, else the desk time at which to try again.
    """
    after: dict[str, datetime] = {}
    wait_until = now
    for name, pace in paces.items():
        empty_at, blocked_until = _look(unit, name, now)
        free_at = max(blocked_until, empty_at - pace.interval * (pace.burst - 1))
        wait_until = max(wait_until, free_at)
        after[name] = max(empty_at, now) + pace.interval
    if wait_until > now:
        return wait_until
    for name, empty_at in after.items():
        unit.execute(
            _set_empty[unit.connection.dialect.name],
            {
                "workspace_id": unit.workspace_id,
                "name": name,
                "empty_at": empty_at,
                "blocked_until": None,
            },
        )
    return None


def _look(unit: Unit, name: str, now: datetime) -> tuple[datetime, datetime]:
    query = _read_alone if unit.connection.dialect.name == "postgresql" else _read
    row = unit.execute(query, {"workspace_id": unit.workspace_id, "name": name}).first()
    return (row[0] or now, row[1] or now) if row else (now, now)


def block(unit: Unit, name: str, until: datetime) -> None:
    """Close a gate until then: Slack said 429 with Retry-After."""
    unit.execute(
        _set_blocked[unit.connection.dialect.name],
        {"workspace_id": unit.workspace_id, "name": name, "empty_at": None, "blocked_until": until},
    )


def blocked_until(unit: Unit, name: str) -> datetime | None:
    """Until when a gate is closed, None when it never was."""
    row = unit.execute(_read, {"workspace_id": unit.workspace_id, "name": name}).first()
    return row[1] if row else None
