"""What is promised, end to end: warned once, missed once, explained, and told late after a stop."""

from __future__ import annotations

from tests.stories.crowd import shown
from tests.stories.deadlines import hours, monday
from tests.stories.stage import Stage, stage
from tests.stories.told import typed

ASKED = "The export is broken, can you help?"
HOUR = 3600.0


async def told(it: Stage, text: str, person: str = "ana") -> str:
    """What ``/ticket`` answers."""
    return await typed(it, person, text, command="/ticket")


def notes(it: Stage) -> list[str]:
    return [shown(m) for card in it.cards() for m in it.thread("triage", card.ts)]


async def test_the_owner_is_warned_and_a_lead_hears_of_what_was_missed_each_once(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "take 1")
        assert "Answer due" in shown(it.cards()[0])
        await hours(it, 5)
        (warned,) = [note for note in notes(it) if "first answer is due" in note]
        assert "<@U00000ANA>" in warned
        (missed,) = [note for note in notes(it) if "first answer was due" in note]
        assert "<!subteam^" in missed
        assert "Ana Petrova has it" in missed
        assert "was due" in shown(it.cards()[0])


async def test_after_a_long_jump_one_message_tells_of_all_that_was_missed(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        for words in (ASKED, "Also the import fails, since this morning."):
            it.people.say("carla", "#acme-harbour", words)
            await it.quiet()
            await it.later(301)
        await it.later(6 * HOUR)
        await it.later(60)
        assert not [note for note in notes(it) if "was due" in note]
        (late,) = [shown(m) for m in it.messages("triage") if "while the desk was down" in shown(m)]
        assert "<!subteam^" in late
        assert all(number in late for number in ("#1", "#2"))


async def test_who_asks_why_it_is_due_then_sees_every_step(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it, 16)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        why = await told(it, "due 1")
        assert "*First answer* within 4 h, as promised to _everybody_" in why
        assert "Mon to Fri 09:00-17:00, UTC" in why
        assert "closed" in why
        assert "*due*" in why
        await it.later(60)
        it.people.say("ana", "#acme-harbour", "Which version is it?", thread_ts=asked.ts)
        await it.quiet()
        await told(it, "priority 1 high")
        why = await told(it, "due 1")
        assert "done in time" in why
        assert "stands still: the customer has the turn" in why
        assert "promised otherwise: everybody → high" in why


async def test_a_customer_reads_when_to_expect_an_answer_and_urgent_makes_it_sooner(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (receipt,) = it.thread("acme-harbour", asked.ts)
        four = int(float(asked.ts)) + 4 * 3600
        assert f"<!date^{four}" in shown(receipt)
        await told(it, "priority 1 urgent")
        (receipt,) = it.thread("acme-harbour", asked.ts)
        assert f"<!date^{four - 3 * 3600}" in shown(receipt)
