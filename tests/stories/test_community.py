"""The public channel: anybody asks, anybody answers, whoever asked says when it is solved."""

from __future__ import annotations

from tests.stories.crowd import shown
from tests.stories.stage import stage
from tests.stories.told import typed


async def test_a_helpers_answer_counts_and_is_thanked(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("kim", "#help", "How do I export a report?")
        await it.quiet()
        it.people.say("gus", "#help", "I have the same question", thread_ts=asked.ts)
        await it.quiet()
        assert "our turn" in shown(it.cards()[0])
        it.people.say("gus", "#help", "Found it: Settings, then Exports.", thread_ts=asked.ts)
        await it.quiet()
        (card,) = it.cards()
        assert "the customer’s turn" in shown(card)
        assert "nobody yet" in shown(card)
        thread = " ".join(shown(m) for m in it.thread("triage", card.ts))
        assert "helped with an answer" in thread
        assert "We have answered" in shown(it.thread("help", asked.ts)[0])
        told = await typed(it, "ana", "health")
        assert "Thank you for helping others" in told
        assert "Gus" in told


async def test_whoever_asked_says_that_a_helper_has_solved_it(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("kim", "#help", "How do I export a report?")
        await it.quiet()
        answer = it.people.say("gus", "#help", "Settings, then Exports.", thread_ts=asked.ts)
        await it.quiet()
        it.people.react("gus", "#help", answer.ts, "white_check_mark")
        await it.quiet()
        assert "Resolved" not in shown(it.cards()[0])
        it.people.react("kim", "#help", answer.ts, "white_check_mark")
        await it.quiet()
        assert "Resolved" in shown(it.cards()[0])


async def test_greetings_and_our_own_words_open_nothing(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("kim", "#help", "Good morning everybody!")
        it.people.say("ana", "#help", "We release version 5 today.")
        await it.quiet()
        assert it.cards() == []
