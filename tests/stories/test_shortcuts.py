"""Acts from the menu of a message: of the customer's thread, the internal one or the card."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.world import Message
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.told import since, typed

ASKED = "The export is broken, can you help?"


@pytest.fixture
async def it(database_url: str) -> AsyncIterator[Stage]:
    """Carla has asked, and has got her receipt."""
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        yield it


async def choose(it: Stage, shortcut: str, message: Message, person: str = "ana") -> str:
    """Choose from a message's menu; what was whispered for it."""
    known = set(it.slack.world.ephemerals)
    await it.people.shortcut(person, shortcut, channel=message.channel, ts=message.ts)
    await it.quiet()
    return since(it, known)


def places(it: Stage) -> list[Message]:
    """The request, its receipt, the card and a note under it."""
    (asked,) = [m for m in it.messages("acme-harbour") if m.text == ASKED]
    (card,) = it.cards()
    note = it.people.say("ben", "#triage", "I have seen this before", thread_ts=card.ts)
    return [asked, it.thread("acme-harbour", asked.ts)[0], card, note]


async def test_any_message_of_a_ticket_leads_to_it(it: Stage) -> None:
    here = places(it)
    await it.quiet()
    assert "#1 is yours" in await choose(it, "take_ticket", here[0])
    assert "#1 is resolved" in await choose(it, "resolve_ticket", here[3])
    assert "Resolved" in shown(it.cards()[0])
    for message in here:
        await choose(it, "choose_act", message)
        (view,) = it.open_views()
        assert "#1" in view.view["title"]["text"]
        await it.people.close("ana", view.id)


@pytest.mark.parametrize(
    "shortcut,title,typed",
    [
        ("note_ticket", "Note", {"text": "They run version 4.2"}),
        ("reply_ticket", "Reply", {"text": "We are on it"}),
        ("snooze_ticket", "Snooze", {"other": "3h"}),
    ],
)
async def test_what_needs_words_opens_its_form(
    it: Stage, shortcut: str, title: str, typed: dict[str, str]
) -> None:
    asked = places(it)[0]
    await it.quiet()
    await choose(it, shortcut, asked)
    (view,) = it.open_views()
    assert title in view.view["title"]["text"]
    await it.people.submit("ana", view.id, typed)
    await it.later(11)
    (card,) = it.cards()
    inside = " ".join(shown(m) for m in it.thread("triage", card.ts))
    outside = " ".join(shown(m) for m in it.thread("acme-harbour", asked.ts))
    assert ("4.2" in inside) is (title == "Note")
    assert ("We are on it" in outside) is (title == "Reply")
    assert ("Snoozed" in shown(card)) is (title == "Snooze")
    assert "4.2" not in outside


async def test_the_chooser_has_all_the_rest(it: Stage) -> None:
    asked = places(it)[0]
    await choose(it, "choose_act", asked)
    (view,) = it.open_views()
    await it.people.submit("ana", view.id, {"act": "wait"})
    await it.quiet()
    assert "Waiting" in shown(it.cards()[0])
    await choose(it, "choose_act", asked)
    (view,) = it.open_views()
    await it.people.submit("ana", view.id, {"act": "priority"})
    (view,) = it.open_views()
    await it.people.submit("ana", view.id, {"priority": "high"})
    await it.quiet()
    assert "High" in shown(it.cards()[0])
    await choose(it, "choose_act", asked)
    (view,) = it.open_views()
    known = set(it.slack.world.ephemerals)
    await it.people.submit("ana", view.id, {"act": "history"})
    await it.quiet()
    assert "History of #1" in since(it, known)


SHORTCUTS = ("take_ticket", "reply_ticket", "resolve_ticket", "note_ticket", "snooze_ticket")


@pytest.mark.parametrize("shortcut", SHORTCUTS)
async def test_a_message_of_no_ticket_and_who_may_not_get_a_friendly_answer(
    it: Stage, shortcut: str
) -> None:
    card = places(it)[2]
    kind = it.people.say("ben", "#triage", "Lunch?")
    await it.quiet()
    assert "belongs to no ticket" in await choose(it, shortcut, kind)
    assert "Only agents" in await choose(it, shortcut, card, "tariq")
    private = it.people.say("ana", it.people.message_with("ana", "ben").id, "Look at this")
    assert "belongs to no ticket" in await choose(it, shortcut, private)
    assert it.open_views() == []


async def test_the_chooser_on_a_message_of_no_ticket_offers_to_attach_its_thread(it: Stage) -> None:
    card = places(it)[2]
    lunch = it.people.say("ben", "#triage", "Lunch?")
    await it.quiet()
    assert await choose(it, "choose_act", lunch) == ""
    (view,) = it.open_views()
    assert "Attach" in str(view.view)
    await it.people.close("ana", view.id)
    assert "Only agents" in await choose(it, "choose_act", card, "tariq")
    assert it.open_views() == []


async def test_a_note_by_command_is_read_under_the_card_alone(it: Stage) -> None:
    told = await typed(it, "ana", "note 1 They run <version> 4.2 & hate it", command="/ticket")
    assert "Noted on #1" in told
    (card,) = it.cards()
    (note,) = [m for m in it.thread("triage", card.ts) if "4.2" in shown(m)]
    assert "Ana Petrova" in shown(note)
    assert not any("4.2" in shown(m) for m in it.messages("acme-harbour"))
    assert "wrote a note" in await typed(it, "ana", "history 1", command="/ticket")
    assert await typed(it, "ana", "note 1", command="/ticket") == ""
    (view,) = it.open_views()
    assert "Note on #1" in view.view["title"]["text"]
