"""Whoever runs the desk can watch it in Socket Mode too; a taken port is no reason not to work."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.local import Sandbox
from sandbox.server import serving
from tests.stories.processes import Machine, machine
from tests.stories.worlds import world_at

pytestmark = pytest.mark.story


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with serving(world_at()) as slack:
        slack.limits.enabled = False
        yield slack


@pytest.fixture
async def place(slack: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Machine]:
    async with machine(slack, database_url, tmp_path) as place:
        yield place


def app_token(slack: Sandbox) -> str:
    assert slack.world.app is not None
    return slack.world.app.app_token


async def ask(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_health_and_figures_are_served_beside_socket_mode(
    place: Machine, slack: Sandbox
) -> None:
    desk = await place.begin(SLACK_APP_TOKEN=app_token(slack))
    await desk.says("the desk is open")
    (url,) = re.findall(r"watchable .*?(http://[\w.:]+)", "\n".join(desk.log))
    slack.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
    assert (await ask(f"{url}/healthz"))[0] == 200
    assert (await ask(f"{url}/readyz"))[0] == 200
    async with asyncio.timeout(60):
        while 'inputs_total{end="opened",kind="Said"} 1.0' not in (await ask(f"{url}/metrics"))[1]:
            await slack.idle()
    assert 'ack_seconds_count{status="200"}' in (await ask(f"{url}/metrics"))[1]
    assert (await ask(f"{url}/slack/events"))[0] == 404


async def test_a_taken_port_is_told_and_the_desk_works(place: Machine, slack: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        desk = await place.begin(SLACK_APP_TOKEN=app_token(slack), PORT=port)
        await desk.says("health and metrics are not served")
        await desk.says("the desk is open")
        desk.terminate()
        assert await desk.end() == 0
