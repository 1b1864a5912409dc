"""Polls end to end: asked, voted in by every door, commented on, made good, and counted."""

from __future__ import annotations

import pytest

from sandbox.world import Message
from tests.stories import told
from tests.stories.crowd import shown
from tests.stories.deadlines import monday
from tests.stories.stage import Stage, stage
from tests.stories.told import typed

ASKED = "The export is broken, can you help?"
HOUR = 3600.0


async def solved(it: Stage, person: str = "carla", channel: str = "#acme-harbour") -> Message:
    """Somebody asks on a Monday at ten, Ana answers and solves it."""
    await monday(it, 10)
    asked: Message = it.people.say(person, channel, ASKED)
    await it.quiet()
    it.people.say("ana", channel, "Please restart it, that helps.", thread_ts=asked.ts)
    await it.quiet()
    await typed(it, "ana", "take 1", command="/ticket")
    await typed(it, "ana", "resolve 1", command="/ticket")
    return asked


def poll_in(messages: list[Message]) -> list[Message]:
    return [
        m
        for m in messages
        if "how we did" in shown(m) or "How did we do" in shown(m) or "of 5" in shown(m)
    ]


def notes(it: Stage) -> str:
    (card,) = it.cards()
    return " ".join(shown(m) for m in it.thread("triage", card.ts))


def direct(it: Stage, person: str) -> list[Message]:
    """What stands in the talk among somebody and the desk."""
    found = [
        c
        for c in it.slack.world.channels.values()
        if c.is_im and any(it.slack.world.users[m].name == person for m in c.members)
    ]
    return [m for c in found for m in sorted(c.messages.values(), key=lambda m: m.ts)]


async def test_a_low_score_is_made_good(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = await solved(it)
        await _a_low_score_comes(it, asked)
        await _its_reason_is_for_us_alone(it, asked)
        await _it_is_made_good(it)
        await _it_is_told_to_whoever_asks(it)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_where_nothing_is_to_be_made_good_somebody_says_why(database_url: str) -> None:
    async with stage(database_url) as it:
        await _a_low_score_comes(it, await solved(it))
        (card,) = it.cards()
        note = next(m for m in it.thread("triage", card.ts) if "make it good" in shown(m))
        await it.press("ben", "act:recovery_drop", note)
        (form,) = it.open_views()
        await it.people.submit("ben", form.id, {"text": "It was about the weather."})
        await it.quiet()
        assert "Nothing to be done" in notes(it)
        assert "about the weather" in notes(it)


async def _a_low_score_comes(it: Stage, asked: Message) -> None:
    assert poll_in(it.thread("acme-harbour", asked.ts)) == []
    await it.later(4 * HOUR + 60)
    (poll,) = poll_in(it.thread("acme-harbour", asked.ts))
    assert "How did we do with *#1*?" in shown(poll)
    await it.press("omar", "act:vote:5", poll)
    assert "Only the person who asked" in told.last(it).text
    await it.press("carla", "act:vote:2", poll)
    (poll,) = poll_in(it.thread("acme-harbour", asked.ts))
    assert "*2 of 5*" in shown(poll)
    assert "rated 2 of 5, to be made good" in shown(it.cards()[0])
    assert "A low score: make it good" in notes(it)
    assert any("gave a low score for #1" in shown(m) for m in direct(it, "ana"))


async def _its_reason_is_for_us_alone(it: Stage, asked: Message) -> None:
    (poll,) = poll_in(it.thread("acme-harbour", asked.ts))
    await it.press("carla", "act:csat_comment", poll)
    (form,) = it.open_views()
    await it.people.submit("carla", form.id, {"text": "It took *three* days."})
    await it.quiet()
    assert "It took *three* days." not in str(it.thread("acme-harbour", asked.ts))
    assert "three" in notes(it)
    assert "three" in shown(it.cards()[0])


async def _it_is_made_good(it: Stage) -> None:
    (card,) = it.cards()
    note = next(m for m in it.thread("triage", card.ts) if "make it good" in shown(m))
    await it.press("ben", "act:recovery_take", note)
    assert "<@U00000BEN>" in notes(it)
    await it.later(26 * HOUR)
    assert "Overdue" in notes(it)
    assert any("Nobody has made good yet" in shown(m) for m in direct(it, "ben"))
    await it.press("ben", "act:recovery_done", note)
    (form,) = it.open_views()
    await it.people.submit("ben", form.id, {"text": "Called her, she is fine now."})
    await it.quiet()
    assert "Called her" in notes(it)
    assert "rated 2 of 5, made good" in shown(it.cards()[0])


async def _it_is_told_to_whoever_asks(it: Stage) -> None:
    history = await typed(it, "ana", "history 1", command="/ticket")
    for line in ("asked the customer how we did", "rated it 2 of 5", "made it good"):
        assert line in history
    said = await typed(it, "mona", "", command="/csat")
    for words in ("1 of 1 asked", "Mean", "Wilson", "By agent", "Ana Petrova", "By week"):
        assert words in said
    assert "It took" in said
    assert "no accounts yet" in await typed(it, "ana", "account acme", command="/csat")


async def test_in_the_public_channel_whoever_asked_is_asked_in_private(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = await solved(it, "kim", "#help")
        await it.later(4 * HOUR + 60)
        assert direct(it, "kim") == []  # it is night in Tokyo
        await it.later(14 * HOUR)
        assert poll_in(it.thread("help", asked.ts)) == []
        (poll,) = direct(it, "kim")
        assert "Only you and our team see your answer" in shown(poll)
        it.people.say("kim", poll.channel, "4", thread_ts=poll.ts)
        await it.quiet()
        poll, *_ = direct(it, "kim")
        assert "*4 of 5*" in shown(poll)
        it.people.say("kim", poll.channel, "Quick, but I had to ask twice.", thread_ts=poll.ts)
        await it.quiet()
        poll, *_ = direct(it, "kim")
        assert "I had to ask twice" in shown(poll)
        said = await typed(it, "mona", "month", command="/csat")
        assert "*100 %* good" in said


async def test_a_number_or_an_emoji_is_a_vote_and_no_word_of_the_ticket(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = await solved(it)
        await it.later(4 * HOUR + 60)
        (poll,) = poll_in(it.thread("acme-harbour", asked.ts))
        said = it.people.say("carla", "#acme-harbour", "3", thread_ts=asked.ts)
        await it.quiet()
        assert "3 of 5 counts for #1" in told.last(it).text
        it.people.edit("carla", said.channel, said.ts, "4")
        await it.quiet()
        assert "*4 of 5*" in shown(poll_in(it.thread("acme-harbour", asked.ts))[0])
        it.people.react("carla", "#acme-harbour", poll.ts, "five")
        await it.quiet()
        assert "*5 of 5*" in shown(poll_in(it.thread("acme-harbour", asked.ts))[0])
        assert "Resolved" in shown(it.cards()[0])
        said = it.people.say("carla", "#acme-harbour", "4 - a bit slow", thread_ts=asked.ts)
        await it.quiet()
        assert "a bit slow" in shown(it.cards()[0])
        it.people.delete("carla", said.channel, said.ts)
        await it.quiet()
        assert "a bit slow" not in shown(it.cards()[0])


async def test_a_channel_is_switched_off_and_what_is_typed_wrongly_is_mended(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        assert "Nobody was asked" in await typed(it, "mona", "", command="/csat")
        assert "95 % confidence" in await typed(it, "ana", "help", command="/csat")
        assert "I do not know that" in await typed(it, "ana", "banana", command="/csat")
        assert "no ticket #12" in await typed(it, "ana", "send #12", command="/csat")
        off = await typed(it, "mona", "off #acme-harbour", command="/csat")
        assert "Nobody is asked in #acme-harbour any more" in off
        asked = await solved(it)
        await it.later(4 * HOUR + 60)
        assert poll_in(it.thread("acme-harbour", asked.ts)) == []
        assert "polls are switched off" in await typed(it, "ana", "send 1", command="/csat")
        await typed(it, "mona", "on #acme-harbour", command="/csat")
        assert "is asked now about #1" in await typed(it, "ana", "send 1", command="/csat")
        await it.later(2)
        assert len(poll_in(it.thread("acme-harbour", asked.ts))) == 1
        await it.people.command("mona", "#triage", "/csat", "settings")
        (form,) = it.open_views()
        await it.people.submit("mona", form.id, {"delay": "1", "low": "3"})
        await it.quiet()
        assert "1 opening hours" in told.last(it).text
