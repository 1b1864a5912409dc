"""Messages as one reader sees them: who, when, what, grouped by author and day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from sandbox.page import attachments, blocks, dates, emoji, faces, mrkdwn
from sandbox.page.paper import Paper, dumps
from sandbox.page.reader import Reader
from sandbox.world import Channel, Ephemeral, File, Message, User

GROUPING = 300.0
"""Seconds within which messages of one author share a head."""

_PICTURE_OF = re.compile(r"/([UW][A-Z0-9]+)_\d+\.png$")
_HOUSEKEEPING = re.compile(r"^(?:channel|group)_(?!canvas)|^pinned_item$|^reminder_add$")


@dataclass(frozen=True)
class Author:
    """Who stands above a message. ``company`` is named for people from elsewhere only."""

    name: str
    face: Markup
    about: str = ""
    company: str = ""
    is_app: bool = False


@dataclass(frozen=True)
class Reaction:
    """One emoji under a message."""

    name: str
    picture: Markup
    count: int
    people: str
    is_mine: bool


@dataclass(frozen=True)
class Thread:
    """What the line under a parent says."""

    faces: list[Markup]
    count: str
    last: str
    address: str


@dataclass(frozen=True)
class Line:
    """A message, ephemeral or housekeeping line, ready to draw."""

    key: str
    ts: str
    kind: str
    author: Author
    at: datetime
    body: Markup
    source: str
    day: str = ""
    is_first: bool = True
    is_new: bool = False
    is_mine: bool = False
    is_target: bool = False
    is_edited: bool = False
    broadcast: str = ""
    reactions: tuple[Reaction, ...] = ()
    files: tuple[File, ...] = ()
    thread: Thread | None = None

    @property
    def time(self) -> str:
        """The time of day."""
        return dates.clock_time(self.at)

    @property
    def full_time(self) -> str:
        """Day and time, for the hint over the time."""
        return f"{self.at:%A}, {self.at:%B} {dates.ordinal(self.at.day)} at {self.time}"


def in_channel(reader: Reader, channel: Channel, *, last: int) -> list[Line]:
    """The newest ``last`` top-level messages with the reader's ephemerals, oldest first."""
    messages = [channel.messages[ts] for ts in channel.order[-last:]]
    since = messages[0].ts if len(channel.order) > last else "0"
    private = [e for e in _ephemerals(reader, channel, thread=None) if e.at >= since]
    return _grouped(reader, _lines(reader, messages, private, in_thread=False))


def in_thread(reader: Reader, channel: Channel, parent: Message) -> list[Line]:
    """A thread with its parent first."""
    private = _ephemerals(reader, channel, thread=parent.ts)
    replies = list(channel.thread(parent.ts))
    head = _message_line(reader, parent, in_thread=True)
    return _grouped(reader, [head, *_lines(reader, replies, private, in_thread=True)])


def _ephemerals(reader: Reader, channel: Channel, *, thread: str | None) -> list[Ephemeral]:
    mine = (e for e in reader.world.ephemerals.values() if e.user == reader.user.id)
    return [e for e in mine if e.channel == channel.id and e.thread_ts == thread and not e.deleted]


def _lines(
    reader: Reader, messages: Iterable[Message], private: Iterable[Ephemeral], *, in_thread: bool
) -> list[Line]:
    lines = [_message_line(reader, m, in_thread=in_thread) for m in messages]
    lines += [_ephemeral_line(reader, e) for e in private]
    return sorted(lines, key=lambda line: line.at)


def _grouped(reader: Reader, lines: Iterable[Line]) -> list[Line]:
    """Give each day its name once, and each run of one author its head once."""
    return list(_group(lines, reader.world.clock.now()))


def _group(lines: Iterable[Line], now: datetime) -> Iterator[Line]:
    before: Line | None = None
    for line in lines:
        new_day = before is None or before.at.date() != line.at.date()
        day = dates.day_name(line.at, now) if new_day else ""
        yield replace(line, day=day, is_first=new_day or not _continues(before, line))
        before = line


def _continues(before: Line | None, line: Line) -> bool:
    if before is None or before.author != line.author or before.kind != line.kind:
        return False
    near = (line.at - before.at).total_seconds() < GROUPING
    return near and line.kind == "message" and before.thread is None and not line.broadcast


def _message_line(reader: Reader, message: Message, *, in_thread: bool) -> Line:
    kind = _kind(message)
    scope = f"{'t' if in_thread else 'm'}-{message.ts}"
    return Line(
        key=scope,
        ts=message.ts,
        kind=kind,
        author=_author(reader, message),
        at=dates.local(float(message.ts), reader.zone),
        body=_body(reader, message, scope),
        source=dumps({"channel": message.channel, "ts": message.ts}),
        is_mine=message.user == reader.user.id,
        is_edited=bool(message.edited),
        broadcast=_broadcast(reader, message, in_thread=in_thread),
        reactions=tuple(_reactions(reader, message)),
        files=tuple(reader.world.files[f] for f in message.files if f in reader.world.files),
        thread=None if in_thread else _thread(reader, message),
    )


def _kind(message: Message) -> str:
    if message.subtype == "tombstone":
        return "gone"
    return "housekeeping" if _HOUSEKEEPING.match(message.subtype or "") else "message"


def _body(reader: Reader, message: Message, scope: str) -> Markup:
    paper = Paper(reader, scope)
    text = message.text
    if _kind(message) == "housekeeping":
        return mrkdwn.html(text.removeprefix(f"<@{message.user}> "), reader)
    body = blocks.html(message.blocks, paper) if message.blocks else mrkdwn.html(text, reader)
    if message.subtype == "me_message":
        body = Markup("<em>{}</em>").format(body)
    return body + attachments.html(message.attachments, paper)


def _author(reader: Reader, message: Message) -> Author:
    if message.subtype == "tombstone":
        return Author("Deleted", faces.gone())
    if message.username:
        return _custom(reader, message)
    user = reader.world.users.get(message.user or "") or _bot(reader, message)
    if user is None:
        return Author(message.user or "Unknown", faces.named("?"))
    return person(reader, user)


def person(reader: Reader, user: User) -> Author:
    """A person or app as the reader sees them."""
    team = reader.world.teams.get(user.team_id)
    company = team.name if team else ""
    return Author(
        name=user.real_name or user.name,
        face=faces.of(user),
        about=" · ".join(part for part in (user.real_name, user.role, company) if part),
        company="" if user.team_id == reader.user.team_id else company,
        is_app=user.is_bot,
    )


def _bot(reader: Reader, message: Message) -> User | None:
    users = reader.world.users.values()
    return next((u for u in users if message.bot_id and u.bot_id == message.bot_id), None)


def _custom(reader: Reader, message: Message) -> Author:
    """An app's post under a name of its choice; a colleague's picture is drawn as their face."""
    url = str((message.icons or {}).get("image_48") or (message.icons or {}).get("image_url") or "")
    url = url or next((str(v) for v in (message.icons or {}).values() if "_" in str(v)), "")
    found = _PICTURE_OF.search(url)
    user = reader.world.users.get(found[1]) if found else None
    named = user or next(
        (u for u in reader.world.users.values() if u.real_name == message.username), None
    )
    sign = str((message.icons or {}).get("emoji", "")).strip(":")
    face = faces.of(named) if named else _sign_face(sign, message.username or "")
    team = reader.world.teams.get(message.team or "")
    company = team.name if team and team.id != reader.user.team_id else ""
    return Author(message.username or "", face, company=company, is_app=True)


def _sign_face(sign: str, name: str) -> Markup:
    if emoji.character(sign):
        return Markup('<span class="face face-emoji" aria-hidden="true">{}</span>').format(
            emoji.html(sign)
        )
    return faces.named(name)


def _reactions(reader: Reader, message: Message) -> Iterator[Reaction]:
    for name, users in message.reactions.items():
        names = ["You" if u == reader.user.id else reader.person_name(u) for u in users]
        yield Reaction(
            name, emoji.html(name), len(users), ", ".join(names), reader.user.id in users
        )


def _broadcast(reader: Reader, message: Message, *, in_thread: bool) -> str:
    """The address of the thread that a broadcast reply came from; empty for all others."""
    channel = reader.world.channels.get(message.channel)
    if in_thread or not message.is_reply or channel is None:
        return ""
    return reader.link_to(channel, thread=message.thread_ts)


def _thread(reader: Reader, message: Message) -> Thread | None:
    channel = reader.world.channels.get(message.channel)
    if not message.reply_count or message.is_reply or channel is None:
        return None
    last = dates.local(float(message.latest_reply or message.ts), reader.zone)
    count = f"{message.reply_count} {'reply' if message.reply_count == 1 else 'replies'}"
    return Thread(
        faces=_faces_of(reader, message.reply_users)[:5],
        count=count,
        last=dates.fill("at {date_short_pretty}, {time}", last, reader.world.clock.now())[3:],
        address=reader.link_to(channel, thread=message.ts),
    )


def _faces_of(reader: Reader, who: Iterable[str]) -> list[Markup]:
    """A face each; the app is named by its user id or its bot id, and shown once."""
    users = reader.world.users
    by_bot = {user.bot_id: user for user in users.values() if user.bot_id}
    found = (users.get(one) or by_bot.get(one) for one in who)
    return list(dict.fromkeys(faces.of(user) for user in found if user))


def _ephemeral_line(reader: Reader, ephemeral: Ephemeral) -> Line:
    paper = Paper(reader, f"e-{ephemeral.id}")
    body = (
        blocks.html(ephemeral.blocks, paper)
        if ephemeral.blocks
        else mrkdwn.html(ephemeral.text, reader)
    )
    world = reader.world
    app = world.users.get(world.app.bot_user) if world.app else None
    return Line(
        key=f"e-{ephemeral.id}",
        ts="",
        kind="ephemeral",
        author=person(reader, app) if app else Author("App", faces.named("App")),
        at=dates.local(float(ephemeral.at), reader.zone),
        body=body,
        source=dumps({"ephemeral_id": ephemeral.id}),
    )
