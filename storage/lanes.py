"""Lanes of the outbox: each is held by one process at a time, and by nobody when that dies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    text,
)

from storage import driven
from storage.base import metadata
from storage.unit import Unit

lane = Table(
    "lane",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("holder", BigInteger, nullable=False),
    Column("held_until", BigInteger, nullable=False),
    PrimaryKeyConstraint("workspace_id", "name"),
)

# A transaction takes several lanes, those of another process in another order: were they to wait
# for each other's rows, that would end in deadlocks. So a free lane is for who gets its lock first,
# and nobody ever waits.
_lease = text("""
    INSERT INTO lane AS held (workspace_id, name, holder, held_until)
    SELECT wanted.*
    FROM (VALUES (
        CAST(:workspace_id AS bigint), CAST(:name AS text),
        CAST(:holder AS bigint), CAST(:held_until AS bigint)
    )) AS wanted (workspace_id, name, holder, held_until)
    LEFT JOIN lane USING (workspace_id, name)
    WHERE CASE
        WHEN lane.holder = wanted.holder THEN true
        WHEN lane.holder <> 0 AND lane.held_until >= :machine_now THEN false
        ELSE pg_try_advisory_xact_lock(
            hashtextextended('outbox ' || wanted.name, wanted.workspace_id)
        )
    END
    ON CONFLICT (workspace_id, name) DO UPDATE
    SET holder = excluded.holder, held_until = excluded.held_until
    WHERE held.holder IN (0, excluded.holder) OR held.held_until < :machine_now
    RETURNING holder
""")


def lease(unit: Unit, name: str, *, holder: int, machine_now: int, machine_until: int) -> bool:
    """Hold a lane for one process until then (machine seconds): False when another holds it.

    Needed on PostgreSQL only: an SQLite file is used by one process at a time.
    """
    how = {"holder": holder, "machine_now": machine_now, "machine_until": machine_until}
    return name in lease_all(unit, [name], **how)


def lease_all(
    unit: Unit, names: Sequence[str], *, holder: int, machine_now: int, machine_until: int
) -> set[str]:
    """The same for several: which of them are held now."""
    own = {
        "workspace_id": unit.workspace_id,
        "holder": holder,
        "held_until": machine_until,
        "machine_now": machine_now,
    }
    held = driven.run_each(unit.connection, _lease, [own | {"name": name} for name in names])
    return {name for name, found in zip(names, held, strict=True) if found.first()}


_release = (
    lane.update()
    .where(
        lane.c.workspace_id == bindparam("b_workspace"),
        lane.c.name == bindparam("b_name"),
        lane.c.holder == bindparam("b_holder"),
    )
    .values(holder=0)
)


def release(unit: Unit, name: str, *, holder: int) -> None:
    """Let a lane go that is empty."""
    release_all(unit, [name], holder=holder)


def release_all(unit: Unit, names: Sequence[str], *, holder: int) -> None:
    """The same for several."""
    own = {"b_workspace": unit.workspace_id, "b_holder": holder}
    driven.run_many(unit.connection, _release, [own | {"b_name": name} for name in names])


_release_dead = text(
    "UPDATE lane SET holder = 0 WHERE holder <> 0 AND NOT EXISTS ("
    "SELECT 1 FROM pg_locks"
    " WHERE locktype = 'advisory' AND classid = :kind AND objid = lane.holder)"
)


def release_dead(connection: Connection, kind: int) -> int:
    """Free the lanes of dead processes: those whose advisory lock (kind, holder) nobody holds."""
    return connection.execute(_release_dead, {"kind": kind}).rowcount
