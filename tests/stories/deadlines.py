"""A desk's week: stories of deadlines begin on a Monday, whenever they are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import escalations, rotas, tickets
from tests.stories.stage import Stage

DUES = (tickets.TIMER.next_at, escalations.TIMER.next_at, rotas.next_at)


async def monday(it: Stage, hour: int) -> datetime:
    """Let desk time pass until the next Monday at that hour of UTC, and say when that is."""
    now = it.program.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + timedelta(days=7 - now.weekday(), hours=hour)
    await it.later((at - now).total_seconds())
    return at


def _next_due(connection: Connection) -> datetime | None:
    found = (each(connection) for each in DUES)
    return min(filter(None, found), default=None)


async def until(it: Stage, at: datetime) -> None:
    """Go there from one due time to the next, so that each is noticed at its minute."""
    while (now := it.program.clock.now()) < at:
        due = await it.program.desk.read_all(_next_due)
        target = min(at, max(due, now + timedelta(seconds=1))) if due else at
        await it.later((target - now).total_seconds() + 0.05)


async def hours(it: Stage, count: float) -> None:
    """The same for so many hours from now."""
    await until(it, it.program.clock.now() + timedelta(hours=count))
