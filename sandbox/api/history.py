"""conversations.history and conversations.replies: what was said; the bot must be a member."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import shapes
from sandbox.api.call import Call
from sandbox.api.paging import Page, newest_first, oldest_first
from sandbox.refused import Refused
from sandbox.world import Channel, Json


def history(call: Call) -> Json:
    """Top-level messages and thread broadcasts, newest first."""
    channel = call.member_channel()
    part = newest_first(call, channel.order)
    return _answer(call, channel, part, part.items) | {"pin_count": len(channel.pins)}


def replies(call: Call) -> Json:
    """A thread, oldest first; its parent leads the first page. A reply's ts will do (FACTS 8)."""
    channel = call.channel()
    if call.bot.id not in channel.members:
        raise Refused("thread_not_found")
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise Refused("thread_not_found")
    parent = message.thread_ts or message.ts
    part = oldest_first(call, channel.threads.get(parent, ()))
    first = [] if call.given("cursor") else [parent]
    return _answer(call, channel, part, [*first, *part.items])


def _answer(call: Call, channel: Channel, part: Page[str], found: Iterable[str]) -> Json:
    metadata = call.flag("include_all_metadata")
    messages = [
        shapes.message(call.world, channel.messages[ts], metadata=metadata)
        for ts in found
        if ts in channel.messages
    ]
    answer: Json = {"messages": messages, "has_more": bool(part.cursor)}
    return answer | (part.metadata if part.cursor else {})


METHODS = {
    "conversations.history": history,
    "conversations.replies": replies,
}
