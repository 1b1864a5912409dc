"""A desk's week: stories of deadlines begin on a Monday, whenever they are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.stories.stage import Stage


async def monday(it: Stage, hour: int) -> datetime:
    """Let desk time pass until the next Monday at that hour of UTC, and say when that is."""
    now = it.program.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + timedelta(days=7 - now.weekday(), hours=hour)
    await it.later((at - now).total_seconds())
    return at
