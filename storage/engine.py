"""Opens the database that a URL names, SQLite or PostgreSQL, and makes both behave alike."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from storage import driven

PATIENCE_MS = 5_000
READS_ONLY = "desk_reads_only"
# Of a PostgreSQL whose machine fell silent we know within half a minute, not after two hours. What
# the operator's URL says goes before.
PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}
# Who comes next gets the connection that was used last: the others stay empty, or are never opened.
POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "pool_use_lifo": True}
PRAGMAS = (
    "synchronous = FULL",  # a commit that was told survives a power cut
    "foreign_keys = ON",
    # KiB a connection. Nothing is mapped: that was no faster, took up to 256 MB more of the memory
    # that is told of a process, and ends it by a signal where the disk cannot be read.
    "cache_size = -2048",
    "temp_store = MEMORY",
    "wal_autocheckpoint = 4000",  # pages of 4 KiB
)


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///path``, ``postgresql://…`` or ``postgres://…``, as users write it.

    Transactions write unless their connection comes from `to_read`. Other URLs: ValueError.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(parsed)
        case "postgresql" | "postgres":
            return _open_postgresql(parsed)
        case other:
            raise ValueError(f"{other} is no database we know: use sqlite:///… or postgresql://…")


def is_there(url: str) -> bool:
    """False for an SQLite file that is yet to be made: whoever opened it would make it theirs."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).exists()


def to_read(engine: Engine) -> Connection:
    """A connection whose transactions see one moment each and write nothing. The caller closes."""
    options: dict[str, Any] = {READS_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return engine.connect().execution_options(**options)


def to_write(engine: Engine) -> Connection:
    """A connection whose transactions write; on SQLite each waits for its turn when it begins."""
    return engine.connect()


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("an SQLite database in memory has one connection only: name a file")
    Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        url.set(drivername="sqlite"),
        connect_args={"cached_statements": 512},
        **POOL,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes late and is never IMMEDIATE: `_begin_sqlite` says it instead.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}").close()
    _keep_a_log(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log: SQLite refuses at once while others are about it."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later could find the truth moved on: SQLITE_BUSY
    # at once, whatever the timeout. So whoever may write takes the lock at the start.
    reads_only = connection.get_execution_options().get(READS_ONLY, False)
    driven.tell(connection, "BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _open_postgresql(url: URL) -> Engine:
    options = f"{url.query.get('options', '')} -c timezone=UTC".strip()
    wanted = {name: value for name, value in PATIENCE.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            **wanted,
            "application_name": "threadkeeper",
            "options": options,
            "cursor_factory": Cursor,
            "prepare_threshold": None,  # what is asked often is prepared by storage.libpq
        },
        **POOL,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    driven.keep_in_order(engine)
    return engine


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: object) -> None:
    # As long as SQLite waits for a lock. Not among the options: PgBouncer would refuse them.
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {PATIENCE_MS}; SET random_page_cost = 1.1").close()
    connection.autocommit = False


class Cursor(psycopg.Cursor[Any]):
    """SQLAlchemy asks of every result how many columns it has, and seldom for name and type.

    psycopg answers with an object for each column: a third of the time of a whole query.
    """

    @property
    def description(self) -> list[Any] | None:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        names = ((result.fname(n) or b"").decode() for n in range(result.nfields))
        return [(name, result.ftype(n), *[None] * 5) for n, name in enumerate(names)]
