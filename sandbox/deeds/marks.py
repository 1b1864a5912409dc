"""Reactions, pins and how far somebody has read."""

from __future__ import annotations

from sandbox import shapes
from sandbox.refused import Refused
from sandbox.world import Channel, Json, Message, User, World


def react(world: World, message: Message, *, user: User, name: str) -> None:
    """Add an emoji, without its colons. Refused with already_reacted or too_many_emoji."""
    users = message.reactions.get(name, [])
    if user.id in users:
        raise Refused("already_reacted")
    if not users and len(message.reactions) >= 50:
        raise Refused("too_many_emoji")
    message.reactions[name] = [*users, user.id]
    _tell_of_reaction(world, message, user=user, name=name, kind="reaction_added")


def unreact(world: World, message: Message, *, user: User, name: str) -> None:
    """Take an own emoji back. Refused with no_reaction."""
    users = message.reactions.get(name, [])
    if user.id not in users:
        raise Refused("no_reaction")
    message.reactions[name] = [u for u in users if u != user.id]
    if not message.reactions[name]:
        del message.reactions[name]
    _tell_of_reaction(world, message, user=user, name=name, kind="reaction_removed")


def _tell_of_reaction(world: World, message: Message, *, user: User, name: str, kind: str) -> None:
    """The event has neither thread_ts nor team (FACTS 4, 5)."""
    world.touch(kind, channel=message.channel, ts=message.ts, thread_ts=message.thread_ts)
    event: Json = {"type": kind, "user": user.id, "reaction": name}
    event["item"] = {"type": "message", "channel": message.channel, "ts": message.ts}
    if message.user:
        event["item_user"] = message.user
    event["event_ts"] = world.event_ts()
    world.emit(event, channel=world.channels[message.channel], team=user.team_id)


def pin(world: World, message: Message, *, user: User) -> None:
    """Pin a message. Refused with already_pinned."""
    channel = world.channels[message.channel]
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    channel.pins.append(message.ts)
    event = _pin_event(world, message, user=user, kind="pin_added")
    world.emit(event | {"pin_count": len(channel.pins)}, channel=channel, team=user.team_id)


def unpin(world: World, message: Message, *, user: User) -> None:
    """Unpin a message. Refused with no_pin."""
    channel = world.channels[message.channel]
    if message.ts not in channel.pins:
        raise Refused("no_pin")
    channel.pins.remove(message.ts)
    event = _pin_event(world, message, user=user, kind="pin_removed")
    world.emit(event | {"has_pins": bool(channel.pins)}, channel=channel, team=user.team_id)


def _pin_event(world: World, message: Message, *, user: User, kind: str) -> Json:
    world.touch(kind, channel=message.channel, ts=message.ts)
    pinned = shapes.bare_message(world, message)
    pinned["permalink"] = shapes.permalink(world, message)
    item = {
        "type": "message",
        "created": int(world.clock.time()),
        "created_by": user.id,
        "channel": message.channel,
        "message": pinned,
    }
    event: Json = {"type": kind, "user": user.id, "channel_id": message.channel, "item": item}
    return event | {"item_user": message.user or "", "event_ts": world.event_ts()}


def mark_read(world: World, channel: Channel, user: User, ts: str) -> None:
    """Remember up to where somebody has read a channel."""
    world.read_marks[user.id, channel.id] = ts
    world.touch("read", channel=channel.id, user=user.id)
