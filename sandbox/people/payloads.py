"""Interaction and command payloads as Slack sends them (tests/data/slack/events)."""

from __future__ import annotations

from sandbox import shapes
from sandbox.world import App, Channel, Ephemeral, Json, Message, Team, User, View, World


def about(world: World, app: App, user: User, *, kind: str, team: Team) -> Json:
    """What every interaction says. ``team``: the app's workspace; for views, the person's."""
    return {
        "type": kind,
        "token": "verification-token",
        "api_app_id": app.id,
        "team": {"id": team.id, "domain": team.domain},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "enterprise": None,
        "is_enterprise_install": False,
    }


def on_message(world: World, channel: Channel, message: Message) -> Json:
    """Where it happened, when it happened on a message."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": False,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return {
        "container": container,
        "channel": named(channel),
        "message": shapes.bare_message(world, message),
    }


def on_ephemeral(channel: Channel, said: Ephemeral) -> Json:
    """Where it happened, when only one person sees the message: it does not come along."""
    container = {
        "type": "message",
        "message_ts": said.at,
        "channel_id": channel.id,
        "is_ephemeral": True,
    }
    if said.thread_ts:
        container["thread_ts"] = said.thread_ts
    return {"container": container, "channel": named(channel)}


def on_view(app: App, view: View, values: Json) -> Json:
    """Where it happened, when it happened in a modal or App Home."""
    return {"container": {"type": "view", "view_id": view.id}, "view": seen(app, view, values)}


def seen(app: App, view: View, values: Json) -> Json:
    """The view as its person sees it: their own team's, with ``values`` as they stand now."""
    return shapes.view(app, view) | {"state": {"values": values}}


def named(channel: Channel) -> Json:
    """Id and name; names of closed conversations are hidden (slack/FACTS.md §6)."""
    if channel.is_im:
        return {"id": channel.id, "name": "directmessage"}
    name = "privategroup" if channel.is_private else channel.name
    return {"id": channel.id, "name": name}


def command(world: World, app: App, user: User, channel: Channel) -> Json:
    """The form of a slash command but for what was typed, the trigger and the response_url."""
    team = world.teams[app.team_id]
    place = named(channel)
    return {
        "token": "verification-token",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": place["id"],
        "channel_name": place["name"],
        "user_id": user.id,
        "user_name": user.name,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
    }
