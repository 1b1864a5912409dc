"""One call of a Web API method: who makes it and what it asks, read with Slack's own complaints."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.refused import Refused
from sandbox.world import App, Channel, Json, Message, User, World

TS = re.compile(r"\d{1,10}(\.\d{1,6})?")
TRUE, FALSE = frozenset({"1", "true", "True"}), frozenset({"0", "false", "False", ""})


def invalid(*messages: str, code: str = "invalid_arguments") -> Refused:
    """A refusal that says in response_metadata.messages what is wrong (FACTS 8)."""
    return Refused(code, response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})


@dataclass(frozen=True)
class Call:
    """A method call that has passed the door: known, authorised, within the limits.

    Readers of arguments answer None or a default for what was left out.
    """

    world: World
    app: App
    bot: User
    method: str
    args: Json

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as they are written."""
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, bool | dict | list):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def given(self, name: str) -> str | None:
        """A string, None when it is missing or empty."""
        return self.text(name) or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, as JSON or as forms write it."""
        value = self.args.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        if str(value) in TRUE | FALSE:
            return str(value) in TRUE
        raise invalid(f"must be a boolean [json-pointer:/{name}]")

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise invalid(f"must be an integer [json-pointer:/{name}]") from None

    def listed(self, name: str) -> list[str]:
        """Several strings: a JSON list or one string with commas."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def structure(self, name: str, *, error: str = "invalid_arguments") -> Any:
        """A JSON value, which forms carry as text; None when missing. Refused with ``error``."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise invalid(f"must be valid JSON [json-pointer:/{name}]", code=error) from None

    def may(self, scope: str) -> bool:
        """Whether the app was granted a scope."""
        return scope in self.app.scopes

    def need(self, scope: str) -> None:
        """Refuse with missing_scope unless the app was granted it."""
        if scope not in self.app.scopes:
            raise missing_scope(self.app, [scope])

    def channel(self, name: str = "channel") -> Channel:
        """The conversation meant, if the app may know of it; else channel_not_found."""
        channel = self.world.channels.get(self.text(name))
        if channel is None or not is_visible(channel, self.bot):
            raise Refused("channel_not_found")
        return channel

    def member_channel(self, name: str = "channel") -> Channel:
        """The same, and the app must be in it; else not_in_channel."""
        channel = self.channel(name)
        if self.bot.id not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str = "timestamp") -> Message:
        """The message with the given ts; no_item_specified, bad_timestamp, message_not_found."""
        ts = self.text(name)
        if not ts:
            raise Refused("no_item_specified")
        if not TS.fullmatch(ts):
            raise Refused("bad_timestamp")
        found = channel.messages.get(ts)
        if found is None:
            raise Refused("message_not_found")
        return found

    def user(self, name: str = "user", *, error: str = "user_not_found") -> User:
        """A person the app may see: of its own company or of one that shares a channel with it."""
        user = self.world.users.get(self.text(name))
        if user is None or not knows(self.world, self.bot, user):
            raise Refused(error)
        return user


def missing_scope(app: App, needed: Sequence[str]) -> Refused:
    """The refusal of a method for want of any of these scopes."""
    return Refused("missing_scope", needed=",".join(needed), provided=",".join(app.scopes))


def is_visible(channel: Channel, viewer: User) -> bool:
    """Members see a channel, and the whole company sees a public one."""
    if viewer.id in channel.members:
        return True
    private = channel.is_private or channel.is_im
    return not private and viewer.team_id in channel.team_ids


def knows(world: World, viewer: User, user: User) -> bool:
    """Whether the two companies are one, or connected by any channel."""
    teams = {viewer.team_id, user.team_id}
    return len(teams) == 1 or any(teams <= set(c.team_ids) for c in world.channels.values())
