"""What changes around the desk: channels, members, profiles, the agents, the installation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.usecases import announce
from bot.usecases import trouble as usecase
from bot.usecases.inputs import (
    ChannelChanged,
    HomeOpened,
    MemberMoved,
    PersonChanged,
    StaffChanged,
    Uninstalled,
)
from bot.usecases.work import Work
from storage import channels, people, trouble, workspaces
from storage.records.channels import Channel
from storage.records.trouble import INSTALLATION, of_channel


def channel_changed(work: Work, item: ChannelChanged) -> str:
    """What we know is stale. A new id becomes one more alias of the same channel (FACTS 5)."""
    channel = channels.by_slack(work.unit, item.channel)
    if channel is None:
        return "not known"
    if item.new_id:
        channel = replace(channel, slack_id=item.new_id)
        _move_settings(work, item)
    _forget(work, channel)
    return item.what


def _forget(work: Work, channel: Channel) -> None:
    """Ask Slack again. Whatever kept posts from this channel may be mended now."""
    channels.put(work.unit, replace(channel, fetched_at=None))
    trouble.look_soon(work.unit, of_channel(channel.id), work.at)


def _move_settings(work: Work, item: ChannelChanged) -> None:
    """Let a setting that named the old id name the new one: a shared team channel stays known."""
    names = ("triage_channel", "tech_channel", "digest_channel", "public_channel")
    settings = work.settings
    moved: dict[str, Any] = {
        name: item.new_id for name in names if getattr(settings, name) == item.channel
    }
    if moved:
        workspaces.save_settings(work.unit, replace(settings, **moved), work.at)


def member_moved(work: Work, item: MemberMoved) -> str:
    """Keep agents and channels true: without a usergroup the members of triage are the agents.

    The bot's own moves change a channel.
    """
    settings, own = work.settings, work.tenant.installation.bot_user_id
    if item.channel == settings.triage_channel and not settings.agents_usergroup:
        people.forget_staff(work.unit)
    channel = channels.by_slack(work.unit, item.channel)
    if channel is not None and item.person == own:
        _forget(work, channel)
    return "joined" if item.joined else "left"


def person_changed(work: Work, item: PersonChanged) -> str:
    """Ask again when next needed."""
    person = people.by_slack(work.unit, item.person)
    if person is None:
        return "not known"
    people.put(work.unit, replace(person, fetched_at=None))
    return "to be asked again"


def staff_changed(work: Work, item: StaffChanged) -> str:
    """Ask again who the agents are."""
    people.forget_staff(work.unit)
    return "to be asked again"


def home_opened(work: Work, item: HomeOpened) -> str:
    """Draw the home of whoever looks."""
    person = work.person(item.person)
    announce.home(work, person.id)
    return "drawn"


def uninstalled(work: Work, item: Uninstalled) -> str:
    """Nothing can be sent any more; all that we know stays."""
    workspaces.deactivate(work.unit)
    usecase.met(work.unit, INSTALLATION, item.what, work.at)
    return item.what
