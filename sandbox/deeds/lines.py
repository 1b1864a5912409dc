"""Slack's housekeeping lines ("has joined the channel"): messages with a subtype of their own."""

from __future__ import annotations

from sandbox.deeds.messages import Draft, post
from sandbox.world import Channel, User, World


def say_line(
    world: World, channel: Channel, user: User, *, what: str, text: str, **extra: str
) -> None:
    """Post ``<@user> text`` as channel_``what``; nothing in DMs and archives.

    Only private channels of old, whose id begins with G, have group_``what`` (samples).
    """
    if channel.is_im or channel.is_mpim or channel.is_archived:
        return
    subtype = f"{'group' if channel.id.startswith('G') else 'channel'}_{what}"
    draft = Draft(text=f"<@{user.id}> {text}", subtype=subtype, extra=dict(extra))
    post(world, channel, user, draft)
