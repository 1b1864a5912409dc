"""Bells: what the desk has to look at by itself goes into the inbox once its time has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Input
from storage import inbox
from storage.records.boxes import Arrival
from storage.timers import Due, Timer

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Bell:
    """Rings for the rows of a timer; ``item`` is what goes into the inbox for one, and when.

    Where nobody has looked at one after ``patience``, it rings again.
    """

    timer: Timer
    item: Callable[[Due, datetime], Input]
    patience: timedelta | None = None

    def is_due(self, connection: Connection, now: datetime) -> bool:
        """True when the time of some row came and nobody has looked at it."""
        at = self.timer.next_at(connection)
        return at is not None and at <= now

    def ring(self, connection: Connection, now: datetime) -> None:
        """Put every row whose time came into the inbox; replicas may both ring."""
        until = now + self.patience if self.patience else None
        found = self.timer.due(connection, now, most=MOST_AT_ONCE)
        ours = self.timer.claim(connection, found, until=until)
        if arrivals := [self._arrival(each, now) for each in ours]:
            inbox.put(connection, arrivals)

    def _arrival(self, due: Due, now: datetime) -> Arrival:
        """Who has claimed it puts it there, in one transaction, so its key has to keep nobody out.

        A time that was put off may be set again, even at the very same moment.
        """
        found = to_arrival(due.workspace_id, self.item(due, now))
        return replace(found, key=f"{found.key}:{found.id}")
