"""Creating, naming, closing and sharing channels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.deeds.lines import say_line
from sandbox.deeds.members import join
from sandbox.refused import Refused
from sandbox.world import Channel, Json, User, World


@dataclass(frozen=True)
class Plan:
    """A channel to create. ``team_ids`` has the host first; without, it is the creator's."""

    name: str
    is_private: bool = False
    members: tuple[str, ...] = ()
    team_ids: tuple[str, ...] = ()


def create_channel(world: World, plan: Plan, *, creator: User) -> Channel:
    """A new channel with its creator in it; refused as ``check_name`` does.

    Emits channel_created when it is public, and the joining of the other members.
    """
    check_name(world, plan.name, team_id=creator.team_id)
    channel = Channel(
        id=world.new_id("C"),
        name=plan.name,
        team_ids=list(plan.team_ids or (creator.team_id,)),
        creator=creator.id,
        created=int(world.clock.time()),
        is_private=plan.is_private,
        members=[creator.id],
    )
    world.channels[channel.id] = channel
    world.touch("channel", channel=channel.id)
    if not plan.is_private:
        _tell_of_new_channel(world, channel, creator)
    for member in plan.members:
        join(world, channel, world.users[member], inviter=creator)
    return channel


def _tell_of_new_channel(world: World, channel: Channel, creator: User) -> None:
    facts: Json = {
        "id": channel.id,
        "is_channel": True,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "creator": creator.id,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": creator.team_id,
    }
    event = {"type": "channel_created", "channel": facts, "event_ts": world.event_ts()}
    world.emit(event, channel=channel, team=creator.team_id)


def check_name(world: World, name: str, *, team_id: str) -> None:
    """Refuse a channel name that Slack refuses (methods.json: conversations.create)."""
    if not name:
        raise Refused("invalid_name_required")
    if len(name) > 80:
        raise Refused("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise Refused("invalid_name_specials")
    if any(c.name == name and team_id in c.team_ids for c in world.channels.values()):
        raise Refused("name_taken")


def open_conversation(world: World, members: Iterable[str]) -> tuple[Channel, bool]:
    """The DM of exactly these people, and whether it was there already."""
    wanted = sorted(set(members))
    for channel in world.channels.values():
        if (channel.is_im or channel.is_mpim) and sorted(channel.members) == wanted:
            return channel, True
    channel = _conversation(world, wanted)
    world.channels[channel.id] = channel
    world.touch("channel", channel=channel.id)
    return channel, False


def _conversation(world: World, members: list[str]) -> Channel:
    several = len(members) > 2
    people = [world.users[member] for member in members]
    return Channel(
        id=world.new_id("C" if several else "D"),
        name=f"mpdm-{'--'.join(p.name for p in people)}-1" if several else "",
        team_ids=list(dict.fromkeys(p.team_id for p in people)),
        created=int(world.clock.time()),
        is_private=several,
        is_im=not several,
        is_mpim=several,
        members=members,
    )


def archive(world: World, channel: Channel, *, by: User) -> None:
    """Close a channel. Refused with already_archived or cant_archive_general."""
    if channel.is_archived:
        raise Refused("already_archived")
    if channel.name == "general":
        raise Refused("cant_archive_general")
    say_line(world, channel, by, what="archive", text="archived the channel")
    channel.is_archived = True
    _tell(world, channel, by, archive={"channel": channel.id, "user": by.id})


def unarchive(world: World, channel: Channel, *, by: User) -> None:
    """Open a channel again. Refused with not_archived."""
    if not channel.is_archived:
        raise Refused("not_archived")
    channel.is_archived = False
    _tell(world, channel, by, unarchive={"channel": channel.id, "user": by.id})
    say_line(world, channel, by, what="unarchive", text="un-archived the channel")


def rename(world: World, channel: Channel, name: str, *, by: User) -> None:
    """Give a channel another name; refused as ``check_name`` does."""
    check_name(world, name, team_id=channel.team_ids[0])
    old, channel.name = channel.name, name
    facts: Json = {
        "id": channel.id,
        "is_channel": not channel.id.startswith("G"),
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": channel.created,
    }
    _tell(world, channel, by, rename={"channel": facts})
    text = f'has renamed the channel from "{old}" to "{name}"'
    say_line(world, channel, by, what="name", text=text, old_name=old, name=name)


def _tell(world: World, channel: Channel, by: User, **what: Json) -> None:
    """channel_… or, for private channels, group_… (FACTS 5: subscribe to both)."""
    world.touch("channel", channel=channel.id)
    prefix = "group" if channel.is_private else "channel"
    for name, facts in what.items():
        event = {"type": f"{prefix}_{name}", **facts, "event_ts": world.event_ts()}
        world.emit(event, channel=channel, team=by.team_id)


def set_topic(world: World, channel: Channel, topic: str, *, by: User) -> None:
    """Say what the channel is about just now."""
    channel.topic = topic
    world.touch("channel", channel=channel.id)
    say_line(world, channel, by, what="topic", text=f"set the topic: {topic}", topic=topic)


def set_purpose(world: World, channel: Channel, purpose: str, *, by: User) -> None:
    """Say what the channel is for."""
    channel.purpose = purpose
    world.touch("channel", channel=channel.id)
    text = f"set the purpose: {purpose}"
    say_line(world, channel, by, what="purpose", text=text, purpose=purpose)


def start_share(world: World, channel: Channel, team_id: str, *, by: User) -> None:
    """Invite a company. A G id becomes a C id at once, even if nobody ever accepts (FACTS 5)."""
    if team_id in channel.team_ids or team_id in channel.pending_team_ids:
        raise Refused("already_in_channel")
    channel.pending_team_ids.append(team_id)
    world.touch("channel", channel=channel.id)
    if channel.id.startswith("G"):
        change_id(world, channel, world.new_id("C"), by=by)


def share(world: World, channel: Channel, team_id: str, *, by: User) -> None:
    """Connect a company, invited before or not. Emits channel_shared."""
    if team_id not in channel.pending_team_ids:
        start_share(world, channel, team_id, by=by)
    channel.pending_team_ids.remove(team_id)
    channel.team_ids.append(team_id)
    world.touch("channel", channel=channel.id)
    event = {"type": "channel_shared", "connected_team_id": team_id, "channel": channel.id}
    event["event_ts"] = world.event_ts()
    world.emit(event, channel=channel, team=by.team_id)


def unshare(world: World, channel: Channel, team_id: str, *, by: User) -> None:
    """Disconnect a company and its people; the host keeps the id (FACTS 5).

    Emits channel_unshared. Refused with team_not_found.
    """
    if team_id not in channel.team_ids[1:]:
        raise Refused("team_not_found")
    channel.team_ids.remove(team_id)
    channel.members = [m for m in channel.members if world.users[m].team_id != team_id]
    world.touch("channel", channel=channel.id)
    event = {
        "type": "channel_unshared",
        "previously_connected_team_id": team_id,
        "channel": channel.id,
        "is_ext_shared": channel.is_ext_shared,
        "event_ts": world.event_ts(),
    }
    world.emit(event, channel=channel, team=by.team_id)


def change_id(world: World, channel: Channel, new_id: str, *, by: User) -> None:
    """Give a channel another id; all it holds moves along. Emits channel_id_changed."""
    old_id, channel.id = channel.id, new_id
    world.channels[new_id] = world.channels.pop(old_id)
    for message in channel.messages.values():
        message.channel = new_id
    for file in world.files.values():
        file.channels = [new_id if c == old_id else c for c in file.channels]
        if old_id in file.shares:
            file.shares[new_id] = file.shares.pop(old_id)
    world.touch("channel", channel=new_id, old=old_id)
    event = {"type": "channel_id_changed", "old_channel_id": old_id, "new_channel_id": new_id}
    event["event_ts"] = world.event_ts()
    world.emit(event, channel=channel, team=by.team_id)
