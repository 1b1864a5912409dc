"""Clocks of service levels: what is promised, how much of it is used up, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from storage.records.light import light


class Goal(StrEnum):
    """What is measured (PRODUCT 6.1)."""

    FIRST = "first response"
    NEXT = "next response"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """How a clock stands. Warned runs on; missed stays so, however it ends."""

    RUNNING = "running"
    PAUSED = "paused"
    WARNED = "warned"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


@light(frozen=True, slots=True)
class Clock:
    """One goal of one ticket.

    ``span`` is the open time that was promised, ``spent`` what of it had passed at ``since``, from
    when on it runs; None while it does not. ``warn_at`` and ``due_at`` are kept when it ends, and
    None while it is paused. ``missed_at`` is when it was due, however late that was noticed.
    """

    goal: Goal
    policy: str
    span: timedelta
    began_at: datetime
    state: ClockState = ClockState.RUNNING
    spent: timedelta = timedelta()
    since: datetime | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    warned_at: datetime | None = None
    missed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """True until its ticket has what was promised, or nothing is promised any more."""
        return self.ended_at is None

    @property
    def is_running(self) -> bool:
        """True while time counts."""
        return self.is_live and self.since is not None

    @property
    def wake_at(self) -> datetime | None:
        """When somebody has to be told next: that it is nearly due, or that it was; else None."""
        if not self.is_running or self.missed_at:
            return None
        return self.due_at if self.warned_at else self.warn_at


class Step(StrEnum):
    """What a line of the ledger tells."""

    BEGAN = "began"
    PAUSED = "paused"
    RESUMED = "resumed"
    CHANGED = "changed"
    WARNED = "warned"
    MISSED = "missed"
    MET = "met"
    ANSWERED_LATE = "answered late"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


@light(frozen=True, slots=True)
class Entry:
    """One line of a ticket's ledger: what happened to a clock, and how it stood then.

    ``noticed_at`` is later than ``at`` where the desk was down meanwhile. ``why`` is a word more,
    where the step has several reasons: the policy before, or what became of the ticket.
    """

    goal: Goal
    at: datetime
    step: Step
    policy: str
    span: timedelta
    spent: timedelta
    due_at: datetime | None
    noticed_at: datetime
    why: str = ""
