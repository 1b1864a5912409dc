"""What time does to a ticket: snoozes end, silence is noticed, what is done is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import Refused
from bot.rules import calendar, lifecycle
from bot.rules.lifecycle import Told
from storage.records.hours import Hours
from storage.records.tickets import Resolution, Status, Ticket, Turn
from storage.records.workspaces import DeskSettings


def snooze(ticket: Ticket, until: datetime, *, by: int | None, now: datetime) -> Told:
    """Ours to look at again at ``until``, or when the customer writes."""
    lifecycle.need(ticket, "snooze")
    if ticket.status is Status.SNOOZED and ticket.until_at == until:
        raise Refused(f"#{ticket.number} is snoozed until then already.")
    told = replace(ticket, status=Status.SNOOZED, turn=Turn.OURS, until_at=until, nudged_at=None)
    after = until.isoformat()
    return told, (lifecycle.moved(told, "snooze", ticket.status, after, by=by, now=now),)


def wake(ticket: Ticket, *, by: int | None, now: datetime) -> Told:
    """The snooze is over: by its time (``by`` None), or because somebody wants so."""
    lifecycle.need(ticket, "wake")
    return _back(ticket, "wake", by=by, now=now)


def next_look(ticket: Ticket, settings: DeskSettings, hours: Hours) -> datetime | None:
    """When the desk has to look at the ticket by itself, None for never.

    ``hours`` are the customer's: nobody is reminded at night.
    """
    match ticket.status:
        case Status.NEW | Status.OPEN:
            return ticket.pass_on_at
        case Status.SNOOZED:
            return ticket.until_at
        case Status.WAITING:
            return ticket.until_at or _silence_ends(ticket, settings, hours)
        case Status.RESOLVED if ticket.resolved_at:
            return ticket.resolved_at + settings.reopen
    return None


def _silence_ends(ticket: Ticket, settings: DeskSettings, hours: Hours) -> datetime | None:
    if not settings.nudge or ticket.promised_at:  # nobody is asked who was promised an answer
        return None
    if ticket.nudged_at:
        return calendar.opens_next(ticket.nudged_at + settings.give_up, hours)
    since = ticket.last_ours_at or ticket.last_customer_at or ticket.opened_at
    return calendar.opens_next(since + settings.nudge, hours)


def came(
    ticket: Ticket, settings: DeskSettings, hours: Hours, *, is_heard: bool, now: datetime
) -> Told:
    """What the ticket's time does to it; nothing when it is not that time (any more).

    ``is_heard``: the customer can be told, and was, if there was something to tell.
    """
    at = next_look(ticket, settings, hours)
    if at is None or at > now:
        return ticket, ()
    match ticket.status:
        case Status.NEW | Status.OPEN:  # who is asked next is a matter of its queue
            return ticket, ()
        case Status.SNOOZED:
            return wake(ticket, by=None, now=now)
        case Status.RESOLVED:
            return close(ticket, now=now)
    if ticket.until_at or not is_heard or not is_answered(ticket):
        return unanswered(ticket, now=now)
    return silence(ticket, now=now) if ticket.nudged_at else nudge(ticket, now=now)


def is_answered(ticket: Ticket) -> bool:
    """True when the last useful word was ours, in a thread where the customer has seen it.

    Only then may silence close a ticket (PRODUCT 3.5).
    """
    ours, theirs = ticket.last_ours_at, ticket.last_customer_at
    return bool(ticket.thread_ts) and ours is not None and (theirs is None or theirs <= ours)


def unanswered(ticket: Ticket, *, now: datetime) -> Told:
    """It waited long enough for the customer: one of us has to look."""
    lifecycle.need(ticket, "unanswered")
    return _back(ticket, "unanswered", by=None, now=now)


def nudge(ticket: Ticket, *, now: datetime) -> Told:
    """The customer is asked once whether it is settled."""
    lifecycle.need(ticket, "nudge")
    told = replace(ticket, nudged_at=now)
    return told, (lifecycle.moved(told, "nudge", "", "", by=None, now=now),)


def silence(ticket: Ticket, *, now: datetime) -> Told:
    """The customer was asked and said nothing: it counts as answered, and may be reopened."""
    lifecycle.need(ticket, "silence")
    return lifecycle.resolved(ticket, Resolution.NO_ANSWER, act="silence", by=None, now=now)


def close(ticket: Ticket, *, now: datetime) -> Told:
    """The time in which a word reopens it is over."""
    lifecycle.need(ticket, "close")
    told = replace(ticket, status=Status.CLOSED)
    return told, (lifecycle.moved(told, "close", ticket.status, told.status, by=None, now=now),)


def gives_up_on(ticket: Ticket, settings: DeskSettings, hours: Hours) -> datetime | None:
    """When a customer's silence will close the ticket, None while it will not."""
    if ticket.status is not Status.WAITING or not ticket.nudged_at:
        return None
    return _silence_ends(ticket, settings, hours)


def _back(ticket: Ticket, act: str, *, by: int | None, now: datetime) -> Told:
    told = lifecycle.back_to_us(ticket)
    return told, (lifecycle.moved(told, act, ticket.status, told.status, by=by, now=now),)
