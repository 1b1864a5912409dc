"""Tickets by hand, end to end: by form, assigned, taken by two at once, followed by another."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.people import Spot
from sandbox.world import View
from storage import workspaces
from storage.unit import Unit
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.told import since, typed
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


async def test_a_form_opens_a_thread_in_the_customers_channel(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks for yesterday!")  # so the channel is known
        await it.quiet()
        await it.people.command("ana", "#triage", "/ticket", "new Call from Carla")
        view = _form(it)
        await it.people.submit("ana", view.id, {"channel": _choice(view, "acme")})
        await it.quiet()
        (card,) = it.cards()
        assert "Call from Carla" in shown(card)
        opening = next(m for m in it.messages("acme-harbour") if "Call from Carla" in shown(m))
        (receipt,) = it.thread("acme-harbour", opening.ts)
        assert "reference is #1" in receipt.text
        it.people.say("carla", "#acme-harbour", "It fails with E17", thread_ts=opening.ts)
        await it.quiet()
        assert any("E17" in shown(m) for m in it.thread("triage", card.ts))


async def test_a_request_for_the_team_alone_has_a_category_and_no_customer(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await it.people.command("ana", "#triage", "/ticket", "new Renew the certificate")
        view = _form(it)
        fields = {"channel": "0", "category": "Technical", "details": "word " * 400}
        await it.people.submit("ana", view.id, fields)
        await it.quiet()
        (card,) = it.cards()
        assert "Renew the certificate" in shown(card)
        assert "Technical" in shown(card)
        assert "word" in " ".join(shown(m) for m in it.thread("triage", card.ts))
        for channel in ("acme-harbour", "help"):
            assert not [m for m in it.messages(channel) if m.bot_id]


async def test_assigning_by_form_and_by_command_shows_on_card_and_receipt(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await it.people.command("ana", "#triage", "/assign", "#1 @ben")
        await it.quiet()
        assert "<@U00000BEN>" in shown(it.cards()[0])
        assert "Ben Okafor" in shown(it.thread("acme-harbour", asked.ts)[0])
        assert any("U00000BEN" in shown(m) for m in it.thread("triage", it.cards()[0].ts))
        await it.people.command("ana", "#triage", "/assign", "#1 nobody")
        await it.quiet()
        assert "nobody yet" in shown(it.cards()[0])
        await it.people.command("ana", "#triage", "/assign", "#1 auto")
        await it.quiet()
        assert "nobody yet" not in shown(it.cards()[0])


async def test_after_fourteen_days_a_word_opens_a_ticket_that_follows(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await it.press("ana", "act:resolve", it.cards()[0])
        await it.later(timedelta(days=13).total_seconds())
        it.people.say("carla", "#acme-harbour", "It fails again, why?", thread_ts=asked.ts)
        await it.quiet()
        assert len(it.cards()) == 1
        await it.press("ana", "act:resolve", it.cards()[0])
        await it.later(timedelta(days=15).total_seconds())
        it.people.say("carla", "#acme-harbour", "And again, why?", thread_ts=asked.ts)
        await it.quiet()
        _, follower = it.cards()
        assert "follows #1" in shown(follower)
        assert "And again" in shown(follower)


async def test_of_two_who_take_at_once_one_owns_it_and_both_are_in_the_history(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        spot = Spot(channel=card.channel, ts=card.ts)
        await asyncio.gather(*(it.people.press(who, spot, "act:take") for who in ("ana", "ben")))
        await it.quiet()
        seen = await look(it)
        taken = [change for change in seen.changes if change.act == "take"]
        (ticket,) = seen.tickets.values()
        assert [change.after for change in taken][-1] == str(ticket.owner_id)
        assert taken[-1].before == ("" if len(taken) == 1 else taken[0].after)
        owner = seen.people[ticket.owner_id].slack_id
        assert f"<@{owner}>" in shown(it.cards()[0])


@pytest.mark.both
async def test_of_undo_and_send_one_wins(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        it.slack.world.clock.freeze()
        (card,) = it.cards()
        for round_ in range(4):
            await it.reply("ana", card, f"Answer {round_}", wait=False)
            held = it.thread("triage", card.ts)[-1]
            it.slack.world.clock.move(9.9 + 0.1 * (round_ % 2))
            undoing = it.people.press("ana", Spot(channel=held.channel, ts=held.ts), "act:undo")
            await asyncio.gather(undoing, it.later(0.2))
            await it.later(60)
            reply = (await look(it)).replies[-1]
            is_there = any(
                f"Answer {round_}" in m.text for m in it.thread("acme-harbour", asked.ts)
            )
            assert (reply.state == "sent") is is_there
            assert reply.state in ("sent", "undone")


async def test_emoji_mean_what_the_desk_has_settled_and_customers_have_theirs(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await _settle(it, {"take": ("raised_hand",), "resolve": ()})
        for person, emoji in (
            ("ana", "eyes"),
            ("ana", "white_check_mark"),
            ("carla", "raised_hand"),
        ):
            it.people.react(person, "#acme-harbour", asked.ts, emoji)
        await it.quiet()
        (card,) = it.cards()
        assert "nobody yet" in shown(card)
        assert "Resolved" not in shown(card)
        it.people.react("ana", "#acme-harbour", asked.ts, "raised_hand::skin-tone-5")
        await it.quiet()
        assert "<@U00000ANA>" in shown(it.cards()[0])
        assert ":raised_hand:" in await typed(it, "ana", "help take", command="/ticket")
        it.people.react("carla", "#acme-harbour", asked.ts, "white_check_mark")
        await it.quiet()
        assert "Resolved" in shown(it.cards()[0])


async def _settle(it: Stage, reactions: dict[str, tuple[str, ...]]) -> None:
    """The desk has emoji of its own."""

    def change(unit: Unit) -> None:
        own = replace(workspaces.settings(unit), reactions=reactions)
        workspaces.save_settings(unit, own, it.program.clock.now())

    await it.program.desk.write(it.program.workspace_id, change)


def _form(it: Stage) -> View:
    return next(view for view in it.slack.world.views.values() if view.is_open)


def _choice(view: View, word: str) -> str:
    block = next(block for block in view.view["blocks"] if block["block_id"] == "channel")
    options = block["element"]["options"]
    return next(str(o["value"]) for o in options if word in o["text"]["text"])


async def test_who_replies_away_from_the_card_is_told_how_to_take_it_back(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await it.people.command("ana", "#digests", "/ticket", "reply 1 We look into it")
        (view,) = it.open_views()
        assert "'initial_value': 'We look into it'" in str(view.view)
        known = set(it.slack.world.ephemerals)
        await it.people.submit("ana", view.id)
        await it.quiet()
        assert "Your reply to #1 is sent in 10 seconds" in since(it, known)
        known = set(it.slack.world.ephemerals)
        await it.reply("ana", it.cards()[0], "And here it is", wait=False)
        assert since(it, known) == ""
