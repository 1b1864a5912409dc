"""An older version still runs when a newer one has migrated the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.desk import Desk
from bot.workers.succession import Succession
from storage import inbox
from storage.cipher import Cipher
from storage.engine import open_engine
from tests.stories.stage import stage

LATER = text("UPDATE alembic_version SET version_num = 'later'")


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """One that reads and writes."""
    engine = open_engine(database_url)
    it = Desk(engine, Cipher.fresh())
    it.start()
    yield it
    await it.stop()
    engine.dispose()


async def test_it_leaves_the_work_to_the_newer_version(desk: Desk) -> None:
    left: list[bool] = []
    succession = Succession(desk, lambda: left.append(True), every=0.001)
    running = asyncio.create_task(succession.run(), name="succession")
    for _ in range(5):
        await desk.read_all(lambda connection: connection.execute(text("SELECT 1")).scalar())
    assert left == []
    await desk.write_all(lambda connection: connection.execute(LATER).rowcount)
    async with asyncio.timeout(60):
        await running
    assert left == [True]


async def test_it_may_be_stopped(desk: Desk) -> None:
    succession = Succession(desk, lambda: pytest.fail("nobody succeeds it"), every=3600)
    running = asyncio.create_task(succession.run(), name="succession")
    await asyncio.sleep(0)
    succession.stop()
    async with asyncio.timeout(60):
        await running


async def test_what_slack_brings_an_older_desk_waits_for_the_newer(database_url: str) -> None:
    async with stage(database_url) as it:
        desk, crew = it.program.desk, it.program.crew
        await desk.write_all(lambda connection: connection.execute(LATER).rowcount)
        async with asyncio.timeout(60):
            await crew.succession.over.wait()
        it.people.say("carla", "#acme-harbour", "Our export fails, what can we do?")
        await it.slack.idle()
        assert await desk.read_all(inbox.count_waiting) == 1
        assert it.cards() == []
