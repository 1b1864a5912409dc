"""Work that comes by the clock and changes nothing that people see."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.usecases.inputs import Acted
from storage import catchup, inbox, statistics

KEEP_DONE = timedelta(days=7)
KEEP_GAPS = timedelta(days=30)
"""A night is a gap, too: long before that others are the last of all."""

MOST_AT_ONCE = 2_000


def prune(connection: Connection, now: datetime) -> None:
    """Forget done rows of the inbox once no retry of Slack's can come (FACTS 1: 24 h at most).

    With them gaps that nobody is shown any more; the books do without them.
    """
    old, own = now - KEEP_DONE, frozenset({Acted.__name__})
    inbox.prune(connection, before=old, most=MOST_AT_ONCE, with_words=own)
    catchup.prune(connection, before=now - KEEP_GAPS)


def has_grown(connection: Connection, _now: datetime) -> bool:
    """True when the database knows its tables as far smaller than they are."""
    return bool(statistics.grown(connection))


def freshen(connection: Connection, _now: datetime) -> None:
    """Let the database know how large its tables have become."""
    statistics.freshen(connection)
