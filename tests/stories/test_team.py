"""Roles, end to end: given and taken by /desk team, by whoever may, and at once of effect."""

from __future__ import annotations

import pytest

from bot.workers.opening import CannotOpen
from sandbox.server import serving
from tests.stories.crowd import shown
from tests.stories.stage import UNHURRIED, at_work, stage
from tests.stories.told import typed
from tests.stories.worlds import world_at

ASKED = "The export is broken, can you help?"


async def test_a_lead_makes_a_colleague_agent_who_can_take_at_once(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.press("tariq", "act:take", card)
        assert "nobody yet" in shown(it.cards()[0])
        assert "Tariq Aziz is an agent now." in await typed(it, "ana", "team add @tariq agent")
        await it.press("tariq", "act:take", card)
        assert "<@U000TARIQ>" in shown(it.cards()[0])
        told = [
            m.text for c in it.slack.world.channels.values() if c.is_im for m in c.messages.values()
        ]
        assert told == ["Ana Petrova made you an agent of the support desk."]
        listed = await typed(it, "gus", "team", channel="#help")
        assert "Tariq Aziz (by hand)" in listed
        assert "Tariq Aziz is not an agent any more." in await typed(
            it, "ana", "team remove @tariq agent"
        )
        await it.press("tariq", "act:resolve", card)
        assert "Resolved" not in shown(it.cards()[0])


async def test_a_manager_does_what_agents_do_and_is_given_nothing(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert "not one of the agents" in await typed(it, "ana", "#1 @mona", command="/assign")
        await it.press("mona", "act:take", it.cards()[0])
        assert "<@U0000MONA>" in shown(it.cards()[0])
        await it.press("mona", "act:resolve", it.cards()[0])
        await typed(it, "mona", "reopen 1", command="/ticket")
        assert "our turn" in shown(it.cards()[0])
        it.people.react("mona", it.cards()[0].channel, it.cards()[0].ts, "white_check_mark")
        await it.quiet()
        assert "Resolved" in shown(it.cards()[0])


async def test_who_may_not_is_told_who_may_and_nothing_changes(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks!")
        await it.quiet()
        assert "Only leads and managers" in await typed(it, "ben", "team add @gus")
        assert "Only managers" in await typed(it, "ana", "team add @ben manager")
        assert "Kim Tran is not one of our own colleagues" in await typed(
            it, "ana", "team add @kim agent"
        )
        assert "member of a user group" in await typed(it, "ana", "team remove @ben")
        assert "Did you mean `/desk team add`" in await typed(it, "ana", "team ad")
        assert "choose the person" in await typed(it, "ana", "team add ben")
        listed = await typed(it, "ana", "team")
        assert "(by hand)" not in listed
        assert all(name in listed for name in ("Ana Petrova", "Ben Okafor", "Mona Keller"))


async def test_a_usergroup_renamed_while_the_desk_was_down_keeps_its_role(
    database_url: str,
) -> None:
    async with serving(world_at(), patience=UNHURRIED) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        groups = {each.handle: each for each in slack.world.usergroups.values()}
        groups["support"].handle = "helpers"
        for _ in range(2):  # what was told once is known at the start after that, too
            async with at_work(slack, database_url) as it:
                await it.quiet()
        async with at_work(slack, database_url) as it:
            it.people.say("carla", "#acme-harbour", ASKED)
            await it.quiet()
            await it.press("ben", "act:take", it.cards()[0])
            assert "<@U00000BEN>" in shown(it.cards()[0])


async def test_a_usergroup_that_is_gone_has_to_be_replaced_before_a_start(
    database_url: str,
) -> None:
    async with serving(world_at(), patience=UNHURRIED) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        groups = {each.handle: each.id for each in slack.world.usergroups.values()}
        del slack.world.usergroups[groups["support"]]
        with pytest.raises(CannotOpen, match="no usergroup @support"):
            async with at_work(slack, database_url) as it:
                await it.quiet()
