"""The ticker starts, ticks and stops without a word."""

from __future__ import annotations

import asyncio

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
