"""A machine whose clock is wrong, or is set while the desk runs: the desk goes by Slack's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

import app
from bot.clock import STEADY, SlackClock
from sandbox.faults import FaultSetting, MethodFaults
from sandbox.local import fresh_world
from sandbox.server import serving
from storage import outbox
from tests.stories.stage import UNHURRIED, Stage, at_work
from tests.stories.worlds import manifest

LOST = FaultSetting(methods={"chat.postMessage": MethodFaults(lost=1)})
HOUR = 3600.0


@dataclass
class Machine:
    """Its clock is so many seconds ``off``; ``later`` of them have passed that nobody waited for.

    Slack knows nothing of those: they have to stay few.
    """

    off: float = 0
    later: float = 0

    def wall(self) -> float:
        return time.time() + self.off + self.later

    def steady(self) -> float:
        return STEADY() + self.later


@asynccontextmanager
async def _desk_on(machine: Machine, database_url: str) -> AsyncIterator[Stage]:
    """Before a Slack that has the right time."""
    async with serving(fresh_world(manifest())) as slack, app.slack_session() as session:
        slack.limits.enabled = False
        clock = SlackClock(session, f"{slack.url}/api/", wall=machine.wall, steady=machine.steady)
        async with at_work(slack, database_url, clock=clock) as it:
            yield it


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(UNHURRIED):
        while not is_so():  # noqa: ASYNC110 - it happens in Slack, which tells nobody here
            await asyncio.sleep(0.005)


async def _all_told(it: Stage, machine: Machine) -> None:
    async with asyncio.timeout(UNHURRIED):
        while await it.program.desk.read_all(outbox.count_open):
            machine.later += 1
            await asyncio.sleep(0.2)
    await it.quiet()


def _answers(it: Stage) -> list[str]:
    return [m.text for m in it.messages("acme-harbour") if m.bot_id]


@pytest.mark.parametrize("before, after", [(HOUR, HOUR), (-HOUR, -HOUR), (HOUR, 0), (0, HOUR)])
async def test_what_may_have_landed_is_found_whatever_the_clock_shows(
    database_url: str, before: float, after: float
) -> None:
    machine = Machine(before)
    async with _desk_on(machine, database_url) as it:
        it.slack.faults.replace(LOST)
        it.people.say("carla", "#acme-harbour", "Our export fails, what can we do?")
        await _until(lambda: bool(_answers(it) and it.cards()))
        it.slack.faults.replace(FaultSetting())
        machine.off = after
        await _all_told(it, machine)
        assert (len(_answers(it)), len(it.cards())) == (1, 1)
