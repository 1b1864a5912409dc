"""Counts days that are over, one after the other, so that figures of a year are there at once.

It works on machine time: what is counted is the same whenever that is done.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import structlog

from bot.clock import Clock
from bot.desk import Desk
from bot.usecases import rollups

log = structlog.get_logger()

POLL_SECONDS = 5.0
# Of a desk with years behind it that were never counted: others need the machine, too.
REST_FACTOR, LEAST_SECONDS = 3.0, 0.02


@dataclass(eq=False)
class Roller:
    """Several processes may count the same day: each would write the same."""

    desk: Desk
    clock: Clock
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """End after the day at hand."""
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopped.is_set():
            began, found = time.monotonic(), False
            try:
                found = await self.work()
            except Exception as error:
                if not self.desk.outage.explains(error):
                    log.exception("counting figures failed")
                await self.desk.outage.rest()
            took = time.monotonic() - began
            await self._rest(max(LEAST_SECONDS, REST_FACTOR * took) if found else POLL_SECONDS)

    async def work(self) -> bool:
        """Count one day, week, month or quarter; False when there is none to count."""
        now = self.clock.now()
        page = await self.desk.read_all(lambda connection: rollups.next_page(connection, now))
        if page is None:
            return False
        await self.desk.write_all(lambda connection: rollups.keep(connection, page))
        return True

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            pass
