"""An account's own team channel: its new cards go there, and what hangs on a card stays with it."""

from __future__ import annotations

from sandbox.world import Message
from tests.stories import told
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.test_account import ASKED, block, form, last, mapped

TEAM = "acme-team"


async def placed(it: Stage, label: str) -> None:
    """Ana chooses where the cards of Acme go."""
    await told.typed(it, "ana", "account acme")
    await it.people.press("ana", told.spot(last(it)), "act:account_save")
    options = block(form(it), "team_channel")["options"]
    key = next(each["value"] for each in options if label in each["text"]["text"])
    await it.people.submit("ana", form(it).id, {"team_channel": key})
    await it.quiet()


async def settled(it: Stage) -> None:
    """Acme has a team channel of its own."""
    it.people.create_channel("ana", TEAM, members=["threadkeeper", "ben"])
    await it.quiet()
    it.people.say("carla", "#acme-harbour", "thanks!")
    await it.quiet()
    await mapped(it, name="Acme")
    await placed(it, TEAM)


def cards(it: Stage, channel: str) -> list[Message]:
    return [m for m in it.messages(channel) if "act:menu" in str(m.blocks) and not m.is_reply]


async def test_new_cards_go_to_the_accounts_own_channel_and_are_worked_on_there(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await settled(it)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = cards(it, TEAM)
        assert cards(it, "triage") == []
        it.people.say("ben", f"#{TEAM}", "!take", thread_ts=card.ts)
        await it.quiet()
        (card,) = cards(it, TEAM)
        assert "Take over" in shown(card)
        it.people.say("ben", f"#{TEAM}", "They use version 4", thread_ts=card.ts)
        await it.quiet()
        assert "version 4" not in str(it.thread("acme-harbour", asked.ts))
        await it.reply("ben", card, "Try it again now.")
        assert "Try it again now." in str(it.thread("acme-harbour", asked.ts))


async def test_a_card_that_stands_keeps_its_place_and_its_thread(database_url: str) -> None:
    async with stage(database_url) as it:
        await settled(it)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await placed(it, "triage channel")
        it.people.say("carla", "#acme-harbour", "It says error 17", thread_ts=asked.ts)
        await it.quiet()
        (card,) = cards(it, TEAM)
        assert "error 17" in str([shown(m) for m in it.thread(TEAM, card.ts)])
        it.people.say("omar", "#acme-harbour", "And how do we add users, please?")
        await it.quiet()
        assert len(cards(it, "triage")) == 1
        changes = await told.typed(it, "ana", "account acme")
        assert f"team channel → #{TEAM}" in changes
        assert f"team channel #{TEAM}" in changes
        assert "the triage channel" in changes


async def test_only_channels_of_ours_alone_are_offered(database_url: str) -> None:
    async with stage(database_url) as it:
        await settled(it)
        await told.typed(it, "ana", "account acme")
        await it.people.press("ana", told.spot(last(it)), "act:account_save")
        names = [each["text"]["text"] for each in block(form(it), "team_channel")["options"]]
        assert f"#{TEAM}" in names
        assert not {"#acme-harbour", "#help", "#triage"} & set(names)


async def test_cards_go_to_triage_once_outsiders_read_in_the_accounts_channel(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await settled(it)
        it.people.share_with("ana", f"#{TEAM}", "globex")
        await it.quiet()
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert len(cards(it, "triage")) == 1
        assert ASKED not in str(it.messages(TEAM))
