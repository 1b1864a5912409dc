"""The control API's calls that look: who and what is there, what was said, what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict

from sandbox import shapes
from sandbox.local import Sandbox
from sandbox.people import NotAllowed
from sandbox.world import Channel, Json, Message, View, World

Query = Mapping[str, str]


async def state(box: Sandbox, query: Query) -> Json:
    world, app = box.world, box.people.senses.app
    return {
        "teams": [asdict(team) for team in world.teams.values()],
        "users": [asdict(user) for user in world.users.values()],
        "channels": [channel_row(channel) for channel in world.channels.values()],
        "usergroups": [asdict(group) for group in world.usergroups.values()],
        "app": {
            "id": app.id,
            "team_id": app.team_id,
            "bot_user": app.bot_user,
            "request_url": app.request_url,
            "sockets": len(box.delivery.socket.connections),
            "given_up": box.delivery.events.given_up,
        },
        "limits": {"on": box.limits.enabled, "refusals": dict(box.limits.refusals)},
    }


async def messages(box: Sandbox, query: Query) -> Json:
    channel = _place(box, query)
    thread_ts = query.get("thread_ts")
    if thread_ts is None:
        seen = [channel.messages[ts] for ts in channel.order]
    else:
        parent = channel.messages.get(thread_ts)
        seen = [*([parent] if parent else []), *channel.thread(thread_ts)]
    return {"messages": [_message(box.world, message) for message in seen]}


def _message(world: World, message: Message) -> Json:
    return shapes.message(world, message, metadata=True)


def _place(box: Sandbox, query: Query) -> Channel:
    """The channel asked for: any, or one that ``user`` is in."""
    senses = box.people.senses
    where = _needed(query, "channel")
    if "user" not in query:
        return senses.channel(where)
    return senses.place(senses.user(query["user"]), where)


async def ephemerals(box: Sandbox, query: Query) -> Json:
    user = box.people.senses.user(_needed(query, "user"))
    mine = (e for e in box.world.ephemerals.values() if e.user == user.id and not e.deleted)
    return {"ephemerals": [asdict(said) for said in mine]}


async def views(box: Sandbox, query: Query) -> Json:
    user = box.people.senses.user(_needed(query, "user"))
    mine = (v for v in box.world.views.values() if v.user == user.id and v.is_open)
    home = box.world.homes.get(user.id)
    return {
        "views": [view_row(box.world, view) for view in mine],
        "home": view_row(box.world, home) if home else None,
    }


async def traffic(box: Sandbox, query: Query) -> Json:
    kind = query.get("kind") or query.get("method")
    entries = box.traffic.since(int(_number(query, "since", 0)), kind=kind)
    return {"entries": [vars(entry) for entry in entries]}


async def idle(box: Sandbox, query: Query) -> Json:
    try:
        async with asyncio.timeout(_number(query, "timeout", 30)):
            await box.idle()
    except TimeoutError as error:
        raise NotAllowed("not_idle", "Something is still on its way to the app.") from error
    return {}


async def clock(box: Sandbox, query: Query) -> Json:
    """With ``wait`` (seconds) a long poll: answers once the version is beyond ``since``."""
    if "wait" in query:
        since, wait = int(_number(query, "since", 0)), _number(query, "wait", 0)
        await box.world.clock.moved_beyond(since, timeout=min(wait, 60))
    return clock_row(box.world)


def clock_row(world: World) -> Json:
    """Desk time in epoch seconds and as text."""
    clock = world.clock
    return {
        "now": clock.time(),
        "iso": clock.now().isoformat(),
        "offset": clock.offset,
        "frozen": clock.frozen_at is not None,
        "version": clock.version,
    }


def channel_row(channel: Channel) -> Json:
    """A channel without its messages."""
    return {
        "id": channel.id,
        "name": channel.name,
        "team_ids": channel.team_ids,
        "pending_team_ids": channel.pending_team_ids,
        "members": channel.members,
        "is_private": channel.is_private,
        "is_im": channel.is_im,
        "is_mpim": channel.is_mpim,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "pins": channel.pins,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "last_ts": channel.last_ts,
    }


def view_row(world: World, view: View) -> Json:
    """A view as Slack shapes it, and the errors that its person sees."""
    if world.app is None:
        raise NotAllowed("no_app", "No app is installed in this Slack.")
    return shapes.view(world.app, view) | {"errors": view.errors}


def _needed(query: Query, name: str) -> str:
    if not query.get(name):
        raise NotAllowed("invalid_request", f"The query needs {name}.")
    return query[name]


def _number(query: Query, name: str, default: float) -> float:
    try:
        return float(query.get(name) or default)
    except ValueError:
        raise NotAllowed("invalid_request", f"{name} must be a number.") from None
