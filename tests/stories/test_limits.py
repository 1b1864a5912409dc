"""A busy minute within Slack's limits: nothing refused, customers first, every card right."""

from __future__ import annotations

import asyncio
from itertools import cycle, islice

import pytest

from sandbox.world import Message, User
from storage import inbox
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.walls import read

pytestmark = pytest.mark.both

MINUTE = 60
# Of 60 messages, two thirds fall upon one channel.
ACME, GLOBEX, HELP = "acme-harbour", "globex-harbour", "help"
BUSY = [*islice(cycle((ACME, ACME, GLOBEX, ACME, HELP, ACME)), MINUTE)]
COMPANY = {ACME: "T00ACME", GLOBEX: "T0GLOBEX", HELP: "T00ACME"}
PATIENCE = 240  # desk seconds after the minute until all is shown


async def test_sixty_messages_in_a_minute_break_no_limit_and_no_card(database_url: str) -> None:
    async with stage(database_url, rate=1, limits=True) as it:
        it.slack.world.clock.freeze()
        asked = await _a_busy_minute(it)
        for message in [each for each in asked if each.channel == "C0ACMEHARB"][:5]:
            it.people.react("ben", message.channel, message.ts, "eyes")
            await _tick(it)
        await _until_all_is_shown(it)
        assert not it.slack.limits.refusals
        _each_customer_was_told_in_time(it, asked)
        await _every_card_is_right(it, owned=5)


async def _a_busy_minute(it: Stage) -> list[Message]:
    """Everybody asks once, one each second, so that nothing is grouped."""
    asked = []
    for number, name in enumerate(BUSY):
        who = _join(it, f"guest{number}", name)
        asked.append(it.people.say(who, f"#{name}", f"Question {number}: why does it fail?"))
        await _tick(it)
    return asked


def _join(it: Stage, name: str, channel: str) -> str:
    world = it.slack.world
    user = User(f"U{name.upper()}", COMPANY[channel], name, name.capitalize())
    world.users[user.id] = user
    it.people.senses.channel(channel).members.append(user.id)
    return name


async def _tick(it: Stage) -> None:
    """One second of desk time, and all that can be done in it. Posts may wait for their gates."""
    it.slack.world.clock.move(1)
    crew, calm = it.program.crew, 0
    async with asyncio.timeout(60):
        while calm < 4:
            await it.slack.idle()
            behind = it.slack.world.clock.now() - it.program.clock.now()
            waiting = await it.program.desk.read_all(inbox.count_waiting)
            is_calm = crew.inbox.is_idle and crew.outbox.is_idle and not waiting
            calm = calm + 1 if is_calm and not behind.total_seconds() else 0
            await asyncio.sleep(0.001)


async def _until_all_is_shown(it: Stage) -> None:
    for _ in range(PATIENCE):
        seen = await it.program.desk.read(it.program.workspace_id, read)
        if not any(post.state in ("waiting", "sending") for post in seen.posts):
            return
        await _tick(it)
    raise AssertionError("not everything was shown in time")


def _each_customer_was_told_in_time(it: Stage, asked: list[Message]) -> None:
    """A post each second is what Slack allows in a channel, so nobody waits for more than that."""
    for message in asked:
        channel = it.slack.world.channels[message.channel]
        receipts = [*channel.thread(message.ts)]
        assert len(receipts) == 1, message.text
        waited = float(receipts[0].ts) - float(message.ts)
        assert waited <= 5, f"{message.text} waited {waited:.0f} s in {channel.name}"


async def _every_card_is_right(it: Stage, *, owned: int) -> None:
    cards = it.cards()
    seen = await it.program.desk.read(it.program.workspace_id, read)
    assert len(cards) == len(seen.tickets) == MINUTE
    told = " ".join(shown(card) for card in cards)
    assert sorted({f"Question {n}:" for n in range(MINUTE)} - {*_questions(told)}) == []
    assert sum("U00000BEN" in shown(card) for card in cards) == owned


def _questions(told: str) -> list[str]:
    return [f"Question {n}:" for n in range(MINUTE) if f"Question {n}:" in told]
