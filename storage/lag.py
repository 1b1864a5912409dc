"""How much waits in both boxes and since when, and whether the database takes what is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select, text

from storage.engine import open_engine, to_write
from storage.inbox import IS_AMISS, inbox
from storage.outbox import outbox, waits

_WAITS = inbox.c.progress == text("'waiting'")
# One row that is always there, and that nothing waits for once the tables are up to date.
_PROOF = text("UPDATE alembic_version SET version_num = version_num")


@dataclass(frozen=True, slots=True)
class Lag:
    """All workspaces together. ``outbox_since`` (desk time): when the oldest post was first due.

    ``inbox_first`` is the key of the oldest waiting row, which tells when it was made.
    """

    inbox_waiting: int
    inbox_first: int | None
    inbox_failed: int
    outbox_waiting: int
    outbox_since: datetime | None
    outbox_failed: int


def lag(connection: Connection, now: datetime) -> Lag:
    """What waits now, and for nobody but us (`storage.outbox.waits`)."""
    waiting, first = _row(connection, inbox, _WAITS, inbox.c.id)
    open_, since = _row(connection, outbox, waits(now), outbox.c.since)
    (inbox_failed, _) = _row(connection, inbox, IS_AMISS, inbox.c.id)
    (outbox_failed, _) = _row(connection, outbox, outbox.c.state == text("'failed'"), outbox.c.id)
    return Lag(waiting, first, inbox_failed, open_, since, outbox_failed)


def _row(
    connection: Connection, box: Table, which: ColumnElement[bool], oldest: ColumnElement[Any]
) -> Any:
    query = select(func.count(), func.min(oldest)).select_from(box).where(which)
    return connection.execute(query).one()


def prove_writable(connection: Connection) -> None:
    """Write to the disk what changes nothing. Raises DBAPIError where that cannot be done."""
    connection.execute(_PROOF)


def prove(url: str) -> None:
    """The same for a database that is not open. Raises SQLAlchemyError."""
    engine = open_engine(url)
    try:
        with to_write(engine) as connection, connection.begin():
            prove_writable(connection)
    finally:
        engine.dispose()
