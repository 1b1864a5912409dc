"""A month in seconds: digests, polls and reminders once, in four zones whose clocks change.

Two desks run on one database, as replicas do; both stop over the hour of a morning's digests, and
for days later on. Desk time goes from one thing that is due to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.rules.digest import LATEST
from sandbox import page
from sandbox.local import Sandbox
from sandbox.server import serving
from sandbox.world import World
from storage import csat, digests, people, recovery
from storage.csat import csat_table
from storage.migrate import upgrade
from storage.records.csat import Poll
from storage.records.digests import Digest, Outcome, Subscription
from storage.unit import Unit
from tests import databases
from tests.stories.stage import UNHURRIED, Stage, replicas
from tests.stories.test_digest import directly
from tests.stories.test_rota import MONDAY
from tests.stories.told import typed
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.slow]

TIMED = tuple(each.TIMER.next_at for each in (digests, csat, recovery))
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
# When who asks where, and how it is solved: of one person no two polls come within 14 days.
SOLVED = (
    (1, "carla", "#acme-harbour", ""),
    (1.1, "omar", "#acme-harbour", "not a request"),
    (2, "omar", "#acme-harbour", ""),
    (4, "zoe", "#globex-harbour", ""),
    (7, "carla", "#acme-harbour", ""),
    (21, "carla", "#acme-harbour", ""),
)
POLLED = Counter({"carla": 2, "omar": 1, "zoe": 1})
ABOUT_POLLS = re.compile(r"How did we do|A moment for us|question about #\d+ is over")


def world() -> World:
    """A Monday in March, with people of the desk in four zones, all of whom are leads."""
    made = world_at()
    for name, zone in ZONES.items():
        person = next(user for user in made.users.values() if user.name == name)
        made.users[person.id] = replace(person, tz=zone)
    leads = next(group for group in made.usergroups.values() if group.handle == "leads")
    leads.users = [user.id for user in made.users.values() if user.name in ZONES]
    return made


@dataclass
class Month:
    """Goes through it; ``dues`` are the moments at which something was to happen."""

    dues: list[datetime] = field(default_factory=list)

    async def until(self, it: Stage, at: datetime) -> None:
        """From one thing that is due to the next, and what people do at their times."""
        for day, who, channel, how in SOLVED:
            then = MONDAY + day * DAY + HOUR
            if it.program.clock.now() < then <= at:
                await self._until(it, then)
                await _solved(it, who, channel, how)
        await self._until(it, at)

    async def _until(self, it: Stage, at: datetime) -> None:
        while (now := it.program.clock.now()) < at:
            asked = [await it.program.desk.read_all(each) for each in TIMED]
            self.dues += (due := [each for each in asked if each is not None])
            target = min([at, *(max(each, now + timedelta(seconds=1)) for each in due)])
            await it.later((target - now).total_seconds() + 0.05)


async def _solved(it: Stage, who: str, channel: str, how: str) -> None:
    asked = it.people.say(who, channel, "The export is broken, can you help?")
    await it.quiet()
    it.people.say("ben", channel, "Please restart it, that helps.", thread_ts=asked.ts)
    await it.quiet()
    number = len(it.cards())
    await typed(it, "ben", f"resolve {number} {how}".strip(), command="/ticket")


@pytest.fixture
def url(run: databases.Run) -> Iterator[str]:
    """Where replicas are possible."""
    with run.copy("postgresql", upgrade) as url:
        yield url


async def test_every_digest_comes_once_at_its_minute(url: str) -> None:
    month = Month()
    async with serving(world(), patience=UNHURRIED, more=page.routes) as slack:
        slack.limits.enabled = False
        async with replicas(slack, url) as it:
            for name in ZONES:
                assert "direct message" in await typed(it, name, "digest daily at 9 even if empty")
            told = await typed(it, "ana", "digest weekly on thursday at 16:00 in #digests always")
            assert "Thursdays at 16:00 (America/New_York), in #digests" in told
            await month.until(it, STOPS)
        _move_to(slack, STARTS)
        async with replicas(slack, url) as it:
            await it.quiet()
            await month.until(it, LEAVES)
        _move_to(slack, RETURNS)
        async with replicas(slack, url) as it:
            await it.quiet()
            await month.until(it, ENDS)
            await it.program.desk.read(it.program.workspace_id, lambda unit: _look(unit, it, month))


def _move_to(slack: Sandbox, at: datetime) -> None:
    slack.world.clock.move((at - slack.world.clock.now()).total_seconds())


def _look(unit: Unit, it: Stage, month: Month) -> None:
    _polls(unit, it, month)
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


def _polls(unit: Unit, it: Stage, month: Month) -> None:
    """Each is asked once and reminded once, when it was due; the exceptions never."""
    asked = [each for each in _all_polls(unit) if each.asked_at]
    names = {key: each.name.casefold() for key, each in people.many(unit, _askers(asked)).items()}
    found = Counter(next(n for n in POLLED if n in names[each.asker_id]) for each in asked)
    assert found == POLLED
    for each in asked:
        assert each.asked_at is not None
        assert each.reminded_at is not None
        for at in (each.asked_at, each.reminded_at):
            if not _is_stopped(at):
                assert any(timedelta() <= at - due < timedelta(minutes=1) for due in month.dues)
    for channel in ("acme-harbour", "globex-harbour"):
        told = [m for m in it.messages(channel) if m.is_reply and ABOUT_POLLS.search(m.text)]
        of_threads = Counter(m.thread_ts for m in told)
        assert set(of_threads.values()) == {2}, "a poll and its reminder"


def _all_polls(unit: Unit) -> list[Poll]:
    ids = unit.connection.execute(select(csat_table.c.id)).scalars().all()
    return [each for key in ids if (each := csat.by_id(unit, key)) is not None]


def _askers(asked: list[Poll]) -> set[int]:
    return {each.asker_id for each in asked}


def _is_stopped(at: datetime) -> bool:
    """While nobody was there, or just after."""
    stops = ((STOPS, STARTS), (LEAVES, RETURNS))
    return any(since <= at <= until_ + HOUR for since, until_ in stops)


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
