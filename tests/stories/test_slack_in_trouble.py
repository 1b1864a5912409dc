"""Slack refuses, breaks down or shuts a door: nothing is lost, nothing twice, nothing untrue."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from starlette.responses import JSONResponse, Response

from bot.rules.trouble import CHANNEL_INFO, GROUPS, USER_INFO
from sandbox import shapes
from sandbox.faults import FaultSetting, MethodFaults
from sandbox.local import Sandbox
from sandbox.server import serving
from sandbox.world import Channel, Json, Message
from storage import inbox, outbox, trouble
from tests.stories import ears
from tests.stories.crowd import shown
from tests.stories.stage import SAME_TIME, Stage, at_work, held_back, stage
from tests.stories.walls import look
from tests.stories.worlds import world_at

pytestmark = pytest.mark.story

ASKED = "The export is broken, can you help?"
MINUTE, HOUR = 60, 3600
COUNTS = (inbox.count_waiting, outbox.count_open)
SENDING = ("chat.postMessage", "chat.update", "reactions.add")
ACME = "C0ACMEHARB"
LASTING = {
    "the whole app": MethodFaults(refused="team_access_not_granted"),
    "a method": MethodFaults(refused="missing_scope"),
    "a channel": MethodFaults(refused="not_in_channel", channel=ACME),
    "a channel, as only posts tell": MethodFaults(refused="restricted_action", channel=ACME),
}


@asynccontextmanager
async def slack_alone() -> AsyncIterator[Sandbox]:
    """A Slack where the desk comes and goes."""
    async with serving(world_at()) as slack:
        slack.limits.enabled = False
        yield slack


def fail(slack: Sandbox, **methods: MethodFaults) -> None:
    """Let methods fail by name (``_`` for the dot, ``every_one`` for all); none: all is well."""
    named = {name.replace("_", ".", 1): fault for name, fault in methods.items()}
    if "every.one" in named:
        named["*"] = named.pop("every.one")
    slack.faults.replace(FaultSetting(methods=named))


@contextmanager
def refusing(it: Stage, refused: str, code: str) -> Iterator[None]:
    """Slack answers a method with an error, whatever it is asked."""
    faults = it.slack.faults
    before = faults.before

    async def refuse(method: str, args: Json) -> Response | None:
        if method == refused:
            return JSONResponse({"ok": False, "error": code})
        return await before(method, args)

    faults.before = refuse  # type: ignore[method-assign]
    yield
    faults.before = before  # type: ignore[method-assign]


def calls(slack: Sandbox, *methods: str) -> int:
    return sum(each.kind in methods for each in slack.traffic.since())


async def passes(it: Stage, seconds: float) -> None:
    """Let desk time pass, and all be done that can be done while Slack does not answer."""
    it.slack.world.clock.move(seconds)
    calm, seen = 0, 0
    async with asyncio.timeout(20):
        while calm < 10:
            await it.slack.idle()
            behind = abs((it.slack.world.clock.now() - it.program.clock.now()).total_seconds())
            count = len(it.slack.traffic.since(seen))
            crew = it.program.crew
            is_calm = crew.inbox.is_idle and crew.outbox.is_idle and crew.mender.is_idle
            calm = calm + 1 if is_calm and not count and behind < SAME_TIME else 0
            seen = max((each.seq for each in it.slack.traffic.since(seen)), default=seen)
            await asyncio.sleep(0.002)


async def all_is_told(it: Stage) -> None:
    """Let time pass until nothing waits any more."""
    async with asyncio.timeout(30):
        while True:
            await passes(it, 30)
            waiting = [await it.program.desk.read_all(each) for each in COUNTS]
            if not any(waiting):
                return


async def open_troubles(it: Stage) -> list[str]:
    found = await it.program.desk.read(it.program.workspace_id, trouble.opened)
    return [each.code for each in found]


async def open_posts(it: Stage) -> int:
    return await it.program.desk.read_all(outbox.count_open)


async def trouble_begins(it: Stage, code: str) -> None:
    """Let time pass until the desk has noticed."""
    async with asyncio.timeout(20):
        while await open_troubles(it) != [code]:
            await passes(it, MINUTE)


async def is_mended_at_once(it: Stage) -> None:
    """All is told long before the next try would be due by itself."""
    began = it.slack.world.clock.now()
    async with asyncio.timeout(30):
        while await open_troubles(it) or await open_posts(it):
            await passes(it, 1)
    assert (it.slack.world.clock.now() - began).total_seconds() < 5 * MINUTE


def notes(it: Stage) -> list[str]:
    """What triage was told of troubles, as it reads now."""
    said = [shown(m) for m in it.messages("triage") if m.bot_id and not m.is_reply]
    return [text for text in said if "is lost" in text or "was lost" in text]


async def test_slacks_retry_after_is_kept_over_a_restart(database_url: str) -> None:
    async with slack_alone() as slack:
        fail(slack, chat_postMessage=MethodFaults(limited=1, retry_after=600))
        async with at_work(slack, database_url) as it:
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await it.quiet()
        tried = calls(slack, "chat.postMessage")
        assert 1 <= tried <= 2  # one for each channel, should both have begun at once
        fail(slack)
        async with at_work(slack, database_url) as it:
            for _ in range(9):
                await it.later(MINUTE)
            assert calls(slack, "chat.postMessage") == tried
            await it.later(2 * MINUTE)
            assert len(it.cards()) == 1
            assert len(it.thread("acme-harbour", asked.ts)) == 1


async def test_a_day_without_slack_ends_in_order_with_one_card_each_and_nothing_untrue(
    database_url: str,
) -> None:
    with ears.errors() as heard:
        async with stage(database_url) as it:
            first = it.people.say("carla", "#acme-harbour", ASKED)
            await it.quiet()
            fail(it.slack, every_one=MethodFaults(broken=1, broken_status=503))
            said = [first, *await _a_day_of_work(it, first)]
            tried = calls(it.slack, *SENDING)
            fail(it.slack)
            before = max(each.seq for each in it.slack.traffic.since())
            await all_is_told(it)
            await _all_is_told(it, said)
            # Nothing is redrawn for each change; a deadline may have passed meanwhile.
            assert max(_redrawn(it, before).values()) == 1
            # Two channels and triage, a call a minute each, and as many to look what has landed.
            assert tried < 3 * 24 * 60 * 2
        assert heard == []


def _redrawn(it: Stage, after: int) -> Counter[str]:
    """How often each message was updated since, by its channel and ts."""
    since = it.slack.traffic.since(after)
    drawn = (each.request for each in since if each.kind == "chat.update")
    return Counter(f"{request['channel']} {request['ts']}" for request in drawn)


async def _a_day_of_work(it: Stage, first: Message) -> list[Message]:
    """Customers ask on, the first ticket is taken, solved, reopened and solved again."""
    (card,) = it.cards()
    said = []
    for hour in range(24):
        if hour % 4 == 0:
            who, where = ("carla", "#acme-harbour") if hour % 8 else ("zoe", "#globex-harbour")
            said.append(it.people.say(who, where, f"Question {hour}: why does it fail?"))
        if hour in (1, 3, 5, 7):
            act = {1: "act:take", 3: "act:resolve", 5: "act:reopen", 7: "act:resolve"}[hour]
            await _press(it, act, card)
        await passes(it, HOUR)
    return said


async def _press(it: Stage, act: str, card: Message) -> None:
    """By a command: the card still shows its first buttons."""
    number = shown(card).split("#")[1].split()[0].strip("*.,:")
    await it.people.command("ben", "#triage", "/ticket", f"{act.removeprefix('act:')} {number}")


async def _all_is_told(it: Stage, said: list[Message]) -> None:
    seen = await look(it)
    open_rows = [row for row in seen.posts if row.state in ("waiting", "sending", "failed")]
    assert open_rows == []
    assert len(it.cards()) == len(seen.tickets) == len(said)
    for message in said[1:]:
        name = it.slack.world.channels[message.channel].name
        (receipt,) = it.thread(name, message.ts)
        assert "sorry for the delay" in shown(receipt)
    told = Counter(m.text for m in it.thread("acme-harbour", said[0].ts))
    assert sum(count for text, count in told.items() if "marked as solved" in text) == 1
    assert not any("open again" in text for text in told)
    for company in ("Acme", "Globex"):
        cards = [shown(card) for card in it.cards()[1:] if company in shown(card)]
        asked = [int(card.split("Question ")[1].split(":")[0]) for card in cards]
        assert asked == sorted(asked)
        assert asked


async def test_put_out_of_a_channel_the_desk_says_so_once_and_goes_on_when_it_is_back(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        it.people.kick("ana", "#acme-harbour", "threadkeeper")
        await it.press("ana", "act:resolve", it.cards()[0])
        for _ in range(5):
            await it.later(20 * MINUTE)
        (note,) = notes(it)
        assert "no longer in #acme-harbour" in note or "removed from #acme-harbour" in note
        assert "/invite" in note
        it.people.invite("ana", "#acme-harbour", "threadkeeper")
        await is_mended_at_once(it)
        assert any("solved" in m.text for m in it.thread("acme-harbour", asked.ts)[1:])
        assert await open_troubles(it) == []
        (note,) = notes(it)
        assert "Mended" in note


async def test_what_was_asked_before_its_channel_was_archived_is_not_lost(
    database_url: str,
) -> None:
    async with slack_alone() as slack, at_work(slack, database_url) as it:
        with held_back(it):
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            it.people.archive("ana", "#acme-harbour")
        await trouble_begins(it, "is_archived")
        (card,) = it.cards()
        assert ASKED in shown(card)
        it.people.unarchive("ana", "#acme-harbour")
        await is_mended_at_once(it)
        assert len(it.thread("acme-harbour", asked.ts)) == 1


async def test_when_triage_is_archived_the_agents_hear_it_themselves(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.archive("ana", "#triage")
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        for _ in range(8):
            await it.later(5 * MINUTE)
        direct = [c for c in it.slack.world.channels.values() if c.is_im]
        heard = [m.text for c in direct for m in c.messages.values() if m.bot_id]
        assert heard
        assert all("#triage is archived" in text for text in heard)
        assert len(heard) == len({id(c) for c in direct if c.messages})
        assert len(it.thread("acme-harbour", asked.ts)) == 1  # the customer need not know
        it.people.unarchive("ana", "#triage")
        await is_mended_at_once(it)
        assert sum("export is broken" in shown(card) for card in it.cards()) == 1
        assert sum("Mended" in note for note in notes(it)) == 1


async def _is_served(it: Stage, who: str, where: str) -> None:
    """A customer's question gets its ticket and its answer, and an agent may look at it."""
    asked = it.people.say(who, f"#{where}", "How do I print this page?")
    await it.later(MINUTE)
    assert len(it.thread(where, asked.ts)) == 1
    assert "Open tickets" in await _list(it, "ben", where)


async def _list(it: Stage, who: str, where: str) -> str:
    told = await it.people.command(who, f"#{where}", "/ticket", "list")
    return str(told["text"])


async def test_put_out_of_triage_that_names_the_agents_the_desk_serves_on_with_those_it_knew(
    database_url: str,
) -> None:
    async with slack_alone() as slack:
        async with at_work(slack, database_url, agents_usergroup="") as it:
            it.people.kick("ana", "#triage", "threadkeeper")
            await it.later(MINUTE)
            it.people.say("ben", "#globex-harbour", "We will look into your export tomorrow.")
            await _is_served(it, "zoe", "globex-harbour")
            direct = [c for c in slack.world.channels.values() if c.is_im and c.messages]
            heard = [m.text for c in direct for m in c.messages.values()]
            assert len(heard) == 4  # each agent once
            assert all("removed from #triage" in text for text in heard)
        async with at_work(slack, database_url, agents_usergroup="") as it:
            await _is_served(it, "carla", "acme-harbour")
            it.people.invite("ana", "#triage", "threadkeeper")
            await is_mended_at_once(it)
            assert len(it.cards()) == 2
            it.people.invite("ana", "#triage", "gus")  # who is an agent from now on
            await it.later(MINUTE)
            assert "Open tickets" in await _list(it, "gus", "triage")


@pytest.mark.parametrize("code", ["no_such_subteam", "plan_upgrade_required", "missing_scope"])
async def test_where_slack_tells_no_usergroup_any_more_those_it_told_last_go_on(
    database_url: str, code: str
) -> None:
    async with stage(database_url) as it:
        with refusing(it, GROUPS, code):
            await _tell_of_groups(it)
            it.people.say("ben", "#globex-harbour", "We will look into your export tomorrow.")
            await _is_served(it, "zoe", "globex-harbour")
            for _ in range(5):
                await it.later(20 * MINUTE)
            assert await open_troubles(it) == [code]
            assert sum("who was on the team" in note for note in _told(it)) == 1
        it.people.invite("ana", "#triage", "gus")
        it.slack.world.usergroups["S0SUPPORT"].users.append("U00000GUS")
        await _tell_of_groups(it)
        await is_mended_at_once(it)
        assert sum("Mended" in note for note in _told(it)) == 1
        assert "Open tickets" in await _list(it, "gus", "triage")


async def _nobody_is_told_of(it: Stage, code: str) -> None:
    """For some minutes Slack refuses to tell, which is said once."""
    for _ in range(9):
        await passes(it, MINUTE)
    assert await open_troubles(it) == [code]
    await _team_hears(it, "learn who wrote them")


@pytest.mark.parametrize("code", ["missing_scope", "a_word_of_2027"])
async def test_what_is_said_where_slack_does_not_tell_of_the_channel_waits_and_is_taken_in(
    database_url: str, code: str
) -> None:
    async with stage(database_url) as it:
        members = ["U000CARLA", "U00000ANA", "U00KEEPERB"]
        teams = ["T0HARBOUR", "T00ACME"]
        new = Channel("C0NEWCO", "newco", teams, "U0000MONA", 1, is_private=False, members=members)
        it.slack.world.channels[new.id] = new
        with refusing(it, CHANNEL_INFO, code):
            asked = it.people.say("carla", "#newco", ASKED)
            await _nobody_is_told_of(it, code)
        await passes(it, 15 * MINUTE)
        await all_is_told(it)
        assert len(it.thread("newco", asked.ts)) == 1
        await _team_hears(it, "Mended")


@pytest.mark.parametrize("code", ["missing_scope", "plan_upgrade_required", "a_word_of_2027"])
async def test_what_a_colleague_says_is_no_ticket_because_slack_does_not_tell_who_it_is(
    database_url: str, code: str
) -> None:
    async with stage(database_url) as it:
        it.people.invite("ana", "#acme-harbour", "gus")
        await it.later(MINUTE)
        with refusing(it, USER_INFO, code):
            it.people.say("gus", "#acme-harbour", "We will look into it, please wait for news.")
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await _nobody_is_told_of(it, code)
        await passes(it, 15 * MINUTE)
        await all_is_told(it)
        (card,) = it.cards()
        assert ASKED in shown(card)
        assert len(it.thread("acme-harbour", asked.ts)) == 1


async def test_triage_that_changes_while_slack_does_not_tell_of_channels_goes_on_and_hears_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await _is_served(it, "carla", "acme-harbour")
        with refusing(it, CHANNEL_INFO, "missing_scope"):
            it.people.archive("ana", "#triage")
            it.people.unarchive("ana", "#triage")
            await _is_served(it, "omar", "acme-harbour")
            assert len(it.cards()) == 2
            await _team_hears(it, "learn who wrote them")
        await is_mended_at_once(it)
        await _team_hears(it, "Mended")


async def _tell_of_groups(it: Stage) -> None:
    """Slack says that the group of the agents is another than it was."""
    world = it.slack.world
    group = shapes.usergroup(world.usergroups["S0SUPPORT"], users=True)
    told = {"type": "subteam_updated", "subteam": group, "event_ts": world.event_ts()}
    world.emit(told, team="T0HARBOUR")
    await it.later(MINUTE)


async def _team_hears(it: Stage, words: str) -> None:
    """Once; the outbox may look for itself before it is told, each second of the machine."""
    async with asyncio.timeout(20):
        while not any(words in note for note in _told(it)):
            await passes(it, 1)
    assert sum(words in note for note in _told(it)) == 1


def _told(it: Stage) -> list[str]:
    return [shown(m) for m in it.messages("triage") if m.bot_id and not m.is_reply]


async def test_a_token_that_is_taken_back_and_given_anew_loses_nothing(database_url: str) -> None:
    async with slack_alone() as slack:
        assert slack.world.app is not None
        async with at_work(slack, database_url) as it:
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await it.quiet()
            slack.world.app.bot_token = "xoxb-another"
            await it.people.command("ben", "#triage", "/ticket", "resolve 1")
            await trouble_begins(it, "invalid_auth")
            assert len(it.thread("acme-harbour", asked.ts)) == 1
        async with at_work(slack, database_url) as it:
            await all_is_told(it)
            assert any("solved" in m.text for m in it.thread("acme-harbour", asked.ts)[1:])
            assert await open_troubles(it) == []
            (note,) = notes(it)
            assert "Mended" in note


async def test_a_token_that_works_again_is_noticed_without_a_restart(database_url: str) -> None:
    async with slack_alone() as slack:
        assert slack.world.app is not None
        async with at_work(slack, database_url) as it:
            slack.world.app.bot_token = "xoxb-another"
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await trouble_begins(it, "invalid_auth")
            slack.world.app.bot_token = "xoxb-sandbox"
            await passes(it, 16 * MINUTE)
            await all_is_told(it)
            assert await open_troubles(it) == []
            assert len(it.thread("acme-harbour", asked.ts)) == 1
            assert sum("Mended" in note for note in notes(it)) == 1


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
async def test_what_shows_in_refused_posts_alone_is_told_once_and_mended_once_when_it_is_gone(
    database_url: str, fault: MethodFaults
) -> None:
    """Whatever the desk asks is answered well: its token is accepted, the channel looks open."""
    with ears.lines() as heard:
        async with stage(database_url) as it:
            fail(it.slack, chat_postMessage=fault)
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await trouble_begins(it, fault.refused)
            for _ in range(30):
                await passes(it, 4 * MINUTE)
                assert await open_troubles(it) == [fault.refused]
            assert (heard.count("slack: in trouble"), heard.count("slack: mended")) == (1, 0)
            assert not any("Mended" in note for note in notes(it))
            fail(it.slack)
            await all_is_told(it)
            assert await open_troubles(it) == []
            assert len(it.thread("acme-harbour", asked.ts)) == len(it.cards()) == 1
            (note,) = notes(it)
            assert "Mended" in note
            assert (heard.count("slack: in trouble"), heard.count("slack: mended")) == (1, 1)
