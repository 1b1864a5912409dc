"""Facts that steps have read, remembered for later steps until somebody changes one of them.

Who we are, our settings, channels and people are asked for by every message and change seldom. A
stamp in the database counts the changes, so a replica notices at its next transaction.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Integer, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import in_workspace, metadata, required, tenant
from storage.rows import of_workspace
from storage.unit import ROLLBACKS, Unit

Facts = MutableMapping[Hashable, Any]

MOST = 50_000  # facts of a workspace; beyond that it begins anew
MINE = "desk_facts"  # in what SQLAlchemy keeps with a connection of the driver

stamp_table = Table("fact_stamp", metadata, tenant(), required("stamp", Integer), in_workspace())
_STAMP = select(stamp_table.c.stamp).where(of_workspace(stamp_table))
_RISE = {
    name: kind.insert(stamp_table).on_conflict_do_update(
        index_elements=[stamp_table.c.workspace_id], set_={"stamp": stamp_table.c.stamp + 1}
    )
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
}

_remembered: WeakKeyDictionary[Engine, dict[int, tuple[int, Facts]]] = WeakKeyDictionary()


@dataclass(slots=True)
class _Mine:
    """What an open transaction knows of workspaces; ``is_apart`` when others may not have it."""

    transaction: object
    rollbacks: int
    is_apart: bool = False
    known: dict[int, Facts] = field(default_factory=dict)
    own: dict[Hashable, Any] = field(default_factory=dict)


def facts(unit: Unit) -> Facts:
    """What is known of the unit's workspace in its open transaction; whoever reads more adds it."""
    mine = _of_transaction(unit.connection)
    found = mine.known.get(unit.workspace_id)
    if found is None:
        found = mine.known[unit.workspace_id] = {} if mine.is_apart else _shared(unit)
    return found


def own(unit: Unit) -> MutableMapping[Hashable, Any]:
    """What the open transaction alone knows, of all workspaces; empty when a part was undone."""
    return _of_transaction(unit.connection).own


def added(unit: Unit) -> None:
    """A new fact was written. What is read from now on stays in this transaction: it may fail."""
    known = _of_transaction(unit.connection).known
    known[unit.workspace_id] = ChainMap({}, facts(unit))


def changed(unit: Unit) -> None:
    """A known fact was written over: nobody may rely any more on what was read before."""
    _of_transaction(unit.connection).known[unit.workspace_id] = {}
    rise = _RISE[unit.connection.dialect.name]
    unit.execute(rise, {"workspace_id": unit.workspace_id, "stamp": 1})


def _of_transaction(connection: Connection) -> _Mine:
    kept = connection.info
    mine: _Mine | None = kept.get(MINE)
    transaction, undone = connection.get_transaction(), kept.get(ROLLBACKS, 0)
    if mine is None or mine.transaction is not transaction:
        mine = kept[MINE] = _Mine(transaction, undone)
    elif mine.rollbacks != undone:  # something that it knew may never have been
        mine = kept[MINE] = _Mine(transaction, undone, is_apart=True)
    return mine


def _shared(unit: Unit) -> Facts:
    """What transactions have read that saw the same stamp as this one does."""
    stamp = unit.execute(_STAMP, {"workspace_id": unit.workspace_id}).scalar() or 0
    by_workspace = _remembered.setdefault(unit.connection.engine, {})
    kept, known = by_workspace.get(unit.workspace_id, (-1, {}))
    if kept > stamp:  # this one looks at an older moment than others
        return {}
    if kept < stamp or len(known) > MOST:
        known = {}
        by_workspace[unit.workspace_id] = (stamp, known)
    return known
