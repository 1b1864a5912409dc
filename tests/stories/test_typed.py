"""Acts in words: what staff write in the thread under a card, with a mark before the word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from sandbox.world import Message
from tests.stories.crowd import shown
from tests.stories.post import posting
from tests.stories.stage import Stage, stage
from tests.stories.told import since, spot
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


@dataclass(frozen=True)
class Thread:
    """Carla's ticket, its card in triage and what Ana types under it."""

    stage: Stage
    asked: Message
    card: Message

    async def type(self, words: str, person: str = "ana") -> str:
        """Write into the internal thread; what was whispered for it."""
        known = set(self.stage.slack.world.ephemerals)
        self.stage.people.say(person, "#triage", words, thread_ts=self.card.ts)
        await self.stage.quiet()
        return since(self.stage, known)

    @property
    def shown(self) -> str:
        """The card as it is now."""
        return shown(self.stage.cards()[0])


@pytest.fixture
async def thread(database_url: str) -> AsyncIterator[Thread]:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        yield Thread(it, asked, it.cards()[0])


async def test_words_under_the_card_do_what_the_commands_do(thread: Thread) -> None:
    assert "#1 is yours" in await thread.type("!take")
    assert "Ana" in thread.shown or "<@U00000ANA>" in thread.shown
    assert "belongs to Ben" in await thread.type("!assign @ben")
    assert "high now" in await thread.type("!priority high")
    assert "waits for the customer" in await thread.type("!wait 2d")
    assert "is snoozed until" in await thread.type("!snooze tomorrow 9am")
    assert "is resolved" in await thread.type("!resolve fixed")
    assert "as fixed" in thread.shown
    assert "is open again" in await thread.type("!reopen")
    acts = [change.act for change in (await look(thread.stage)).changes]
    assert [act for act in acts if act in ("take", "assign", "resolve")] == [
        "take",
        "assign",
        "resolve",
    ]


async def test_no_word_of_it_reaches_the_customer(thread: Thread) -> None:
    before = {m.ts for m in thread.stage.thread("acme-harbour", thread.asked.ts)}
    for words in ("!priority high", "!tkae", "!snooze 2d", "!note they run 4.2"):
        await thread.type(words)
    after = thread.stage.thread("acme-harbour", thread.asked.ts)
    assert {m.ts for m in after} == before
    assert not any(word in shown(m) for m in after for word in ("tkae", "4.2", "snooz", "high"))


async def test_in_a_customers_channel_it_is_just_words(thread: Thread) -> None:
    known = set(thread.stage.slack.world.ephemerals)
    for person in ("carla", "ana"):
        thread.stage.people.say(
            person, "#acme-harbour", "!resolve fixed", thread_ts=thread.asked.ts
        )
        thread.stage.people.say(person, "#acme-harbour", "!take")
    await thread.stage.quiet()
    assert since(thread.stage, known) == ""
    assert "Resolved" not in thread.shown


@pytest.mark.parametrize(
    "words,hint",
    [
        ("!tkae", "Did you mean `!take`?"),
        ("!resolve fxied", "Did you mean `!resolve fixed`?"),
        ("!prio hgih", "Did you mean `!priority high`?"),
        ("!list", "`/ticket list`"),
        ("!frobnicate now", "`!help`"),
        ("!assign @ana @ben", "`!assign @ben`"),
        ("!take 15", "thread of #1"),
        ("!snooze when hell freezes", "tomorrow"),
        ("!help", "`!snooze`"),
        ("!help snooze", "put a ticket aside"),
        ("!resolve 1 fixed", "is resolved"),
        ("\uff01take", "is yours"),
    ],
)
async def test_wrong_words_get_the_nearest_right_ones(
    thread: Thread, words: str, hint: str
) -> None:
    assert hint in await thread.type(words)


@pytest.mark.parametrize("words", ["!!!", "! wow", "wow!", "!1", "it is !important"])
async def test_an_exclamation_is_a_note_like_any_other(thread: Thread, words: str) -> None:
    assert await thread.type(words) == ""


async def test_what_needs_a_form_is_completed_by_one_press(thread: Thread) -> None:
    for words, title in (("!priority", "Priority"), ("!snooze", "Snooze"), ("!reply", "Reply")):
        known = set(thread.stage.slack.world.ephemerals)
        assert "needs a little more" in await thread.type(words)
        whispers = thread.stage.slack.world.ephemerals
        (key,) = set(whispers) - known
        act = words.removeprefix("!")
        await thread.stage.people.press("ana", spot(whispers[key]), f"act:{act}")
        (view,) = thread.stage.open_views()
        assert title in view.view["title"]["text"]
        await thread.stage.people.close("ana", view.id)


async def test_an_answer_typed_among_us_is_looked_at_before_it_is_sent(thread: Thread) -> None:
    it = thread.stage
    before = len(it.thread("acme-harbour", thread.asked.ts))
    told = await thread.type("!reply It is *mended* since 9 < 10, sorry!")
    assert "Nothing is sent yet" in told
    whisper = next(reversed(it.slack.world.ephemerals.values()))
    await it.people.press("ana", spot(whisper), "act:reply")
    (view,) = it.open_views()
    (box,) = [b["element"] for b in view.view["blocks"] if b.get("block_id") == "text"]
    assert box["initial_value"] == "It is *mended* since 9 < 10, sorry!"
    assert len(it.thread("acme-harbour", thread.asked.ts)) == before
    await it.people.submit("ana", view.id, {"text": box["initial_value"]})
    await it.quiet()
    await it.later(11)
    assert "sorry!" in shown(it.thread("acme-harbour", thread.asked.ts)[-1])


async def test_words_that_were_deleted_meanwhile_stand_in_no_form(thread: Thread) -> None:
    it = thread.stage
    said = it.people.say("ana", "#triage", "!reply a slip of the pen", thread_ts=thread.card.ts)
    await it.quiet()
    it.people.delete("ana", "#triage", said.ts)
    await it.quiet()
    whisper = next(reversed(it.slack.world.ephemerals.values()))
    await it.people.press("ana", spot(whisper), "act:reply")
    (view,) = it.open_views()
    assert "slip of the pen" not in str(view.view)


async def test_what_only_shows_something_is_shown_by_one_press(thread: Thread) -> None:
    known = set(thread.stage.slack.world.ephemerals)
    assert "to see it for" in await thread.type("!history")
    whispers = thread.stage.slack.world.ephemerals
    (key,) = set(whispers) - known
    await thread.stage.people.press("ana", spot(whispers[key]), "act:history")
    assert "History of #1" in since(thread.stage, known)


async def test_who_may_not_is_refused_in_private(thread: Thread) -> None:
    for words in ("!take", "!snooze", "!history", "!resolve"):
        assert "Only agents" in await thread.type(words, person="tariq")
    assert "nobody yet" in thread.shown


async def test_an_edit_does_nothing_more_and_says_so(thread: Thread) -> None:
    said = thread.stage.people.say("ana", "#triage", "!take", thread_ts=thread.card.ts)
    await thread.stage.quiet()
    known = set(thread.stage.slack.world.ephemerals)
    thread.stage.people.edit("ana", "#triage", said.ts, "!resolve fixed")
    await thread.stage.quiet()
    assert "Resolved" not in thread.shown
    assert "as a new message" in since(thread.stage, known)


async def test_whatever_slack_brings_twice_is_done_once(thread: Thread) -> None:
    ts = f"{float(thread.card.ts) + 1:.6f}"
    said = {"type": "message", "channel": thread.card.channel, "user": "U00000ANA", "ts": ts}
    said |= {"team": "T0HARBOUR", "event_ts": ts, "channel_type": "channel"}
    said |= {"thread_ts": thread.card.ts, "text": "!priority high"}
    async with posting(thread.stage) as post:
        for number in range(3):
            assert await post.event(said, event_id=f"Ev{number}") == 200
            await thread.stage.quiet()
    acts = [change.act for change in (await look(thread.stage)).changes]
    assert acts.count("priority") == 1


async def test_beside_the_thread_such_a_word_is_shown_its_place(thread: Thread) -> None:
    known = set(thread.stage.slack.world.ephemerals)
    for words in ("!take", "!wow, look at that"):
        thread.stage.people.say("ana", "#triage", words)
    thread.stage.people.say("ana", "#general", "!take")
    await thread.stage.quiet()
    assert since(thread.stage, known).count("under a ticket’s card") == 2  # as text and block
    assert "nobody yet" in thread.shown
