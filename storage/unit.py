"""One workspace and one open transaction: what every query takes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable

from storage.engine import to_read, to_write

Found = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Unit:
    """Used on one thread, between BEGIN and COMMIT, which are its maker's business."""

    workspace_id: int
    connection: Connection

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> Found:
        """Run a statement as it is: the caller gives ``workspace_id`` among the parameters."""
        return self.connection.execute(statement, parameters)

    def savepoint(self) -> AbstractContextManager[Any]:
        """A step that can fail alone: what is done inside is undone when an exception leaves it."""
        return self.connection.begin_nested()


@contextmanager
def writing(engine: Engine, workspace_id: int) -> Iterator[Unit]:
    """A unit in a transaction of its own, committed at the end unless an exception leaves it."""
    with to_write(engine) as connection, connection.begin():
        yield Unit(workspace_id, connection)


@contextmanager
def reading(engine: Engine, workspace_id: int) -> Iterator[Unit]:
    """A unit that sees one moment and writes nothing."""
    with to_read(engine) as connection, connection.begin():
        yield Unit(workspace_id, connection)
