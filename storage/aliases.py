"""Slack's ids: each means a record of ours, and may come to mean another."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Table, Text, and_, insert, update

from storage.base import key, metadata, points, required, tenant
from storage.rows import its, same
from storage.unit import Unit


class Aliases:
    """The ids of the records of one table, in a table of their own: ``channel_alias`` …"""

    def __init__(self, of: str) -> None:
        self._points = f"{of}_id"
        self.table = Table(
            f"{of}_alias",
            metadata,
            tenant(),
            key("slack_id", Text),
            required(self._points, BigInteger),
            points(self._points, of),
        )
        self._add = insert(self.table)
        known = its(self.table.c.workspace_id), its(self.table.c.slack_id)
        self._move = update(self.table).where(*known)

    def of(self, table: Table) -> ColumnElement[bool]:
        """The condition that a record of ``table`` is the one that ``slack_id`` means."""
        return and_(
            self.table.c.workspace_id == table.c.workspace_id,
            self.table.c[self._points] == table.c.id,
            same(self.table.c.slack_id, "slack_id"),
        )

    def put(self, unit: Unit, slack_id: str, record_id: int) -> None:
        """From now on the id means this record, whatever it meant before."""
        known = {"its_workspace_id": unit.workspace_id, "its_slack_id": slack_id}
        if not unit.execute(self._move, {**known, self._points: record_id}).rowcount:
            self.add(unit, slack_id, record_id)

    def add(self, unit: Unit, slack_id: str, record_id: int) -> None:
        """The id is new. IntegrityError when somebody has learned it meanwhile."""
        row = {"workspace_id": unit.workspace_id, "slack_id": slack_id, self._points: record_id}
        unit.execute(self._add, row)
