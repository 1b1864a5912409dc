"""Socket Mode, spoken by hand and by Slack's own client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.local import Sandbox, fresh_world
from sandbox.people import AppFailed
from sandbox.server import serving

Json = dict[str, Any]


async def new_address(slack: Sandbox) -> str:
    """What apps.connections.open gives."""
    client = AsyncWebClient(base_url=f"{slack.url}/api/")
    opened = await client.apps_connections_open(app_token="xapp-sandbox")
    address: str = opened["url"]
    return address


@asynccontextmanager
async def connection(slack: Sandbox) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A websocket that has had its hello."""
    address = await new_address(slack)
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def test_an_event_comes_in_an_envelope_and_is_done_when_acked(slack: Sandbox) -> None:
    async with connection(slack) as socket:
        slack.people.say("kim", "#help", "Hi")
        envelope = await socket.receive_json(timeout=2)
        assert envelope["type"] == "events_api"
        assert envelope["accepts_response_payload"] is False
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
        assert envelope["payload"]["event"]["text"] == "Hi"
        assert not slack.delivery.events.is_calm
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.idle()


async def test_a_cut_connection_brings_the_event_again_as_a_retry(slack: Sandbox) -> None:
    async with connection(slack) as socket:
        slack.people.say("kim", "#help", "Hi")
        first = await socket.receive_json(timeout=2)
        await slack.delivery.socket.drop()
    await slack.idle()
    async with connection(slack) as socket:
        slack.world.clock.move(60)
        again = await socket.receive_json(timeout=2)
        assert again["retry_attempt"] == 2
        assert again["envelope_id"] != first["envelope_id"]
        assert again["payload"]["event_id"] == first["payload"]["event_id"]


async def test_an_envelope_that_is_not_acked_comes_again(manifest: Json) -> None:
    world = fresh_world(manifest)
    world.clock.freeze()
    async with serving(world, patience=0.05) as slack, connection(slack) as socket:
        slack.people.say("kim", "#help", "Hi")
        assert (await socket.receive_json(timeout=2))["retry_attempt"] == 0
        again = await socket.receive_json(timeout=2)
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")


async def test_a_commands_ack_carries_its_answer(slack: Sandbox) -> None:
    async with connection(slack) as socket, asyncio.TaskGroup() as tasks:
        sent = tasks.create_task(slack.people.command("ana", "#help", "/ticket", "list"))
        envelope = await socket.receive_json(timeout=2)
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        ack = {"envelope_id": envelope["envelope_id"], "payload": {"text": "None."}}
        await socket.send_json(ack)
    assert sent.result() == {"text": "None."}


async def test_without_a_connection_a_command_fails_at_once(slack: Sandbox) -> None:
    with pytest.raises(AppFailed, match="dispatch_failed"):
        await slack.people.command("ana", "#help", "/ticket")


async def test_an_address_opens_one_connection_only(slack: Sandbox) -> None:
    address = await new_address(slack)
    async with aiohttp.ClientSession() as session, session.ws_connect(address):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


async def test_an_eleventh_connection_is_sent_away(slack: Sandbox) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(connection(slack))
        address = await new_address(slack)
        async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
            goodbye = await socket.receive_json()
            assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")
        assert len(slack.delivery.socket.connections) == 10


async def test_a_refresh_says_so_and_hangs_up(slack: Sandbox) -> None:
    async with connection(slack) as socket:
        assert await slack.delivery.socket.disconnect("refresh_requested") == 1
        assert (await socket.receive_json(timeout=2))["reason"] == "refresh_requested"
        assert (await socket.receive(timeout=2)).type in {
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
        }


async def test_a_warning_leaves_the_connection_for_a_while(slack: Sandbox) -> None:
    async with connection(slack) as socket:
        await slack.delivery.socket.disconnect("warning")
        assert (await socket.receive_json(timeout=2))["reason"] == "warning"
        slack.people.say("kim", "#help", "Hi")
        assert (await socket.receive_json(timeout=2))["type"] == "events_api"


async def test_bolt_in_socket_mode_hears_and_answers(slack: Sandbox) -> None:
    client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{slack.url}/api/")
    bolt = AsyncApp(client=client, signing_secret="x", process_before_response=True)

    @bolt.event("message")
    async def on_message(event: Json) -> None:
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text=f"You said: {event['text']}"
        )

    handler = AsyncSocketModeHandler(bolt, app_token="xapp-sandbox")
    handler.client.web_client.base_url = f"{slack.url}/api/"
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        said = slack.people.say("carla", "#acme-harbour", "Hi")
        await slack.idle()
        replies = list(slack.people.senses.channel("#acme-harbour").thread(said.ts))
        assert [reply.text for reply in replies] == ["You said: Hi"]
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
