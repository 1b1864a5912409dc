"""What is said in a ticket's thread, from its first message on, and what that does to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.rules.lifecycle.steps import Told, back_to_us, later, status_moved, touched
from bot.usecases.events import CustomerWrote, Event, HelperAnswered, Moved, TeamAnswered
from storage.records.messages import Message
from storage.records.tickets import Priority, Source, Status, Ticket, Turn


def opened(  # noqa: PLR0913  a ticket has that many parts, and each has its name
    *,
    workspace_id: int,
    id: int,  # noqa: A002  the record's own field
    number: int,
    channel_id: int,
    thread_ts: str,
    opening_id: int,
    requester_id: int,
    now: datetime,
    source: Source = Source.MESSAGE,
    priority: Priority = Priority.NORMAL,
    category: str = "",
    previous_id: int | None = None,
    team_channel_id: int | None = None,
) -> Ticket:
    """A new ticket whose turn is ours. ``now`` is when the customer asked."""
    return Ticket(
        workspace_id=workspace_id,
        id=id,
        number=number,
        channel_id=channel_id,
        thread_ts=thread_ts,
        opening_id=opening_id,
        requester_id=requester_id,
        opened_at=now,
        priority=priority,
        category=category,
        source=source,
        previous_id=previous_id,
        team_channel_id=team_channel_id,
        last_customer_at=now,
    )


def customer_wrote(ticket: Ticket, message: Message, *, courtesy: bool, now: datetime) -> Told:
    """A word of substance makes it our turn, wakes and reopens; courtesy changes nothing."""
    by = message.author_id
    if courtesy:
        return ticket, (CustomerWrote(ticket, now, by, message=message, courtesy=True),)
    told = back_to_us(ticket)
    told = replace(told, last_customer_at=later(ticket.last_customer_at, message.said_at))
    wrote = CustomerWrote(told, now, by, message=message, courtesy=False)
    return told, (wrote, *status_moved(ticket, told, by=by, now=now, reopened="reopen-by-word"))


def team_answered(
    ticket: Ticket, message: Message, *, by: int, is_agent: bool, now: datetime
) -> Told:
    """One of ours wrote to the customer. The first agent to do so owns what nobody owns.

    An answer leaves a resolved ticket resolved, and one that is older than the customer's last word
    (it came late) leaves the turn where it is.
    """
    told = replace(_answered(ticket, message), promised_at=None)
    if not ticket.is_done:
        told = _to_them(told, message)
        told = replace(told, owner_id=_owner_after(ticket, by=by, is_agent=is_agent))
    events: list[Event] = [TeamAnswered(told, now, by, message=message)]
    if told.owner_id != ticket.owner_id:
        events.append(Moved(told, now, by, act="take", before="", after=owner_word(told.owner_id)))
    return told, (*events, *status_moved(ticket, told, by=by, now=now))


def helped(ticket: Ticket, message: Message, *, by: int, now: datetime) -> Told:
    """A helper's answer is as good as ours, but nobody owns the ticket for it (PRODUCT 1.1)."""
    told = _answered(ticket, message)
    if not ticket.is_done:
        told = _to_them(told, message)
    answered = HelperAnswered(told, now, by, message=message)
    return told, (answered, *status_moved(ticket, told, by=by, now=now))


def _answered(ticket: Ticket, message: Message) -> Ticket:
    """What stood in the thread before it was tracked is no wait of minus three days."""
    return replace(
        ticket,
        first_answer_at=ticket.first_answer_at or max(message.said_at, ticket.opened_at),
        last_ours_at=later(ticket.last_ours_at, message.said_at),
    )


def answer_deleted(
    ticket: Ticket, left: Collection[datetime], *, by: int | None, now: datetime
) -> Told:
    """One of our answers is gone; ``left`` says when those that still stand were given.

    When none of them is later than the customer's last word, the customer waits for us again.
    """
    told = replace(
        ticket, first_answer_at=min(left, default=None), last_ours_at=max(left, default=None)
    )
    if ticket.status is Status.WAITING and not _is_answered(told):
        told = back_to_us(told)
    return told, status_moved(ticket, told, by=by, now=now)


def _is_answered(ticket: Ticket) -> bool:
    asked, ours = ticket.last_customer_at, ticket.last_ours_at
    return ours is not None and (asked is None or asked <= ours)


def _to_them(ticket: Ticket, message: Message) -> Ticket:
    last = ticket.last_customer_at
    if last is not None and message.said_at < last:
        return replace(ticket, status=touched(ticket.status))
    # Who said "look again on Friday" still wants that; the silence is counted anew.
    return replace(ticket, status=Status.WAITING, turn=Turn.THEIRS, nudged_at=None)


def _owner_after(ticket: Ticket, *, by: int, is_agent: bool) -> int | None:
    return by if ticket.owner_id is None and is_agent else ticket.owner_id


def owner_word(owner_id: int | None) -> str:
    """An owner in a row of history: our key, ``""`` for nobody. Names may change and be erased."""
    return "" if owner_id is None else str(owner_id)
