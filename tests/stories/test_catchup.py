"""Nobody was there while customers wrote on: after the start all is there, once and in order."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.rules import catchup as rules
from sandbox.faults import FaultSetting, MethodFaults
from sandbox.local import Sandbox
from sandbox.server import serving
from sandbox.world import Message
from storage import books, catchup, channels, inbox, messages, outbox, queues, tickets
from storage.records.catchup import Cause, Gap
from storage.records.tickets import Queue, Status, Ticket
from storage.unit import Unit
from tests.stories.stage import UNHURRIED, Stage, at_work
from tests.stories.walls import look
from tests.stories.worlds import SATURDAY, world_at

pytestmark = [pytest.mark.story, pytest.mark.both]


@dataclass(frozen=True)
class Size:
    """What happens while nobody is there."""

    messages: int
    edits: int
    deletions: int
    replies: int


LONG = Size(messages=300, edits=40, deletions=20, replies=100)
SHORT = Size(messages=24, edits=8, deletions=6, replies=12)
SIZE = LONG if os.environ.get("THREADKEEPER_LONG") else SHORT
DAY = 86_400
PATIENCE = 900 if SIZE is LONG else 90  # machine seconds
PLACES = (("carla", "#acme-harbour"), ("zoe", "#globex-harbour"), ("kim", "#help"))


@asynccontextmanager
async def slack_alone(*, limits: bool) -> AsyncIterator[Sandbox]:
    """A Slack where the desk comes and goes."""
    world = world_at(SATURDAY)
    async with serving(world, patience=UNHURRIED) as slack:
        slack.limits.enabled = limits
        yield slack


@dataclass
class Outage:
    """What people do in Slack while nobody listens; time passes with everything they do."""

    slack: Sandbox
    dice: random.Random = field(default_factory=lambda: random.Random(3))
    said: list[Message] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)

    def happen(self, size: Size, before: list[Message]) -> None:
        """Old and new messages are talked about, changed and taken away."""
        for number in range(size.messages):
            person, channel = PLACES[number % len(PLACES)]
            self.said.append(self._say(person, channel, f"Question {number}, can you help?"))
        known = [*before, *self.said]
        for number in range(size.replies):
            parent = known[number * 7 % len(known)]
            self.replies.append(self._reply(parent, f"More about it {number}: it still fails."))
        everything = [*known, *self.replies]
        for number, message in enumerate(self.dice.sample(everything, size.edits)):
            self._edit(message, f"Better words {number}?")
        for message in self.dice.sample(everything, size.deletions):
            self._delete(message)

    def _say(self, person: str, channel: str, text: str) -> Message:
        self.slack.world.clock.move(400)
        return self.slack.people.say(person, channel, text)

    def _reply(self, parent: Message, text: str) -> Message:
        self.slack.world.clock.move(5)
        assert parent.user
        return self.slack.people.say(parent.user, parent.channel, text, thread_ts=parent.ts)

    def _edit(self, message: Message, text: str) -> None:
        self.slack.world.clock.move(5)
        assert message.user
        self.slack.people.edit(message.user, message.channel, message.ts, text)

    def _delete(self, message: Message) -> None:
        self.slack.world.clock.move(5)
        assert message.user
        self.slack.people.delete(message.user, message.channel, message.ts)


async def nobody_hears(slack: Sandbox) -> None:
    """Slack tries for some minutes to tell us, then gives up."""
    for _ in range(4):
        slack.world.clock.move(1800)
        await slack.idle()


async def all_is_done(it: Stage) -> None:
    """Let time pass, as fast as the desk can follow, until everything is caught up and told."""
    async with asyncio.timeout(PATIENCE):
        while await anything_is_open(it):
            it.slack.world.clock.move(10)
            await asyncio.sleep(0.02)
    await it.quiet()


async def anything_is_open(it: Stage) -> bool:
    program = it.program
    gaps = await program.desk.read(program.workspace_id, catchup.open_gaps)
    counts = [
        await program.desk.read_all(count) for count in (inbox.count_waiting, outbox.count_open)
    ]
    return bool(gaps or any(counts)) or not program.crew.reconciler.is_idle


async def test_what_happened_while_it_was_stopped_is_there_once_and_in_order(
    database_url: str,
) -> None:
    async with slack_alone(limits=True) as slack:
        async with at_work(slack, database_url, rate=1) as it:
            await it.quiet()
            before = [it.people.say(*place, f"Before {place[0]}, please?") for place in PLACES]
            await all_is_done(it)
            slack.world.clock.move(400)
            asked = it.people.say("carla", "#acme-harbour", "Where is the manual?")
            more = it.people.say("carla", "#acme-harbour", "Of the X1.", thread_ts=asked.ts)
            await all_is_done(it)
        outage = Outage(slack)
        outage.happen(SIZE, before)
        slack.people.edit("carla", "#acme-harbour", more.ts, "Of the X2, sorry.")
        await nobody_hears(slack)
        async with at_work(slack, database_url, rate=1) as it:
            await all_is_done(it)
            await _everything_is_as_in_slack(it)
            _one_card_each_and_no_word_twice(it)
            await _nothing_more_is_found(it)
        refused = slack.limits.refusals
        assert not refused["conversations.history"]
        assert not refused["conversations.replies"]


async def _everything_is_as_in_slack(it: Stage) -> None:
    await it.program.desk.read(it.program.workspace_id, lambda unit: _compare(it, unit))


def _compare(it: Stage, unit: Unit) -> None:
    assert inbox.failed(unit) == []
    assert outbox.failed(unit) == []
    for _, name in PLACES:
        here = next(c for c in channels.tracked(unit) if f"#{c.name}" == name)
        theirs = {m.ts: m for m in it.messages(here.name) if not m.bot_id}
        for ts, message in theirs.items():
            ours = messages.by_ts(unit, here.id, ts)
            assert ours is not None, message.text
            is_gone = message.subtype == "tombstone"
            assert (ours.deleted_at is not None or ours.reason == "gone") == is_gone
            assert is_gone or ours.text == message.text
        _numbers_rise_with_time(unit, here.id)
    assert [line for line in books.balances(unit) if not line.is_balanced] == []


def _numbers_rise_with_time(unit: Unit, channel_id: int) -> None:
    found = queues.page(unit, Queue(channel_id=channel_id), limit=1000)
    in_time = sorted(found, key=lambda ticket: ticket.opened_at)
    assert [each.number for each in in_time] == sorted(each.number for each in found)


def _one_card_each_and_no_word_twice(it: Stage) -> None:
    numbers = Counter(card.text.partition(" ")[0] for card in it.cards())
    assert set(numbers.values()) == {1}
    for _, name in PLACES:
        receipts = [m for m in it.messages(name.removeprefix("#")) if m.bot_id]
        assert set(Counter(m.thread_ts for m in receipts).values()) <= {1}
        late = [m for m in receipts if "sorry for the delay" in m.text]
        assert late
        assert all("expect an answer" not in str(m.blocks) for m in late)


async def _nothing_more_is_found(it: Stage) -> None:
    """A second look, as at night, finds that nothing is amiss."""
    seen = len(it.slack.world.changes)
    it.program.crew.reconciler.missed(Cause.UNSAVED)
    await all_is_done(it)
    looked_for = next(gap for gap in await gaps(it) if gap.cause is Cause.UNSAVED)
    assert looked_for.found == 0  # on a slow machine it has become night meanwhile
    assert len(it.slack.world.changes) == seen


async def test_stopped_half_way_it_goes_on_where_it_was(database_url: str) -> None:
    async with slack_alone(limits=True) as slack:
        async with at_work(slack, database_url, rate=1) as it:
            await it.quiet()
            before = [it.people.say(*place, f"Before {place[0]}, please?") for place in PLACES]
            await all_is_done(it)
        Outage(slack).happen(SIZE, before)
        await nobody_hears(slack)
        slack.world.clock.freeze()
        async with at_work(slack, database_url, rate=1) as it:
            await until_it_waits_for_slack(it)
            assert await gaps(it, is_open=True)
        slack.world.clock.run()
        async with at_work(slack, database_url, rate=1) as it:
            await all_is_done(it)
            await _everything_is_as_in_slack(it)
            _one_card_each_and_no_word_twice(it)


async def test_what_was_answered_meanwhile_gets_no_receipt(database_url: str) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        asked = slack.people.say("carla", "#acme-harbour", "Where is the invoice of May?")
        slack.world.clock.move(120)
        slack.people.say("ana", "#acme-harbour", "In your mail since noon.", thread_ts=asked.ts)
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            await it.later(120)
            assert [m.user for m in it.thread("acme-harbour", asked.ts)] == ["U00000ANA"]
            assert len(it.cards()) == 1


async def test_nothing_is_made_of_silence_while_slack_lets_us_wait_for_the_history(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url, nudge_days=1) as it:
            asked = it.people.say("carla", "#acme-harbour", "The export is broken, help?")
            await it.later(60)
            it.people.say("ana", "#acme-harbour", "Does 4.2 help?", thread_ts=asked.ts)
            await it.later(60)
            due = await _next_look(it)
            await it.later(due - 900 - slack.world.clock.time())
        slack.people.say("carla", "#acme-harbour", "No, it fails.", thread_ts=asked.ts)
        for _ in range(4):  # Slack tries again, and gives up
            slack.world.clock.move(200)
            await slack.idle()
        slack.world.clock.move(due - 20 - slack.world.clock.time())
        busy = MethodFaults(limited=1.0, retry_after=1200)
        slack.faults.replace(FaultSetting(methods={"conversations.history": busy}))
        async with at_work(slack, database_url, nudge_days=1) as it:
            await until_it_waits_for_slack(it)
            slack.faults.replace(FaultSetting())
            await it.later(600)
            assert await gaps(it, is_open=True)
            await all_is_done(it)
            said = [m.text for m in it.thread("acme-harbour", asked.ts) if m.bot_id]
            assert not any("settled" in each for each in said)


async def test_a_promise_that_is_found_after_its_time_is_not_told(database_url: str) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            asked = it.people.say("carla", "#acme-harbour", "The export is broken, help?")
            await it.quiet()
            (card,) = it.cards()
        slack.people.say("ana", "#triage", "!promise 1h", thread_ts=card.ts)
        slack.world.clock.move(1800)
        slack.people.say("ana", "#acme-harbour", "It works again.", thread_ts=asked.ts)
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            await it.later(60)
            said = [m.text for m in it.thread("acme-harbour", asked.ts) if m.bot_id]
            assert not any("next update" in each for each in said)


@pytest.mark.parametrize("word", ["resolve", "wait 3d", "snooze 3d"])
async def test_what_was_typed_before_the_customer_wrote_again_is_not_done(
    database_url: str, word: str
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            asked = it.people.say("carla", "#acme-harbour", "The export is broken, help?")
            await it.quiet()
            (card,) = it.cards()
        slack.people.say("ana", "#triage", f"!{word}", thread_ts=card.ts)
        slack.world.clock.move(600)
        slack.people.say("carla", "#acme-harbour", "It still fails.", thread_ts=asked.ts)
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            (found,) = await it.program.desk.read(it.program.workspace_id, _tickets)
            assert found.status in (Status.NEW, Status.OPEN)
            heard = [
                m.text
                for each in it.slack.world.channels.values()
                if each.is_im
                for m in each.messages.values()
            ]
            assert any(f"since you typed `!{word.partition(' ')[0]}`" in each for each in heard)
            said = [m.text for m in it.thread("acme-harbour", asked.ts) if m.bot_id]
            assert not any("solved" in each or "resolved" in each for each in said)


def _tickets(unit: Unit) -> list[Ticket]:
    return queues.page(unit, Queue(), limit=9)


async def _next_look(it: Stage) -> float:
    """When the desk looks at a ticket by itself, in seconds as Slack counts them."""
    at = await it.program.desk.read_all(tickets.TIMER.next_at)
    assert at is not None
    return at.timestamp()


async def test_an_answer_that_its_edit_tells_of_first_counts_from_when_it_was_given(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
            asked = it.people.say("carla", "#acme-harbour", "The export is broken, help?")
            await it.quiet()
        answer = slack.people.say("ana", "#acme-harbour", "Please try 4.2.", thread_ts=asked.ts)
        slack.world.clock.move(2 * DAY)
        await nobody_hears(slack)
        slow = MethodFaults(limited=1.0, retry_after=60)
        slack.faults.replace(FaultSetting(methods={"conversations.history": slow}))
        async with at_work(slack, database_url) as it:
            it.people.edit("ana", "#acme-harbour", answer.ts, "Please try 4.2.1.")
            async with asyncio.timeout(PATIENCE):
                while "4.2.1" not in str((await look(it)).words):  # noqa: ASYNC110 - as below
                    await asyncio.sleep(0.02)
            slack.faults.replace(FaultSetting())
            await all_is_done(it)
            (ticket,) = (await look(it)).tickets.values()
            assert rules.stamp(ticket.first_answer_at) == answer.ts


async def test_a_deleted_message_that_comes_after_its_replies_joins_their_ticket(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        asked = slack.people.say("carla", "#acme-harbour", "Where is the invoice of May?")
        for _ in range(2):  # its next retry is the last, before the last one of its deletion
            await slack.idle()
            slack.world.clock.move(65)
        slack.people.say("omar", "#acme-harbour", "And that of June?", thread_ts=asked.ts)
        slack.people.delete("carla", "#acme-harbour", asked.ts)
        await slack.idle()
        slack.world.clock.move(65)
        await slack.idle()
        async with at_work(slack, database_url) as it:
            async with asyncio.timeout(PATIENCE):
                while not it.cards():  # noqa: ASYNC110 - as below
                    await asyncio.sleep(0.02)
            await it.later(180)
            await all_is_done(it)
            (row,) = [row for row in (await look(it)).messages if row.ts == asked.ts]
            assert row.reason == "thread"
            assert len(it.cards()) == 1
            assert len([m for m in it.thread("acme-harbour", asked.ts) if m.bot_id]) == 1


async def test_a_word_in_an_old_thread_whose_ticket_is_open_is_found(database_url: str) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
            asked = it.people.say("carla", "#acme-harbour", "The export is broken, help?")
            it.people.create_channel("ben", "engine-lab", members=["threadkeeper", "tariq"])
            talk = it.people.say("ben", "#engine-lab", "Did the exporter change?")
            await it.quiet()
            it.people.say("ben", "#engine-lab", "!attach #1", thread_ts=talk.ts)
            await it.quiet()
            slack.world.clock.move(20 * DAY)
            await all_is_done(it)
        slack.people.say("carla", "#acme-harbour", "Any news of it?", thread_ts=asked.ts)
        (card,) = it.cards()
        slack.people.say("ben", "#triage", "I wait for the vendor.", thread_ts=card.ts)
        slack.people.say("tariq", "#engine-lab", "On Friday, to 4.2", thread_ts=talk.ts)
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            noted = str([m.blocks for m in it.thread("triage", card.ts)[-2:]])
            assert "Any news of it?" in noted
            assert "On Friday, to 4.2" in noted
            assert (await gaps(it))[0].found == 3


async def test_what_was_taken_back_or_reworded_in_an_old_thread_is_seen(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
            first = it.people.say("carla", "#acme-harbour", "It fails with hunter1, help?")
            more = it.people.say("carla", "#acme-harbour", "And hunter2.", thread_ts=first.ts)
            last = it.people.say("carla", "#acme-harbour", "Or hunter3?", thread_ts=first.ts)
            other = it.people.say("zoe", "#globex-harbour", "Why is hunter4 refused?")
            await it.quiet()
            slack.world.clock.move(20 * DAY)
            await all_is_done(it)
        slack.people.edit("carla", "#acme-harbour", first.ts, "It fails, help?")
        slack.people.delete("carla", "#acme-harbour", more.ts)
        slack.people.edit("carla", "#acme-harbour", last.ts, "Or the other?")
        slack.people.delete("zoe", "#globex-harbour", other.ts)
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            assert (await gaps(it))[0].found == 4
            assert "hunter" not in str([(m.text, m.blocks) for m in it.messages("triage")])
            kept = await it.program.desk.read(it.program.workspace_id, books.balances)
            assert all(line.is_balanced for line in kept)


async def test_the_oldest_of_a_channel_is_seen_to_be_taken_back(database_url: str) -> None:
    async with slack_alone(limits=False) as slack:
        slack.people.say("omar", "#acme-harbour", "Nobody is here yet")
        slack.world.clock.move(DAY)
        async with at_work(slack, database_url) as it:
            await it.quiet()
            first = it.people.say("omar", "#acme-harbour", "Morning all")
            await it.quiet()
            slack.world.clock.move(3 * DAY)
            await all_is_done(it)
            it.people.say("carla", "#acme-harbour", "The export is broken, help?")
            await it.quiet()
        slack.people.delete("omar", "#acme-harbour", first.ts)
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            assert (await gaps(it))[0].found == 1
            kept = await it.program.desk.read(it.program.workspace_id, books.balances)
            assert all(line.is_balanced for line in kept)


async def test_in_a_channel_joined_meanwhile_only_what_came_after_is_ours(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        slack.people.create_channel("ana", "acme-robots", members=["ben"])
        slack.people.share_with("ana", "#acme-robots", "T00ACME")
        slack.people.invite("ana", "#acme-robots", "carla")
        slack.people.say("carla", "#acme-robots", "Which robots do you have?")
        slack.people.invite("ana", "#acme-robots", "threadkeeper")
        slack.people.say("carla", "#acme-robots", "And which can swim?")
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            (card,) = it.cards()
            assert "swim" in card.text
            kept = await it.program.desk.read(it.program.workspace_id, books.balances)
            assert all(line.is_balanced for line in kept)


async def test_put_out_and_brought_back_meanwhile_it_lacks_only_what_was_said_without_it(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
            only = it.people.say("zoe", "#globex-harbour", "Is the pump leaking?")
            await it.quiet()
        slack.people.delete("zoe", "#globex-harbour", only.ts)
        slack.people.say("carla", "#acme-harbour", "Question one, can you help?")
        slack.people.kick("ana", "#acme-harbour", "threadkeeper")
        slack.people.say("carla", "#acme-harbour", "Question two, between us?")
        slack.people.invite("ana", "#acme-harbour", "threadkeeper")
        slack.world.clock.move(600)
        slack.people.say("carla", "#acme-harbour", "Question three, can you help?")
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            told = str([(card.text, card.blocks) for card in it.cards()])
            assert [word in told for word in ("one", "two", "three")] == [True, False, True]
            assert "leaking" not in told
            kept = await it.program.desk.read(it.program.workspace_id, books.balances)
            assert all(line.is_balanced for line in kept)


async def test_put_out_while_nobody_was_there_it_lacks_nothing_once_it_is_brought_back(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        slack.people.say("carla", "#acme-harbour", "Question one, can you help?")
        slack.people.kick("ana", "#acme-harbour", "threadkeeper")
        slack.people.say("carla", "#acme-harbour", "Question two, between us?")
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            assert not it.cards()
            it.people.invite("ana", "#acme-harbour", "threadkeeper")
            await it.quiet()
            await all_is_done(it)
            (card,) = it.cards()
            assert "Question one" in card.text
            assert (await gaps(it))[0].cause is Cause.SHUT
            kept = await it.program.desk.read(it.program.workspace_id, books.balances)
            assert all(line.is_balanced for line in kept)


async def test_what_was_said_while_a_scope_was_lost_is_found_soon_after_it_is_back(
    database_url: str,
) -> None:
    async with slack_alone(limits=False) as slack:
        assert slack.world.app is not None
        async with at_work(slack, database_url) as it:
            await it.quiet()
        slack.people.say("carla", "#acme-harbour", "Question one, can you help?")
        slack.world.app.scopes.remove("channels:history")
        await nobody_hears(slack)
        async with at_work(slack, database_url) as it:
            await all_is_done(it)
            for _ in range(6):
                await it.later(600)
            assert not it.cards()
            (note,) = _told_of_history(it)
            assert "missing_scope" in str(note.blocks)
            assert "while I did not listen" in str(note.blocks)
            slack.world.app.scopes.append("channels:history")
            for _ in range(4):
                await it.later(300)
            await all_is_done(it)
            (card,) = it.cards()
            assert "Question one" in card.text
            (note,) = _told_of_history(it)
            assert "Mended" in note.text


def _told_of_history(it: Stage) -> list[Message]:
    return [each for each in it.messages("triage") if "conversations.history" in each.text]


async def test_what_we_answered_with_503_is_looked_for(database_url: str) -> None:
    async with slack_alone(limits=False) as slack, at_work(slack, database_url) as it:
        await it.quiet()
        assert slack.world.app is not None
        url, slack.world.app.request_url = slack.world.app.request_url, "http://127.0.0.1:9/"
        it.people.say("carla", "#acme-harbour", "Does anybody hear me?")
        await nobody_hears(slack)
        slack.world.app.request_url = url
        it.program.lost(Cause.UNSAVED, 3 * 3600)
        await all_is_done(it)
        assert [gap.cause for gap in await gaps(it)] == [Cause.UNSAVED, Cause.START]
        assert len(it.cards()) == 1


async def gaps(it: Stage, *, is_open: bool = False) -> list[Gap]:
    """The last gaps, the newest first."""
    found = await it.program.desk.read(
        it.program.workspace_id, lambda unit: catchup.latest(unit, most=9)
    )
    return [gap for gap in found if not is_open or gap.caught_up_at is None]


async def until_it_waits_for_slack(it: Stage) -> None:
    """Time stands still: at some point no more calls are allowed."""
    async with asyncio.timeout(PATIENCE):
        while not it.program.crew.comparer.is_waiting:  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)
