"""A month of digests in seconds: each once at its minute, in four zones whose clocks change.

Two desks run on one database, as replicas do; both stop over the hour of a morning's digests, and
for days later on. Desk time goes from one thing that is due to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.digest import LATEST
from sandbox import page
from sandbox.local import Sandbox
from sandbox.server import serving
from sandbox.world import World
from storage import digests, people
from storage.migrate import upgrade
from storage.records.digests import Digest, Outcome, Subscription
from storage.unit import Unit
from tests import databases
from tests.stories.stage import Stage, at_work
from tests.stories.test_digest import directly
from tests.stories.test_rota import MONDAY, monday
from tests.stories.told import typed

pytestmark = [pytest.mark.story, pytest.mark.slow]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONES = {
    "mona": "Europe/Berlin",  # forward on 29 March
    "ana": "America/New_York",  # forward on 8 March
    "ben": "Australia/Sydney",  # back on 5 April
    "tariq": "Asia/Kolkata",  # never
}
STOPS, STARTS = MONDAY + 9 * DAY - 2 * HOUR, MONDAY + 9 * DAY + HOUR  # Wednesday 11, 7:00 to 10:00
LEAVES, RETURNS = MONDAY + 16 * DAY, MONDAY + 18 * DAY + 4 * HOUR  # from Wednesday 18 to Friday 20
ENDS = MONDAY + 36 * DAY


def world() -> World:
    """A Monday in March, with people of the desk in four zones, all of whom are leads."""
    made = monday()
    for name, zone in ZONES.items():
        person = next(user for user in made.users.values() if user.name == name)
        made.users[person.id] = replace(person, tz=zone)
    leads = next(group for group in made.usergroups.values() if group.handle == "leads")
    leads.users = [user.id for user in made.users.values() if user.name in ZONES]
    return made


@asynccontextmanager
async def replicas(slack: Sandbox, url: str) -> AsyncIterator[Stage]:
    """Two desks on one database; Slack calls the second, and both tick."""
    async with AsyncExitStack() as both:
        await both.enter_async_context(at_work(slack, url))
        yield await both.enter_async_context(at_work(slack, url))


async def until(it: Stage, at: datetime) -> None:
    """From one digest that is due to the next."""
    while (now := it.program.clock.now()) < at:
        due = await it.program.desk.read_all(digests.next_at)
        target = min(at, max(due, now + timedelta(seconds=1))) if due else at
        await it.later((target - now).total_seconds() + 0.05)


@pytest.fixture
def url(run: databases.Run) -> Iterator[str]:
    """Where replicas are possible."""
    with run.copy("postgresql", upgrade) as url:
        yield url


async def test_every_digest_comes_once_at_its_minute(url: str) -> None:
    async with serving(world(), more=page.routes) as slack:
        slack.limits.enabled = False
        async with replicas(slack, url) as it:
            for name in ZONES:
                assert "direct message" in await typed(it, name, "digest daily at 9 even if empty")
            told = await typed(it, "ana", "digest weekly on thursday at 16:00 in #digests always")
            assert "thursdays at 16:00 (America/New_York), in #digests" in told
            await until(it, STOPS)
        _move_to(slack, STARTS)
        async with replicas(slack, url) as it:
            await it.quiet()
            await until(it, LEAVES)
        _move_to(slack, RETURNS)
        async with replicas(slack, url) as it:
            await it.quiet()
            await until(it, ENDS)
            await it.program.desk.read(it.program.workspace_id, lambda unit: _look(unit, it))


def _move_to(slack: Sandbox, at: datetime) -> None:
    slack.world.clock.move((at - slack.world.clock.now()).total_seconds())


def _look(unit: Unit, it: Stage) -> None:
    (weekly,) = (each for each in digests.live(unit) if each.is_weekly)
    _of_one(weekly, digests.of(unit, weekly.id), ZoneInfo(ZONES["ana"]))
    trends = [m for m in it.messages("digests") if m.text.startswith("The week")]
    assert len(trends) == 5
    daily = [each for each in digests.live(unit) if not each.is_weekly]
    assert len(daily) == len(ZONES)
    for one in daily:
        person = people.by_id(unit, one.person_id)
        assert person is not None
        name = next(each for each in ZONES if each in person.name.casefold())
        _of_one(one, digests.of(unit, one.id), ZoneInfo(ZONES[name]))
        _shown(it, name, digests.of(unit, one.id))


def _of_one(one: Subscription, made: list[Digest], zone: ZoneInfo) -> None:
    """Every working day has one slot, at nine on the wall; what nobody was there for is known."""
    days = Counter(each.slot_at.astimezone(zone).date() for each in made)
    assert set(days.values()) == {1}
    for each in made:
        wall = each.slot_at.astimezone(zone)
        assert wall.hour * 60 + wall.minute == one.minutes
        assert wall.weekday() < 5
        assert not one.is_weekly or wall.weekday() == one.weekday
        _in_time(each)
    missed = set() if one.is_weekly else _working_days(one.made_at, ENDS, zone) - days.keys()
    assert {each for each in missed if not _was_away(each, zone)} == set()


def _in_time(each: Digest) -> None:
    if STOPS < each.slot_at <= STARTS or LEAVES < each.slot_at <= RETURNS:
        back = STARTS if each.slot_at <= STARTS else RETURNS
        is_of_use = back - each.slot_at <= LATEST[each.kind]
        assert each.outcome is (Outcome.SENT if is_of_use else Outcome.SKIPPED), each
    else:
        assert each.outcome is Outcome.SENT
        assert each.made_at - each.slot_at < timedelta(minutes=1), each


def _working_days(since: datetime, until_: datetime, zone: ZoneInfo) -> set[date]:
    nines = (
        datetime(2026, 3, 1, 9, tzinfo=zone) + n * DAY for n in range(60)
    )  # wall time: nine on each day
    fitting = (each for each in nines if since < each.astimezone(UTC) <= until_)
    return {each.date() for each in fitting if each.weekday() < 5}


def _was_away(day: date, zone: ZoneInfo) -> bool:
    nine = datetime(day.year, day.month, day.day, 9, tzinfo=zone).astimezone(UTC)
    return LEAVES < nine <= RETURNS


def _shown(it: Stage, name: str, made: list[Digest]) -> None:
    """Slack shows what was sent, once each, late ones say so, and one tells what was left out."""
    posts = [m for m in directly(it, name) if m.text.startswith("Daily digest")]
    sent = [each for each in made if each.outcome is Outcome.SENT]
    assert len(posts) == len(sent)
    late = [each for each in sent if each.made_at - each.slot_at > timedelta(minutes=10)]
    assert sum("This is late" in str(m.blocks) for m in posts) == len(late)
    assert sum("was left out" in str(m.blocks) for m in posts) == 1  # those of the long stop
    for each, post in zip(sent, posts, strict=True):
        assert abs(float(post.ts) - each.made_at.timestamp()) < 60
