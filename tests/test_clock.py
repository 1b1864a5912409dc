"""Desk time: moved by hand in tests, followed from the sandbox in the demo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import Clock, FollowedClock, SetClock, SlackClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Tower:
    """A clock in another process, as far as a follower can tell."""

    def __init__(self) -> None:
        self.offset, self.now, self.frozen, self.version = 0.0, 0.0, False, 1
        self.asked: asyncio.Queue[str] = asyncio.Queue()
        self._moved = asyncio.Event()

    def move(self, offset: float) -> None:
        self.offset = offset
        self._change()

    def freeze(self, at: datetime) -> None:
        self.now, self.frozen = at.timestamp(), True
        self._change()

    def _change(self) -> None:
        self.version += 1
        self._moved.set()
        self._moved = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.put_nowait(request.query["since"])
        if int(request.query["since"]) >= self.version and float(request.query["wait"]) > 0:
            await self._moved.wait()
        told = {
            "now": self.now,
            "offset": self.offset,
            "frozen": self.frozen,
            "version": self.version,
        }
        return web.json_response(told)


@asynccontextmanager
async def standing(tower: Tower) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/control/clock", tower.answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/control/clock"))


@asynccontextmanager
async def following(clock: FollowedClock) -> AsyncIterator[None]:
    task = asyncio.create_task(clock.follow())
    yield
    task.cancel()
    await asyncio.wait([task])


def test_a_set_clock_stands_still_until_it_is_moved() -> None:
    clock = SetClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(hours=3))
    assert clock.now() == NOON + timedelta(hours=3)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SetClock(datetime(2026, 3, 2))  # noqa: DTZ001 - the mistake under test


def test_the_real_clock_is_aware() -> None:
    assert Clock().now().utcoffset() == timedelta(0)


async def test_a_jump_wakes_those_who_wait() -> None:
    clock = SetClock(NOON)
    waiting = asyncio.create_task(clock.wait_moved())
    await asyncio.sleep(0)
    clock.advance(timedelta(days=1))
    await asyncio.wait_for(waiting, 5)


async def test_a_followed_clock_is_as_far_ahead_as_its_tower() -> None:
    tower = Tower()
    tower.move(3600)
    async with standing(tower) as url:
        clock = FollowedClock(url, machine_time=NOON.timestamp)
        assert clock.now() == NOON
        await clock.catch_up()
    assert clock.now() == NOON + timedelta(hours=1)


async def test_a_move_of_the_tower_is_followed_and_wakes_those_who_wait() -> None:
    tower = Tower()
    async with standing(tower) as url:
        clock = FollowedClock(url, machine_time=NOON.timestamp)
        await clock.catch_up()
        async with following(clock):
            waiting = asyncio.create_task(clock.wait_moved())
            while await tower.asked.get() != "1":
                pass
            tower.freeze(NOON + timedelta(days=2))
            await asyncio.wait_for(waiting, 5)
    assert clock.now() == NOON + timedelta(days=2)


async def test_time_goes_on_when_the_tower_is_gone() -> None:
    tower = Tower()
    tower.move(60)
    async with standing(tower) as url:
        clock = FollowedClock(url, machine_time=NOON.timestamp)
        await clock.catch_up()
    async with following(clock):
        await asyncio.sleep(0)
        assert clock.now() == NOON + timedelta(minutes=1)


MINUTE = 60.0


@dataclass
class Watch:
    """What this machine's two clocks show: ``wall``, which is set by people, and ``steady``."""

    wall: float = NOON.timestamp()
    steady: float = 1000.0

    def run(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@dataclass
class Slack:
    """Tells the time in its headers, as far as that is asked for: ``is_away`` answers nothing."""

    at: datetime = NOON
    is_away: bool = False
    status: int = 200
    asked: int = 0

    @property
    def date(self) -> str:
        return format_datetime(self.at, usegmt=True)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.is_away:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=self.status, headers={"Date": self.date})


@asynccontextmanager
async def by_slack(watch: Watch, slack: Slack) -> AsyncIterator[SlackClock]:
    app = web.Application()
    app.router.add_route("*", "/api/", slack.answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/api/"))
        yield SlackClock(session, url, wall=lambda: watch.wall, steady=lambda: watch.steady)


async def test_a_machine_whose_clock_is_wrong_goes_by_slacks() -> None:
    watch = Watch(wall=(NOON + timedelta(minutes=10)).timestamp())
    async with by_slack(watch, Slack()) as clock:
        await clock.catch_up()
        watch.run(5)
        assert clock.now() == NOON + timedelta(seconds=5)
        assert clock.machine() == clock.now().timestamp()


@pytest.mark.parametrize("step", [10 * MINUTE, -10 * MINUTE, 2 * 1440 * MINUTE])
async def test_whoever_sets_the_clock_does_not_move_the_desk(step: float) -> None:
    watch, slack = Watch(), Slack()
    async with by_slack(watch, slack) as clock:
        await clock.catch_up()
        watch.wall += step
        assert clock.now() == NOON
        await clock.look()
        assert (clock.now(), slack.asked) == (NOON, 2)


async def test_a_machine_that_slept_hears_from_slack_how_long() -> None:
    watch, slack = Watch(), Slack()
    async with by_slack(watch, slack) as clock:
        await clock.catch_up()
        slack.at = NOON + timedelta(hours=8)
        watch.wall += 480 * MINUTE
        await clock.look()
        assert clock.now() == slack.at


async def test_while_slack_is_away_the_machines_own_clock_has_to_do() -> None:
    watch, slack = Watch(), Slack(is_away=True)
    async with by_slack(watch, slack) as clock:
        await clock.catch_up()
        assert clock.now() == NOON
        watch.wall += 10 * MINUTE
        await clock.look()
        assert clock.now() == NOON + timedelta(minutes=10)
        clock.hear(slack.date)
        assert clock.now() == NOON


async def test_who_says_on_the_way_that_slack_is_away_sets_no_clock() -> None:
    slack = Slack(at=NOON + timedelta(days=9), status=502)
    async with by_slack(Watch(), slack) as clock:
        await clock.catch_up()
        assert (clock.now(), slack.asked) == (NOON, 1)


async def test_what_is_set_little_by_little_is_followed() -> None:
    watch, slack = Watch(), Slack()
    async with by_slack(watch, slack) as clock:
        await clock.catch_up()
        watch.wall -= 2
        await clock.look()
        assert (clock.now(), slack.asked) == (NOON - timedelta(seconds=2), 1)


@pytest.mark.parametrize("date", ["", "soon", format_datetime(NOON + timedelta(seconds=20))])
async def test_a_slow_answer_or_none_sets_no_clock(date: str) -> None:
    async with by_slack(Watch(), Slack()) as clock:
        clock.hear(date)
        assert clock.now() == NOON
