"""reactions.*, pins.* and bookmarks.*: what is stuck onto messages and channels."""

from __future__ import annotations

import re

from sandbox import deeds, shapes
from sandbox.api.call import Call
from sandbox.api.paging import page
from sandbox.refused import Refused
from sandbox.world import Channel, Json, Message

EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add_reaction(call: Call) -> Json:
    """React to a message."""
    message, name = _reactable(call)
    deeds.react(call.world, message, user=call.bot, name=name)
    return {}


def remove_reaction(call: Call) -> Json:
    """Take an own reaction back."""
    message, name = _reactable(call)
    deeds.unreact(call.world, message, user=call.bot, name=name)
    return {}


def _reactable(call: Call) -> tuple[Message, str]:
    name = call.text("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise Refused("invalid_name")
    channel = _item_channel(call)
    if call.bot.id not in channel.members:
        raise Refused("no_access")
    message = call.message(channel)
    if channel.is_archived:
        raise Refused("is_archived")
    if message.subtype == "tombstone":
        raise Refused("message_not_found")
    return message, name


def _item_channel(call: Call) -> Channel:
    if not call.given("channel"):
        raise Refused("no_item_specified")
    return call.channel()


def get_reactions(call: Call) -> Json:
    """The reactions of one message."""
    channel = _item_channel(call)
    message = call.message(channel)
    shape = shapes.message(call.world, message)
    shape["permalink"] = shapes.permalink(call.world, message)
    return {"type": "message", "channel": channel.id, "message": shape}


def list_reactions(call: Call) -> Json:
    """The messages somebody has reacted to, the bot itself by default."""
    user = call.user() if call.given("user") else call.bot
    found = [
        m
        for channel in call.world.channels.values()
        if call.bot.id in channel.members
        for m in channel.messages.values()
        if any(user.id in users for users in m.reactions.values())
    ]
    part = page(call, found)
    items = [
        {"type": "message", "channel": m.channel, "message": shapes.message(call.world, m)}
        for m in part.items
    ]
    return {"items": items, **part.metadata}


def add_pin(call: Call) -> Json:
    """Pin a message."""
    channel = call.member_channel()
    deeds.pin(call.world, call.message(channel), user=call.bot)
    return {}


def remove_pin(call: Call) -> Json:
    """Unpin a message."""
    deeds.unpin(call.world, call.message(call.channel()), user=call.bot)
    return {}


def list_pins(call: Call) -> Json:
    """What is pinned in a channel, newest pin first."""
    channel = call.channel()
    items = [_pinned(call, channel.messages[ts]) for ts in reversed(channel.pins)]
    return {"items": items}


def _pinned(call: Call, message: Message) -> Json:
    shape = shapes.message(call.world, message)
    shape |= {
        "pinned_to": [message.channel],
        "permalink": shapes.permalink(call.world, message),
    }
    created = int(message.ts.partition(".")[0])
    return {"type": "message", "created": created, "channel": message.channel, "message": shape}


def add_bookmark(call: Call) -> Json:
    """A link in the channel's head."""
    channel = call.channel("channel_id")
    if call.text("type") != "link":
        raise Refused("invalid_bookmark_type")
    if not call.given("link"):
        raise Refused("invalid_link")
    now = int(call.world.clock.time())
    bookmark = {
        "id": call.world.new_id("Bk"),
        "channel_id": channel.id,
        "type": "link",
        "date_created": now,
        "date_updated": now,
        "last_updated_by_user_id": call.bot.id,
        "last_updated_by_team_id": call.bot.team_id,
        "app_id": call.app.id,
    } | _bookmark_words(call)
    channel.bookmarks.append(bookmark)
    call.world.touch("bookmark", channel=channel.id)
    return {"bookmark": bookmark}


def _bookmark_words(call: Call) -> Json:
    return {name: call.text(name) for name in ("title", "link", "emoji") if call.given(name)}


def edit_bookmark(call: Call) -> Json:
    """Change a bookmark's title, link or emoji."""
    bookmark = _bookmark(call)
    bookmark |= _bookmark_words(call) | {"date_updated": int(call.world.clock.time())}
    call.world.touch("bookmark", channel=bookmark["channel_id"])
    return {"bookmark": bookmark}


def list_bookmarks(call: Call) -> Json:
    """The bookmarks of a channel."""
    return {"bookmarks": list(call.channel("channel_id").bookmarks)}


def remove_bookmark(call: Call) -> Json:
    """Take a bookmark away."""
    call.channel("channel_id").bookmarks.remove(_bookmark(call))
    call.world.touch("bookmark", channel=call.text("channel_id"))
    return {}


def _bookmark(call: Call) -> Json:
    for bookmark in call.channel("channel_id").bookmarks:
        if bookmark["id"] == call.text("bookmark_id"):
            return bookmark
    raise Refused("not_found")


METHODS = {
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
    "reactions.get": get_reactions,
    "reactions.list": list_reactions,
    "pins.add": add_pin,
    "pins.remove": remove_pin,
    "pins.list": list_pins,
    "bookmarks.add": add_bookmark,
    "bookmarks.edit": edit_bookmark,
    "bookmarks.list": list_bookmarks,
    "bookmarks.remove": remove_bookmark,
}
