"""A desk of many agents: who they all are is asked at once, so that no ticket waits in vain."""

from __future__ import annotations

import pytest

from sandbox import shapes
from sandbox.cast import HARBOUR
from sandbox.world import User, World
from tests.stories.stage import Stage, stage
from tests.stories.test_assignment import IN_TURN, ask, monday, owner, set_queue
from tests.stories.told import typed
from tests.stories.worlds import world_at

pytestmark = pytest.mark.story

MANY = 30  # more than a step may ask for facts


def crowded() -> World:
    """A fresh sandbox in which many more are agents."""
    world = world_at()
    agents = [f"U00000A{n:02}" for n in range(MANY)]
    for n, slack_id in enumerate(agents):
        world.users[slack_id] = User(slack_id, HARBOUR, f"agent{n}", f"Agent {n:02}")
    world.channels["C000TRIAGE"].members += agents
    world.usergroups["S0SUPPORT"].users += agents
    return world


async def all_change(it: Stage) -> None:
    """Everybody sets a status: the desk has to ask again who they are."""
    world = it.slack.world
    for person in list(world.users.values()):
        if person.team_id == HARBOUR and not person.is_bot:
            world.emit({"type": "user_change", "user": shapes.user(world, person, viewer=person)})
    await it.quiet()


@pytest.mark.both
async def test_a_queue_of_many_agents_who_changed_is_shown_and_finds_an_owner(
    database_url: str,
) -> None:
    async with stage(database_url, world=crowded()) as it:
        await monday(it)
        assert "gives tickets in turn" in await set_queue(it, IN_TURN)
        await all_change(it)
        assert " and 17 more" in await typed(it, "ana", "queues")
        await all_change(it)
        await ask(it, "Who of you all has time?")
        assert owner(it, "Who of you all") != ""
