"""Who writes a reply is seen by the others, in silence, and only while it is so."""

from __future__ import annotations

from datetime import timedelta

from bot.usecases.draft import KEEPS
from sandbox.world import View
from tests.stories import told
from tests.stories.stage import Stage, stage


async def asked(it: Stage) -> None:
    it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
    await it.quiet()


async def opened(it: Stage, person: str) -> View:
    """That person's form of Reply on the one card."""
    before = {view.id for view in it.open_views()}
    (card,) = it.cards()
    await it.press(person, "act:reply", card)
    return next(view for view in it.open_views() if view.id not in before)


def card(it: Stage) -> str:
    (found,) = it.cards()
    return told.words(found.blocks)


async def test_the_card_says_who_writes_until_the_form_is_closed(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        posts = len(it.messages("triage"))
        form = await opened(it, "ana")
        assert "is writing" in card(it)
        assert "writing too" not in told.words(form.view["blocks"])
        await it.people.close("ana", form.id)
        await it.quiet()
        assert "is writing" not in card(it)
        assert len(it.messages("triage")) == posts
        assert "writing" not in str(it.messages("acme-harbour"))


async def test_a_second_agent_is_told_who_writes(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        await opened(it, "ana")
        form = await opened(it, "ben")
        assert "is writing too" in told.words(form.view["blocks"])
        assert "are writing" in card(it)


async def test_what_is_sent_is_not_being_written_any_more(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        (posted,) = it.cards()
        await it.reply("ana", posted, "Try it again now.", wait=False)
        assert "is writing" not in card(it)


async def test_a_form_that_nobody_closes_is_forgotten(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        await opened(it, "ana")
        await it.later((KEEPS + timedelta(seconds=2)).total_seconds())
        assert "is writing" not in card(it)
