"""People coming into a channel and leaving it."""

from __future__ import annotations

from sandbox.deeds.lines import say_line
from sandbox.refused import Refused
from sandbox.world import Channel, Json, User, World


def join(world: World, channel: Channel, user: User, *, inviter: User | None = None) -> None:
    """Let somebody in: member_joined_channel and the channel_join line. Twice is nothing.

    Refused with is_archived.
    """
    if user.id in channel.members:
        return
    if channel.is_archived:
        raise Refused("is_archived")
    channel.members.append(user.id)
    by = {"inviter": inviter.id} if inviter else {}
    world.touch("member_joined_channel", channel=channel.id, user=user.id)
    event = _member_event(world, channel, user, "member_joined_channel")
    world.emit(event | by, channel=channel, team=user.team_id)
    say_line(world, channel, user, what="join", text="has joined the channel", **by)


def leave(world: World, channel: Channel, user: User, *, by: User | None = None) -> None:
    """Let somebody out, or put them out (``by``). Refused with not_in_channel.

    Emits member_left_channel; channel_left or group_left when it is the app itself.
    """
    if user.id not in channel.members:
        raise Refused("not_in_channel")
    world.touch("member_left_channel", channel=channel.id, user=user.id)
    event = _member_event(world, channel, user, "member_left_channel")
    world.emit(event, channel=channel, team=user.team_id)
    if world.app and world.app.bot_user == user.id:
        _tell_the_app(world, channel, by or user)
    channel.members.remove(user.id)
    say_line(world, channel, user, what="leave", text="has left the channel")


def _tell_the_app(world: World, channel: Channel, actor: User) -> None:
    kind = "group_left" if channel.is_private else "channel_left"
    event = {"type": kind, "channel": channel.id, "actor_id": actor.id}
    event["event_ts"] = world.event_ts()
    world.emit(event, channel=channel, team=actor.team_id)


def _member_event(world: World, channel: Channel, user: User, kind: str) -> Json:
    """channel_type is C or G here, not a word (FACTS 4)."""
    return {
        "type": kind,
        "user": user.id,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": user.team_id,
        "event_ts": world.event_ts(),
    }
