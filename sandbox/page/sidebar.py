"""The left side: the person's channels and conversations with what is unread in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from sandbox.page import faces
from sandbox.page.place import Place, channels_of
from sandbox.page.reader import Reader
from sandbox.world import Channel, Message, User


@dataclass(frozen=True)
class Entry:
    """One row. ``count`` are unread messages, ``mentions`` those that call the person."""

    channel: Channel
    name: str
    icon: str
    address: str
    face: Markup | str = ""
    companies: str = ""
    count: int = 0
    mentions: int = 0
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    entries: list[Entry]


def groups(place: Place) -> list[Group]:
    """Channels, Slack Connect and direct messages, empty groups left out.

    Whoever has the app among their apps does not see it again among their conversations.
    """
    app = place.reader.app_channel() if place.reader.has_app else None
    shown = [c for c in channels_of(place.reader) if not c.is_archived and c is not app]
    entries = [_entry(place, channel) for channel in shown]
    sorted_entries = sorted(entries, key=lambda e: e.name.lower())
    titles = {"shared": "Slack Connect", "dm": "Direct messages"}
    found = [
        Group(title, [e for e in sorted_entries if titles.get(e.icon, "Channels") == title])
        for title in ("Channels", "Slack Connect", "Direct messages")
    ]
    return [group for group in found if group.entries]


def _entry(place: Place, channel: Channel) -> Entry:
    reader = place.reader
    new = unread(reader, channel)
    return Entry(
        channel=channel,
        name=name_of(reader, channel),
        icon=icon_of(channel),
        address=reader.link_to(channel),
        face=_face(reader, channel),
        companies=companies(reader, channel),
        count=len(new),
        mentions=sum(_calls(reader, channel, message) for message in new),
        is_current=bool(place.channel and place.channel.id == channel.id),
    )


def icon_of(channel: Channel) -> str:
    """Which sign stands before the name: hash, lock, shared or dm."""
    if channel.is_im or channel.is_mpim:
        return "dm"
    if channel.is_ext_shared:
        return "shared"
    return "lock" if channel.is_private else "hash"


def name_of(reader: Reader, channel: Channel) -> str:
    """The channel's name, for conversations the names of the others."""
    if not (channel.is_im or channel.is_mpim):
        return channel.name
    others = [m for m in channel.members if m != reader.user.id]
    return ", ".join(reader.person_name(m) for m in others) or f"{reader.user.real_name} (you)"


def companies(reader: Reader, channel: Channel) -> str:
    """The other companies connected to a channel."""
    others = [t for t in channel.team_ids if t != reader.user.team_id]
    names = [reader.world.teams[t].name for t in others if t in reader.world.teams]
    return "" if channel.is_im else ", ".join(names)


def _face(reader: Reader, channel: Channel) -> Markup | str:
    others = others_in(reader, channel) if channel.is_im or channel.is_mpim else []
    return faces.of(others[0]) if others else ""


def others_in(reader: Reader, channel: Channel) -> list[User]:
    """The members but the reader."""
    known = (reader.world.users.get(m) for m in channel.members if m != reader.user.id)
    return [user for user in known if user]


def unread(reader: Reader, channel: Channel) -> list[Message]:
    """Messages of others after the person's mark; replies in threads do not count, as in Slack."""
    mark = reader.world.read_marks.get((reader.user.id, channel.id), "0")
    newer = channel.order[bisect_right(channel.order, mark) :]
    return [m for m in (channel.messages[ts] for ts in newer) if m.user != reader.user.id]


def new_replies(reader: Reader) -> int:
    """How many replies came into the person's threads since they last looked at the channel."""
    return sum(
        message.user != reader.user.id
        for channel in channels_of(reader)
        for parent in followed(reader, channel)
        for message in channel.thread(parent.ts)
        if message.ts > reader.world.read_marks.get((reader.user.id, channel.id), "0")
    )


def followed(reader: Reader, channel: Channel) -> Iterator[Message]:
    """The parents of threads that the person wrote in or was named in."""
    call = f"<@{reader.user.id}>"
    for parent in (channel.messages[ts] for ts in channel.threads if ts in channel.messages):
        said = [parent, *channel.thread(parent.ts)] if parent.reply_count else []
        if any(m.user == reader.user.id or call in m.text for m in said):
            yield parent


def _calls(reader: Reader, channel: Channel, message: Message) -> bool:
    if channel.is_im or channel.is_mpim:
        return True
    called = ("<!here", "<!channel", "<!everyone", f"<@{reader.user.id}")
    mine = (
        f"<!subteam^{g.id}" for g in reader.world.usergroups.values() if reader.user.id in g.users
    )
    return any(call in message.text for call in (*called, *mine))
