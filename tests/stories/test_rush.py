"""More comes at once than can be worked: the program notices, and knows when it is over."""

from __future__ import annotations

import asyncio
import sys

import pytest

from app import RUSH_SWITCH_SECONDS, SWITCH_SECONDS
from tests.stories.stage import stage

ASKED = 5


async def test_threads_share_the_interpreter_otherwise_while_there_is_a_rush(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    monkeypatch.setattr(sys, "setswitchinterval", told.append)
    monkeypatch.setattr("bot.workers.inbox.MOST_ROWS", 1)
    async with stage(database_url) as it:
        for number in range(ASKED):
            it.people.say("carla", "#acme-harbour", f"Question {number}: why does it fail?")
            it.slack.world.clock.move(600)  # so that each is a ticket of its own
        await it.quiet()
        assert len(it.cards()) == ASKED
        async with asyncio.timeout(60):
            while it.program.crew.inbox.is_rushed:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.001)  # a round that finds nothing is under way
    assert told[:2] == [RUSH_SWITCH_SECONDS, SWITCH_SECONDS]
    assert len(told) % 2 == 0
