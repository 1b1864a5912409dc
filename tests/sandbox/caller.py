"""The Web API through slack_sdk's own client, with every answer held against what Slack says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.limits import load_methods
from sandbox.local import Sandbox
from sandbox.world import Channel, User, World
from tests.sandbox import shape

METHODS = load_methods()
_META = json.loads((Path(shape.DATA).parents[2] / "sandbox/data/methods.json").read_text())["_meta"]
COMMON = frozenset(_META["common_errors"]) | {"invalid_json", "method_not_supported_in_sandbox"}

Json = dict[str, Any]


@dataclass
class Caller:
    """The app under test, calling. ``told`` collects the events its calls give rise to."""

    box: Sandbox
    client: AsyncWebClient
    told: list[Json] = field(default_factory=list)

    @property
    def world(self) -> World:
        """The world behind the API."""
        return self.box.world

    async def ok(self, method: str, **args: Any) -> Json:
        """A call that must succeed, in keys that Slack is known to use."""
        answer = await self.client.api_call(method, json=args)
        said: Json = dict(answer.data)  # type: ignore[arg-type]
        assert shape.unknown_in_answer(method, said) == []
        return said

    async def refusal(self, method: str, **args: Any) -> Json:
        """The answer to a call that must be refused, with an error that this method knows."""
        try:
            await self.client.api_call(method, json=args)
        except SlackApiError as refused:
            said: Json = dict(refused.response.data)
            facts = METHODS[method]
            known = COMMON | set(facts["errors"]) | set(facts.get("errors_2021", ()))
            assert said["error"] in known
            return said
        raise AssertionError(f"{method} was not refused")

    async def error(self, method: str, **args: Any) -> str:
        """The error of a call that must be refused."""
        return str((await self.refusal(method, **args))["error"])

    async def post(self, channel: str = "acme-harbour", text: str = "Hello", **args: Any) -> str:
        """Post something; its ts."""
        posted = await self.ok(
            "chat.postMessage", channel=self.channel(channel).id, text=text, **args
        )
        return str(posted["ts"])

    def channel(self, name: str) -> Channel:
        """A channel by its name."""
        return next(c for c in self.world.channels.values() if c.name == name)

    def user(self, name: str) -> User:
        """A person by their name."""
        return next(u for u in self.world.users.values() if u.name == name)

    def events(self, kind: str, subtype: str | None = None) -> list[Json]:
        """The events of a type and, for messages, a subtype."""
        found = (e for e in self.told if e["type"] == kind)
        return [e for e in found if e.get("subtype") == subtype]


def all_scopes() -> list[str]:
    """Every bot scope there is."""
    named = {scope for facts in METHODS.values() for scope in facts["scopes_bot"]}
    return sorted(named | {"chat:write.customize", "chat:write.public", "users:read.email"})
