"""The small steps that moves are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.usecases.events import Event, Moved, Reopened, Resolved
from storage.records.tickets import Resolution, Status, Ticket, Turn

Told = tuple[Ticket, tuple[Event, ...]]
"""The ticket as it is now, and what became true, in the order in which it did."""


def back_to_us(ticket: Ticket) -> Ticket:
    """Our turn; a new ticket stays new until one of us touches it."""
    status = Status.NEW if ticket.status is Status.NEW else Status.OPEN
    told = replace(ticket, status=status, turn=Turn.OURS, resolution=None, resolved_at=None)
    return replace(told, until_at=None, nudged_at=None)


def touched(status: Status) -> Status:
    """New until one of us does something with it."""
    return Status.OPEN if status is Status.NEW else status


def resolved(
    ticket: Ticket, resolution: Resolution, *, act: str, by: int | None, now: datetime
) -> Told:
    """It is done; ``act`` is the history's word for how that came."""
    told = replace(
        ticket,
        status=Status.RESOLVED,
        turn=Turn.NOBODYS,
        resolution=resolution,
        resolved_at=now,
        until_at=None,
        nudged_at=None,
    )
    return told, (Resolved(told, now, by, act=act, before=ticket.status, after=resolution),)


def status_moved(
    before: Ticket, after: Ticket, *, by: int | None, now: datetime, reopened: str = "reopen"
) -> tuple[Event, ...]:
    """What to tell when the status changed along with something else."""
    if before.status is after.status:
        return ()
    if before.is_done:
        return (Reopened(after, now, by, act=reopened, before=before.status, after=after.status),)
    return (moved(after, "status", before.status, after.status, by=by, now=now),)


def moved(
    ticket: Ticket, act: str, before: str, after: str, *, by: int | None, now: datetime
) -> Moved:
    """One row of history: ``before`` and ``after`` in short words."""
    return Moved(ticket, now, by, act=act, before=str(before), after=str(after))


def later(known: datetime | None, told: datetime) -> datetime:
    """The later of two times of which one may be missing."""
    return told if known is None else max(known, told)
