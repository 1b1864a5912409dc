"""The ticker starts, ticks and stops without a word."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import create_engine

from bot.clock import Clock
from bot.desk import Desk
from bot.workers.schedule import Schedule
from storage.cipher import Cipher
from storage.engine import open_engine
from tests.stories import ears


async def test_it_may_be_stopped_in_the_middle_of_a_tick(database_url: str) -> None:
    engine = open_engine(database_url)
    desk = Desk(engine, Cipher.fresh())
    desk.start()
    with ears.errors() as heard:
        for _ in range(30):
            await _until_it_ticked(desk, times=2)
    await desk.stop()
    engine.dispose()
    assert heard == []


async def _until_it_ticked(desk: Desk, *, times: int) -> None:
    heard = asyncio.Semaphore(0)
    schedule = Schedule(desk, Clock(), ticked=heard.release, seconds=0.001)
    running = asyncio.create_task(schedule.run(), name="schedule")
    for _ in range(times):
        await heard.acquire()
    schedule.stop()
    await running


async def test_a_machine_that_was_set_back_goes_on_ticking() -> None:
    schedule = Schedule(
        Desk(create_engine("sqlite://"), Cipher.fresh()), Clock(), lambda: None, seconds=0.001
    )
    ticker = AsyncIOScheduler(timezone="UTC")
    before = datetime.now(UTC) + timedelta(days=2)
    job = ticker.add_job(schedule._due, "interval", seconds=1, next_run_time=before)
    ticker.start()
    async with asyncio.timeout(60):
        await schedule._next_tick(job)
    ticker.shutdown(wait=False)
