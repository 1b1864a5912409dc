"""Whatever is to be decided has a button beside it, in the digest and at home, that settles it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.rules.weekly import read_hours
from sandbox.world import Message
from storage.records.rotas import Rota, Shift
from tests.stories import ladder
from tests.stories.actors import BY_NAME, ways
from tests.stories.occasions import OCCASIONS
from tests.stories.stage import Stage, stage
from tests.stories.test_rota import ON_CALL, with_rotas
from tests.stories.told import typed
from tests.stories.tour import Tour

NEVER = timedelta(0)
GAPS = [
    Rota(name, (Shift(read_hours({"sunday": "10:00-11:00"}), ("Ben",)),))
    for name in ("deputies", "vendors")
]
DAY, HOUR = 86_400, 3_600
# Each is there twice but what can be decided again and again: for the digest, and for the home.
AT_HOME = ("health", "rota_swap", "assign", "accept", "accept_line")
IN_DIGEST = ("health", "rota_swap", "accept", "accept_line", "reply", "resolve")


@asynccontextmanager
async def everything_is_left(database_url: str) -> AsyncIterator[Stage]:
    """An evening at a desk on which nobody has decided anything for a week."""
    async with stage(database_url) as it:
        it.slack.world.clock.freeze()
        await with_rotas(it, ON_CALL, *GAPS, nudge=NEVER)
        await _waiting(it)
        await it.later(8 * DAY)
        it.people.say("omar", "#acme-harbour", "Is anybody there?")
        await it.later(9 * HOUR)
        await _handed_over(it, 2)
        await it.later(HOUR)
        for words in ("The scanner is dead", "The gate stays shut"):
            said, card = await ladder.asked(it, words)
            await _answers(it, said)
            await ladder.escalated(it, card, question=words)
            await it.later(400)  # else the next one belongs to the same request
        await _promised(it)
        await it.program.desk.offer_unreadable(
            it.program.workspace_id, "event", {"event_id": "Ev1"}, "no such event"
        )
        await it.later(62 * 60)
        yield it


async def _waiting(it: Stage) -> None:
    asked, _ = await ladder.asked(it)
    it.people.say("ana", "#acme-harbour", "Which version is it?", thread_ts=asked.ts)
    await it.quiet()
    await typed(it, "ana", "wait 1", command="/ticket")


async def _handed_over(it: Stage, many: int) -> None:
    for n in range(many):
        it.people.say("zoe", "#globex-harbour", f"Crane {n} squeaks, why?")
        await it.later(400)
        await it.press("ben", "act:take", it.cards()[-1])


async def _answers(it: Stage, said: Message) -> None:
    """So that nothing is overdue, which would be more pressing."""
    it.people.say("ana", said.channel, "We look into it.", thread_ts=said.ts)
    await it.quiet()


async def _promised(it: Stage) -> None:
    _, card = await ladder.asked(it, "When do you deliver?", by="zoe")
    number = card.text.split()[0]
    await typed(it, "ana", f"promise {number} 1h", command="/ticket")


async def _left(tour: Tour, person: str, place: str, acts: Sequence[str]) -> list[str]:
    """Those of the acts that the person could not do there."""
    return [
        f"{act} {place} ({tour.last_word()})"
        for act in acts
        if not await tour.does(person, act, [word for _, word in ways(BY_NAME[act])].index(place))
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_all_that_is_to_be_decided_can_be_decided_where_it_is_read(database_url: str) -> None:
    async with everything_is_left(database_url) as it:
        tour = Tour(it, OCCASIONS)
        await typed(it, "mona", "digest daily at 9 always")
        await typed(it, "mona", "digest send daily")
        left = await _left(tour, "mona", "digest", IN_DIGEST)
        left += await _left(tour, "ana", "home", AT_HOME)
        assert not left, left
