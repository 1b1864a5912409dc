"""The managers' daily digest comes without anybody's asking, once, until somebody deletes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import app
from sandbox.demo import yesterday
from sandbox.hands import Hands, shown
from sandbox.local import Sandbox
from sandbox.page import routes
from sandbox.page.dates import next_morning
from sandbox.server import serving
from sandbox.world import Message
from storage import digests
from storage.migrate import upgrade
from tests import databases
from tests.stories import ladder
from tests.stories.stage import UNHURRIED, Stage, at_work
from tests.stories.test_digest import NINE_IN_BERLIN, TWO_MINUTES, until
from tests.stories.told import typed
from tests.stories.worlds import clock_at, world_at

NINE_AT_THE_DESK = NINE_IN_BERLIN + timedelta(hours=1)  # its clock is UTC
NINE = "09:00"
MONDAY_AFTERNOON = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def sqlite_url(run: databases.Run) -> Iterator[str]:
    with run.copy("sqlite", upgrade) as url:
        yield url


@pytest.fixture
def postgres_url(run: databases.Run) -> Iterator[str]:
    """Where replicas are possible."""
    with run.copy("postgresql", upgrade) as url:
        yield url


@asynccontextmanager
async def local() -> AsyncIterator[Sandbox]:
    """A Slack on a Monday at nine, before the desk comes to it."""
    async with serving(world_at(), patience=UNHURRIED, more=routes) as slack:
        slack.limits.enabled = False
        yield slack


def posted(it: Stage) -> list[Message]:
    return [message for message in it.messages("digests") if "Daily digest" in message.text]


async def live(it: Stage) -> int:
    found = await it.program.desk.read(it.program.workspace_id, digests.live)
    return len(found)


async def test_it_comes_on_the_desks_clock_survives_a_restart_and_stays_deleted(
    database_url: str,
) -> None:
    async with local() as slack:
        async with at_work(slack, database_url, daily_digest=NINE) as it:
            listed = await typed(it, "mona", "digests")
            assert "*Daily digest* in #digests Working days at 09:00 (UTC)" in " ".join(
                listed.split()
            )
            await ladder.asked(it)
        async with at_work(slack, database_url, daily_digest="10:00") as it:
            await until(it, NINE_AT_THE_DESK - TWO_MINUTES)
            assert not posted(it)
            await until(it, NINE_AT_THE_DESK + TWO_MINUTES)
            (digest,) = posted(it)
            assert digest.text == "Daily digest, Mon 2 Mar: 1 to decide"
            assert await live(it) == 1
            assert "Only leads" in await typed(it, "ben", "digest delete daily")
            assert "deleted" in await typed(it, "mona", "digest delete daily")
        async with at_work(slack, database_url, daily_digest=NINE) as it:
            assert await live(it) == 0
            assert "none comes so far" in await typed(it, "mona", "digests")


async def test_where_the_bot_is_not_in_the_channel_it_waits_for_the_invitation(
    sqlite_url: str,
) -> None:
    async with local() as slack:
        slack.people.kick("mona", "#digests", "threadkeeper")
        more: dict[str, Any] = {"digest_channel": "C00DIGESTS", "daily_digest": NINE}
        async with at_work(slack, sqlite_url, **more) as it:
            await ladder.asked(it)
            await until(it, NINE_AT_THE_DESK + TWO_MINUTES)
            assert not posted(it)
            assert "Invite me" in await typed(it, "mona", "health")
            slack.people.invite("mona", "#digests", "threadkeeper")
            await it.later(600)
            assert len(posted(it)) == 1


@pytest.mark.parametrize("settings", [{"daily_digest": ""}, {"digest_channel": ""}])
async def test_none_comes_without_a_time_or_a_channel(
    sqlite_url: str, settings: dict[str, Any]
) -> None:
    async with (
        local() as slack,
        at_work(slack, sqlite_url, **({"daily_digest": NINE} | settings)) as it,
    ):
        assert await live(it) == 0


async def test_two_replicas_that_start_together_begin_one(postgres_url: str) -> None:
    both = asyncio.Barrier(2)

    async def replica(slack: Sandbox) -> int:
        async with at_work(slack, postgres_url, daily_digest=NINE) as it:
            await both.wait()
            found = await live(it)
            await both.wait()
            return found

    async with local() as slack, asyncio.TaskGroup() as group:
        found = [group.create_task(replica(slack)) for _ in range(2)]
    assert [each.result() for each in found] == [1, 1]


async def test_the_demo_has_this_mornings_and_brings_the_next_one_when_the_clock_is_moved(
    tmp_path: Path,
) -> None:
    async with local() as slack:
        clock, mona = slack.world.clock, Hands(slack, "mona")
        clock.offset = clock_at(MONDAY_AFTERNOON).offset
        async with app.joined(app._demo_settings(slack, tmp_path)):
            await yesterday(slack, has_digest=True)
            clock.move(next_morning(clock.now(), ZoneInfo("Europe/Berlin")).total_seconds())
            await mona.sees("the next", mona.message("digests", showing="Tue 3 Mar"))
    found = [shown(each) for each in mona.messages("digests") if "Daily digest" in shown(each)]
    assert len(found) == 2
    assert not [each for each in found if "left out" in each]
