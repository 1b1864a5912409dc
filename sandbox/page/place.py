"""Where in the page somebody is, read from the address: who, which channel, which thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request

from sandbox.page.reader import Reader
from sandbox.world import Channel, Message, User, World


@dataclass(frozen=True)
class Place:
    """``new_from`` is the ts after which messages are new on this visit."""

    reader: Reader
    channel: Channel | None = None
    parent: Message | None = None
    is_home: bool = False
    is_threads: bool = False
    new_from: str = ""
    target: str = ""

    @property
    def query(self) -> str:
        """The query string that leads here again."""
        parts = {
            "as": self.reader.here,
            "channel": self.channel.id if self.channel else "",
            "thread": self.parent.ts if self.parent else "",
            "view": "home" if self.is_home else "threads" if self.is_threads else "",
            "new": self.new_from,
        }
        return urlencode({key: value for key, value in parts.items() if value})


def find(world: World, request: Request) -> Place:
    """The place a request asks for; what the person may not see is replaced by what they may."""
    query = request.query_params
    user = person(world, query.get("as", ""))
    reader = Reader(world, user, str(request.base_url).rstrip("/"))
    view = query.get("view", "")
    if view in {"home", "threads"} and not query.get("channel"):
        return Place(reader, is_home=view == "home", is_threads=view == "threads")
    channel = channel_of(reader, query.get("channel", "")) or first_channel(reader)
    parent = channel.messages.get(query.get("thread", "")) if channel else None
    if parent and channel and parent.is_reply:
        parent = channel.messages.get(parent.thread_ts or "")
    return Place(reader, channel, parent, new_from=query.get("new", ""), target=query.get("ts", ""))


def person(world: World, name: str) -> User:
    """Somebody by short name or id; the first of the cast when there is no such person."""
    people = people_of(world)
    named = (u for u in people if name in {u.id, u.name})
    return next(named, people[0])


def people_of(world: World) -> list[User]:
    """Everybody one can be."""
    return [u for u in world.users.values() if not u.is_bot and not u.deleted]


def channel_of(reader: Reader, name: str) -> Channel | None:
    """A channel that the person is in, by id or name."""
    mine = channels_of(reader)
    return next((c for c in mine if name in {c.id, c.name} and name), None)


def channels_of(reader: Reader) -> list[Channel]:
    """All the person's channels and conversations."""
    return [c for c in reader.world.channels.values() if reader.is_in(c)]


def first_channel(reader: Reader) -> Channel | None:
    """Where a newcomer best begins: a shared channel, else any open one."""
    mine: Iterable[Channel] = sorted(
        (c for c in channels_of(reader) if not c.is_archived),
        key=lambda c: (not c.is_ext_shared, c.is_im or c.is_mpim, c.name),
    )
    return next(iter(mine), None)


def since(place: Place, mark: str) -> Place:
    """The same place, with what came after ``mark`` being new."""
    return replace(place, new_from=mark)
