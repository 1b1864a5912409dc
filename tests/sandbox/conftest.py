"""A local Slack in the test's own event loop, with a small app that receives what it sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving
from tests.sandbox import shape
from tests.sandbox.caller import Caller, all_scopes
from tests.sandbox.receiver import Receiver, receiving


@pytest.fixture
def manifest() -> dict[str, Any]:
    """An app that asks for nearly everything."""
    read: dict[str, Any] = json.loads(Path(__file__).with_name("manifest.json").read_text())
    return read


@pytest.fixture
async def slack(manifest: dict[str, Any]) -> AsyncIterator[Sandbox]:
    """A local Slack with the cast, its clock held at a Tuesday noon; the app uses Socket Mode."""
    world = fresh_world(manifest)
    world.clock.freeze(1_772_539_200.0)
    async with serving(world) as box:
        yield box


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[Receiver]:
    """The app under test, listening over HTTP."""
    installed = slack.people.senses.app
    async with receiving(installed.signing_secret) as receiver:
        installed.request_url = receiver.url
        yield receiver


@pytest.fixture
async def api(slack: Sandbox, client: AsyncWebClient) -> AsyncIterator[Caller]:
    """The Web API with all scopes and no rate limits; no event it gives rise to has odd keys."""
    slack.people.senses.app.scopes[:] = all_scopes()
    slack.limits.enabled = False
    client.retry_handlers.clear()
    caller = Caller(slack, client)
    slack.world.listeners.append(lambda event, _channel, _team: caller.told.append(event))
    yield caller
    assert [unknown for event in caller.told for unknown in shape.unknown_in_event(event)] == []


@pytest.fixture
def client(slack: Sandbox) -> AsyncWebClient:
    """The app's own client of the Web API."""
    return AsyncWebClient(token="xoxb-sandbox", base_url=f"{slack.url}/api/")


@pytest.fixture
def quiet(manifest: dict[str, Any]) -> Sandbox:
    """A local Slack that is not served: nothing leaves it."""
    return Sandbox(fresh_world(manifest))
