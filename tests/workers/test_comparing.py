"""Catching up meets Slack's moods and other processes: it waits, says so, or goes on later."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SetClock
from bot.errors import Conflict, SendFailed
from bot.rules.trouble import HISTORY, OWN_CHANNELS
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.usecases import catchup as usecase
from bot.usecases import trouble
from bot.workers.asking import Asker
from bot.workers.comparing import LANE, Comparer
from bot.workers.mending import Mender
from bot.workers.pace import Paces
from bot.workers.reconcile import Reconciler
from storage import catchup, channels, inbox, lanes
from storage.presence import Presence
from storage.records.catchup import Cause, Comparison, Gap
from storage.records.channels import Channel
from storage.records.trouble import INSTALLATION, Trouble, of_channel, of_method
from storage.trouble import opened
from storage.unit import Unit
from tests.storage.cast import ACME, NOON, OURS
from tests.workers.office import TRIAGE, NearWays, Office

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOON + HOUR
ASKED = {"ts": f"{NOON.timestamp() + 60:.6f}", "user": "U-CARLA", "text": "Is anybody there?"}


class History(Gateway):
    """Slack's twin for readers: one message in Acme's channel, but first what ``fails``."""

    def __init__(self) -> None:
        super().__init__(cast("AsyncWebClient", None))
        self.fails: list[Exception] = []
        self.lost = ""  # the channel whose pages never come
        self.shut = ""  # the channel in which we are not
        self.refuses: dict[str, Exception] = {}  # by method, or by the channel that is asked about
        self.ours: list[dict[str, Any]] = []  # the channels in which we are
        self.calls: list[str] = []
        self.history: list[list[Any]] = []  # of Acme's channel, instead of that message
        self.kept: list[int] = []  # how many pages were still in memory at each call
        self._given: list[weakref.ref[Page]] = []

    async def read(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append(method)
        self._refuse(method, str(arguments.get("channel")))
        if method == "users.conversations":
            return {"channels": self.ours}
        if method == "conversations.info":
            return {"channel": {"id": arguments["channel"], "is_ext_shared": True}}
        if self.fails:
            raise self.fails.pop(0)
        if arguments["channel"] == self.lost:
            raise NotSent("no network")
        if arguments["channel"] == self.shut:
            raise Paused("not_in_channel")
        if self.history and arguments["channel"] == "C-ACME":
            return self._turned(int(arguments.get("cursor", 0)))
        return {"messages": [ASKED] if arguments["channel"] == "C-ACME" else []}

    def _refuse(self, method: str, channel: str) -> None:
        for each in (method, channel):
            if each in self.refuses:
                raise self.refuses[each]

    def _turned(self, number: int) -> dict[str, Any]:
        """One page, and where the next is to be had."""
        self.kept.append(sum(page() is not None for page in self._given))
        page = Page(self.history[number])
        self._given.append(weakref.ref(page))
        cursor = str(number + 1) if number + 1 < len(self.history) else ""
        return {"messages": page, "response_metadata": {"next_cursor": cursor}}


class Page(list[Any]):
    """A page that can be watched: is it still held by anybody?"""


@dataclass
class Scene:
    """A desk that was away for an hour, its comparer, and Slack's history."""

    office: Office
    slack: History
    clock: SetClock
    comparer: Comparer

    async def gaps(self) -> list[Gap]:
        return await self.office.desk.read(OURS, lambda unit: catchup.latest(unit, most=9))

    async def every_gap(self) -> list[Gap]:
        """The newest first, those of which there is nothing to tell, too."""
        found = await self.office.desk.read(OURS, lambda unit: catchup.since(unit, NOON - DAY))
        return sorted(found, key=lambda gap: gap.ended_at, reverse=True)

    async def compared(self) -> dict[int, Comparison]:
        return await self.office.desk.read(OURS, catchup.compared)

    async def night(self) -> None:
        """A day later the last of its hours are looked at once more."""
        self.clock.advance(DAY)
        when = self.clock.now() - HOUR, self.clock.now()
        await self.office.desk.write(OURS, lambda unit: usecase.note(unit, Cause.NIGHT, when))
        assert await self.comparer.catch_up(OURS)

    async def let_in(self) -> None:
        """An hour later the bot is in Acme's channel again, as far as we know."""
        self.clock.advance(HOUR)
        now = self.clock.now()
        await self.office.desk.write(OURS, lambda unit: usecase.let_in(unit, ACME, now))
        assert await self.comparer.catch_up(OURS)

    async def troubles(self) -> list[Trouble]:
        """What people have to mend."""
        return await self.office.desk.read(OURS, opened)

    async def look(self) -> None:
        """Ten minutes later, whether that is mended."""
        self.clock.advance(10 * MINUTE)
        ways, asker = self.comparer.ways, self.comparer.asker
        await Mender(self.office.desk, self.clock, ways, asker).look()

    async def arrived(self) -> int:
        """How many Inputs wait."""
        return await self.office.desk.read_all(inbox.count_waiting)


@pytest.fixture
async def scene(office: Office) -> Scene:
    slack, clock = History(), SetClock(LATER)
    ways = NearWays(office.desk, cast("aiohttp.ClientSession", None), "")
    ways.slack = slack
    comparer = Comparer(
        office.desk,
        clock,
        ways,
        Asker(office.desk, ways, clock),
        Paces(0),
        office.presence,
        arrived=lambda: None,
    )

    def away(unit: Unit) -> None:
        usecase.begin(unit, NOON)
        usecase.begin(unit, LATER)

    await office.desk.write(OURS, away)
    return Scene(office, slack, clock, comparer)


async def test_what_was_missed_is_taken_in_once(scene: Scene) -> None:
    assert await scene.comparer.catch_up(OURS)
    assert await scene.comparer.catch_up(OURS)
    assert await scene.arrived() == 1
    (gap,) = await scene.gaps()
    assert (gap.found, gap.caught_up_at) == (1, LATER)


async def test_without_a_gap_slack_is_not_asked(scene: Scene) -> None:
    await scene.comparer.catch_up(OURS)
    scene.slack.calls.clear()
    assert await scene.comparer.catch_up(OURS)
    assert scene.slack.calls == []


async def _as_time_goes_by(scene: Scene) -> bool:
    """Catch up, with a clock that goes on whenever that waits."""
    task = asyncio.create_task(scene.comparer.catch_up(OURS))
    async with asyncio.timeout(60):
        while not task.done():
            if scene.comparer.is_waiting:
                scene.clock.advance(timedelta(seconds=1))
            await asyncio.sleep(0.001)
    return task.result()


async def test_a_page_that_was_lost_is_asked_for_again(scene: Scene) -> None:
    scene.slack.fails = [NotSent("no network"), Unsure("no answer")]
    assert await _as_time_goes_by(scene)
    assert await scene.arrived() == 1


def _asked(after: float, **more: Any) -> dict[str, Any]:
    """A question of Carla's, so many seconds after noon."""
    return {"ts": f"{NOON.timestamp() + after:.6f}", "user": "U-CARLA", "text": "Hello?"} | more


async def test_long_histories_are_read_page_by_page_and_no_page_is_kept(scene: Scene) -> None:
    scene.slack.history = [[_asked(600 - 60 * page)] for page in range(8)]
    assert await scene.comparer.catch_up(OURS)
    assert await scene.arrived() == 8
    assert max(scene.slack.kept) <= 1


async def test_pages_that_overlap_bring_nothing_twice(scene: Scene) -> None:
    scene.slack.history = [[_asked(120), _asked(60)], [_asked(60), _asked(30)]]
    assert await scene.comparer.catch_up(OURS)
    assert await scene.arrived() == 3


@pytest.mark.parametrize(
    "strange",
    [
        _asked(90, text=7),
        _asked(90, files=[None]),
        _asked(90, edited="yesterday"),
        {"ts": "noon", "text": "?"},
        {"text": "?"},
        None,
    ],
)
async def test_a_message_that_nobody_can_read_stops_no_other(scene: Scene, strange: Any) -> None:
    scene.slack.history = [[strange, _asked(60)]]
    assert await scene.comparer.catch_up(OURS)
    assert await scene.arrived() == 1
    assert (await scene.gaps())[0].caught_up_at is not None


async def test_trouble_leaves_the_gap_open_and_only_that_channel_to_do(scene: Scene) -> None:
    scene.slack.lost = "C-TRIAGE"
    assert not await _as_time_goes_by(scene)
    scene.slack.lost = ""
    assert (await scene.gaps())[0].caught_up_at is None
    done = len(await scene.compared())
    scene.slack.calls.clear()
    assert await scene.comparer.catch_up(OURS)
    assert scene.slack.calls.count("conversations.history") == 1
    assert len(await scene.compared()) == done + 1


async def test_ours_wait_for_two_hours_until_those_of_customers_are_read(scene: Scene) -> None:
    scene.slack.lost = "C-ACME"
    assert not await _as_time_goes_by(scene)
    assert TRIAGE not in await scene.compared()
    scene.clock.advance(2 * HOUR)
    assert not await _as_time_goes_by(scene)
    assert TRIAGE in await scene.compared()
    scene.slack.lost = ""
    assert await scene.comparer.catch_up(OURS)
    assert ACME in await scene.compared()


async def test_where_slack_does_not_let_us_read_nobody_waits(scene: Scene) -> None:
    scene.slack.fails = [Paused("not_in_channel"), SendFailed("missing_scope", permanent=True)]
    assert await scene.comparer.catch_up(OURS)
    errors = {each.error for each in (await scene.compared()).values()}
    assert {"not_in_channel", "missing_scope"} <= errors


@pytest.mark.parametrize("nights", [0, 1])
async def test_where_slack_lets_us_in_again_all_is_found_that_it_kept_from_us(
    scene: Scene, nights: int
) -> None:
    scene.slack.shut = "C-ACME"
    assert await scene.comparer.catch_up(OURS)
    for _ in range(nights):
        await scene.night()
    assert await scene.arrived() == 0
    scene.slack.shut = ""
    scene.slack.calls.clear()
    await scene.let_in()
    assert await scene.arrived() == 1
    assert scene.slack.calls.count("conversations.history") == 1  # the others owe nothing
    assert (await scene.compared())[ACME].error == ""


async def test_a_night_looks_for_what_was_kept_from_us_before(scene: Scene) -> None:
    scene.slack.shut = "C-ACME"
    assert await scene.comparer.catch_up(OURS)
    scene.slack.shut = ""
    await scene.night()
    assert await scene.arrived() == 1


async def test_where_nothing_is_owed_nobody_looks_again(scene: Scene) -> None:
    assert await scene.comparer.catch_up(OURS)
    await scene.let_in()
    assert [gap.cause for gap in await scene.gaps()] == [Cause.START]


@pytest.mark.parametrize(
    "place, is_looked_for",
    [
        (INSTALLATION, True),
        (of_channel(ACME), True),
        (of_method("conversations.replies"), True),
        (of_method("chat.postMessage"), False),
        (of_method("pager"), False),
    ],
)
async def test_words_are_looked_for_after_a_trouble_that_may_have_kept_them_from_us(
    scene: Scene, place: str, is_looked_for: bool
) -> None:
    scene.slack.shut = "C-ACME"
    assert await scene.comparer.catch_up(OURS)
    now = scene.clock.now()

    def over(unit: Unit) -> bool:
        met = trouble.met(unit, place, "missing_scope", now)
        return met is not None and trouble.looked(unit, met, now + HOUR)

    assert await scene.office.desk.write(OURS, over)
    found = await scene.office.desk.read(OURS, catchup.open_gaps)
    assert [gap.cause for gap in found] == [Cause.SHUT] * is_looked_for


@pytest.mark.parametrize("change", [{"is_member": False}, {"is_archived": True}])
async def test_where_we_know_that_we_are_out_nobody_looks_until_slack_tells_otherwise(
    scene: Scene, change: dict[str, Any]
) -> None:
    scene.slack.shut = "C-ACME"
    assert await scene.comparer.catch_up(OURS)
    now = scene.clock.now()

    def mended(unit: Unit) -> list[Gap]:
        acme = channels.by_id(unit, ACME)
        assert acme is not None
        channels.put(unit, replace(acme, **change))
        usecase.let_in(unit, None, now)
        return catchup.open_gaps(unit)

    assert await scene.office.desk.write(OURS, mended) == []
    await scene.let_in()
    assert [gap.cause for gap in await scene.every_gap()] == [Cause.SHUT, Cause.START]


async def test_that_a_channel_is_shut_still_is_no_gap_that_was_caught_up(scene: Scene) -> None:
    scene.slack.shut = "C-ACME"
    assert await scene.comparer.catch_up(OURS)
    for _ in range(5):
        await scene.let_in()
    assert [gap.cause for gap in await scene.gaps()] == [Cause.START]


async def test_a_token_that_opens_nothing_leaves_the_gap_open(scene: Scene) -> None:
    scene.slack.fails = [Paused("token_revoked")]
    assert not await scene.comparer.catch_up(OURS)


ODD = {"id": "C-ODD", "name": "odd", "is_ext_shared": True}
LACKING = SendFailed("missing_scope", permanent=True)
REFUSALS = {
    "one channel": ("C-ODD", Paused("channel_is_limited_access")),
    "all channels": ("conversations.info", LACKING),
    "which there are": (OWN_CHANNELS, LACKING),
}


@pytest.mark.parametrize("what, error", REFUSALS.values(), ids=REFUSALS)
async def test_what_slack_does_not_tell_of_channels_keeps_those_we_know_from_nothing(
    scene: Scene, what: str, error: Exception
) -> None:
    scene.slack.ours, scene.slack.refuses = [ODD], {what: error}
    assert not await scene.comparer.catch_up(OURS)
    assert await scene.arrived() == 1
    assert [gap.caught_up_at for gap in await scene.gaps()] == [None]
    scene.slack.calls.clear()
    assert not await scene.comparer.catch_up(OURS)
    assert HISTORY not in scene.slack.calls  # they are done
    scene.slack.refuses.clear()
    assert await scene.comparer.catch_up(OURS)
    assert scene.slack.calls.count(HISTORY) == 1


async def test_a_channel_of_which_slack_never_tells_is_not_waited_for_without_end(
    scene: Scene,
) -> None:
    scene.slack.ours, scene.slack.refuses = [ODD], {"C-ODD": Paused("channel_is_limited_access")}
    assert not await scene.comparer.catch_up(OURS)
    for _ in range(30):  # each night's gap begins where the last has ended
        scene.clock.advance(DAY)
        await scene.office.desk.write(OURS, lambda unit: usecase.beat(unit, scene.clock.now()))
        await scene.comparer.catch_up(OURS)
        found = await scene.office.desk.read(OURS, catchup.open_gaps)
        assert all(gap.began_at > scene.clock.now() - 15 * DAY for gap in found)
    assert any(gap.caught_up_at for gap in await scene.gaps())


async def test_beside_a_channel_not_told_shut_ones_are_looked_at_once(scene: Scene) -> None:
    scene.slack.ours, scene.slack.refuses = [ODD], {"C-ODD": Paused("channel_is_limited_access")}
    scene.slack.shut = "C-ACME"
    assert not await scene.comparer.catch_up(OURS)
    scene.clock.advance(MINUTE)
    now = scene.clock.now()
    await scene.office.desk.write(OURS, lambda unit: usecase.let_in(unit, None, now))
    for looks in (1, 0, 0):
        scene.clock.advance(MINUTE)
        scene.slack.calls.clear()
        assert not await scene.comparer.catch_up(OURS)
        assert scene.slack.calls.count(HISTORY) == looks


async def test_beside_a_channel_not_told_ours_wait_for_those_of_customers(scene: Scene) -> None:
    scene.slack.ours, scene.slack.refuses = [ODD], {"C-ODD": Paused("channel_is_limited_access")}
    assert not await scene.comparer.catch_up(OURS)
    read = (await scene.compared())[TRIAGE].until
    scene.clock.advance(6 * HOUR)
    when = scene.clock.now() - HOUR, scene.clock.now()
    await scene.office.desk.write(OURS, lambda unit: usecase.note(unit, Cause.PAUSE, when))
    for waits in (True, False):
        scene.slack.fails = [Conflict("not now")]
        assert not await scene.comparer.catch_up(OURS)
        assert ((await scene.compared())[TRIAGE].until == read) is waits
        scene.clock.advance(2 * HOUR)


async def test_what_is_listed_as_shared_is_ours_no_more_though_slack_tells_nothing_else(
    scene: Scene,
) -> None:
    def triage(unit: Unit) -> Channel:
        found = channels.by_id(unit, TRIAGE)
        assert found is not None
        return found

    before = await scene.office.desk.read(OURS, triage)
    scene.slack.ours = [{"id": before.slack_id, "name": before.name, "is_ext_shared": True}]
    scene.slack.refuses = {"conversations.info": LACKING}
    assert not before.has_outsiders
    assert not await scene.comparer.catch_up(OURS)
    after = await scene.office.desk.read(OURS, triage)
    assert after.has_outsiders
    assert after.fetched_at is None


async def test_a_channel_that_we_left_does_not_show_that_histories_are_told(scene: Scene) -> None:
    left = Channel(OURS, 50, "C-LEFT", name="left", is_member=False, fetched_at=NOON)

    def step(unit: Unit) -> None:
        channels.put(unit, left)
        catchup.keep(unit, Comparison(OURS, 50, NOON, NOON, error="missing_scope"), ())

    await scene.office.desk.write(OURS, step)
    scene.slack.refuses = {"C-ACME": LACKING, "C-LEFT": Paused("not_in_channel")}
    assert await scene.comparer.catch_up(OURS)
    for _ in range(2):
        assert [each.place for each in await scene.troubles()] == [of_method(HISTORY)]
        await scene.look()


async def test_a_word_that_nobody_knows_for_all_histories_is_noted(scene: Scene) -> None:
    scene.slack.refuses = {HISTORY: SendFailed("a_word_of_2027", permanent=True)}
    assert await scene.comparer.catch_up(OURS)
    assert [each.place for each in await scene.troubles()] == [of_method(HISTORY)]


async def test_a_word_that_nobody_knows_for_one_history_is_of_that_channel(scene: Scene) -> None:
    scene.slack.refuses = {"C-ACME": SendFailed("a_word_of_2027", permanent=True)}
    assert await scene.comparer.catch_up(OURS)
    assert await scene.troubles() == []


@pytest.mark.parametrize("what", ["C-ODD", OWN_CHANNELS])
async def test_a_token_that_opens_nothing_tells_of_no_channel_and_ends_the_round(
    scene: Scene, what: str
) -> None:
    scene.slack.ours, scene.slack.refuses = [ODD], {what: Paused("token_revoked")}
    assert not await scene.comparer.catch_up(OURS)
    assert HISTORY not in scene.slack.calls


async def test_that_slack_does_not_tell_where_we_are_is_noted_until_it_does(scene: Scene) -> None:
    scene.slack.refuses = {OWN_CHANNELS: LACKING}
    assert not await scene.comparer.catch_up(OURS)
    for _ in range(2):
        (found,) = await scene.troubles()
        assert (found.place, found.code) == (of_method(OWN_CHANNELS), "missing_scope")
        await scene.look()
    scene.slack.refuses.clear()
    await scene.look()
    assert await scene.troubles() == []


@pytest.mark.parametrize("what", [HISTORY, "C-ACME"])
async def test_what_slack_lets_nobody_read_is_noted_and_found_as_soon_as_it_does(
    scene: Scene, what: str
) -> None:
    scene.slack.refuses = {what: LACKING}
    assert await scene.comparer.catch_up(OURS)
    for _ in range(2):
        (found,) = await scene.troubles()
        assert (found.place, found.code) == (of_method(HISTORY), "missing_scope")
        assert await scene.arrived() == 0
        await scene.look()
    scene.slack.refuses.clear()
    await scene.look()
    assert await scene.troubles() == []
    assert await scene.comparer.catch_up(OURS)
    assert await scene.arrived() == 1


async def test_a_channel_that_is_shut_since_shows_that_messages_are_told_again(
    scene: Scene,
) -> None:
    scene.slack.refuses = {"C-ACME": LACKING}
    assert await scene.comparer.catch_up(OURS)
    scene.slack.refuses = {"C-ACME": Paused("channel_not_found")}
    await scene.look()
    assert await scene.troubles() == []


async def test_one_channel_alone_that_is_shut_is_no_trouble_of_all(scene: Scene) -> None:
    scene.slack.shut = "C-ACME"
    assert await scene.comparer.catch_up(OURS)
    assert await scene.troubles() == []


async def test_slacks_retry_after_is_waited_out_in_desk_time(scene: Scene) -> None:
    scene.slack.fails = [RateLimited("conversations.history", 30.0)]
    task = asyncio.create_task(scene.comparer.catch_up(OURS))
    async with asyncio.timeout(60):
        while not scene.comparer.is_waiting:  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.001)
        assert not task.done()
        scene.clock.advance(timedelta(seconds=31))
        assert await task
    assert await scene.arrived() == 1


async def test_of_several_processes_one_compares(scene: Scene) -> None:
    if not scene.office.presence.holder:
        pytest.skip("an SQLite file has one process only")
    other = Presence(scene.office.desk.engine)
    other.begin()
    try:
        lease = {"holder": other.holder, "machine_now": 0, "machine_until": 2**40}
        await scene.office.desk.write(OURS, lambda unit: lanes.lease(unit, LANE, **lease))
        assert not await scene.comparer.catch_up(OURS)
        assert scene.slack.calls == []
    finally:
        other.end()


async def test_what_is_noted_while_the_desk_runs_is_caught_up(scene: Scene) -> None:
    reconciler = Reconciler(scene.office.desk, scene.clock, scene.comparer)
    reconciler.missed(Cause.SILENCE, since=NOON)
    running = asyncio.create_task(reconciler.run())
    async with asyncio.timeout(60):
        while not reconciler.is_idle:  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.001)
    reconciler.stop()
    await running
    found = await scene.gaps()
    assert {gap.cause for gap in found} == {Cause.START, Cause.SILENCE}
    assert all(gap.caught_up_at for gap in found)
    assert await scene.arrived() == 1
    assert ACME in await scene.compared()
