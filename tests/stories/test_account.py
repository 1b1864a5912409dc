"""Accounts, end to end: a new channel is asked about, mapped, shown on cards, noted and lost."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.world import Message, View
from tests.stories import told
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage

ASKED = "The export is broken, can you help?"


def form(it: Stage) -> View:
    """The form that is open."""
    return next(view for view in it.slack.world.views.values() if view.is_open)


def block(view: View, name: str) -> Any:
    """An input of a form."""
    return next(each for each in view.view["blocks"] if each.get("block_id") == name)["element"]


def notes(it: Stage, words: str) -> list[Message]:
    """What stands in triage with these words, beside the internal threads."""
    return [m for m in it.messages("triage") if not m.is_reply and words in shown(m)]


async def new_channel(it: Stage, name: str = "harbour-globex-ext", team: str = "globex") -> None:
    """Ana opens a channel with the bot and shares it with a company."""
    it.people.create_channel("ana", name, members=["threadkeeper"])
    await it.quiet()
    it.people.share_with("ana", f"#{name}", team)
    await it.quiet()


async def mapped(it: Stage, **fields: str) -> None:
    """Ana sets #acme-harbour up from /desk channels."""
    await told.typed(it, "ana", "channels")
    whisper = next(reversed(it.slack.world.ephemerals.values()))
    at = told.words(whisper.blocks).index("acme-harbour")
    button = 1 + told.words(whisper.blocks)[:at].count("Set up …")
    await it.people.press("ana", told.spot(whisper), f"act:map_channel:{button}")
    await it.people.submit("ana", form(it).id, fields)
    await it.quiet()


async def test_a_new_shared_channel_is_asked_about_and_its_card_shows_the_answer(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await new_channel(it)
        (card,) = notes(it, "Whose channel is it?")
        assert "Globex" in shown(card)
        await it.press("ana", "act:map_channel", card)
        assert block(form(it), "name")["initial_value"] == "Globex"
        fields = {"tier": "Premium", "owner": "U00000BEN", "mode": "inherit"}
        await it.people.submit("ana", form(it).id, fields)
        await it.quiet()
        (card,) = notes(it, "harbour-globex-ext")
        assert "belongs to *Globex* · Premium · Ben Okafor" in shown(card)
        assert "Whose channel" not in shown(card)


async def test_a_channel_without_customers_opens_no_tickets_until_it_is_set_up_after_all(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await new_channel(it)
        (card,) = notes(it, "Whose channel is it?")
        await it.press("ana", "act:no_customers", card)
        assert notes(it, "is no customer’s channel")
        it.people.invite("ana", "#harbour-globex-ext", "ben")
        place = next(c for c in it.slack.world.channels.values() if c.name == "harbour-globex-ext")
        place.members.append("U00000ZOE")
        it.people.say("zoe", "#harbour-globex-ext", "Why is the export slow?")
        await it.quiet()
        assert it.cards() == []
        await it.press("ana", "act:map_channel", card)
        await it.people.submit("ana", form(it).id, {"name": "Globex", "mode": "auto"})
        await it.quiet()
        it.people.say("zoe", "#harbour-globex-ext", "And why does the import fail?")
        await it.quiet()
        (ticket,) = it.cards()
        assert "Globex" in shown(ticket)


async def test_the_same_channel_is_asked_about_once(database_url: str) -> None:
    async with stage(database_url) as it:
        await new_channel(it)
        it.people.kick("ana", "#harbour-globex-ext", "threadkeeper")
        await it.quiet()
        it.people.invite("ana", "#harbour-globex-ext", "threadkeeper")
        await it.quiet()
        assert len(notes(it, "Whose channel is it?")) == 1
        assert len(notes(it, "I am not in #harbour-globex-ext")) == 1


async def test_a_channel_of_our_own_is_not_asked_about(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.create_channel("ana", "lunch", members=["threadkeeper"])
        await it.quiet()
        assert notes(it, "lunch") == []


async def test_account_tier_and_warnings_are_on_each_card_and_nowhere_else(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.say("zoe", "#globex-harbour", "Why is the export slow?")
        await it.quiet()
        await mapped(it, name="Acme Robots GmbH", tier="Enterprise")
        (card,) = notes(it, "Acme Robots GmbH")
        assert "Enterprise" in shown(card)
        await it.press("ana", "act:account", card)
        await it.people.press("ana", told.spot(last(it)), "act:account_note")
        await it.people.submit(
            "ana", form(it).id, {"text": "Never restart robot 7", "kind": "warning"}
        )
        await it.quiet()
        (card,) = notes(it, "Never restart robot 7")
        assert "Acme Robots GmbH" in shown(card)
        everywhere = [m for c in ("acme-harbour", "globex-harbour") for m in it.messages(c)]
        assert not any("robot 7" in shown(m) or "GmbH" in shown(m) for m in everywhere)
        assert it.thread("acme-harbour", asked.ts)


async def test_the_account_card_shows_all_that_is_known(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await mapped(it, name="Acme", tier="Standard", owner="U00000ANA")
        told_ = await told.typed(it, "ben", "account acme")
        for words in ("Acme", "Standard", "Ana Petrova", "#acme-harbour", "Carla Moreno", "#1"):
            assert words in told_
        await it.people.press("ben", told.spot(last(it)), "act:account_save")
        await it.people.submit("ben", form(it).id, {"name": "Acme", "zone": "madrid"})
        await it.quiet()
        told_ = await told.typed(it, "ben", "account", channel="#acme-harbour")
        assert "Europe/Madrid" in told_
        assert "Ben Okafor: time zone → Europe/Madrid" in told_


async def test_wrong_words_get_the_nearest_right_ones(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks!")
        await it.quiet()
        assert "There are no accounts yet" in await told.typed(it, "ana", "account acme")
        await mapped(it, name="Acme Robotics")
        assert "Did you mean `/desk account Acme Robotics`" in await told.typed(
            it, "ana", "account acne robotic"
        )
        assert "Acme Robotics" in await told.typed(it, "ana", "account acm")
        assert "Say which account" in await told.typed(it, "ana", "account")
        assert "Only agents" in await told.typed(it, "gus", "account acme", channel="#help")


@pytest.mark.both
async def test_nothing_of_an_account_is_shown_where_customers_of_another_are(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks!")
        it.people.say("zoe", "#globex-harbour", "thanks!")
        await it.quiet()
        await mapped(it, name="Acme Robotics", tier="Premium")
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        refused = (("/desk", "account acme"), ("/desk", "channels"), ("/ticket", "show 1"))
        for command, text in (*refused, ("/ticket", "history 1")):
            heard = await told.typed(it, "ana", text, channel="#globex-harbour", command=command)
            assert "Customers are in this channel" in heard
            assert "Premium" not in heard
        for text in ("list", "mine", "find export"):
            heard = await told.typed(it, "ana", text, channel="#globex-harbour", command="/ticket")
            assert "Acme" not in heard
            assert "#1" not in heard
        assert "#1" in await told.typed(
            it, "ana", "list", channel="#acme-harbour", command="/ticket"
        )


async def test_a_lead_maps_all_channels_by_their_guesses(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        it.people.say("zoe", "#globex-harbour", "Why is the export slow?")
        await it.quiet()
        listed = await told.typed(it, "ana", "channels")
        assert "2 without account" in listed
        await it.people.press("ana", told.spot(last(it)), "act:map_all")
        await it.quiet()
        listed = await told.typed(it, "ana", "channels")
        assert "each has its account" in listed
        assert notes(it, "Acme Robotics")
        assert notes(it, "Globex")


async def test_a_lead_makes_one_account_of_two_and_nobody_else_does(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await new_channel(it, "acme-two-ext", "acme-robotics")
        await mapped(it, name="Acme Robotics", tier="Premium")
        (card,) = notes(it, "acme-two-ext")
        await it.press("ana", "act:map_channel", card)
        await it.people.submit("ana", form(it).id, {"known": "", "name": "Acme Robtics"})
        await it.quiet()
        await told.typed(it, "ben", "account acme robtics")
        await it.people.press("ben", told.spot(last(it)), "act:account_merge")
        await it.quiet()
        assert "Only leads" in last(it).text
        await told.typed(it, "ana", "account acme robtics")
        await it.people.press("ana", told.spot(last(it)), "act:account_note")
        await it.people.submit("ana", form(it).id, {"text": "Call Omar", "kind": "warning"})
        await it.quiet()
        await told.typed(it, "ana", "account acme robtics")
        await it.people.press("ana", told.spot(last(it)), "act:account_merge")
        (chosen,) = (option["value"] for option in block(form(it), "into")["options"])
        await it.people.submit("ana", form(it).id, {"into": chosen})
        await it.quiet()
        assert "Acme Robtics is part of Acme Robotics now" in last(it).text
        seen = await told.typed(it, "ana", "account acme")
        for words in ("#acme-harbour", "#acme-two-ext", "Call Omar", "merged Acme Robtics"):
            assert words in seen
        assert "Did you mean" in await told.typed(it, "ana", "account acme robtics")
        assert "Call Omar" in shown(it.cards()[0])


async def test_the_companies_of_others_are_not_named_where_customers_are(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks!")
        await it.quiet()
        await mapped(it, name="Acme Robotics")
        await told.typed(it, "ana", "account", channel="#acme-harbour")
        await it.people.press("ana", told.spot(last(it)), "act:account_merge")
        await it.quiet()
        assert "Customers are in this channel" in last(it).text
        assert not it.open_views()


async def test_a_lost_channel_is_reported_with_what_is_open_there(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        it.people.archive("ana", "#acme-harbour")
        await it.quiet()
        (note,) = notes(it, "was archived")
        assert "#1" in shown(note)
        it.people.unshare("ana", "#globex-harbour", "globex")
        await it.quiet()
        assert notes(it, "is not shared with customers any more") or notes(it, "not there any more")


async def test_a_renamed_channel_is_called_by_its_new_name_at_once(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        it.people.rename("ana", "#acme-harbour", "acme-harbour-2027")
        await it.quiet()
        assert "#acme-harbour-2027" in shown(it.cards()[0])
        assert "#acme-harbour-2027" in await told.typed(it, "ana", "channels")


async def test_contacts_come_and_go(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await mapped(it, name="Acme")
        it.people.say("omar", "#acme-harbour", "Mine is broken, too. Can you look?")
        await it.quiet()
        assert "Omar Haddad" in await told.typed(it, "ana", "account acme")
        it.people.leave("carla", "#acme-harbour")
        await it.quiet()
        seen = await told.typed(it, "ana", "account acme")
        assert "*Left* Carla Moreno" in seen
        (card, *_) = notes(it, "export is broken")
        assert any(
            "not in the customer’s channel" in shown(m) for m in it.thread("triage", card.ts)
        )


def last(it: Stage) -> Any:
    """What was whispered last."""
    return next(reversed(it.slack.world.ephemerals.values()))
