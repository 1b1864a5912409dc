"""A reply that tells too much is looked at once more before a customer reads it."""

from __future__ import annotations

from tests.stories import told
from tests.stories.stage import stage
from tests.stories.test_account import ASKED, block, form

DRAFT = "Please use the password: hunter2"


async def test_a_password_goes_only_when_it_is_meant_so(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, DRAFT)
        assert DRAFT not in str(it.thread("acme-harbour", asked.ts))
        shown = form(it)
        assert "Not sent yet" in told.words(shown.view["blocks"])
        assert block(shown, "text")["initial_value"] == DRAFT
        marks = block(shown, "anyway")["options"][0]["value"]
        await it.people.submit("ana", shown.id, {"text": DRAFT, "anyway": [marks]})
        await it.quiet()
        await it.later(11)
        assert "hunter2" in str([m.blocks for m in it.thread("acme-harbour", asked.ts)])
