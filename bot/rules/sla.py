"""Clocks of service levels: they follow from how a ticket stands, whatever brought it there.

A clock is never told what to do. After each change the ticket says which goals are owed, held up or
done (`_wanted`), and the clocks go there, so that merging, late finds and taken back answers need
no rules of their own. Each step is a line of the ledger. The effects are told in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.rules import calendar
from storage.records.clocks import Clock, ClockState, Entry, Goal, Step
from storage.records.hours import Hours
from storage.records.policies import NO_POLICY, Policy, Wall
from storage.records.tickets import Priority, Resolution, Status, Ticket

Clocks = Mapping[Goal, Clock]
Told = tuple[dict[Goal, Clock], list[Entry]]

_GOALS = tuple(Goal)
_PROMISES_NOTHING = frozenset({Resolution.NOT_A_REQUEST, Resolution.DUPLICATE})


def match(policies: Iterable[Policy], tier: str, priority: Priority) -> Policy:
    """The first policy that fits, NO_POLICY when none does."""
    for each in policies:
        if each.tier in (None, tier) and each.priority in (None, priority):
            return each
    return NO_POLICY


def placed(policy: Policy, desk: Hours, account_zone: str = "") -> Policy:
    """The policy with the very hours in which its time counts for an account."""
    hours = policy.hours or desk
    zones = {Wall.OWN: hours.zone, Wall.DESK: desk.zone, Wall.ACCOUNT: account_zone or desk.zone}
    zone = zones[policy.wall]
    return replace(policy, hours=hours if hours.zone == zone else replace(hours, zone=zone))


class _Wanted(Enum):
    NOTHING = "nothing"
    RUN = "run"
    PAUSE = "pause"
    END = "end"
    CANCEL = "cancel"


@dataclass(slots=True)
class _Ledger:
    """Gathers what happens to clocks under a policy, up to ``now``."""

    policy: Policy
    now: datetime
    entries: list[Entry] = field(default_factory=list)

    def note(self, clock: Clock, step: Step, at: datetime, why: str = "") -> Clock:
        self.entries.append(
            Entry(
                goal=clock.goal,
                at=at,
                step=step,
                policy=clock.policy,
                span=clock.span,
                spent=spent_at(clock, at, self.policy.open_hours),
                due_at=clock.due_at,
                noticed_at=self.now,
                why=why,
            )
        )
        return clock


def follow(clocks: Clocks, ticket: Ticket, policy: Policy, *, now: datetime) -> Told:
    """The clocks as they have to stand now that the ticket stands so, and what that took.

    ``policy`` is the one that fits the ticket as it is. What was due before ``now`` was missed
    first: an answer that comes late does not undo that.
    """
    after, ledger = dict(clocks), _Ledger(policy, now)
    for goal in _GOALS:
        clock = after.get(goal)
        if clock is not None:
            clock = _retargeted(clock, ledger)
        moved = _moved(clock, goal, ticket, ledger)
        if moved is not None:
            after[goal] = moved
    return after, ledger.entries


def tick(clock: Clock, policy: Policy, *, now: datetime) -> tuple[Clock, list[Entry]]:
    """What time alone did to a clock by ``now``: warned, missed, or both, each once.

    Lines are dated when it was so, not when somebody looked. Of what was missed meanwhile nobody
    is warned any more.
    """
    ledger = _Ledger(policy, now)
    if not clock.is_running or clock.missed_at or clock.warn_at is None or clock.due_at is None:
        return clock, []
    if clock.due_at <= now:
        return _missed(clock, ledger), ledger.entries
    if clock.warn_at <= now and not clock.warned_at:
        clock = replace(clock, state=ClockState.WARNED, warned_at=clock.warn_at)
        ledger.note(clock, Step.WARNED, clock.warn_at or now)
    return clock, ledger.entries


def spent_at(clock: Clock, at: datetime, hours: Hours) -> timedelta:
    """How much of the promised time is used up at a moment."""
    if clock.since is None or clock.ended_at is not None or at <= clock.since:
        return clock.spent
    return clock.spent + max(timedelta(), calendar.open_time(clock.since, at, hours))


def next_due(clocks: Iterable[Clock]) -> Clock | None:
    """The first of the running clocks to be due, also when that is past."""
    running = [each for each in clocks if each.is_running and each.due_at]
    return min(running, key=lambda each: each.due_at or each.began_at, default=None)


def due_at(clocks: Iterable[Clock]) -> datetime | None:
    """When the first of the running clocks is due, also when that is past."""
    found = next_due(clocks)
    return found.due_at if found else None


def wake_at(clocks: Iterable[Clock]) -> datetime | None:
    """When somebody has to be told something of the clocks next."""
    return min((each.wake_at for each in clocks if each.wake_at), default=None)


def _wanted(ticket: Ticket, goal: Goal) -> _Wanted:
    if ticket.is_done:
        gone = ticket.resolution in _PROMISES_NOTHING or ticket.merged_id is not None
        return _Wanted.CANCEL if gone else _Wanted.END
    if goal is Goal.NEXT and ticket.first_answer_at is None:
        return _Wanted.NOTHING
    if not _is_owed(ticket, goal):
        return _Wanted.END
    return _Wanted.PAUSE if ticket.status is Status.WAITING else _Wanted.RUN


def _is_owed(ticket: Ticket, goal: Goal) -> bool:
    match goal:
        case Goal.FIRST:
            return ticket.first_answer_at is None
        case Goal.NEXT:
            return _owes_a_word(ticket)
    return True


def _owes_a_word(ticket: Ticket) -> bool:
    ours, theirs = ticket.last_ours_at, ticket.last_customer_at
    return theirs is not None and (ours is None or theirs > ours)


def _moved(clock: Clock | None, goal: Goal, ticket: Ticket, ledger: _Ledger) -> Clock | None:
    wanted = _wanted(ticket, goal)
    match wanted:
        case _Wanted.NOTHING:
            return clock
        case _Wanted.RUN | _Wanted.PAUSE:
            if goal not in ledger.policy.spans:
                return clock
            clock = _owed(clock, goal, ticket, ledger)
            return clock and _going(clock, ledger, is_held=wanted is _Wanted.PAUSE)
    if clock is None or not clock.is_live:
        return clock
    if wanted is _Wanted.CANCEL:
        return _cancelled(clock, ledger, "merged" if ticket.merged_id else str(ticket.resolution))
    return _ended(clock, _done_at(goal, ticket, ledger.now), ledger)


def _owed(clock: Clock | None, goal: Goal, ticket: Ticket, ledger: _Ledger) -> Clock | None:
    """The clock that lives: each word of a customer that waits for one of ours has its own."""
    if clock is None or (goal is Goal.NEXT and not clock.is_live):
        return _begun(goal, ticket, ledger)
    return clock if clock.is_live else _reopened(clock, ledger)


def _going(clock: Clock, ledger: _Ledger, *, is_held: bool) -> Clock:
    if is_held:
        return _paused(clock, ledger) if clock.is_running else clock
    return clock if clock.is_running else _resumed(clock, ledger)


def _begun(goal: Goal, ticket: Ticket, ledger: _Ledger) -> Clock | None:
    """A clock that runs from when the customer asked, None where nothing is promised.

    A promise that came later than it would have been due is due now: it was not broken before.
    """
    policy, span = ledger.policy, ledger.policy.spans.get(goal)
    if span is None:
        return None
    at = ticket.opened_at
    if goal is Goal.NEXT and ticket.last_customer_at:
        at = ticket.last_customer_at
    warn_at, due_at = _moments(at, span, span * policy.warn, policy)
    clock = Clock(goal, policy.name, span, at, since=at, warn_at=warn_at, due_at=due_at)
    if clock.due_at and clock.due_at < ledger.now:
        clock = _counted(clock, ledger)
    return ledger.note(clock, Step.BEGAN, at)


def _timed(clock: Clock, policy: Policy) -> Clock:
    """With the moments that follow from what is left of its span."""
    if clock.since is None:
        return replace(clock, warn_at=None, due_at=None)
    left, until_warned = clock.span - clock.spent, clock.span * policy.warn - clock.spent
    warn_at, due_at = _moments(clock.since, left, until_warned, policy)
    return replace(clock, warn_at=warn_at, due_at=due_at)


def _moments(
    since: datetime, left: timedelta, until_warned: timedelta, policy: Policy
) -> tuple[datetime, datetime]:
    """When somebody is warned, and when it is due; what is used up already is now."""
    warn_at = calendar.add_open_time(since, until_warned, policy.open_hours)
    rest = left - max(until_warned, timedelta())  # days are counted once
    return warn_at, calendar.add_open_time(warn_at, rest, policy.open_hours)


def _counted(clock: Clock, ledger: _Ledger) -> Clock:
    """As it stands, reckoned anew from now on."""
    spent = spent_at(clock, ledger.now, ledger.policy.open_hours)
    since = ledger.now if clock.is_running else None
    return _timed(replace(clock, spent=spent, since=since), ledger.policy)


def _retargeted(clock: Clock, ledger: _Ledger) -> Clock:
    """Another policy fits now: what was used up stays used up, and what was missed stays missed."""
    policy = ledger.policy
    span = policy.spans.get(clock.goal)
    if not clock.is_live or (clock.policy == policy.name and clock.span == span):
        return clock
    clock, before = _missed_before(clock, ledger.now, ledger), clock.policy
    if span is None:
        return _cancelled(clock, ledger, policy.name)
    clock = _counted(replace(clock, policy=policy.name, span=span), ledger)
    if clock.state is ClockState.WARNED and clock.warn_at and clock.warn_at > ledger.now:
        clock = replace(clock, state=ClockState.RUNNING, warned_at=None)
    return ledger.note(clock, Step.CHANGED, ledger.now, before)


def _paused(clock: Clock, ledger: _Ledger) -> Clock:
    clock = _missed_before(clock, ledger.now, ledger)
    spent = spent_at(clock, ledger.now, ledger.policy.open_hours)
    state = ClockState.MISSED if clock.missed_at else ClockState.PAUSED
    clock = replace(clock, spent=spent, since=None, state=state)
    return ledger.note(_timed(clock, ledger.policy), Step.PAUSED, ledger.now)


def _resumed(clock: Clock, ledger: _Ledger) -> Clock:
    clock = replace(clock, since=ledger.now, state=_state_of(clock))
    return ledger.note(_timed(clock, ledger.policy), Step.RESUMED, ledger.now)


def _state_of(clock: Clock) -> ClockState:
    if clock.missed_at:
        return ClockState.MISSED
    return ClockState.WARNED if clock.warned_at else ClockState.RUNNING


def _reopened(clock: Clock, ledger: _Ledger) -> Clock:
    """It goes on where it ended: the time in which all was well does not count."""
    state = ClockState.MISSED if clock.missed_at else ClockState.PAUSED
    clock = _timed(replace(clock, state=state, since=None, ended_at=None), ledger.policy)
    return ledger.note(clock, Step.REOPENED, ledger.now)


def _ended(clock: Clock, at: datetime, ledger: _Ledger) -> Clock:
    """The customer has what was promised; late is late, unless only the news of it was."""
    clock = _missed_before(clock, at, ledger)
    if clock.missed_at and clock.is_running and at < clock.missed_at:
        clock = replace(clock, missed_at=None)
    spent = spent_at(clock, at, ledger.policy.open_hours)
    state = ClockState.MISSED if clock.missed_at else ClockState.MET
    step = Step.ANSWERED_LATE if clock.missed_at else Step.MET
    ended = replace(clock, state=state, spent=spent, since=None, ended_at=at)
    return ledger.note(ended, step, at)


def _done_at(goal: Goal, ticket: Ticket, now: datetime) -> datetime:
    """When it was done, which may be before we heard of it."""
    told = {
        Goal.FIRST: ticket.first_answer_at,
        Goal.NEXT: None if _owes_a_word(ticket) else ticket.last_ours_at,
        Goal.RESOLUTION: None,
    }[goal]
    return min(told or ticket.resolved_at or now, now)


def _cancelled(clock: Clock, ledger: _Ledger, why: str) -> Clock:
    clock = _missed_before(clock, ledger.now, ledger)
    spent = spent_at(clock, ledger.now, ledger.policy.open_hours)
    state = ClockState.MISSED if clock.missed_at else ClockState.CANCELLED
    clock = replace(clock, state=state, spent=spent, since=None, ended_at=ledger.now)
    return ledger.note(clock, Step.CANCELLED, ledger.now, why)


def _missed_before(clock: Clock, moment: datetime, ledger: _Ledger) -> Clock:
    """Missed, if it was due before that moment: nobody had looked yet."""
    is_over = clock.is_running and clock.due_at is not None and clock.due_at < moment
    return _missed(clock, ledger) if is_over and not clock.missed_at else clock


def _missed(clock: Clock, ledger: _Ledger) -> Clock:
    clock = replace(clock, state=ClockState.MISSED, missed_at=clock.due_at)
    return ledger.note(clock, Step.MISSED, clock.missed_at or ledger.now)
