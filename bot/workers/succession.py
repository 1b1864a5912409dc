"""Leaves the work to others once a newer version has brought the database up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.desk import Desk
from storage.migrate import is_superseded

log = structlog.get_logger()

OVERTAKEN = (
    "a newer version has brought the database up to date: this process works no more, and only"
    " takes in what Slack brings; restart it as that version"
)
EVERY_SECONDS = 1.0
"""Sooner than a row that nobody here understands any more has used up its tries."""


@dataclass(eq=False)
class Succession:
    """``superseded`` is called once, when this version's work is ``over``.

    What Slack brings is taken in all the same, for the others.
    """

    desk: Desk
    superseded: Callable[[], None]
    every: float = EVERY_SECONDS
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """End now."""
        self._stop.set()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stop.is_set():
            if await self._is_over():
                log.error(OVERTAKEN)
                self.superseded()
                self.over.set()
                return
            await self._rest()

    async def _is_over(self) -> bool:
        try:
            return await self.desk.read_all(is_superseded)
        except SQLAlchemyError:
            return False

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self.every):
                await self._stop.wait()
        except TimeoutError:
            pass
