"""Channels change under the desk: the bot is put out, ids change, triage gets outsiders."""

from __future__ import annotations

from sandbox.server import serving
from sandbox.world import Channel
from tests.stories import ears
from tests.stories.crowd import shown
from tests.stories.stage import UNHURRIED, Stage, at_work, stage
from tests.stories.walls import look
from tests.stories.worlds import world_at

ASKED = "The export is broken, can you help?"


async def test_put_out_of_a_channel_the_desk_waits_and_goes_on_when_it_is_back(
    database_url: str,
) -> None:
    with ears.errors() as heard:
        async with stage(database_url) as it:
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await it.quiet()
            it.people.kick("ana", "#acme-harbour", "threadkeeper")
            await it.quiet()
            await it.press("ana", "act:resolve", it.cards()[0])
            await it.later(30)
            assert len(it.thread("acme-harbour", asked.ts)) == 1
            it.people.invite("ana", "#acme-harbour", "threadkeeper")
            await it.later(130)
            await it.later(130)
            assert any("solved" in m.text for m in it.thread("acme-harbour", asked.ts)[1:])
    assert heard == []


async def test_put_out_of_its_own_channels_the_desk_starts_again_and_serves_all_others(
    database_url: str,
) -> None:
    async with serving(world_at(), patience=UNHURRIED) as slack:
        async with at_work(slack, database_url) as it:
            await it.quiet()
        for name in ("#triage", "#help", "#tech-support"):
            slack.people.kick("ana", name, "threadkeeper")
        async with at_work(slack, database_url) as it:
            asked = it.people.say("carla", "#acme-harbour", ASKED)
            await it.quiet()
            assert "#1" in it.thread("acme-harbour", asked.ts)[0].text
            assert it.cards() == []
            for name in ("#triage", "#help"):
                it.people.invite("ana", name, "threadkeeper")
            await it.later(130)
            await it.later(130)
            assert len(it.cards()) == 1
            it.people.say("kim", "#help", "How do I export?")
            await it.quiet()
            assert len(it.cards()) == 2


async def test_a_channel_that_gets_another_id_keeps_its_tickets(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        _renumber(it, "C0ACMEHARB", "C0ACMENEWID")
        await it.quiet()
        it.people.say("carla", "#acme-harbour", "Since Monday", thread_ts=asked.ts)
        await it.quiet()
        (card,) = it.cards()
        assert any("Since Monday" in shown(m) for m in it.thread("triage", card.ts))
        await it.reply("ana", card, "It is mended.")
        assert any("It is mended." in m.text for m in it.thread("acme-harbour", asked.ts))
        assert [c for c in (await look(it)).channels if c == "acme-harbour"] == ["acme-harbour"]


async def test_a_triage_channel_that_gets_shared_is_not_written_to_any_more(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        before = len(it.messages("triage"))
        it.people.share_with("mona", "#triage", "globex")
        await it.quiet()
        noise = len(it.messages("triage"))
        it.people.say("omar", "#acme-harbour", "Mine fails, too, why? SECRETWORD")
        await it.quiet()
        await it.later(120)
        assert len(it.messages("triage")) == noise
        assert "SECRETWORD" not in str(it.messages("triage"))
        assert before <= noise
        (first, second) = (await look(it)).tickets.values()
        assert first.number != second.number
        it.people.unshare("mona", "#triage", "globex")
        await it.later(120)
        await it.later(120)
        assert len(it.cards()) == 2


def _renumber(it: Stage, old: str, new: str) -> None:
    """As when a share is started: the channel is the same, its id another (slack/FACTS.md 5)."""
    world = it.slack.world
    channel: Channel = world.channels.pop(old)
    channel.id = new
    for message in channel.messages.values():
        message.channel = new
    world.channels[new] = channel
    event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new}
    world.emit(event | {"event_ts": world.event_ts()}, channel=channel, team="T0HARBOUR")


async def test_a_reply_held_for_a_channel_that_is_no_customers_any_more_is_told_as_failed(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, "Try again now, please", wait=False)
        it.people.unshare("ana", "#acme-harbour", "acme-robotics")
        await it.quiet()
        await it.later(11)
        assert "Try again now" not in " ".join(map(shown, it.messages("acme-harbour")))
        told = " ".join(map(shown, it.thread("triage", card.ts)))
        assert "did not reach the customer" in told
        assert "U00000ANA" in told
