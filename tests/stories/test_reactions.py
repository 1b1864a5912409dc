"""Customers' emoji on what we told them are shown to the team, and are no acts."""

from __future__ import annotations

from tests.stories.crowd import shown
from tests.stories.stage import stage
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


async def test_a_customers_emoji_shows_beside_the_answer_until_it_is_taken_back(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, "Please clean the print head.")
        sent = it.thread("acme-harbour", asked.ts)[-1]
        typed = it.people.say("ben", "#acme-harbour", "Or change it.", thread_ts=asked.ts)
        await it.quiet()
        it.people.react("carla", "#acme-harbour", sent.ts, "tada")
        it.people.react("omar", "#acme-harbour", typed.ts, "thinking_face")
        it.people.react("ana", "#acme-harbour", typed.ts, "rocket")
        await it.quiet()
        inside = " ".join(shown(m) for m in it.thread("triage", card.ts))
        assert ":tada:" in inside
        assert ":thinking_face:" in inside
        assert "Carla" in inside
        assert ":rocket:" not in inside
        it.people.unreact("carla", "#acme-harbour", sent.ts, "tada")
        await it.quiet()
        assert ":tada:" not in " ".join(shown(m) for m in it.thread("triage", card.ts))
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.status == "waiting"
