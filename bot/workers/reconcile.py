"""Keeps the marks of life, notes gaps, and sees that they are caught up, beside all other work."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from bot.clock import Clock
from bot.desk import Desk
from bot.usecases import catchup
from bot.workers.comparing import Comparer
from storage.records.catchup import Cause
from storage.unit import Unit

log = structlog.get_logger()

# All in machine seconds.
POLL_SECONDS = 1.0
BEAT_SECONDS = 30.0
FIRST_SECONDS, AGAIN_SECONDS = 2.0, 60.0
CALM_SECONDS = 2.0
"""After the last 503 of ours: Slack's first retry comes at once, and we have enough to do."""

PAUSE_SECONDS = 60.0
"""Between two rounds: then we were stopped or asleep, and nobody could tell us anything."""

Noted = tuple[int | None, Cause]


@dataclass(eq=False)
class Reconciler:
    """``missed`` may be called from anywhere on the loop, also while the database is away."""

    desk: Desk
    clock: Clock
    comparer: Comparer
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _noted: dict[Noted, tuple[datetime, datetime]] = field(default_factory=dict)
    _again: dict[int, tuple[float, float]] = field(default_factory=dict)
    _beat_at: float | None = None
    _awake_at: float = 0.0
    _alive_at: datetime | None = None
    _refused_at: float = -math.inf
    _busy: bool = True
    _stopping: bool = False

    def missed(
        self, cause: Cause, workspace_id: int | None = None, *, since: datetime | None = None
    ) -> None:
        """Something may be lost, ``since`` then or just now, for one workspace or for all."""
        now = self.clock.now()
        began, _ = self._noted.get((workspace_id, cause), (since or now, now))
        self._noted[workspace_id, cause] = (min(began, since or now), now)
        self._busy = True
        if cause is not Cause.UNSAVED:
            self._news.set()
            return
        # Of thousands, one a second is written down, and none is looked for in the rush.
        self._refused_at = time.monotonic()

    def stop(self) -> None:
        """End soon; what is not compared yet is compared after the next start."""
        self._stopping = True
        self.comparer.stop()
        self._news.set()

    @property
    def is_idle(self) -> bool:
        """True when nothing is being compared, nor could be just now."""
        return not self._busy or self.comparer.is_waiting

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopping:
            self._news.clear()
            try:
                await self._round()
            except Exception as error:
                if not self.desk.outage.explains(error):
                    log.exception("catch-up failed")
                await self.desk.outage.rest()
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(0 if self._stopping else POLL_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _round(self) -> None:
        self._notice_pause()
        await self._beat()
        await self._write_notes()
        if self.desk.outage.seconds is not None:  # what is found could not be written down
            self._again.clear()
            return
        if time.monotonic() - self._refused_at < CALM_SECONDS:
            return
        for installed in await self.desk.installations():
            await self._catch_up(installed.workspace_id)
        self._busy = bool(self._noted)

    def _notice_pause(self) -> None:
        now = time.time()
        if self._alive_at is not None and now - self._awake_at > PAUSE_SECONDS:
            self.missed(Cause.PAUSE, since=self._alive_at)
        self._awake_at, self._alive_at = now, self.clock.now()

    async def _beat(self) -> None:
        """The first beat also notes for how long nobody was there."""
        if self._beat_at is not None and time.monotonic() - self._beat_at < BEAT_SECONDS:
            return
        step = catchup.begin if self._beat_at is None else catchup.beat
        await self._for_each(lambda unit: step(unit, self.clock.now()))
        self._beat_at = time.monotonic()

    async def _write_notes(self) -> None:
        """What could not be written down while the database was away is written now."""
        for key, when in list(self._noted.items()):
            workspace_id, cause = key
            await self._for_each(partial(catchup.note, cause=cause, when=when), only=workspace_id)
            if self._noted.get(key) == when:
                del self._noted[key]

    async def _for_each(self, step: Callable[[Unit], None], *, only: int | None = None) -> None:
        for installed in await self.desk.installations():
            if only in (None, installed.workspace_id):
                await self.desk.write(installed.workspace_id, step)

    async def _catch_up(self, workspace_id: int) -> None:
        """What failed is tried again soon, then later and later, whatever else happens."""
        again_at, wait = self._again.get(workspace_id, (0.0, FIRST_SECONDS))
        if again_at > time.monotonic() or self._stopping:
            return
        self._again[workspace_id] = (time.monotonic() + wait, min(4 * wait, AGAIN_SECONDS))
        if await self.comparer.catch_up(workspace_id):
            del self._again[workspace_id]
