"""Keeps the index of words up with the messages: a second behind, ten and more in a rush.

It works on machine time, because it changes nothing that anybody is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.desk import Desk
from storage import indexing

log = structlog.get_logger()

POLL_SECONDS = 1.0
# Between batches while it is behind: the tickets themselves need the writer more.
BREATH_SECONDS = 0.5
# While messages wait to become tickets nobody searches for them yet; but a rush may last.
LONGEST_REST_SECONDS = 10.0


@dataclass(eq=False)
class Indexer:
    """Of several processes one indexes at a time.

    ``is_rushed`` while more messages wait to be worked than can be at once.
    """

    desk: Desk
    is_rushed: Callable[[], bool] = lambda: False
    _rests_until: float | None = None
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopped.is_set():
            try:
                is_behind = await self.work_batch() == indexing.AT_ONCE
            except Exception as error:
                if not self.desk.outage.explains(error):
                    log.exception("indexing failed")
                await self.desk.outage.rest()
                is_behind = False
            await self._rest(BREATH_SECONDS if is_behind else POLL_SECONDS)
            await self._until_lull()

    async def _until_lull(self) -> None:
        """Rest through the beginning of a rush; if it lasts, go on in the midst of it."""
        while self.is_rushed() and not self._stopped.is_set():
            now = time.monotonic()
            self._rests_until = self._rests_until or now + LONGEST_REST_SECONDS
            if now >= self._rests_until:
                return
            await self._rest(BREATH_SECONDS)
        self._rests_until = None

    async def work_batch(self) -> int:
        """Index a batch of what is behind; how many messages that were."""
        if not await self.desk.read_all(indexing.is_behind):
            return 0
        return await self.desk.write_all(indexing.follow)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            pass
