"""Learns what articles mean, where that is wanted and installed; words alone answer meanwhile.

It takes half of one core at most, and nothing while people are waited for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.desk import Desk
from bot.knowledge import fresh
from storage import workspaces

if TYPE_CHECKING:
    from bot.knowledge.meaning import Meaning

log = structlog.get_logger()

POLL_SECONDS = 3.0
AT_ONCE = 8  # passages: some 50 ms
RESTS = 3  # times as long as it worked, on two cores


@dataclass(eq=False)
class Learner:
    """``meaning`` makes the model, None where words alone are wanted; ``told`` hears of it."""

    desk: Desk
    meaning: Callable[[], Meaning] | None
    told: Callable[[Meaning], None] = lambda meaning: None
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """End after the passages at hand."""
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped."""
        if self.meaning is None:
            return
        model = await asyncio.to_thread(self.meaning)
        fresh.by_meaning(self.desk.engine, model)
        self.told(model)
        while not self._stopped.is_set():
            try:
                seconds = await self.work_batch()
            except Exception as error:
                if not self.desk.outage.explains(error):
                    log.exception("learning meanings failed")
                await self.desk.outage.rest()
                seconds = 0.0
            await self._rest(RESTS * seconds or POLL_SECONDS)

    async def work_batch(self) -> float:
        """Learn some; for how many seconds, 0.0 where nothing was left to learn."""
        for workspace_id in await self.desk.read_all(workspaces.ids):
            await self.desk.read(workspace_id, fresh.follow)
        await self.desk.lull()
        began = time.monotonic()
        done = await asyncio.to_thread(fresh.absorb, self.desk.engine, AT_ONCE)
        return time.monotonic() - began if done else 0.0

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            pass
