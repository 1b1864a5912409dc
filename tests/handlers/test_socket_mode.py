"""Socket Mode: payloads come over a socket that may drop, and only what was answered is acked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from handlers.app import build
from handlers.serving import socket_mode
from tests.handlers.conftest import Scene
from tests.handlers.slack import envelope_of, submit, typed

HELLO = {"type": "message", "channel": "C_ACME", "user": "U_CARLA", "text": "hi", "ts": "1.0"}


class Sockets:
    """Slack's side: hands envelopes to whoever is connected and keeps the acks."""

    def __init__(self) -> None:
        self.connected: asyncio.Queue[web.WebSocketResponse] = asyncio.Queue()
        self.acks: asyncio.Queue[Any] = asyncio.Queue()
        self._url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[AsyncWebClient]:
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._open)
        app.router.add_get("/socket", self._socket)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            self._url = str(server.make_url("/socket").with_scheme("ws"))
            yield AsyncWebClient(base_url=str(server.make_url("/api/")), session=session)

    async def _open(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": self._url})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connected.put_nowait(socket)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.acks.put_nowait(message.json())
        return socket

    async def ask(self, socket: web.WebSocketResponse, kind: str, payload: Any) -> Any:
        """Hand over one envelope and wait for its ack."""
        envelope = {"envelope_id": f"{kind} 1", "type": kind, "payload": payload}
        await socket.send_json(envelope | {"accepts_response_payload": kind != "events_api"})
        return await asyncio.wait_for(self.acks.get(), 5)


@asynccontextmanager
async def connected(scene: Scene) -> AsyncIterator[Sockets]:
    slack = Sockets()
    async with slack.serving() as client, socket_mode(build(scene.front), "xapp-1", client):
        yield slack


async def test_an_event_is_acked_when_it_is_durable(scene: Scene) -> None:
    async with connected(scene) as slack:
        socket = await slack.connected.get()
        ack = await slack.ask(socket, "events_api", envelope_of(HELLO))
        assert ack == {"envelope_id": "events_api 1"}
        assert len(await scene.inbox()) == 1


async def test_a_command_is_answered_in_the_ack(scene: Scene) -> None:
    async with connected(scene) as slack:
        socket = await slack.connected.get()
        ack = await slack.ask(socket, "slash_commands", typed("/ticket", "help"))
        assert ack["payload"]["blocks"]
        refused = await slack.ask(socket, "slash_commands", typed("/ticket", "tkae"))
        assert "Did you mean" in refused["payload"]["text"]


async def test_a_form_that_is_amiss_stays_open(scene: Scene) -> None:
    async with connected(scene) as slack:
        socket = await slack.connected.get()
        form = submit("form:reply", {"ticket_id": 700}, text=" ")
        ack = await slack.ask(socket, "interactive", form)
        assert ack["payload"]["response_action"] == "errors"


async def test_what_is_not_saved_is_not_acked(scene: Scene) -> None:
    async with connected(scene) as slack:
        socket = await slack.connected.get()
        await scene.save_nothing_more()
        await socket.send_json(
            {"envelope_id": "lost", "type": "events_api", "payload": envelope_of(HELLO)}
        )
        ack = await slack.ask(socket, "slash_commands", typed("/ticket", "help"))
        assert ack["envelope_id"] == "slash_commands 1"


async def test_a_payload_that_nobody_can_read_is_done_with(scene: Scene) -> None:
    async with connected(scene) as slack:
        socket = await slack.connected.get()
        ack = await slack.ask(socket, "events_api", {"authorizations": "none"})
        assert ack == {"envelope_id": "events_api 1"}


async def test_when_slack_asks_for_it_the_connection_is_made_anew(scene: Scene) -> None:
    async with connected(scene) as slack:
        first = await slack.connected.get()
        await first.send_json({"type": "disconnect", "reason": "refresh_requested"})
        second = await asyncio.wait_for(slack.connected.get(), 5)
        ack = await slack.ask(second, "events_api", envelope_of(HELLO))
        assert ack == {"envelope_id": "events_api 1"}
