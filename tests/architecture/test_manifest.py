"""The manifest asks Slack for exactly what the listeners hear and the gateway calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

import handlers
from bot import acts
from bot.slack import gateway
from handlers import csat, desk, intake, rest, ticket
from handlers.events import TakeEvents

ROOT = Path(__file__).parents[2]
MANIFEST: Any = yaml.safe_load((ROOT / "manifest.yml").read_text())
METHODS: Any = json.loads((ROOT / "sandbox/data/methods.json").read_text())
SCHEMA: Any = json.loads((ROOT / "sandbox/data/manifest.schema.json").read_text())

EVENTS: set[str] = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
COMMANDS: dict[str, Any] = {
    each["command"]: each for each in MANIFEST["features"]["slash_commands"]
}
SHORTCUTS: dict[str, Any] = {
    each["callback_id"]: each for each in MANIFEST["features"]["shortcuts"]
}
SCOPES: set[str] = set(MANIFEST["oauth_config"]["scopes"]["bot"])

# The kinds of conversation the desk lives in; group DMs are none of them.
CONVERSATIONS = ("channels:", "groups:", "im:")
# Of what it does with conversations, this it does with those of one person alone.
DIRECT = frozenset({"conversations.open"})

# What may be heard with which scopes: as the pages under docs.slack.dev/reference/events name
# them; our reference data has no copy of those. Of several, each opens one kind of conversation.
SCOPES_OF_EVENTS: Mapping[str, set[str]] = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_left": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unarchive": {"channels:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_left": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "pin_removed": {"pins:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}
# methods.json, chat.postMessage: the name and picture of an agent on a reply need their own scope.
SCOPES_OF_ARGUMENTS = {"chat:write.customize"}
SCOPES_OF_FEATURES = {"commands"}


@pytest.fixture(scope="module")
def app() -> AsyncApp:
    """All listeners, registered as in earnest."""

    async def authorize() -> AuthorizeResult:
        raise AssertionError("nothing is dispatched here")

    app = AsyncApp(signing_secret="-", authorize=authorize)
    handlers.register(app)
    return app


async def is_heard(app: AsyncApp, body: dict[str, Any]) -> bool:
    """Whether a feature takes it, rather than the catch-all at the end."""
    taken = [each.events for each in app._async_middleware_list if isinstance(each, TakeEvents)]
    if any(body.get("event", {}).get("type") in events for events in taken):
        return True
    request = AsyncBoltRequest(mode="socket_mode", body=body)
    for listener in app._async_listeners:
        if await listener.async_matches(req=request, resp=BoltResponse(status=200)):
            taker: object = listener.ack_function
            return taker not in (rest.on_rest, rest.on_options)
    return False


def registered_events() -> set[str]:
    tables = (getattr(feature, "EVENTS", {}) for feature in handlers.FEATURES)
    heard = {event for table in tables for event in table}
    return heard - {"message"} | set(intake.SUBSCRIPTIONS)


def test_the_manifest_is_valid() -> None:
    jsonschema.validate(MANIFEST, SCHEMA)


def test_it_subscribes_to_exactly_the_events_that_are_listened_to() -> None:
    assert registered_events() == EVENTS


@pytest.mark.parametrize("event", sorted(EVENTS))
async def test_every_event_finds_a_listener(app: AsyncApp, event: str) -> None:
    kind = event.partition(".")[0]
    assert await is_heard(app, {"type": "event_callback", "event": {"type": kind}})


async def test_what_it_does_not_subscribe_to_finds_none(app: AsyncApp) -> None:
    body = {"type": "event_callback", "event": {"type": "emoji_changed"}}
    assert not await is_heard(app, body)


def test_it_has_exactly_the_commands_that_are_listened_to() -> None:
    assert set(COMMANDS) == {*ticket.COMMANDS, *desk.COMMANDS, *csat.COMMANDS}


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_every_command_finds_a_listener(app: AsyncApp, command: str) -> None:
    assert await is_heard(app, {"command": command})


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_mentions_in_commands_come_as_ids(command: str) -> None:
    assert COMMANDS[command]["should_escape"]


def test_the_hint_names_every_verb() -> None:
    hint = COMMANDS["/ticket"]["usage_hint"]
    assert [verb for verb in acts.verbs() if verb not in hint] == []


def test_it_has_exactly_the_shortcuts_of_the_act_table() -> None:
    assert set(SHORTCUTS) == {*ticket.SHORTCUTS, *ticket.ON_MESSAGES}


@pytest.mark.parametrize("shortcut", sorted(SHORTCUTS))
async def test_every_shortcut_finds_a_listener(app: AsyncApp, shortcut: str) -> None:
    kind = {"global": "shortcut", "message": "message_action"}[SHORTCUTS[shortcut]["type"]]
    assert await is_heard(app, {"type": kind, "callback_id": shortcut, "trigger_id": "1"})


@pytest.mark.parametrize("act", [act for act in acts.ACTS if act.form], ids=lambda act: act.name)
async def test_every_form_of_the_act_table_finds_a_listener(app: AsyncApp, act: acts.Act) -> None:
    view = {"callback_id": f"form:{act.form}", "type": "modal"}
    assert await is_heard(app, {"type": "view_submission", "view": view})


def test_it_asks_for_exactly_the_scopes_that_are_needed() -> None:
    by_event = {scope for event in EVENTS for scope in SCOPES_OF_EVENTS[event]}
    by_method = {scope for method in gateway.METHODS for scope in scopes_of(method)}
    assert by_event | by_method | SCOPES_OF_ARGUMENTS | SCOPES_OF_FEATURES == SCOPES


def scopes_of(method: str) -> Iterator[str]:
    """A method's scopes; of those for each kind of conversation, the kinds we live in."""
    facts = METHODS[method]
    by_kind = facts.get("scopes_rule") == "one_per_conversation_type"
    kinds = ("im:",) if method in DIRECT else CONVERSATIONS
    for scope in facts["scopes_bot"]:
        if not by_kind or scope.startswith(kinds):
            yield scope


def test_socket_mode_needs_no_address() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert "url" not in json.dumps(MANIFEST)
