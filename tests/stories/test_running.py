"""How the program begins and ends: without Slack, with a wrong token, told to stop, in company."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from sandbox.faults import FaultSetting, MethodFaults
from sandbox.local import Sandbox
from sandbox.server import serving
from storage import inbox, outbox
from storage.engine import open_engine, to_read
from storage.tickets import ticket_table
from tests.stories.processes import PATIENCE, Machine, machine
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.both]

SLOW = FaultSetting(methods={"chat.postMessage": MethodFaults(latency=150)})
BUTTONS = 1  # by which anybody asks in the public channel
DOWN = FaultSetting(methods={"*": MethodFaults(broken=1, broken_status=503)})


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Machine]:
    world = world_at()
    async with serving(world) as slack, machine(slack, database_url, tmp_path) as place:
        slack.limits.enabled = False
        yield place


def _ask(slack: Sandbox, count: int) -> None:
    """One message each in three channels and more, so that each becomes a ticket of its own."""
    for number in range(count):
        slack.world.clock.move(400)
        channel, person = [
            ("#acme-harbour", "carla"),
            ("#globex-harbour", "zoe"),
            ("#help", "kim"),
        ][number % 3]
        slack.people.say(person, channel, f"Number {number} is broken, how do we mend it?")


def _posts(slack: Sandbox, *channels: str) -> Counter[str]:
    """How often each of the desk's posts stands in these channels."""
    found = (m for name in channels for m in slack.people.senses.channel(name).messages.values())
    return Counter(str(m.metadata["event_payload"]["id"]) for m in found if m.metadata)


async def _until_done(place: Machine, tickets: int) -> None:
    engine = open_engine(place.database_url)
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(_is_done, engine, tickets):
            await place.slack.idle()
            await asyncio.sleep(0.05)
    engine.dispose()


def _is_done(engine: Engine, tickets: int) -> bool:
    with to_read(engine) as connection, connection.begin():
        opened = connection.execute(select(func.count()).select_from(ticket_table)).scalar_one()
        if opened < tickets or inbox.count_waiting(connection):
            return False
        return not outbox.count_open(connection)


async def test_told_to_stop_it_ends_in_order_and_leaves_the_rest(place: Machine) -> None:
    desk = await place.served(await place.command())
    place.slack.faults.replace(SLOW)
    _ask(place.slack, 12)
    await desk.says("open")
    await place.slack.world.wait_beyond(len(place.slack.world.changes), timeout=PATIENCE)
    desk.terminate()
    assert await desk.end() == 0
    assert desk.trouble == []
    place.slack.faults.replace(FaultSetting())
    await place.open()
    await _until_done(place, 12)
    assert set(_posts(place.slack, "#triage", "#acme-harbour", "#help").values()) == {1}


async def test_a_second_process_on_one_file_says_why_it_cannot_run(place: Machine) -> None:
    if not place.database_url.startswith("sqlite"):
        pytest.skip("any number may run on PostgreSQL")
    await place.open()
    second = await place.command()
    assert await second.end() == 1
    assert "Another Threadkeeper uses" in "\n".join(second.log)
    assert "Traceback" not in "\n".join(second.log)


async def test_of_two_replicas_one_is_killed_and_the_other_goes_on(place: Machine) -> None:
    if place.database_url.startswith("sqlite"):
        pytest.skip("an SQLite file has one process only")
    first, second = await asyncio.gather(place.open(), place.open())
    place.slack.faults.replace(SLOW)
    place.send_events_to(first)
    _ask(place.slack, 6)
    await place.slack.idle()
    place.send_events_to(second)
    _ask(place.slack, 6)
    await place.slack.idle()
    await place.slack.world.wait_beyond(len(place.slack.world.changes), timeout=PATIENCE)
    first.kill()
    await _until_done(place, 12)
    posts = _posts(place.slack, "#triage", "#acme-harbour", "#globex-harbour", "#help")
    assert set(posts.values()) == {1}
    assert len(posts) == 2 * 12 + BUTTONS
    assert second.trouble == []


async def test_it_waits_for_a_slack_that_is_down_and_can_be_stopped_meanwhile(
    place: Machine,
) -> None:
    place.slack.faults.replace(DOWN)
    desk = await place.begin()
    await desk.says("Slack cannot be reached yet")
    desk.terminate()
    assert await desk.end() == 0


async def test_it_opens_when_slack_comes_back(place: Machine) -> None:
    place.slack.faults.replace(DOWN)
    desk = await place.begin()
    await desk.says("Slack cannot be reached yet")
    place.slack.faults.replace(FaultSetting())
    await desk.says("listening")


async def test_a_desk_that_was_open_before_takes_messages_in_while_slack_is_down(
    place: Machine,
) -> None:
    await (await place.open()).die()
    place.slack.faults.replace(DOWN)
    desk = await place.open()
    _ask(place.slack, 1)
    await desk.says("Slack cannot be reached yet")
    place.slack.faults.replace(FaultSetting())
    await _until_done(place, 1)
    assert desk.trouble == []


@pytest.mark.parametrize("was_open", [False, True])
async def test_a_token_that_slack_does_not_know_is_said_in_one_sentence(
    place: Machine, was_open: bool
) -> None:
    if was_open:
        await (await place.open()).die()
        assert place.slack.world.app is not None
        place.slack.world.app.bot_token = "xoxb-another"
        desk = await place.begin()
    else:
        desk = await place.begin(SLACK_BOT_TOKEN="xoxb-wrong")
    assert await desk.end() == 1
    said = "\n".join(desk.log)
    assert "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)" in said
    assert "Traceback" not in said
