"""One workspace and one open transaction: what every query takes first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from storage import driven
from storage.driven import Found, Statement, Values
from storage.engine import to_read, to_write
from storage.records.light import light

ROLLBACKS = "desk_rollbacks"  # in what SQLAlchemy keeps with a connection of the driver


@light(frozen=True, slots=True)
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


class Spoilt(Exception):
    """What a part wrote before it failed can not be undone alone: the transaction must begin anew.

    Its ``__cause__`` is what happened.
    """


@contextmanager
def hopefully(connection: Connection) -> Iterator[None]:
    """A part of the open transaction, without a savepoint: nearly all parts succeed.

    An exception leaves it as it is while nothing was written, else as Spoilt.
    """
    before = driven.writes(connection)
    try:
        yield
    except Exception as error:
        if isinstance(error, DBAPIError) or driven.writes(connection) != before:
            raise Spoilt from error
        raise


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of the open transaction that an exception undoes alone; savepoints may be nested.

    Raises OperationalError when the whole transaction is gone, whatever was raised inside.
    """
    _tell(connection, "SAVEPOINT step")
    try:
        yield
        driven.settle(connection)
    except BaseException:
        driven.forget(connection)
        connection.info[ROLLBACKS] = connection.info.get(ROLLBACKS, 0) + 1
        _tell(connection, "ROLLBACK TO SAVEPOINT step")
        _tell(connection, "RELEASE SAVEPOINT step")
        raise
    _tell(connection, "RELEASE SAVEPOINT step")


def _tell(connection: Connection, command: str) -> None:
    # SQLAlchemy's own savepoint costs as much as three inserts.
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
