"""Keeps the articles like their folder: at start, and a few seconds after something in it changed.

It works on machine time: a file changes whatever the desk's clock says.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import Unknown
from bot.knowledge import folder as files
from bot.usecases import article
from bot.usecases.article import Synced
from bot.workers.asking import Asker

log = structlog.get_logger()

POLL_SECONDS = 5.0
MOST_FACTS = 3

Seen = tuple[tuple[str, int, int], ...]


@dataclass(eq=False)
class Bookshelf:
    """Looks at names, times and sizes alone; without a ``folder`` it does nothing.

    Of several processes each does so: who comes second finds that nothing is left to do. A file
    that is still being written is read again when its time has changed once more.
    """

    desk: Desk
    clock: Clock
    asker: Asker
    folder: Path | None = None
    workspace_id: int = 0
    seconds: float = POLL_SECONDS
    _seen: Seen | None = None
    _is_lost: bool = False
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """End after the look at hand."""
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped."""
        while self.folder is not None and not self._stopped.is_set():
            try:
                await self.look()
            except Exception as error:
                if not self.desk.outage.explains(error):
                    log.exception("articles: the folder could not be taken in")
                await self.desk.outage.rest()
            await self._rest()

    async def look(self) -> Synced | None:
        """Take in what changed; None where nothing did, or the folder cannot be seen."""
        assert self.folder is not None  # noqa: S101 - nobody looks where there is no folder
        try:
            seen = await asyncio.to_thread(files.seen, self.folder)
        except OSError as error:
            self._lost(error)
            return None
        if seen == self._seen or not self.workspace_id:
            return None
        found = await self._taken_in(self.folder)
        self._seen, self._is_lost = seen, False
        log.info("articles: the folder was taken in", articles=len(seen), broken=len(found.broken))
        return found

    def _lost(self, error: OSError) -> None:
        """A folder that is away for a while (a share, a mount) takes no article along."""
        if not self._is_lost:
            log.warning("articles: the folder cannot be seen", error=str(error))
        self._is_lost = True

    async def _taken_in(self, folder: Path) -> Synced:
        contents = await asyncio.to_thread(files.read, folder)
        now = self.clock.now()
        for _ in range(MOST_FACTS):
            try:
                return await self.desk.write(
                    self.workspace_id, lambda unit: article.follow(unit, contents, now)
                )
            except Unknown as unknown:
                await self.asker.learn(self.workspace_id, unknown.fact)
        return await self.desk.write(
            self.workspace_id, lambda unit: article.follow(unit, contents, now)
        )

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self.seconds):
                await self._stopped.wait()
        except TimeoutError:
            pass
