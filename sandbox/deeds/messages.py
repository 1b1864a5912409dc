"""Posting, editing and deleting messages, with the bookkeeping of threads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox import shapes
from sandbox.refused import Refused
from sandbox.world import App, Channel, File, Json, Message, User, World

TEXT_CUT = 40_000
WRITTEN = frozenset({None, "bot_message", "file_share", "me_message", "thread_broadcast"})
MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Draft:
    """What somebody is about to post. ``text`` is as Slack stores it: & < > already escaped."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: tuple[str, ...] = ()
    thread_ts: str | None = None
    broadcast: bool = False
    username: str | None = None
    icons: Json | None = None
    metadata: Json | None = None
    subtype: str | None = None
    extra: Json = field(default_factory=dict)


def post(world: World, channel: Channel, author: User, draft: Draft) -> Message:
    """Put a message into a channel or thread; ``thread_ts`` may be that of a reply.

    Emits message, app_mention when the app is named, and file_shared for each file. Refused with
    is_archived or thread_not_found.
    """
    if channel.is_archived:
        raise Refused("is_archived")
    parent = _thread_parent(channel, draft.thread_ts)
    posted = _message(world, channel, author, draft)
    posted.thread_ts = parent.ts if parent else None
    channel.put(posted)
    if parent:
        _count_reply(parent, posted)
    for file_id in draft.files:
        _note_share(world.files[file_id], posted)
    world.touch("message", channel=channel.id, ts=posted.ts, thread_ts=posted.thread_ts)
    _tell_of_post(world, channel, author, posted)
    return posted


def _thread_parent(channel: Channel, thread_ts: str | None) -> Message | None:
    """The message a reply goes under; Slack follows a reply's ts to its parent."""
    if thread_ts is None:
        return None
    found = channel.messages.get(thread_ts)
    if found and found.is_reply:
        found = channel.messages.get(found.thread_ts or "")
    if found is None:
        raise Refused("thread_not_found")
    return found


def _message(world: World, channel: Channel, author: User, draft: Draft) -> Message:
    """The record of a new message. A custom name leaves no user on it, as a classic bot_message."""
    app = _app_of(world, author)
    return Message(
        ts=world.next_ts(channel),
        channel=channel.id,
        user=None if draft.username else author.id,
        text=draft.text[:TEXT_CUT],
        blocks=draft.blocks,
        attachments=draft.attachments,
        subtype=_subtype(draft),
        bot_id=author.bot_id,
        app_id=app.id if app else None,
        username=draft.username,
        icons=draft.icons,
        team=author.team_id,
        client_msg_id=None if author.is_bot or draft.subtype else world.new_id("m-"),
        files=list(draft.files),
        metadata=draft.metadata,
        broadcast=draft.broadcast and draft.thread_ts is not None,
        extra=draft.extra,
    )


def _app_of(world: World, author: User) -> App | None:
    return world.app if world.app and world.app.bot_user == author.id else None


def _subtype(draft: Draft) -> str | None:
    """Today's bots post without one, unless under a custom name (FACTS 4)."""
    if draft.subtype:
        return draft.subtype
    if draft.username:
        return "bot_message"
    if draft.broadcast and draft.thread_ts:
        return "thread_broadcast"
    return "file_share" if draft.files else None


def _count_reply(parent: Message, reply: Message) -> None:
    """Tell the parent of a new reply; its first makes it a thread."""
    parent.thread_ts = parent.ts
    parent.reply_count += 1
    parent.latest_reply = reply.ts
    who = reply.user or reply.bot_id
    if who and who not in parent.reply_users:
        parent.reply_users.append(who)


def _note_share(file: File, posted: Message) -> None:
    if posted.channel not in file.channels:
        file.channels.append(posted.channel)
    file.shares.setdefault(posted.channel, []).append(posted.ts)


def _tell_of_post(world: World, channel: Channel, author: User, posted: Message) -> None:
    event = shapes.message_event(world, posted)
    world.emit(event, channel=channel, team=author.team_id)
    if _names_the_app(world, channel, posted):
        event = _app_mention(world, author, posted)
        world.emit(event, channel=channel, team=author.team_id)
    for file_id in posted.files:
        event = {"type": "file_shared", "file_id": file_id, "user_id": author.id}
        event |= {"file": {"id": file_id}, "channel_id": channel.id, "event_ts": posted.ts}
        world.emit(event, channel=channel, team=author.team_id)


def _names_the_app(world: World, channel: Channel, posted: Message) -> bool:
    """True for a mention that somebody wrote; DMs and housekeeping lines have no app_mention."""
    if world.app is None or channel.is_im or "<@" not in posted.text:
        return False
    if posted.subtype not in WRITTEN:
        return False
    return world.app.bot_user in MENTION.findall(posted.text)


def _app_mention(world: World, author: User, posted: Message) -> Json:
    """app_mention: no subtype; an outsider's team stands in user_team and source_team (FACTS 5)."""
    event = shapes.message_event(world, posted) | {"type": "app_mention"}
    for key in ("subtype", "channel_type", "root", "parent_user_id"):
        event.pop(key, None)
    home = world.app.team_id if world.app else author.team_id
    if author.team_id == home:
        return event
    outside = {"user_team": author.team_id, "source_team": author.team_id}
    return event | outside | {"team": home, "user_profile": shapes.user_profile(author)}


def edit(
    world: World,
    message: Message,
    *,
    by: User,
    text: str | None = None,
    blocks: list[Json] | None = None,
    attachments: list[Json] | None = None,
    metadata: Json | None = None,
    mark: bool = True,
) -> None:
    """Change a message in place; None leaves a part as it is. Emits message_changed.

    Without ``mark`` it shows no "edited": so with edits of blocks alone and unfurled links.
    """
    channel = world.channels[message.channel]
    before = shapes.bare_message(world, message)
    given = {"text": text, "blocks": blocks, "attachments": attachments, "metadata": metadata}
    for part, value in given.items():
        if value is not None:
            setattr(message, part, value)
    ts = world.next_ts(channel)
    if mark:
        message.edited = {"user": by.id, "ts": f"{ts.partition('.')[0]}.000000"}
    _tell_of_change(world, message, by=by, ts=ts, before=before)


def _tell_of_change(world: World, message: Message, *, by: User, ts: str, before: Json) -> None:
    """message_changed: the event has its own ts, the real content is in ``message`` (FACTS 4)."""
    channel = world.channels[message.channel]
    world.touch("message_changed", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
    event: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": ts}
    event |= {"message": shapes.bare_message(world, message), "previous_message": before}
    world.emit(event | shapes.in_channel(channel, ts), channel=channel, team=by.team_id)


def delete(world: World, message: Message, *, by: User) -> None:
    """Take a message away.

    A parent with replies stays as a tombstone and is told as message_changed, anything else as
    message_deleted (FACTS 4).
    """
    channel = world.channels[message.channel]
    before = shapes.bare_message(world, message)
    _forget_shares(world, message)
    if message.ts in channel.pins:
        channel.pins.remove(message.ts)
    ts = world.next_ts(channel)
    if message.reply_count and not message.is_reply:
        _bury(message)
        _tell_of_change(world, message, by=by, ts=ts, before=before)
        return
    channel.drop(message)
    if message.is_reply:
        _uncount_reply(channel, message)
    world.touch("message_deleted", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
    event: Json = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": ts}
    event |= {"deleted_ts": message.ts, "previous_message": before}
    world.emit(event | shapes.in_channel(channel, ts), channel=channel, team=by.team_id)


def _bury(message: Message) -> None:
    """Leave of a parent only what holds its thread together."""
    message.subtype, message.extra = "tombstone", {"hidden": True}
    message.text, message.user = "This message was deleted.", "USLACKBOT"
    message.blocks, message.attachments, message.files, message.reactions = [], [], [], {}
    message.bot_id = message.app_id = message.username = message.icons = None
    message.team = message.client_msg_id = message.edited = message.metadata = None


def _uncount_reply(channel: Channel, reply: Message) -> None:
    """Tell the parent that a reply is gone; the last one ends the thread, a tombstone with it."""
    parent = channel.messages.get(reply.thread_ts or "")
    if parent is None:
        return
    left = list(channel.thread(parent.ts))
    parent.reply_count = len(left)
    parent.latest_reply = left[-1].ts if left else None
    parent.reply_users = list(dict.fromkeys(m.user or m.bot_id or "" for m in left))
    if left:
        return
    parent.thread_ts = None
    if parent.subtype == "tombstone":
        channel.drop(parent)


def _forget_shares(world: World, message: Message) -> None:
    for file_id in message.files:
        file = world.files[file_id]
        shares = file.shares.get(message.channel, [])
        if message.ts in shares:
            shares.remove(message.ts)
        if not shares and message.channel in file.channels:
            file.channels.remove(message.channel)
