"""Events about channels, people and the installation."""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack.reading import moment, need, text
from bot.usecases.inputs import (
    ChannelChanged,
    HomeOpened,
    MemberMoved,
    PersonChanged,
    StaffChanged,
    Uninstalled,
)
from handlers.reading.messages import event_stamp
from handlers.reading.shape import Json
from handlers.reading.whose import id_of


def channel_changed(body: Json) -> ChannelChanged:
    """Rename, archive, share and the like: what we know of the channel is stale."""
    event, stamp = body["event"], event_stamp(body)
    told = event["channel"]
    name = text(told, "name") if isinstance(told, Mapping) else ""
    return ChannelChanged(_channel(event), event["type"], moment(stamp), stamp, name=name)


def channel_id_changed(body: Json) -> ChannelChanged:
    """The same channel has another id since a share was started (FACTS 5)."""
    event, stamp = body["event"], event_stamp(body)
    return ChannelChanged(
        channel=need(event, "old_channel_id"),
        what=event["type"],
        at=moment(stamp),
        event_ts=stamp,
        new_id=need(event, "new_channel_id"),
    )


def member_moved(body: Json) -> MemberMoved:
    """``member_joined_channel`` and ``member_left_channel``; the bot's own come, too (FACTS 3)."""
    event, stamp = body["event"], event_stamp(body)
    joined = event["type"] == "member_joined_channel"
    return MemberMoved(
        channel=_channel(event),
        person=need(event, "user"),
        at=moment(stamp),
        event_ts=stamp,
        joined=joined,
    )


def person_changed(body: Json) -> PersonChanged:
    """``user_change``: the profile inside may belong to anybody we share a channel with."""
    stamp = event_stamp(body)
    return PersonChanged(need(body["event"]["user"], "id"), moment(stamp), stamp)


def staff_changed(body: Json) -> StaffChanged:
    """``subteam_members_changed`` names the usergroup, ``subteam_updated`` contains it."""
    event, stamp = body["event"], event_stamp(body)
    usergroup = text(event, "subteam_id") or need(event["subteam"], "id")
    return StaffChanged(usergroup, moment(stamp), stamp)


def home_opened(body: Json) -> HomeOpened | None:
    """``app_home_opened`` fires for the messages tab, too: that is not the home (FACTS 11)."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    stamp = event_stamp(body)
    return HomeOpened(need(event, "user"), moment(stamp), stamp)


def uninstalled(body: Json) -> Uninstalled | None:
    """``app_uninstalled``, or ``tokens_revoked`` with a bot's token among them."""
    event = body["event"]
    if event["type"] == "tokens_revoked" and not event["tokens"].get("bot"):
        return None
    stamp = event_stamp(body)
    return Uninstalled(event["type"], moment(stamp), stamp)


def _channel(event: Json) -> str:
    channel = id_of(event["channel"])
    if not channel:
        raise KeyError("channel")
    return channel
