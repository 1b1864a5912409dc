"""Splitting a ticket: which of its messages may become one of its own, and what goes with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.errors import Refused
from storage.records.messages import Message, Side
from storage.records.tickets import Change, Status, Ticket

_A_SNOOZE_AND_ITS_END = 2


def choices(ticket: Ticket, messages: Sequence[Message]) -> list[Message]:
    """The customer's messages beside the request itself, as they were said."""
    return [each for each in messages if _why_not(ticket, each) is None]


def check(ticket: Ticket, message: Message) -> None:
    """Refused, with what to do instead, where the message cannot be split off."""
    if (reason := _why_not(ticket, message)) is not None:
        raise Refused(reason)


def _why_not(ticket: Ticket, message: Message) -> str | None:
    if message.deleted_at:
        return "That message was deleted, so there is nothing to split off."
    if message.id == ticket.opening_id:
        return f"That is what #{ticket.number} is about. Choose a later message of the customer."
    if message.side is not Side.CUSTOMER:
        return "Only what a customer wrote can become a ticket of its own."
    if message.ts.startswith("form:"):
        return "That was written in a form, not in the channel: it stays with its ticket."
    return None


def is_of_thread(ticket: Ticket, message: Message) -> bool:
    """True for a reply in the ticket's thread, which goes on without it."""
    return bool(message.thread_ts) and message.thread_ts != message.ts


def going_along(message: Message, of_ticket: Sequence[Message]) -> list[Message]:
    """What belongs to a message that is split off, in order.

    All of the thread that began on it; of a thread that goes on, what the same person wrote later.
    """
    if not message.thread_ts:
        return [each for each in of_ticket if each.thread_ts == message.ts]
    return [
        each
        for each in of_ticket
        if each.thread_ts == message.thread_ts
        and each.author_id == message.author_id
        and each.said_at > message.said_at
        and each.side is Side.CUSTOMER
    ]


def rested_until(
    ticket: Ticket, changes: Sequence[Change], left: Collection[Message]
) -> datetime | None:
    """Until when a ticket was snoozed before words woke it that were split off; else None.

    ``changes`` is its history, oldest first; ``left`` are the messages that it still has.
    """
    turns = [each for each in changes if each.act in ("snooze", "wake", "status", "reopen")]
    if ticket.status is not Status.OPEN or len(turns) < _A_SNOOZE_AND_ITS_END:
        return None
    snoozed, woken = turns[-_A_SNOOZE_AND_ITS_END:]
    is_by_word = woken.act == "status" and woken.before == Status.SNOOZED
    if snoozed.act != "snooze" or not is_by_word:
        return None
    is_asked_again = any(
        each.side is Side.CUSTOMER and each.reason != "courtesy" and each.said_at > snoozed.at
        for each in left
        if not each.deleted_at
    )
    return None if is_asked_again else datetime.fromisoformat(snoozed.after)
