"""What changes around the desk: channels, members, profiles, the agents, the installation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.errors import ChannelFact, Unknown
from bot.rules import access
from bot.rules import trouble as rules
from bot.usecases import announce, attach, catchup, contact, home
from bot.usecases import trouble as usecase
from bot.usecases.inputs import (
    ChannelChanged,
    HomeOpened,
    MemberMoved,
    PersonChanged,
    StaffChanged,
    Uninstalled,
)
from bot.usecases.notices import ChannelNote
from bot.usecases.work import Work
from storage import channels, homes, people, queues, trouble, workspaces
from storage.records.channels import Channel
from storage.records.tickets import Queue
from storage.records.trouble import INSTALLATION, of_channel, of_method

MOST_REDRAWN = 50
# The bot's own leaving comes as channel_left, too: member_left_channel would tell it twice.
LOSSES = frozenset(
    {"channel_archive", "group_archive", "channel_deleted", "group_deleted"}
    | {"channel_left", "group_left", "channel_unshared"}
)
# Outsiders may read there from now on, for all that we know before Slack tells more (FACTS 5).
SHARES = frozenset({"channel_shared", "channel_id_changed"})


def channel_changed(work: Work, item: ChannelChanged) -> str:
    """What we know is stale. A new id becomes one more alias of the same channel (FACTS 5)."""
    channel = channels.by_slack(work.unit, item.channel)
    if channel is None and item.what == "channel_shared":
        raise Unknown(ChannelFact(item.channel))
    if channel is None:
        return "not known"
    if item.what in LOSSES and _has_customers(work, channel):
        announce.channel_lost(work, ChannelNote(channel.id, item.what, channel.name))
    if item.new_id:
        channel = replace(channel, slack_id=item.new_id)
        _move_settings(work, item)
    if item.what in SHARES:
        channel = replace(channel, is_pending_ext_shared=True)
    if item.what == "channel_shared":
        attach.stop(work, channel)
        announce.onboarding(work, channel.id)
    _forget(work, replace(channel, name=item.name or channel.name))
    if item.name and item.name != channel.name:
        _redraw(work, channel.id)
    return item.what


def _redraw(work: Work, channel_id: int) -> None:
    """Cards say where somebody asked."""
    announce.channel_known(work, channel_id)
    for ticket in queues.page(work.unit, Queue(channel_id=channel_id), limit=MOST_REDRAWN):
        announce.refresh(work, ticket)


def _has_customers(work: Work, channel: Channel) -> bool:
    """As it was until now; customers may be reached there no more."""
    role = access.role_of(channel, work.settings)
    is_theirs = channel.account_id is not None or role in announce.CUSTOMER_ROLES
    return is_theirs and channel.slack_id not in work.settings.team_channels


def _forget(work: Work, channel: Channel) -> None:
    """Ask Slack again. Whatever kept posts or words from us there may be mended now.

    Comes last: if it is triage, nothing can be announced before Slack has answered.
    """
    channels.put(work.unit, replace(channel, fetched_at=None))
    trouble.look_soon(work.unit, of_channel(channel.id), work.at)
    catchup.let_in(work.unit, channel.id, work.at)


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
        people.doubt_staff(work.unit)
    channel = channels.by_slack(work.unit, item.channel)
    if item.person == own:
        _bot_moved(work, item, channel)
    elif channel is not None and access.role_of(channel, settings) in announce.CUSTOMER_ROLES:
        _customer_moved(work, item, channel)
    return "joined" if item.joined else "left"


def _bot_moved(work: Work, item: MemberMoved, channel: Channel | None) -> None:
    if channel is None and item.joined:
        raise Unknown(ChannelFact(item.channel))
    if channel is not None:
        if item.joined:
            announce.onboarding(work, channel.id)
        _forget(work, channel)


def _customer_moved(work: Work, item: MemberMoved, channel: Channel) -> None:
    """Contacts come and go; who never wrote and is no contact of an account is nobody to us."""
    known = people.by_slack(work.unit, item.person)
    if item.joined and channel.account_id is not None:
        contact.seen(work, channel.id, work.person(item.person).id)
    elif not item.joined and known is not None:
        contact.left(work, channel, known)


def person_changed(work: Work, item: PersonChanged) -> str:
    """Ask again when next needed."""
    person = people.by_slack(work.unit, item.person)
    if person is None:
        return "not known"
    people.put(work.unit, replace(person, fetched_at=None))
    if person.id in homes.looking(work.unit, work.at):  # it says whether they are away
        announce.home(work, person.id)
    return "to be asked again"


def staff_changed(work: Work, item: StaffChanged) -> str:
    """Ask again who the agents are. Whatever kept Slack from telling may be mended now."""
    people.doubt_staff(work.unit)
    trouble.look_soon(work.unit, of_method(rules.GROUPS), work.at)
    return "to be asked again"


def home_opened(work: Work, item: HomeOpened) -> str:
    """Draw the home of whoever looks."""
    home.opened(work, work.person(item.person))
    return "drawn"


def uninstalled(work: Work, item: Uninstalled) -> str:
    """Nothing can be sent any more; all that we know stays."""
    workspaces.deactivate(work.unit)
    usecase.met(work.unit, INSTALLATION, item.what, work.at)
    return item.what
