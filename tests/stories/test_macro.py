"""Macros, end to end: chosen, previewed, sent, undone; written, mended and archived by leads."""

from __future__ import annotations

from typing import Any

from sandbox.world import Message, View
from tests.stories import told
from tests.stories.stage import Stage, stage
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


def form(it: Stage) -> View:
    """The form that is open."""
    return next(view for view in it.slack.world.views.values() if view.is_open)


def element(view: View, name: str) -> Any:
    """An input of a form."""
    return next(each for each in view.view["blocks"] if each.get("block_id") == name)["element"]


def option(view: View, name: str, label: str) -> str:
    """The value of a choice that reads so."""
    options = element(view, name)["options"]
    return next(str(each["value"]) for each in options if each["text"]["text"] == label)


async def asked(it: Stage) -> str:
    """Carla asks; the ts of her words."""
    message: Message = it.people.say("carla", "#acme-harbour", ASKED)
    await it.quiet()
    return message.ts


async def begun(it: Stage, name: str) -> View:
    """Ana types the macro's name; the Reply form that opens."""
    await it.people.command("ana", "#triage", "/ticket", f"macro 1 {name}")
    await it.quiet()
    return form(it)


async def test_a_macro_is_seen_before_it_is_sent_and_sets_its_fields_when_it_is(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        ts = await asked(it)
        view = await begun(it, "ask for details")
        text = element(view, "text")["initial_value"]
        assert text.startswith("Hi Carla, thanks for writing.")
        assert "screenshot" in told.words(view.view["blocks"])
        await it.people.submit("ana", view.id, {})
        await it.quiet()
        assert len(it.thread("acme-harbour", ts)) == 1
        await it.later(11)
        assert any("Hi Carla, thanks" in m.text for m in it.thread("acme-harbour", ts))
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.status == "waiting"


async def test_what_was_undone_sets_nothing(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        view = await begun(it, "known problem")
        await it.people.submit("ana", view.id, {})
        await it.quiet()
        held = it.thread("triage", it.cards()[0].ts)[-1]
        await it.press("ana", "act:undo", held)
        await it.later(60)
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.tags == ()


async def test_tags_of_a_macro_come_with_the_reply(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        view = await begun(it, "known")
        await it.people.submit("ana", view.id, {"text": "We know of it, Carla."})
        await it.quiet()
        await it.later(11)
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.tags == ("known problem",)


async def test_a_macro_is_chosen_from_the_card(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        (card,) = it.cards()
        spot = told.at(card)
        more = next(o for o in told.options(card.blocks) if o["text"]["text"] == "More …")
        await it.people.press("ana", spot, "act:menu", chosen=more["value"])
        view = form(it)
        chosen = option(view, "act", "Macro …")
        view = (await it.people.submit("ana", view.id, {"act": chosen})).view
        assert view is not None
        chosen = option(view, "macro", "Looking into it")
        view = (await it.people.submit("ana", view.id, {"macro": chosen})).view
        assert view is not None
        assert "I have your request #1" in element(view, "text")["initial_value"]
        assert "#acme-harbour" in told.words(view.view["blocks"])


async def test_of_several_tickets_one_is_chosen_and_the_macro_is_seen_first(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        ts = await asked(it)
        it.people.say("zoe", "#globex-harbour", "Why is the export slow?")
        await it.quiet()
        listed = await told.typed(it, "ana", "macro solved", command="/ticket")
        assert "which ticket do you mean?" in listed
        buttons = [
            b for b in told.buttons(told.last(it).blocks) if b["action_id"][:9] == "act:macro"
        ]
        assert len(buttons) == 2
        await it.people.press("ana", told.spot(told.last(it)), buttons[0]["action_id"])
        assert "Glad that it works" in element(form(it), "text")["initial_value"]
        await it.later(60)
        assert not any("Glad" in m.text for m in it.thread("acme-harbour", ts))


async def test_a_macro_by_word_in_the_internal_thread_is_seen_first(database_url: str) -> None:
    async with stage(database_url) as it:
        ts = await asked(it)
        (card,) = it.cards()
        it.people.say("ana", "#triage", "!macro looking", thread_ts=card.ts)
        await it.quiet()
        whisper = told.last(it)
        assert "Press to see “Looking into it” filled in" in told.words(whisper.blocks)
        await it.people.press("ana", told.spot(whisper), "act:macro")
        assert "I have your request #1" in element(form(it), "text")["initial_value"]
        await it.later(60)
        assert not any("your request #1 and" in m.text for m in it.thread("acme-harbour", ts))


async def test_a_name_that_is_none_gets_the_nearest(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        for text, hint in (
            ("macro 1 lokking into", "Did you mean Looking into it"),
            ("macro 1 zzz", "There are Ask for details"),
        ):
            assert hint in await told.typed(it, "ana", text, command="/ticket")


async def test_a_lead_writes_a_macro_and_is_told_what_is_wrong_with_it(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        await it.people.command("ana", "#triage", "/desk", "macros new")
        view = form(it)
        fields = {"name": "Refund", "text": "Hi {{ custmer }}"}
        wrong = await it.people.submit("ana", view.id, fields)
        assert "Did you mean {{ customer }}" in wrong.errors["text"]
        await it.people.press("ana", told.in_view(view), "macro:preview")
        assert "Did you mean" in told.words(form(it).view["blocks"])
        await it.people.submit("ana", form(it).id, {"text": "Hi {{ customer }}, it is on its way."})
        await it.quiet()
        listed = await told.typed(it, "ben", "macros refund")
        assert "*Refund*" in listed
        view = await begun(it, "refund")
        assert element(view, "text")["initial_value"] == "Hi Carla Moreno, it is on its way."


async def test_only_leads_write_macros(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks!")
        await it.quiet()
        assert "Only leads and managers" in await told.typed(it, "ben", "macros new")
        assert "Only agents" in await told.typed(it, "tariq", "macros")


async def test_an_archived_macro_cannot_be_chosen_and_frees_its_name(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        await told.typed(it, "ana", "macros wish")
        whisper = told.last(it)
        archive = next(o for o in told.options(whisper.blocks) if "archive" in o["value"])
        await it.people.press("ana", told.spot(whisper), "act:menu:1", chosen=archive["value"])
        await it.quiet()
        assert "No macro is called so" in await told.typed(
            it, "ana", "macro 1 wish noted", command="/ticket"
        )
        assert "No macro has" in await told.typed(it, "ana", "macros wish")
