"""chat.scheduleMessage and its kin: messages that wait for their desk time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sandbox import deeds, shapes
from sandbox.api.call import Call
from sandbox.api.chat import find_channel, read_thread
from sandbox.api.content import read_content
from sandbox.api.paging import page
from sandbox.refused import Refused
from sandbox.world import Channel, Json, User, World

AHEAD_MOST = 120 * 86_400
PER_WINDOW = 30
WINDOW = 300


@dataclass(frozen=True)
class Scheduled:
    """A message to be posted at ``post_at`` (epoch seconds, desk time)."""

    id: str
    channel: str
    post_at: int
    made: int
    draft: deeds.Draft


class Schedule:
    """What waits to be posted. With metadata nothing ever is: Slack's own bug (FACTS 8)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: dict[str, Scheduled] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def add(self, item: Scheduled, author: User) -> None:
        """Keep it and wait for its time."""
        self._waiting[item.id] = item
        self._tasks[item.id] = asyncio.create_task(self._keep(item, author), name=item.id)

    def remove(self, item_id: str, channel: str) -> None:
        """Take it back; refused with invalid_scheduled_message_id."""
        item = self._waiting.get(item_id)
        if item is None or item.channel != channel:
            raise Refused("invalid_scheduled_message_id")
        del self._waiting[item_id]
        self._tasks.pop(item_id).cancel()

    def waiting(self, channel: str | None = None) -> list[Scheduled]:
        """What is still to come, soonest first."""
        found = [s for s in self._waiting.values() if channel in (None, s.channel)]
        return sorted(found, key=lambda s: s.post_at)

    def clear(self) -> None:
        """Forget everything."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
        self._waiting.clear()

    async def _keep(self, item: Scheduled, author: User) -> None:
        await self._world.clock.reach(item.post_at)
        del self._waiting[item.id], self._tasks[item.id]
        channel = self._world.channels.get(item.channel)
        if self._world.users.get(author.id) is not author or item.draft.metadata:
            return  # the world was begun anew meanwhile, or Slack's bug strikes
        if channel and not channel.is_archived:
            deeds.post(self._world, channel, author, item.draft)


class ScheduledMessages:
    """The three methods on a ``Schedule``."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.methods = {
            "chat.scheduleMessage": self.add,
            "chat.deleteScheduledMessage": self.remove,
            "chat.scheduledMessages.list": self.list_all,
        }

    def add(self, call: Call) -> Json:
        """Post later; the id returned is not a ts (FACTS 8)."""
        channel = find_channel(call)
        post_at, now = call.number("post_at"), int(call.world.clock.time())
        self._check_time(channel, post_at, now)
        content = read_content(call)
        if content.is_empty:
            raise Refused("no_text")
        draft = deeds.Draft(
            text=content.text or "",
            blocks=content.blocks or [],
            attachments=content.attachments or [],
            thread_ts=read_thread(call, channel),
            broadcast=call.flag("reply_broadcast"),
            metadata=content.metadata,
        )
        item = Scheduled(call.world.new_id("Q"), channel.id, post_at, now, draft)
        self._schedule.add(item, call.bot)
        return _answer(call, item)

    def _check_time(self, channel: Channel, post_at: int, now: int) -> None:
        if post_at <= now:
            raise Refused("time_in_past")
        if post_at > now + AHEAD_MOST:
            raise Refused("time_too_far")
        near = [s for s in self._schedule.waiting(channel.id) if abs(s.post_at - post_at) < WINDOW]
        if len(near) >= PER_WINDOW:
            raise Refused("restricted_too_many")

    def remove(self, call: Call) -> Json:
        """Take a scheduled message back."""
        self._schedule.remove(call.text("scheduled_message_id"), call.channel().id)
        return {}

    def list_all(self, call: Call) -> Json:
        """What waits, in all channels or one."""
        part = page(call, self._schedule.waiting(call.given("channel")))
        shown = [
            {
                "id": item.id,
                "channel_id": item.channel,
                "post_at": item.post_at,
                "date_created": item.made,
                "text": item.draft.text,
            }
            for item in part.items
        ]
        return {"scheduled_messages": shown, **part.metadata}


def _answer(call: Call, item: Scheduled) -> Json:
    message: Json = {"type": "delayed_message", "text": item.draft.text, "user": call.bot.id}
    message |= {"bot_id": call.app.bot_id, "app_id": call.app.id, "team": call.bot.team_id}
    message["bot_profile"] = shapes.bot_profile(call.world, call.bot)
    if item.draft.blocks:
        message["blocks"] = item.draft.blocks
    return {
        "scheduled_message_id": item.id,
        "channel": item.channel,
        "post_at": item.post_at,
        "message": message,
    }
