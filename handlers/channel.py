"""Channels that change, and people who join or leave them."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import events, reading

EVENTS: dict[str, reading.EventReader] = {
    "channel_archive": reading.channel_changed,
    "channel_deleted": reading.channel_changed,
    "channel_id_changed": reading.channel_id_changed,
    "channel_left": reading.channel_changed,
    "channel_rename": reading.channel_changed,
    "channel_shared": reading.channel_changed,
    "channel_unarchive": reading.channel_changed,
    "channel_unshared": reading.channel_changed,
    "group_archive": reading.channel_changed,
    "group_deleted": reading.channel_changed,
    "group_left": reading.channel_changed,
    "group_rename": reading.channel_changed,
    "group_unarchive": reading.channel_changed,
    "pin_removed": reading.unpinned,
    "member_joined_channel": reading.member_moved,
    "member_left_channel": reading.member_moved,
}


def register(app: AsyncApp) -> None:
    events.listen(app, EVENTS)
