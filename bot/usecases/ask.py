"""Asking by form, for anybody: behind a button that the desk keeps pinned in the public channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access, lifecycle
from bot.slack import mrkdwn
from bot.usecases import announce, look, waking, written
from bot.usecases.acting import Acting
from bot.usecases.events import Opened
from bot.usecases.inputs import Acted, Unpinned
from bot.usecases.work import Work
from storage import channels, messages, outbox, tickets
from storage.records.boxes import Post
from storage.records.channels import Channel
from storage.records.messages import End, Side
from storage.records.tickets import Source
from storage.records.workspaces import Mode
from storage.unit import Unit

KIND = "help-button"


@dataclass(frozen=True, slots=True)
class AskFormScene:
    """``channel`` is where the request is posted, so that its thread can begin there."""

    channel: Channel


def form(unit: Unit, item: Acted, now: datetime) -> AskFormScene:
    """The form for whoever presses the button. Raises Refused, Missing and Unknown."""
    work = look.working(unit, now)
    return AskFormScene(_place(work, item))


def _place(work: Work, item: Acted) -> Channel:
    """Where the button was pressed, if one may ask there."""
    channel = work.channel(item.place.channel)
    is_closed = access.mode_of(channel, work.settings) is Mode.OFF
    if is_closed or channel.is_archived:
        raise Refused("Sorry, questions are not taken here just now.")
    return channel


def ask(work: Work, acting: Acting) -> str:
    """Somebody's question gets a thread and a number, as if it had been written there."""
    words = mrkdwn.escaped(acting.item.text.strip())
    if not words:
        raise Missing("Please say in a few words what it is about.")
    channel = _place(work, acting.item)
    opening = written.keep(
        work,
        acting.actor.id,
        words,
        channel_id=channel.id,
        side=Side.CUSTOMER,
        end=End.OPENED,
        reason="asked",
    )
    ticket = lifecycle.opened(
        workspace_id=work.workspace_id,
        id=new_id(),
        number=tickets.take_numbers(work.unit, 1)[0],
        channel_id=channel.id,
        team_channel_id=work.team_channel_of(channel.id),
        thread_ts="",
        opening_id=opening.id,
        requester_id=acting.actor.id,
        now=work.at,
        source=Source.ASKED,
    )
    ticket = waking.add(work, ticket)
    messages.move(work.unit, [opening.id], ticket.id)
    is_long = len(words) > announce.CARD_WORDS
    announce.tell(work, [Opened(ticket, work.at, acting.actor.id, None, is_long)])
    return (
        f"Thanks, we have it: your reference is #{ticket.number}."
        " The answer comes in the thread that begins here with your question."
    )


def keep(work: Work) -> None:
    """See that the button stands in the public channel and is pinned there."""
    channel = channels.by_slack(work.unit, work.settings.public_channel)
    if channel is None or not channel.is_member or channel.is_archived:
        return
    after, standing = _last(work, channel)
    if standing is not None and not standing.ts:
        return  # it is on its way, and its pin with it
    announce.help_button(work, channel, after)


def _last(work: Work, channel: Channel) -> tuple[str, Post | None]:
    """The button that was put up last, and the ts of the one before it, which somebody deleted."""
    after, found = "", outbox.by_picture(work.unit, f"{KIND}:{channel.id}:")
    while found is not None and found.ts:
        following = outbox.by_picture(work.unit, f"{KIND}:{channel.id}:{found.ts}")
        if following is None:
            break
        after, found = found.ts, following
    return after, found


def deleted(work: Work, channel: Channel, own: Post) -> None:
    """Somebody deleted a post of ours: if it was the button, another is put up."""
    if own.kind == KIND:
        announce.help_button(work, channel, own.ts)


def unpinned(work: Work, item: Unpinned) -> str:
    """Somebody took a pin away: the button gets it back."""
    channel = channels.by_slack(work.unit, item.channel)
    post = outbox.by_place(work.unit, channel.id, item.ts) if channel else None
    if channel is None or post is None or post.kind != KIND:
        return "not ours"
    announce.help_pin(work, channel, str(post.body["place"]))
    return "pinned again"


def begin(unit: Unit, now: datetime) -> None:
    """At the start of the desk."""
    keep(look.working(unit, now))
