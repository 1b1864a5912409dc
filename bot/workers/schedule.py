"""The ticker: wakes what is due.

The only file that knows APScheduler, which holds no job of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import structlog
from apscheduler.job import Job as Tick
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.clock import Clock
from bot.desk import Desk
from bot.usecases import (
    csat,
    digest,
    draft,
    ladder,
    recovery,
    review,
    rollups,
    rota,
    upkeep,
    waking,
)
from bot.usecases.bells import Bell

log = structlog.get_logger()

TICK_SECONDS = 1
MISSED_TICKS = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A use case that runs every so often in desk time; replicas may both run it.

    ``is_due`` is asked before, where most ticks find nothing to do: reading disturbs no writer.
    """

    name: str
    every: timedelta
    step: Callable[[Connection, datetime], None]
    is_due: Callable[[Connection, datetime], bool] = lambda connection, now: True


BELLS: Mapping[str, Bell] = MappingProxyType(
    {
        "timers": waking.BELL,
        "packets": ladder.BELL,
        "polls": csat.BELL,
        "recoveries": recovery.BELL,
        "digests": digest.BELL,
    }
)
SCHEDULE: tuple[Job, ...] = (
    *(Job(name, timedelta(), bell.ring, bell.is_due) for name, bell in BELLS.items()),
    Job("rotas", timedelta(), rota.ring, rota.is_due),
    Job("rotas begin", timedelta(hours=1), rota.begin),
    Job("drafts", timedelta(), draft.ring, draft.is_due),
    Job("figures", timedelta(minutes=1), rollups.look),
    Job("reviews", timedelta(hours=1), review.ring, review.is_due),
    Job("prune", timedelta(hours=1), upkeep.prune),
    Job("freshen", timedelta(seconds=1), upkeep.freshen, upkeep.has_grown),
)


@dataclass(eq=False)
class Schedule:
    """Ticks each second and whenever the clock is moved; ``ticked`` hears every tick.

    ``seconds``, of machine time, are between two ticks.
    """

    desk: Desk
    clock: Clock
    ticked: Callable[[], None]
    seconds: float = TICK_SECONDS
    _tick: asyncio.Event = field(default_factory=asyncio.Event)
    _ran: dict[str, datetime] = field(default_factory=dict)
    _moves: int = 0
    _moves_worked: int = 0
    _stopping: bool = False

    @property
    def is_idle(self) -> bool:
        """True when all is done that the last move of the clock gave to do."""
        return self._moves_worked == self._moves

    def stop(self) -> None:
        """End after the tick at hand."""
        self._stopping = True
        self._tick.set()

    async def run(self) -> None:
        """Until stopped."""
        ticker = AsyncIOScheduler(timezone="UTC")
        every = {"seconds": self.seconds, "coalesce": True, "misfire_grace_time": None}
        job = ticker.add_job(self._due, "interval", **every)
        ticker.start()
        moves = asyncio.create_task(self._hear_moves(), name="clock moves")
        try:
            while not self._stopping:
                await self._next_tick(job)
                self._tick.clear()
                seen = self._moves
                await self._run_due()
                self.ticked()
                self._moves_worked = seen
        finally:
            moves.cancel()
            ticker.pause()
            await asyncio.sleep(0)  # a tick that was cut off would be logged as an error
            ticker.shutdown(wait=False)

    async def _next_tick(self, job: Tick) -> None:
        """Of a machine whose clock was set back, APScheduler would wait until it is there again."""
        while not self._tick.is_set():
            try:
                async with asyncio.timeout(MISSED_TICKS * self.seconds):
                    await self._tick.wait()
            except TimeoutError:
                job.modify(next_run_time=datetime.now(UTC))

    async def _due(self) -> None:
        """A coroutine, for plain functions are run on a thread, where no event may be set."""
        self._tick.set()

    async def _hear_moves(self) -> None:
        while True:
            await self.clock.wait_moved()
            self._moves += 1
            self._tick.set()

    async def _run_due(self) -> None:
        now = self.clock.now()
        for job in SCHEDULE:
            ran = self._ran.get(job.name)
            if ran is not None and ran <= now < ran + job.every:  # it may have been set back
                continue
            try:
                await self._run_one(job, now)
            except Exception as error:
                if self.desk.outage.explains(error):
                    return  # until the next tick
                log.exception("schedule: a job failed", job=job.name)
            self._ran[job.name] = now

    async def _run_one(self, job: Job, now: datetime) -> None:
        if await self.desk.read_all(lambda connection: job.is_due(connection, now)):
            await self.desk.write_all(lambda connection: job.step(connection, now))
