"""One workspace and one open transaction: what every query takes first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from storage import driven
from storage.driven import Found, Statement, Values
from storage.engine import to_read, to_write


@dataclass(frozen=True, slots=True)
class Unit:
    """Used on one thread, between BEGIN and COMMIT, which are its maker's business."""

    workspace_id: int
    connection: Connection

    def execute(self, statement: Statement, values: Values | None = None) -> Found:
        """Run a statement as it is: the caller gives ``workspace_id`` among the values."""
        return driven.run(self.connection, statement, values or {})

    def savepoint(self) -> AbstractContextManager[Any]:
        """A step that can fail alone: what is done inside is undone when an exception leaves it."""
        return savepoint(self.connection)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of the open transaction that an exception undoes alone; savepoints may be nested.

    Raises OperationalError when the whole transaction is gone, whatever was raised inside.
    """
    _tell(connection, "SAVEPOINT step")
    try:
        yield
    except BaseException:
        _tell(connection, "ROLLBACK TO SAVEPOINT step")
        _tell(connection, "RELEASE SAVEPOINT step")
        raise
    _tell(connection, "RELEASE SAVEPOINT step")


def _tell(connection: Connection, command: str) -> None:
    # Every step has a savepoint, and SQLAlchemy's own costs as much as three inserts.
    try:
        driven.tell(connection, command)
    except SQLAlchemyError as error:
        raise OperationalError(command, None, error) from error


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
