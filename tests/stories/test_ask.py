"""Asking by form: the pinned button in the public channel, kept there by the desk."""

from __future__ import annotations

from sandbox import deeds
from sandbox.world import Channel, Message
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.walls import look


async def test_anybody_asks_by_the_pinned_button(database_url: str) -> None:
    async with stage(database_url, help_button=True) as it:
        await it.quiet()
        button = _button(it)
        assert _help(it).pins == [button.ts]
        await it.press("kim", "act:ask", button)
        view = next(view for view in it.slack.world.views.values() if view.is_open)
        assert "priority" not in str(view.view)
        asked = {"title": "Where is my invoice?", "details": "For <May> & June"}
        await it.people.submit("kim", view.id, asked)
        await it.quiet()
        (card,) = it.cards()
        assert "Where is my invoice?" in shown(card)
        assert "Kim" in shown(card)
        opening = next(m for m in it.messages("help") if "Where is my invoice?" in shown(m))
        (receipt,) = it.thread("help", opening.ts)
        assert "reference is #1" in receipt.text
        it.people.say("kim", "#help", "It is number 7", thread_ts=opening.ts)
        it.people.say("ana", "#help", "Here it is.", thread_ts=opening.ts)
        await it.quiet()
        inside = [shown(m) for m in it.thread("triage", card.ts)]
        assert any("number 7" in words for words in inside)
        assert "customer’s turn" in shown(it.cards()[0])
        assert (await look(it)).failed == []


async def test_an_empty_form_keeps_what_was_typed(database_url: str) -> None:
    async with stage(database_url, help_button=True) as it:
        await it.quiet()
        await it.press("kim", "act:ask", _button(it))
        view = next(view for view in it.slack.world.views.values() if view.is_open)
        told = await it.people.submit("kim", view.id, {"title": "  ", "details": "Long words"})
        assert view.is_open
        assert "fill this in" in str(told)


async def test_the_button_comes_back_when_it_is_deleted_or_unpinned(database_url: str) -> None:
    async with stage(database_url, help_button=True) as it:
        await it.quiet()
        mona = it.people.senses.user("mona")
        for _ in range(2):
            button = _button(it)
            deeds.delete(it.slack.world, button, by=mona)
            await it.quiet()
            assert _button(it).ts != button.ts
            assert _help(it).pins == [_button(it).ts]
        button = _button(it)
        deeds.unpin(it.slack.world, button, user=mona)
        await it.quiet()
        assert _help(it).pins == [button.ts]


async def test_without_the_setting_there_is_no_button(database_url: str) -> None:
    async with stage(database_url) as it:
        await it.quiet()
        assert [m for m in it.messages("help") if m.bot_id] == []


def _help(it: Stage) -> Channel:
    return next(each for each in it.slack.world.channels.values() if each.name == "help")


def _button(it: Stage) -> Message:
    found: list[Message] = [m for m in it.messages("help") if "act:ask" in str(m.blocks)]
    (button,) = found
    return button
