"""What people do with a ticket by a press or a command."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules.lifecycle.moves import need, why_merged
from bot.rules.lifecycle.steps import (
    Told,
    back_to_us,
    later,
    moved,
    resolved,
    status_moved,
    touched,
)
from bot.rules.lifecycle.words import owner_word
from storage.records.tickets import Priority, Resolution, Status, Ticket, Turn


def take(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """Make ``by`` the owner, also when another had it: the event's ``before`` says who."""
    need(ticket, "take")
    if ticket.owner_id == by:
        raise Refused(f"#{ticket.number} is already yours.")
    return _owned(ticket, by, act="take", by=by, now=now)


def assign(ticket: Ticket, to: int | None, *, by: int, now: datetime) -> Told:
    """Give the ticket to ``to``, or with None to nobody."""
    need(ticket, "assign")
    if ticket.owner_id == to:
        n = ticket.number
        mend = "It waits for somebody to take it." if to is None else "Nothing had to change."
        whose = "Nobody has" if to is None else "They already have"
        raise Refused(f"{whose} #{n}. {mend}")
    return _owned(ticket, to, act="assign", by=by, now=now)


def asked_for(ticket: Ticket, owner: int | None, *, by: int, now: datetime) -> Told:
    """Others are asked about it: it is under way, and ``owner``'s, who may have had it before."""
    if owner != ticket.owner_id:
        return _owned(ticket, owner, act="take", by=by, now=now)
    told = replace(ticket, status=touched(ticket.status))
    return told, status_moved(ticket, told, by=by, now=now)


def resolve(ticket: Ticket, *, by: int, resolution: Resolution, now: datetime) -> Told:
    """Nothing is left to do, and ``resolution`` says how it ended."""
    need(ticket, "resolve")
    return resolved(ticket, resolution, act="resolve", by=by, now=now)


def not_a_request(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """It never was anything to do."""
    need(ticket, "not-a-request")
    return resolved(ticket, Resolution.NOT_A_REQUEST, act="not-a-request", by=by, now=now)


def solved_by_customer(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The customer says that it is solved; fixed by themselves when we never answered."""
    need(ticket, "solved")
    resolution = Resolution.FIXED if ticket.first_answer_at is None else Resolution.ANSWERED
    return resolved(ticket, resolution, act="solved", by=by, now=now)


def unsolved_by_customer(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The customer was asked and says no: as good as a word, it is our turn."""
    need(ticket, "unsolved")
    told = replace(back_to_us(ticket), last_customer_at=later(ticket.last_customer_at, now))
    return told, (moved(told, "unsolved", ticket.status, told.status, by=by, now=now),)


def reopen(ticket: Ticket, *, by: int, now: datetime, act: str = "reopen") -> Told:
    """The ticket is open again, our turn, and keeps its owner."""
    need(ticket, "reopen")
    if ticket.merged_id is not None:
        raise Refused(why_merged(ticket.number, is_customer=False))
    told = back_to_us(ticket)
    return told, status_moved(ticket, told, by=by, now=now, reopened=act)


def reopen_by_customer(ticket: Ticket, *, by: int, window: timedelta, now: datetime) -> Told:
    """The same while ``window`` lasts; after it a new ticket serves better (PRODUCT 3.6)."""
    if ticket.is_done and not is_reopenable(ticket, window=window, now=now):
        raise Refused(
            f"#{ticket.number} was solved more than {window.days} days ago."
            " Please write a new message in this channel: it gets a number of its own."
        )
    if ticket.merged_id is not None:
        raise Refused(why_merged(ticket.number, is_customer=True))
    return reopen(ticket, by=by, now=now)


def is_reopenable(ticket: Ticket, *, window: timedelta, now: datetime) -> bool:
    """True while a customer's word still reopens a resolved ticket instead of opening another."""
    if not ticket.is_done or ticket.resolved_at is None:
        return False
    return now - ticket.resolved_at <= window


def wait(ticket: Ticket, *, until: datetime | None = None, by: int, now: datetime) -> Told:
    """The customer's turn; ``until``: then it comes back to us, should no answer have come."""
    need(ticket, "wait")
    if ticket.status is Status.WAITING and ticket.until_at == until:
        raise Refused(f"#{ticket.number} already waits for the customer.")
    told = replace(ticket, status=Status.WAITING, turn=Turn.THEIRS, until_at=until, nudged_at=None)
    after = until.isoformat() if until else told.status
    return told, (moved(told, "wait", ticket.status, after, by=by, now=now),)


def set_priority(ticket: Ticket, priority: Priority, *, by: int, now: datetime) -> Told:
    """Refused when it has that priority already."""
    need(ticket, "priority")
    if ticket.priority is priority:
        raise Refused(f"The priority of #{ticket.number} is {priority} already.")
    return _prioritised(ticket, priority, act="priority", by=by, now=now)


def made_urgent(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The customer says that it is urgent. That is as good as a word: it is our turn."""
    need(ticket, "urgent")
    if ticket.priority is Priority.URGENT:
        raise Refused(f"#{ticket.number} already counts as urgent, and the team knows.")
    told, events = _prioritised(back_to_us(ticket), Priority.URGENT, act="urgent", by=by, now=now)
    return told, (*events, *status_moved(ticket, told, by=by, now=now))


def _owned(ticket: Ticket, owner: int | None, *, act: str, by: int, now: datetime) -> Told:
    told = replace(ticket, owner_id=owner, status=touched(ticket.status))
    before, after = owner_word(ticket.owner_id), owner_word(owner)
    given = moved(told, act, before, after, by=by, now=now)
    return told, (given, *status_moved(ticket, told, by=by, now=now))


def _prioritised(ticket: Ticket, priority: Priority, *, act: str, by: int, now: datetime) -> Told:
    told = replace(ticket, priority=priority)
    return told, (moved(told, act, ticket.priority, priority, by=by, now=now),)
