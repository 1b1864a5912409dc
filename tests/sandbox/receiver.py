"""A small app under test: it keeps what it receives and answers as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

Json = dict[str, Any]


@dataclass
class Delivery:
    """One request of Slack's: its payload, whatever form it came in, and its headers."""

    payload: Json
    headers: Json
    is_signed: bool

    @property
    def event(self) -> Json:
        """The inner event of an event_callback."""
        event: Json = self.payload["event"]
        return event


@dataclass
class Receiver:
    """What has come, and how to answer: ``answer`` gives a status, or a JSON body for 200."""

    secret: str
    url: str = ""
    came: list[Delivery] = field(default_factory=list)
    answer: Callable[[Delivery], int | Json] = lambda _delivery: 200
    headers: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    async def take(self, request: web.Request) -> web.Response:
        """The request URL."""
        body = (await request.read()).decode()
        delivery = Delivery(
            _payload(request, body), dict(request.headers), self._proves(request, body)
        )
        self.came.append(delivery)
        await self.hold.wait()
        answer = self.answer(delivery)
        if isinstance(answer, int):
            return web.Response(status=answer, headers=self.headers)
        return web.json_response(answer)

    def _proves(self, request: web.Request, body: str) -> bool:
        return SignatureVerifier(self.secret).is_valid_request(body, dict(request.headers))

    def events(self, kind: str = "message") -> list[Json]:
        """The inner events of one type, in the order in which they came."""
        found = [d.event for d in self.came if d.payload.get("type") == "event_callback"]
        return [event for event in found if event["type"] == kind]

    def of_type(self, kind: str) -> list[Json]:
        """The interaction payloads of one type."""
        return [d.payload for d in self.came if d.payload.get("type") == kind]


def _payload(request: web.Request, body: str) -> Json:
    if request.content_type == "application/json":
        payload: Json = json.loads(body)
        return payload
    form = dict(parse_qsl(body, keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form


@asynccontextmanager
async def receiving(secret: str) -> AsyncIterator[Receiver]:
    """A receiver that listens on a port of the system's choice."""
    receiver = Receiver(secret)
    app = web.Application()
    app.router.add_post("/slack/events", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield receiver
    finally:
        receiver.hold.set()
        await runner.cleanup()
