"""Slack's side of the request URL, for payloads that the local Slack would never send."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.delivery.signing import signed
from tests.stories.stage import Stage

SECRET = "sandbox-signing-secret"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Post:
    """Posts to the running program; each answer is its status."""

    url: str
    session: aiohttp.ClientSession

    async def raw(
        self,
        body: bytes,
        *,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """A body as it is; signed now, unless ``headers`` say otherwise."""
        sent = {"content-type": kind} | dict(signed(SECRET, body) if headers is None else headers)
        async with self.session.post(self.url, data=body, headers=sent) as answer:
            return answer.status

    async def json(self, body: Any) -> int:
        """A signed JSON body."""
        return await self.raw(json.dumps(body).encode())

    async def event(self, event: Any, **envelope: Any) -> int:
        """An event for the desk's workspace."""
        return await self.json(envelope_of(event) | envelope)

    async def interaction(self, payload: Any) -> int:
        """A press, a form, a shortcut."""
        return await self.raw(urlencode({"payload": json.dumps(payload)}).encode(), kind=FORM)

    async def form(self, fields: Mapping[str, str]) -> int:
        """A slash command."""
        return await self.raw(urlencode(fields).encode(), kind=FORM)


def envelope_of(event: Any) -> dict[str, Any]:
    """As Slack wraps events (slack/FACTS.md section 1)."""
    ours = {"enterprise_id": None, "team_id": "T0HARBOUR", "user_id": "U00KEEPERB"}
    return {
        "type": "event_callback",
        "team_id": "T0HARBOUR",
        "api_app_id": "A0THREADKP",
        "event_id": "Ev0BADINPUT",
        "event_time": 1_700_000_000,
        "event": event,
        "authorizations": [ours | {"is_bot": True, "is_enterprise_install": False}],
    }


@asynccontextmanager
async def posting(stage: Stage) -> AsyncIterator[Post]:
    """To the address that the stage's app was given."""
    app = stage.slack.world.app
    assert app is not None
    assert app.request_url is not None
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield Post(app.request_url, session)
