"""chat.*: posting, whispering, updating and deleting messages of the app's own."""

from __future__ import annotations

from sandbox import deeds, shapes
from sandbox.api.call import Call, is_visible, knows
from sandbox.api.content import Content, read_content, read_identity
from sandbox.refused import Refused
from sandbox.world import Channel, Json, Message

UPDATE_MOST = 4_000
TOLD_OF_UPDATES = (
    "type",
    "text",
    "user",
    "team",
    "bot_id",
    "app_id",
    "bot_profile",
    "edited",
    "blocks",
    "attachments",
    "metadata",
)
EPHEMERAL_MOST = 40_000


def post_message(call: Call) -> Json:
    """Post into a channel, a thread, or the DM of a user id."""
    channel = find_channel(call)
    content = read_content(call)
    if content.is_empty:
        raise Refused("no_text")
    posted = _post(call, channel, content)
    message = shapes.message(call.world, posted, metadata=True)
    return {"channel": channel.id, "ts": posted.ts, "message": message}


def _post(call: Call, channel: Channel, content: Content) -> Message:
    username, icons = read_identity(call)
    draft = deeds.Draft(
        text=content.text or "",
        blocks=content.blocks or [],
        attachments=content.attachments or [],
        thread_ts=read_thread(call, channel),
        broadcast=call.flag("reply_broadcast"),
        username=username,
        icons=icons,
        metadata=content.metadata or None,
    )
    return deeds.post(call.world, channel, call.bot, draft)


def read_thread(call: Call, channel: Channel) -> str | None:
    """The thread to reply in, by the ts of any of it; else cannot_reply_to_message."""
    thread_ts = call.given("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise Refused("cannot_reply_to_message")
    return thread_ts


def find_channel(call: Call) -> Channel:
    """Where to post: an id, a name, or a user id for the DM with them."""
    wanted = call.text("channel")
    channel = call.world.channels.get(wanted) or _by_name(call, wanted.removeprefix("#"))
    person = call.world.users.get(wanted)
    if person and channel is None and knows(call.world, call.bot, person):
        channel, _ = deeds.open_conversation(call.world, [call.bot.id, person.id])
    if channel is None or not is_visible(channel, call.bot):
        raise Refused("channel_not_found")
    if channel.is_archived:
        raise Refused("is_archived")
    if call.bot.id not in channel.members and not call.may("chat:write.public"):
        raise Refused("not_in_channel")
    return channel


def _by_name(call: Call, name: str) -> Channel | None:
    named = (c for c in call.world.channels.values() if name and c.name == name)
    return next((c for c in named if call.app.team_id in c.team_ids), None)


def post_ephemeral(call: Call) -> Json:
    """Show something to one member of the channel; message_ts is good for nothing (FACTS 7)."""
    channel = find_channel(call)
    content = read_content(call)
    if content.is_empty:
        raise Refused("no_text")
    if len(content.text or "") > EPHEMERAL_MOST:
        raise Refused("msg_too_long")
    user = call.world.users.get(call.text("user"))
    if user is None or user.id not in channel.members:
        raise Refused("user_not_in_channel")
    read_identity(call)
    said = deeds.whisper(
        call.world,
        channel,
        user,
        text=content.text or "",
        blocks=content.blocks,
        thread_ts=read_thread(call, channel),
    )
    return {"message_ts": said.at}


def update(call: Call) -> Json:
    """Change an own message. Text without blocks takes the blocks away (FACTS 8)."""
    if len(call.text("text")) > UPDATE_MOST:
        raise Refused("msg_too_long")
    message = _own_message(call, refusal="cant_update_message")
    content = read_content(call)
    if content.is_empty and content.attachments is None and content.blocks is None:
        raise Refused("no_text")
    deeds.edit(
        call.world,
        message,
        by=call.bot,
        text=content.text,
        blocks=_blocks_after(content),
        attachments=content.attachments,
        metadata=content.metadata,
        mark=content.text is not None,
    )
    full = shapes.message(call.world, message, metadata=True)
    shape = {key: full[key] for key in TOLD_OF_UPDATES if key in full}
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shape}


def _blocks_after(content: Content) -> list[Json] | None:
    if content.blocks is None and content.text is not None:
        return []
    return content.blocks


def _own_message(call: Call, *, refusal: str) -> Message:
    """A message this bot posted; that of anybody else is refused with ``refusal``."""
    message = call.channel().messages.get(call.text("ts"))
    if message is None or message.subtype == "tombstone":
        raise Refused("message_not_found")
    if message.bot_id != call.app.bot_id:
        raise Refused(refusal)
    return message


def delete(call: Call) -> Json:
    """Take an own message away."""
    message = _own_message(call, refusal="cant_delete_message")
    deeds.delete(call.world, message, by=call.bot)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """The address of any message the app may see."""
    channel = call.channel()
    message = channel.messages.get(call.text("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": shapes.permalink(call.world, message)}


def me_message(call: Call) -> Json:
    """/me …"""
    channel = find_channel(call)
    if not call.given("text"):
        raise Refused("no_text")
    draft = deeds.Draft(text=call.text("text"), subtype="me_message")
    posted = deeds.post(call.world, channel, call.bot, draft)
    return {"channel": channel.id, "ts": posted.ts}


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.meMessage": me_message,
}
