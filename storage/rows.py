"""How the records of one class lie in one table: a field is the column of the same name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select, Table, bindparam, insert, update
from sqlalchemy import select as sql_select

from storage import driven
from storage.errors import Conflict
from storage.unit import Unit


class Stored(Protocol):
    """A frozen dataclass of one workspace."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def workspace_id(self) -> int: ...
    @property
    def id(self) -> int: ...


class Versioned(Stored, Protocol):
    """One that is replaced as time goes by, each time with the next version."""

    @property
    def version(self) -> int: ...


Query = Select[*tuple[Any, ...]]
Record = TypeVar("Record", bound=Stored)
Kept = TypeVar("Kept", bound=Versioned)


def of_workspace(table: Table) -> ColumnElement[bool]:
    """The condition that every statement has: the unit's workspace, given as ``workspace_id``."""
    return table.c.workspace_id == bindparam("workspace_id")


def same(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The column equals the parameter of that name."""
    return column == bindparam(name)


def its(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The column equals the parameter ``its_…``: to find what to update, where SQLAlchemy takes
    parameters that are called like columns for new values."""
    return column == bindparam(f"its_{column.key}")


class Rows(Generic[Record]):
    """Reads and adds records.

    ``joined`` gives the fields that are no columns of the table but of what ``source`` joins to it.
    Statements are made once, when a module is imported: SQLAlchemy then finds them compiled.
    """

    def __init__(
        self,
        table: Table,
        record: type[Record],
        *,
        source: FromClause | None = None,
        joined: dict[str, ColumnElement[Any]] | None = None,
    ) -> None:
        self.table = table
        self._make: Callable[..., Record] = record
        self.source = table if source is None else source
        outside = joined or {}
        names = [field.name for field in fields(record)]
        self.stored = tuple(name for name in names if name not in outside)
        self._selected = [table.c[n] if n not in outside else outside[n].label(n) for n in names]
        self._values = attrgetter(*self.stored)
        self._insert = insert(table)

    def select(self, *conditions: ColumnElement[bool]) -> Query:
        """A query for whole records of the unit's workspace."""
        chosen = sql_select(*self._selected).select_from(self.source)
        return chosen.where(of_workspace(self.table), *conditions)

    def first(self, unit: Unit, query: Query, **values: Any) -> Record | None:
        """The first record that the query finds."""
        row = unit.execute(query, {"workspace_id": unit.workspace_id, **values}).first()
        return None if row is None else self._make(*row)

    def all(self, unit: Unit, query: Query, **values: Any) -> list[Record]:
        """All records that the query finds, in its order."""
        rows = unit.execute(query, {"workspace_id": unit.workspace_id, **values}).all()
        return [self._make(*row) for row in rows]

    def add(self, unit: Unit, *records: Record) -> None:
        """Insert new rows. Raises IntegrityError when one is there already or points nowhere."""
        rows = [self.row(unit, record) for record in records]
        if rows:
            driven.run_many(unit.connection, self._insert, rows)

    def row(self, unit: Unit, record: Record) -> dict[str, Any]:
        """The record as column values. Raises ValueError for a record of another workspace."""
        if record.workspace_id != unit.workspace_id:
            raise ValueError(f"a record of {record.workspace_id} in a unit of {unit.workspace_id}")
        return dict(zip(self.stored, self._values(record), strict=True))


class VersionedRows(Rows[Kept]):
    """Also replaces records, each only if nobody else did so first."""

    def __init__(self, table: Table, record: type[Kept], **how: Any) -> None:
        super().__init__(table, record, **how)
        its_id, its_version = its(table.c.id), its(table.c.version)
        self._replace = update(table).where(its(table.c.workspace_id), its_id, its_version)
        self._put = (
            update(table)
            .where(its(table.c.workspace_id), its_id)
            .values(version=table.c.version + 1)
        )

    def save(self, unit: Unit, before: Kept, after: Kept) -> Kept:
        """Write what differs and return ``after`` with the version it now has.

        Raises Conflict when the row no longer is the one that was read as ``before``.
        """
        old, new = self.row(unit, before), self.row(unit, after)
        # Only what changed, so that an index is touched only when it has to be.
        changed = {name: value for name, value in new.items() if value != old[name]}
        if not changed.keys() - {"version"}:
            return before
        version = before.version + 1
        found = {"its_id": before.id, "its_version": before.version}
        values = {**changed, **found, "its_workspace_id": unit.workspace_id, "version": version}
        if unit.execute(self._replace, values).rowcount != 1:
            raise Conflict(f"{self.table.name} {before.id} is not at version {before.version}")
        return replace(after, version=version)

    def put(self, unit: Unit, record: Kept, *, leaving: Collection[str] = ()) -> bool:
        """Insert the record, or replace the one with its id whatever its version, which rises.

        Columns named by ``leaving`` stay as they are in the one that is there. True for a new one.
        """
        row = self.row(unit, record)
        found = {"its_workspace_id": unit.workspace_id, "its_id": record.id}
        left = {"workspace_id", "id", "version", *leaving}
        told = {name: row[name] for name in row if name not in left}
        if unit.execute(self._put, told | found).rowcount:
            return False
        unit.execute(self._insert, row)
        return True
