"""Timers: rows that the desk has to look at by itself, because their time has come.

A timer is a column, NULL where nothing is to come, claimed by compare-and-swap. Whoever looks at a
row that was claimed sets it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from storage import driven
from storage.rows import Query, its
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Due:
    """A row whose time came at ``at`` (UTC), and another row that it is ``about``, else its own."""

    workspace_id: int
    id: int
    about: int
    at: datetime


class Timer:
    """One of a table, with its index. ``claimed`` hears of each workspace of which rows were."""

    def __init__(
        self,
        at: Column[Any],
        *,
        about: Column[Any] | None = None,
        claimed: Callable[[Unit], None] = lambda unit: None,
    ) -> None:
        columns, self.name = at.table.c, at.name
        # Spelled out, not bound: a partial index serves only queries that hold its very condition.
        is_set: ColumnElement[bool] = literal_column(f"{at.name} IS NOT NULL")
        subject = columns.id if about is None else about
        in_order = (at, columns.workspace_id, columns.id)
        # The sweep serves all workspaces at once.
        index = f"ix_{at.table.name}_{at.name.removesuffix('_at')}"
        Index(index, *in_order, sqlite_where=is_set, postgresql_where=is_set)
        self.next: Query = select(func.min(at)).where(is_set)
        self.sweep: Query = (
            select(columns.workspace_id, columns.id, subject, at)
            .where(is_set, at <= bindparam("now"))
            .order_by(*in_order)
            .limit(bindparam("most"))
        )
        self._take = (
            update(at.table)
            .where(its(columns.workspace_id), its(columns.id), its(at))
            .values({at: bindparam("until"), columns.version: columns.version + 1})
        )
        self._claimed = claimed

    def next_at(self, connection: Connection) -> datetime | None:
        """When the next row is to be looked at, also when that is past; None when none is."""
        found: datetime | None = driven.run(connection, self.next, {}).scalar()
        return found

    def due(self, connection: Connection, now: datetime, *, most: int) -> list[Due]:
        """Rows of all workspaces that were to be looked at by ``now``, the longest due first."""
        found = driven.run(connection, self.sweep, {"now": now, "most": most})
        return [Due(*row) for row in found]

    def claim(
        self, connection: Connection, found: Sequence[Due], *, until: datetime | None = None
    ) -> list[Due]:
        """Take rows that are due, so that nobody else does; those with which nobody was faster.

        Where nobody looks at one by ``until``, it is due again then.
        """
        values = [
            {
                "its_workspace_id": each.workspace_id,
                "its_id": each.id,
                f"its_{self.name}": each.at,
                "until": until,
            }
            for each in found
        ]
        taken = driven.run_each(connection, self._take, values)
        ours = [each for each, one in zip(found, taken, strict=True) if one.rowcount]
        for workspace_id in {each.workspace_id for each in ours}:
            self._claimed(Unit(workspace_id, connection))
        return ours
