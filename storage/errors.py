"""What the store raises when the truth has moved on, and how to tell whose fault an error is."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    PendingRollbackError,
    ProgrammingError,
    TimeoutError,  # noqa: A004 - no connection became free
)

# What a statement can do wrong by itself; all else is the database's.
_OF_A_STATEMENT = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
# PostgreSQL's refusals that pass by themselves: it starts, stops, recovers, or has too many guests.
_PASSING = ("starting up", "shutting down", "recovery", "not yet accepting", "too many", "slots")
# SQLite's: somebody else has the file, or the disk is full.
_PASSING_HERE = ("locked", "full", "disk I/O")
_WORDLESS = {"TimeoutError": "no answer in time", "Full": "too much waits to be written"}
MOST_WORDS = 150


class Conflict(Exception):
    """Somebody else changed the row first: the step is rolled back and run again."""


def is_trouble(error: BaseException | None) -> bool:
    """True when the database is away, locked, full or broken: not the statement, nor its row."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, _OF_A_STATEMENT)
    return isinstance(error, (PendingRollbackError, TimeoutError))


def was_cut(error: BaseException) -> bool:
    """True when the connection was lost, so that the same may be tried on another at once."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and was_cut(error.orig))
    return isinstance(error, PendingRollbackError)


def passes_by_itself(error: DBAPIError) -> bool:
    """False for what only a person can mend: a wrong password, no such database, no such folder."""
    words = str(error.orig)
    if isinstance(error.orig, sqlite3.Error):
        return any(each in words for each in _PASSING_HERE)
    if "FATAL:" in words:
        return any(each in words for each in _PASSING)
    return isinstance(error, OperationalError)


def in_short(error: BaseException) -> str:
    """The driver's own first line, without the statement and its values."""
    words = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    first = words.strip().partition("\n")[0]
    gist = first.rpartition("FATAL:")[2].strip()  # PostgreSQL's own, after the address
    name = type(error).__name__
    return gist[:MOST_WORDS] or _WORDLESS.get(name, name)
