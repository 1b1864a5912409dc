"""A Slack that answers what listeners ask and posts to them: nothing else is faked."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from starlette.applications import Starlette

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class WebApi:
    """Slack's Web API. ``answers`` go before the stock ones; ``told`` is all that came."""

    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def of(self, method: str) -> list[dict[str, Any]]:
        """What came by one method."""
        return [arguments for name, arguments in self.told if name == method]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Its address, for as long as it answers."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        app.router.add_post("/response", self._response)
        async with TestServer(app) as server:
            yield str(server.make_url("/"))

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        arguments = await request.json() if is_json else {**request.query, **await request.post()}
        self.told.append((method, arguments))
        return web.json_response(self.answers.get(method) or _stock(method, arguments))

    async def _response(self, request: web.Request) -> web.Response:
        self.told.append(("response_url", await request.json()))
        return web.Response(text="ok")


def _stock(method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    if method in ("views.open", "views.update"):
        return {"ok": True, "view": {**arguments["view"], "id": "V1", "hash": "h1"}}
    return {"ok": True}


@dataclass(frozen=True)
class Answer:
    """How the app answered a delivery."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Delivery:
    """Slack's side of the request URL: signs and posts."""

    app: Starlette

    async def event(self, event: Mapping[str, Any], **envelope: Any) -> Answer:
        """An event in the envelope of Ana's workspace."""
        return await self.json(envelope_of(event) | envelope)

    async def json(self, body: Any) -> Answer:
        return await self.post(json.dumps(body).encode(), "application/json")

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        """Presses, forms and shortcuts come as one form field."""
        return await self.form({"payload": json.dumps(payload)})

    async def form(self, fields: Mapping[str, str]) -> Answer:
        return await self.post(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def post(
        self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One POST to /slack/events, signed now unless ``headers`` say otherwise."""
        own = {"content-type": content_type, **signed(body)}
        sent = own | dict(headers or {})
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/slack/events",
            "raw_path": b"/slack/events",
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
        return await _asgi(self.app, scope, body)


async def _asgi(app: Starlette, scope: dict[str, Any], body: bytes) -> Answer:
    status, parts = 0, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    async with asyncio.timeout(60):
        await app(scope, receive, send)
    return Answer(status, b"".join(parts).decode())


def press(action_id: str, value: str, **more: Any) -> dict[str, Any]:
    """Ana presses a button, or chooses from a menu, on a card in the triage channel."""
    action = {"action_id": action_id, "block_id": "b", "action_ts": "1700000100.000100"}
    chosen = {"type": "overflow", "selected_option": {"value": value}}
    button = {"type": "button", "value": value}
    return {
        "type": "block_actions",
        "team": {"id": "T_DESK"},
        "user": {"id": "U_ANA", "team_id": "T_DESK"},
        "channel": {"id": "C_TRIAGE"},
        "container": {"type": "message", "channel_id": "C_TRIAGE", "message_ts": "1700000050.0001"},
        "trigger_id": "trigger",
        "actions": [action | (chosen if action_id == "act:menu" else button)],
    } | more


def submit(callback_id: str, note: dict[str, Any], **typed: str) -> dict[str, Any]:
    """Ana sends a form of text inputs, filled in so."""
    blocks = [{"type": "section", "block_id": "s"}]
    blocks += [{"type": "input", "block_id": name} for name in typed]
    values = {name: {name: {"type": "plain_text_input", "value": typed[name]}} for name in typed}
    return {
        "type": "view_submission",
        "team": {"id": "T_DESK"},
        "user": {"id": "U_ANA", "team_id": "T_DESK"},
        "view": {
            "id": "V1",
            "type": "modal",
            "hash": "h1",
            "callback_id": callback_id,
            "private_metadata": json.dumps(note),
            "blocks": blocks,
            "state": {"values": values},
            "app_installed_team_id": "T_DESK",
        },
    }


def typed(command: str, text: str, **more: str) -> dict[str, str]:
    """The form fields of a slash command that Ana runs in the triage channel."""
    return {
        "command": command,
        "text": text,
        "user_id": "U_ANA",
        "channel_id": "C_TRIAGE",
        "team_id": "T_DESK",
        "is_enterprise_install": "false",
        "trigger_id": "trigger",
        "response_url": "",
    } | more


def signed(body: bytes, *, age: float = 0) -> dict[str, str]:
    """The headers of a body that Slack signed ``age`` seconds ago (FACTS 1)."""
    stamp = str(int(time.time() - age))
    basis = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(SECRET.encode(), basis, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def envelope_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as delivered to the desk's workspace."""
    authorization = {"enterprise_id": None, "team_id": "T_DESK", "user_id": "U_BOT", "is_bot": True}
    return {
        "type": "event_callback",
        "team_id": "T_DESK",
        "event_id": "Ev1",
        "event_time": 1700000000,
        "event": event,
        "authorizations": [authorization | {"is_enterprise_install": False}],
    }
