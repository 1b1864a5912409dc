"""What surrounds an event on its way out, and which events the app has asked to hear."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.shapes import channel_type
from sandbox.world import App, Channel, Json, World

# Told to every app that asks, member or not, while the channel is public.
_WORKSPACE_WIDE = {
    "channel_created",
    "channel_rename",
    "channel_archive",
    "channel_unarchive",
    "channel_deleted",
}
# Told to a bot that is no longer a member, because that is what they say.
_FAREWELLS = {"channel_left", "group_left"}


def subscription(event: Json, channel: Channel | None) -> str:
    """The manifest's name of an event, such as ``message.groups`` or ``reaction_added``."""
    if event["type"] != "message" or channel is None:
        return str(event["type"])
    kind = channel_type(channel)
    return "message." + {"channel": "channels", "group": "groups"}.get(kind, kind)


def hears(app: App, event: Json, channel: Channel | None) -> bool:
    """Whether the app is told: subscribed in its manifest and, in a channel, a member of it."""
    if subscription(event, channel) not in _subscriptions(app):
        return False
    if channel is None or app.bot_user in channel.members or event["type"] in _FAREWELLS:
        return True
    is_ours = app.team_id in channel.team_ids
    return event["type"] in _WORKSPACE_WIDE and is_ours and not channel.is_private


def _subscriptions(app: App) -> list[str]:
    settings: Json = app.manifest.get("settings", {}).get("event_subscriptions", {})
    return list(settings.get("bot_events", []))


def event_callback(world: World, event: Json, channel: Channel | None, team: str | None) -> Json:
    """The whole body of one delivery, with an ``event_id`` of its own."""
    app = _app(world)
    body: dict[str, Any] = {
        "token": "verification-token",
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(world.clock.time()),
        "authorizations": [_authorization(world, app)],
        "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
        "event_context": f"4-{secrets.token_urlsafe(24)}",
    }
    return body | _sides(world, app, kind=event["type"], channel=channel, team=team)


def _authorization(world: World, app: App) -> Json:
    return {
        "enterprise_id": world.teams[app.team_id].enterprise_id,
        "team_id": app.team_id,
        "user_id": app.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }


def _sides(world: World, app: App, *, kind: str, channel: Channel | None, team: str | None) -> Json:
    """``team_id`` and ``context_team_id``: in Connect channels neither is to be trusted.

    As captured (slack_connect_matrix.sample.json): the sender's company outside, the other company
    as context, and no context at all for mentions and files.
    """
    if channel is None or not channel.is_ext_shared:
        return _named(world, "", app.team_id) | _named(world, "context_", app.team_id)
    guest = next(t for t in channel.team_ids if t != app.team_id)
    outer = _named(world, "", team or guest)
    if kind in {"app_mention", "file_shared"}:
        return outer
    return outer | _named(
        world, "context_", guest if team in {None, app.team_id} else team or guest
    )


def _named(world: World, prefix: str, team: str) -> Json:
    known = world.teams.get(team)
    enterprise = known.enterprise_id if known else None
    return {f"{prefix}team_id": team, f"{prefix}enterprise_id": enterprise}


def _app(world: World) -> App:
    if world.app is None:
        raise LookupError("no app is installed in this Slack")
    return world.app
