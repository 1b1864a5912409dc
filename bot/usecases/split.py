"""Splitting: a message of a ticket, with what belongs to it, becomes a ticket of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access, lifecycle
from bot.rules import split as rules
from bot.rules import waking as waking_rules
from bot.rules.lifecycle import Told
from bot.slack import mrkdwn
from bot.usecases import announce, look, waking
from bot.usecases.acting import Acting
from bot.usecases.events import Event, Moved, Opened
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import channels, history, messages, outbox, tickets
from storage.records.messages import End, Message, Side
from storage.records.tickets import Ticket
from storage.unit import Unit

HERE = "here"
"""In place of a message's key: the one at which somebody acted."""

MOST_CHOICES = 100


@dataclass(frozen=True, slots=True)
class SplitFormScene:
    """``choices`` are (key, words) of messages, the newest first."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


def form(unit: Unit, ticket_id: int, now: datetime) -> SplitFormScene:
    """What may be split off a ticket. Raises Missing."""
    work = look.working(unit, now)
    ticket = work.ticket(ticket_id)
    fitting = rules.choices(ticket, messages.of_ticket(unit, ticket.id))
    newest = fitting[: -MOST_CHOICES - 1 : -1]
    named = tuple((str(each.id), _label(look.with_names(unit, each))) for each in newest)
    return SplitFormScene(look.scene(work, ticket), named)


def _label(message: Message) -> str:
    return " ".join(mrkdwn.plain(message.text).split()) or "a file"


def split(work: Work, acting: Acting) -> str:
    """The chosen message becomes a ticket; merging takes that back."""
    message = _meant(work, acting)
    ticket = work.ticket(message.ticket_id or 0)
    rules.check(ticket, message)
    if (opened := tickets.by_opening(work.unit, message.id)) is not None:
        n = opened.number
        raise Refused(f"That opened #{n}, which was merged. `/ticket unmerge {n}` parts them.")
    new = off(work, ticket, message, reason="split", by=acting.actor.id)
    return (
        f"#{new.number} is split off from #{ticket.number}."
        f" `/ticket merge {new.number} {ticket.number}` takes that back."
    )


def _meant(work: Work, acting: Acting) -> Message:
    chosen = acting.item.fields.get("message", "")
    found = _at_place(work, acting.item) if chosen == HERE else None
    if found is None and chosen.isdecimal():
        found = messages.by_id(work.unit, int(chosen))
    if found is None or found.ticket_id is None:
        raise Missing(
            "Choose the message in the form of `/ticket split 12`,"
            " or put its link after it: `/ticket split https://…`."
        )
    return found


def _at_place(work: Work, item: Acted) -> Message | None:
    """The customer's message itself, or what shows it in the internal thread."""
    channel = channels.by_slack(work.unit, item.place.channel)
    if channel is None:
        return None
    if found := messages.by_ts(work.unit, channel.id, item.place.ts):
        return found
    post = outbox.by_place(work.unit, channel.id, item.place.ts)
    shown = post.body.get("message_id") if post else None
    return messages.by_id(work.unit, shown) if shown else None


def off(work: Work, ticket: Ticket, message: Message, *, reason: str, by: int | None) -> Ticket:
    """A new ticket of the message and what belongs to it.

    A reply gets a thread of its own; one on which a thread began keeps that.
    """
    along = rules.going_along(message, messages.of_ticket(work.unit, ticket.id))
    new = waking.add(work, _opened(work, ticket, message))
    opened = replace(message, ticket_id=new.id, end=End.OPENED, reason=reason)
    messages.save(work.unit, message, opened)
    messages.move(work.unit, [each.id for each in along], new.id)
    announce.tell(work, [Opened(new, work.at, by)])
    new = _followed(work, new, along)
    moved = Moved(ticket, work.at, by, act="split", before="", after=f"#{new.number}")
    announce.tell(work, [moved])
    announce.moved_away(work, ticket, [message, *along], to=new)
    _rest_again(work, ticket, by=by)
    return new


def _rest_again(work: Work, ticket: Ticket, *, by: int | None) -> None:
    """What was snoozed, and was woken by nothing but what belongs to another ticket, sleeps on."""
    left = messages.of_ticket(work.unit, ticket.id)
    until = rules.rested_until(ticket, history.of_ticket(work.unit, ticket.id), left)
    if until is not None and until > work.at:
        told, events = waking_rules.snooze(ticket, until, by=by, now=work.at)
        waking.save(work, ticket, told)
        announce.tell(work, events)


def _opened(work: Work, ticket: Ticket, message: Message) -> Ticket:
    assert message.author_id is not None  # noqa: S101 - only somebody's message is the customer's
    return lifecycle.opened(
        workspace_id=work.workspace_id,
        id=new_id(),
        number=tickets.take_numbers(work.unit, 1)[0],
        channel_id=message.channel_id,
        team_channel_id=work.team_channel_of(message.channel_id),
        thread_ts="" if rules.is_of_thread(ticket, message) else message.ts,
        opening_id=message.id,
        requester_id=message.author_id,
        now=message.said_at,
        category=ticket.category,
    )


def _followed(work: Work, ticket: Ticket, along: Sequence[Message]) -> Ticket:
    """What went along is said in the new ticket, too, as if it had been said there."""
    now, events = ticket, list[Event]()
    for each in along:
        now, told = _said(work, now, replace(each, ticket_id=ticket.id))
        events += told
    saved = waking.save(work, ticket, now)
    announce.tell(work, events)
    return saved


def _said(work: Work, ticket: Ticket, message: Message) -> Told:
    if message.author_id is None or message.deleted_at:
        return ticket, ()
    if message.side is Side.CUSTOMER:
        courtesy = message.reason == "courtesy"
        return lifecycle.customer_wrote(ticket, message, courtesy=courtesy, now=work.at)
    if message.side is Side.HELPER:
        return lifecycle.helped(ticket, message, by=message.author_id, now=work.at)
    if message.side is not Side.OURS:
        return ticket, ()
    is_agent = access.is_agent(work.person_of(message.author_id), work.team)
    by = message.author_id
    return lifecycle.team_answered(ticket, message, by=by, is_agent=is_agent, now=work.at)
