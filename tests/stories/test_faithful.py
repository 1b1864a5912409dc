"""What Slack does to messages beside people's words changes nothing; what people do is kept."""

from __future__ import annotations

import re

from sandbox.world import Message
from tests.stories.crowd import shown
from tests.stories.stage import Stage, held_back, stage
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


async def test_a_reply_that_is_also_sent_to_the_channel_is_of_its_ticket_once(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        more = it.people.say(
            "carla", "#acme-harbour", "It says E17", thread_ts=asked.ts, broadcast=True
        )
        await it.quiet()
        (card,) = it.cards()
        told = [m for m in it.thread("triage", card.ts) if "E17" in shown(m)]
        assert len(told) == 1
        ends = [row.end for row in (await look(it)).messages if row.ts == more.ts]
        assert ends == ["joined"]


async def test_a_preview_is_no_edit(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", f"{ASKED} https://docs.example/export")
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, "Which file did you export?")
        it.people.unfurl("#acme-harbour", asked.ts)
        await it.quiet()
        assert "changed their words" not in str([shown(m) for m in it.thread("triage", card.ts)])
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.status == "waiting"


async def test_a_tombstone_leaves_ticket_and_thread_as_they_are(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.say("ana", "#acme-harbour", "Which file?", thread_ts=asked.ts)
        await it.quiet()
        it.people.delete("carla", "#acme-harbour", asked.ts)
        await it.quiet()
        (card,) = it.cards()
        assert "deleted these words" in shown(card)
        it.people.say("carla", "#acme-harbour", "The blue one", thread_ts=asked.ts)
        await it.quiet()
        assert len(it.cards()) == 1
        assert "our turn" in shown(it.cards()[0])


async def test_words_that_come_late_stand_where_they_were_said(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        with held_back(it):
            first = it.people.say("carla", "#acme-harbour", "At one it was E1", thread_ts=asked.ts)
            it.people.say("omar", "#acme-harbour", "At two it was E2", thread_ts=asked.ts)
        it.people.say("carla", "#acme-harbour", "At three it was E3", thread_ts=asked.ts)
        await it.quiet()
        assert _codes(it, card) == ["E1", "E2", "E3"]
        it.people.edit("carla", "#acme-harbour", first.ts, "At one it was E4")
        await it.quiet()
        assert _codes(it, card) == ["E4", "E2", "E3"]


def _codes(it: Stage, card: Message) -> list[str]:
    """What the mirrors under a card tell, as they stand."""
    told = [shown(m) for m in it.thread("triage", card.ts)]
    return [found[0] for each in told if (found := re.findall(r"E\d", each))]
