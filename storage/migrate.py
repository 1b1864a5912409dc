"""Brings a database to the tables that this version of the desk works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import is_there, open_engine, to_write

MIGRATIONS = Path(__file__).with_name("migrations")
# Any number that nobody else uses: replicas that start together migrate one after the other.
LOCK = 7_268_364_501
_REVISION = text("SELECT version_num FROM alembic_version")


class Broken(Exception):
    """A migration left rows that point nowhere; it was rolled back."""


class Newer(Exception):
    """A newer version has migrated the database; ``str()`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "The database was brought up to date by a newer version of Threadkeeper. Use that"
            " version, or restore the backup from before the upgrade."
        )


def upgrade(url: str) -> None:
    """Run the migrations that are missing, all of them or none. A new database gets all.

    Raises Newer.
    """
    with alone(url) as connection:
        if not is_head(current_within(connection)):
            bring_to(connection)


def bring_to(connection: Connection, revision: str = "head") -> None:
    """Run what is missing up to ``revision`` in a transaction of `alone`. Raises Broken."""
    command.upgrade(configuration(connection), revision)
    _check(connection)


def knows(revision: str) -> bool:
    """False for a migration of a version newer than this one."""
    known = ScriptDirectory.from_config(configuration()).walk_revisions()
    return any(each.revision == revision for each in known)


def current(url: str) -> str | None:
    """The last migration that the database has seen, None when it is new, or not even there."""
    if not is_there(url):
        return None
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return current_within(connection)
    finally:
        engine.dispose()


def current_within(connection: Connection) -> str | None:
    """The same in a transaction that is open."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(url: str) -> bool:
    """True when no migration is missing. Raises Newer."""
    return is_head(current(url))


def is_head(revision: str | None) -> bool:
    """True for the last migration of this version, False for those before. Raises Newer."""
    if revision == head():
        return True
    if revision is not None and not knows(revision):
        raise Newer
    return False


def is_superseded(connection: Connection) -> bool:
    """True once a newer version has migrated the database while this one was at work."""
    return connection.execute(_REVISION).scalar() != head()


@cache
def head() -> str | None:
    """The last migration of this version. Alembic reads them all to find out."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def configuration(connection: Connection | None = None) -> Config:
    """What Alembic needs to know; it works on the given connection, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """A transaction that no other migration of this database can meet."""
    engine = open_engine(url)
    try:
        with to_write(engine) as connection:
            _let_tables_be_replaced(connection)
            with connection.begin():
                _wait_for_others(connection)
                yield connection
    finally:
        engine.dispose()


def _let_tables_be_replaced(connection: Connection) -> None:
    # SQLite cannot alter much: Alembic copies a table and drops the old one, which foreign keys
    # would forbid. They can be switched off outside a transaction only; `_check` looks afterwards.
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF").close()


def _wait_for_others(connection: Connection) -> None:
    # SQLite's transaction has waited when it began.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # others may migrate for long
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _check(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if astray:
            raise Broken(f"{len(astray)} rows point nowhere, the first in {astray[0][0]}")
