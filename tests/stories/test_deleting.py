"""Answers that are deleted again: what the desk owes the customer then."""

from __future__ import annotations

from tests.stories.crowd import shown
from tests.stories.stage import stage

ASKED = "The export is broken, can you help?"
ANSWER = "Please clean the print head."


async def test_deleting_the_only_answer_makes_it_our_turn_again(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, ANSWER)
        assert "customer’s turn" in shown(it.cards()[0])
        await it.press("ana", "act:unsend", it.thread("triage", card.ts)[-1])
        assert "our turn" in shown(it.cards()[0])
        (receipt,) = it.thread("acme-harbour", asked.ts)
        assert "We have answered" not in shown(receipt)


async def test_an_answer_deleted_in_the_thread_counts_as_little(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        answer = it.people.say("ana", "#acme-harbour", ANSWER, thread_ts=asked.ts)
        await it.quiet()
        it.people.delete("ana", "#acme-harbour", answer.ts)
        await it.quiet()
        assert "our turn" in shown(it.cards()[0])


async def test_deleting_one_of_two_answers_leaves_it_to_the_customer(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, ANSWER)
        await it.reply("ana", card, "And change the paper.")
        await it.press("ana", "act:unsend", it.thread("triage", card.ts)[-1])
        assert "customer’s turn" in shown(it.cards()[0])
