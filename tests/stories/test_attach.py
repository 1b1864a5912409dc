"""Threads elsewhere: attached to a ticket, heard by its team alone, and let go again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox import shapes
from sandbox.world import Message
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.told import since, typed
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"
LAB = "engine-lab"


@pytest.fixture
async def it(database_url: str) -> AsyncIterator[Stage]:
    """Carla has asked; Ben and Tariq talk in a channel of our own where the bot is, too."""
    async with stage(database_url) as it:
        it.people.create_channel("ben", LAB, members=["threadkeeper", "tariq", "ana"])
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        yield it


def link(it: Stage, message: Message) -> str:
    return shapes.permalink(it.slack.world, message)


async def say(it: Stage, person: str, text: str, *, thread: str = "", channel: str = LAB) -> str:
    """Write, and wait for all that follows; what was whispered for it."""
    known = set(it.slack.world.ephemerals)
    it.people.say(person, f"#{channel}", text, **({"thread_ts": thread} if thread else {}))
    await it.quiet()
    return since(it, known)


def inside(it: Stage) -> str:
    """All that stands under the card."""
    return " ".join(shown(m) for m in it.thread("triage", it.cards()[0].ts))


async def test_what_is_said_in_an_attached_thread_is_a_note_with_author_and_link(
    it: Stage,
) -> None:
    talk = it.people.say("ben", f"#{LAB}", "Did the exporter change on Friday?")
    await it.quiet()
    assert "attached to #1 now" in await say(it, "ben", "!attach #1", thread=talk.ts)
    card = shown(it.cards()[0])
    assert f"#{LAB}" in card
    assert link(it, talk) in str(it.cards()[0].blocks)
    await say(it, "tariq", "Yes, E17 is new in 4.2", thread=talk.ts)
    notes = inside(it)
    assert "Tariq Aziz" in notes
    assert f"wrote in #{LAB}" in notes
    assert "E17 is new" in notes
    assert "E17" not in str([m.blocks for m in it.messages("acme-harbour")])
    assert "attached a thread of" in await typed(it, "ana", "history 1", command="/ticket")
    seen = await look(it)
    assert [str(m.side) for m in seen.messages if m.reason == "attached"] == ["note"] * 2


async def test_what_was_said_before_comes_along_once(it: Stage) -> None:
    talk = it.people.say("ben", f"#{LAB}", "Did the exporter change on Friday?")
    it.people.say("tariq", f"#{LAB}", "E17 is new, said before", thread_ts=talk.ts)
    gone = it.people.say("tariq", f"#{LAB}", "Better not told", thread_ts=talk.ts)
    await it.quiet()
    it.people.delete("tariq", f"#{LAB}", gone.ts)
    await it.quiet()
    told = await say(it, "ben", "!attach #1", thread=talk.ts)
    assert "what was said in it and what is said from now on are notes" in told
    notes = inside(it)
    assert "change on Friday" in notes
    assert "said before" in notes
    assert "Better not" not in notes
    assert "!attach" not in notes
    await say(it, "ben", "!detach", thread=talk.ts)
    await say(it, "ben", "!attach #1", thread=talk.ts)
    assert sum("said before" in shown(m) for m in it.thread("triage", it.cards()[0].ts)) == 1


async def test_why_and_track_are_typed_in_the_thread_under_the_card(it: Stage) -> None:
    kind = it.people.say("carla", "#acme-harbour", "Thanks a lot!")
    await it.quiet()
    card = it.cards()[0].ts
    told = await say(it, "ana", "!why", thread=card, channel="triage")
    assert "Opened of #1: It is a new request" in told
    told = await say(it, "ana", f"!why {link(it, kind)}", thread=card, channel="triage")
    assert "kind word" in told
    told = await say(it, "ana", f"!track {link(it, kind)}", thread=card, channel="triage")
    assert "#2 is open" in told
    assert len(it.cards()) == 2


async def test_an_edit_there_is_followed_and_a_macro_works_there(it: Stage) -> None:
    talk = it.people.say("ben", f"#{LAB}", "What about the exporter?")
    await it.quiet()
    await say(it, "ben", "!attach #1", thread=talk.ts)
    word = it.people.say("tariq", f"#{LAB}", "It is the cache", thread_ts=talk.ts)
    await it.quiet()
    it.people.edit("tariq", f"#{LAB}", word.ts, "It is the queue")
    await it.quiet()
    assert "the queue" in inside(it)
    assert "the cache" not in inside(it)
    assert "is yours" in await say(it, "ben", "!take", thread=talk.ts)
    assert "Take over" in shown(it.cards()[0])


async def test_a_pasted_link_to_the_ticket_attaches_the_thread(it: Stage) -> None:
    talk = it.people.say("ben", f"#{LAB}", f"Could you look? {link(it, it.cards()[0])}")
    await it.quiet()
    await say(it, "tariq", "I am at it", thread=talk.ts)
    assert "I am at it" in inside(it)
    again = await say(it, "ben", f"I mean {link(it, it.cards()[0])}", thread=talk.ts)
    assert again.strip() == ""


async def test_a_message_of_ours_is_attached_from_its_menu_and_detached_from_the_cards(
    it: Stage,
) -> None:
    talk = it.people.say("ben", f"#{LAB}", "Did the exporter change?")
    await it.quiet()
    await it.people.shortcut("ben", "choose_act", channel=f"#{LAB}", ts=talk.ts)
    (view,) = it.open_views()
    assert "Attach" in view.view["title"]["text"]
    refused = await it.people.submit("ben", view.id, {"other": "#99"})
    assert "no ticket #99" in str(refused)
    await it.people.submit("ben", view.id, {"into": "#1", "other": ""})
    await it.quiet()
    await say(it, "tariq", "It did", thread=talk.ts)
    assert "It did" in inside(it)

    await it.choose("ana", it.cards()[0], "more")
    (view,) = it.open_views()
    await it.people.submit("ana", view.id, {"act": "detach"})
    (view,) = it.open_views()
    await it.people.submit("ana", view.id, {})
    await it.quiet()
    assert LAB not in shown(it.cards()[0])
    await say(it, "tariq", "Something else entirely", thread=talk.ts)
    assert "Something else" not in inside(it)


async def test_a_command_attaches_by_link_and_the_thread_lets_itself_go(it: Stage) -> None:
    talk = it.people.say("ben", f"#{LAB}", "Did the exporter change?")
    await it.quiet()
    there = link(it, talk)
    assert "attached to #1 now" in await typed(it, "ana", f"attach 1 {there}", command="/ticket")
    assert "attached to #1 already" in await typed(
        it, "ana", f"attach 1 {there}", command="/ticket"
    )
    await typed(it, "ana", f"attach {there}", command="/ticket")
    assert "not attached to #1 any more" in await say(it, "ben", "!detach", thread=talk.ts)
    assert "No thread is attached" in await typed(it, "ana", "detach 1", command="/ticket")


@pytest.mark.parametrize("by", ["typed", "command", "link"])
async def test_customers_channels_are_refused_with_the_reason_privately(it: Stage, by: str) -> None:
    asked = next(m for m in it.messages("acme-harbour") if m.text == ASKED)
    other = it.people.say("carla", "#acme-harbour", "Thanks a lot!")
    await it.quiet()
    before = len(it.messages("acme-harbour"))
    if by == "typed":
        told = await say(it, "ana", "!attach #1", thread=other.ts, channel="acme-harbour")
    elif by == "command":
        told = await typed(it, "ana", f"attach 1 {link(it, other)}", command="/ticket")
    else:
        card = link(it, it.cards()[0])
        told = await say(it, "ana", f"see {card}", thread=other.ts, channel="acme-harbour")
    assert "Customers read #acme-harbour" in told
    assert len(it.messages("acme-harbour")) == before + (by != "command")
    assert "Talked about" not in shown(it.cards()[0])
    assert await say(it, "ana", f"see {link(it, asked)}", channel="acme-harbour") == ""


async def test_what_cannot_be_attached_is_refused_with_how_to_mend_it(it: Stage) -> None:
    card = it.cards()[0]
    for text, hint in {
        f"attach 1 {link(it, card)}": "thread of #1 itself",
        "attach 1": "Add the link",
        f"attach 9 {link(it, card).replace('p1', 'p2')}": "no ticket #9",
        "detach 1": "No thread is attached",
    }.items():
        assert hint in await typed(it, "ana", text, command="/ticket"), text
    assert "Only specialists and agents" in await typed(
        it, "gus", "attach 1", command="/ticket", channel="#help"
    )


async def test_a_channel_that_becomes_shared_is_not_listened_to_any_more(it: Stage) -> None:
    talk = it.people.say("ben", f"#{LAB}", "Did the exporter change?")
    await it.quiet()
    await say(it, "ben", "!attach #1", thread=talk.ts)
    it.people.share_with("ben", f"#{LAB}", "globex")
    await it.quiet()
    assert "Another company reads" in inside(it)
    assert "Talked about" not in shown(it.cards()[0])
    await say(it, "tariq", "SECRETWORD of ours", thread=talk.ts)
    assert "SECRETWORD" not in inside(it)


async def test_a_thread_of_a_merged_ticket_is_heard_where_that_goes_on(it: Stage) -> None:
    talk = it.people.say("ben", f"#{LAB}", "Did the exporter change?")
    await it.quiet()
    await say(it, "ben", "!attach #1", thread=talk.ts)
    await it.later(3600)
    it.people.say("carla", "#acme-harbour", "Also the import fails, why?")
    await it.quiet()
    await typed(it, "ana", "merge 1 into 2", command="/ticket")
    await say(it, "tariq", "It is the queue", thread=talk.ts)
    words = " ".join(shown(m) for m in it.thread("triage", it.cards()[1].ts))
    assert "It is the queue" in words
