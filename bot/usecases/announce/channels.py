"""What is told of a channel or of Slack itself, and belongs to no ticket."""

from __future__ import annotations

import dataclasses

from bot.ids import new_id
from bot.rules import trouble as rules_of_trouble
from bot.usecases import notices as say
from bot.usecases.announce.places import beside, enqueue, picture_key, row_of, to_triage
from bot.usecases.work import Work
from storage import channels, outbox
from storage.records.channels import Channel
from storage.records.trouble import Trouble

MOST_CALLED = 5  # agents, when triage itself is out of reach


def onboarding(work: Work, channel_id: int) -> None:
    """Ask the team whose the channel is; whether anybody needs to know is seen when it is sent."""
    to_triage(work, say.Onboarding(channel_id))


def channel_known(work: Work, channel_id: int) -> None:
    """Show whose the channel is where that was asked, if it was."""
    asked = say.Onboarding(channel_id)
    if outbox.by_picture(work.unit, picture_key(asked)):
        to_triage(work, asked)


def channel_lost(work: Work, notice: say.ChannelNote) -> None:
    """Tell the team that customers cannot be reached in a channel any more."""
    to_triage(work, notice)


def overdue(work: Work, notice: say.LateNote) -> None:
    """Tell the team what was missed while nobody could look."""
    to_triage(work, notice)


def help_button(work: Work, channel: Channel, after: str) -> None:
    """Put up, or draw anew, the button by which anybody may ask, and pin it."""
    place = f"{channel.id}:{after}"
    beside(work, channel, say.HelpButton(place))
    help_pin(work, channel, place)


def help_pin(work: Work, channel: Channel, place: str) -> None:
    """Pin that button, once it stands."""
    beside(work, channel, say.HelpPin(place))


def troubled(work: Work, trouble: Trouble) -> None:
    """Tell the team what Slack refuses, or that it does not any more, wherever that can be told.

    Replies that wait in the channel say so on the team's side.
    """
    triage = channels.by_slack(work.unit, work.settings.triage_channel)
    if triage is None or (trouble.ended_at is None and rules_of_trouble.silences(trouble)):
        return
    if trouble.ended_at is None and trouble.channel_id == triage.id:
        _call_agents(work, trouble)
        return
    post = row_of(work, say.TroubleNote(trouble.id), lane=f"channel:{triage.id}")
    enqueue(work, dataclasses.replace(post, channel_id=triage.id))
    if trouble.channel_id is not None and trouble.ended_at is None:
        _show_waiting_replies(work, trouble.channel_id)


def _call_agents(work: Work, trouble: Trouble) -> None:
    own = work.tenant.installation.bot_user_id  # it is a member of triage, too
    for person in sorted((work.tenant.agents or frozenset()) - {own})[:MOST_CALLED]:
        lane = f"person:{person}"
        enqueue(work, row_of(work, say.TroubleCall(trouble.id, person), lane=lane))


def _show_waiting_replies(work: Work, channel_id: int) -> None:
    for post in outbox.waiting_replies(work.unit, channel_id):
        desk = outbox.by_picture(work.unit, f"{say.ReplyDesk.kind}:{post.body['reply_id']}")
        if desk is not None:
            enqueue(work, dataclasses.replace(desk, id=new_id()))
