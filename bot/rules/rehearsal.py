"""A rehearsal: past tickets under policies that may not be those of then, by the very same rules.

What befell a ticket is read from its history; messages count by the lines that they left there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from bot.rules import sla
from storage.records.clocks import Clock, Entry, Goal, Step
from storage.records.hours import Hours
from storage.records.past import Befell, PastTicket
from storage.records.policies import Policy
from storage.records.tickets import Priority, Resolution, Status, Ticket

State = tuple[datetime, Ticket]
"""A ticket as it stood from a moment on."""

Counts = Counter[tuple[str, Goal, Step]]
"""How often, by tier, goal and step: warned, missed, met."""

COUNTED = frozenset({Step.WARNED, Step.MISSED, Step.MET})


class Rehearsal:
    """Policies tried on past tickets. ``hours`` are the desk's."""

    def __init__(self, policies: Sequence[Policy], hours: Hours) -> None:
        self.tickets: Counter[str] = Counter()
        self.counts: Counts = Counter()
        self._policies = policies
        self._hours = hours
        self._fitting = lru_cache(maxsize=4096)(self._fit)

    def play(self, past: PastTicket, states: Sequence[State], *, now: datetime) -> None:
        """Count what would have become of a ticket by ``now``; ``states`` are its own."""
        self.tickets[past.tier] += 1
        for entry in self._entries(past, states, now):
            if entry.step in COUNTED:
                self.counts[past.tier, entry.goal, entry.step] += 1

    def _fit(self, tier: str, zone: str, priority: Priority) -> Policy:
        return sla.placed(sla.match(self._policies, tier, priority), self._hours, zone)

    def _entries(self, past: PastTicket, states: Sequence[State], now: datetime) -> Iterator[Entry]:
        clocks: dict[Goal, Clock] = {}
        policy = self._fitting(past.tier, past.zone, past.priority)
        for at, ticket in states:
            yield from _ticked(clocks, policy, at)
            policy = self._fitting(past.tier, past.zone, ticket.priority)
            clocks, entries = sla.follow(clocks, ticket, policy, now=at)
            yield from entries
        yield from _ticked(clocks, policy, now)


def _ticked(clocks: dict[Goal, Clock], policy: Policy, now: datetime) -> Iterator[Entry]:
    """What time alone did: first the warnings that were given in time, then what was missed."""
    for goal, clock in clocks.items():
        while (at := clock.wake_at) is not None and at <= now:
            clocks[goal], entries = sla.tick(clock, policy, now=at)
            if clocks[goal] == clock:
                break
            clock = clocks[goal]  # noqa: PLW2901 - warned, and perhaps missed after that
            yield from entries


def _states(past: PastTicket) -> Iterator[State]:
    """The ticket after each moment at which something befell it that matters to clocks."""
    ticket = _opened(past)
    yield past.opened_at, ticket
    for at, together in groupby(past.befell, key=attrgetter("at")):
        before = ticket
        for each in together:
            ticket = _after(ticket, each)
        if ticket is not before:
            yield at, ticket


def _opened(past: PastTicket) -> Ticket:
    changed = (each.before for each in past.befell if each.act in ("priority", "urgent"))
    first = next(changed, "")
    priority = Priority(first) if first in _PRIORITIES else past.priority
    at = past.opened_at
    return Ticket(0, 0, 0, 0, "", 0, 0, at, priority=priority, last_customer_at=at)


_PRIORITIES = frozenset(map(str, Priority))
_STATUSES = {str(each): each for each in Status}
_RESOLUTIONS = {str(each): each for each in Resolution}


def _after(ticket: Ticket, befell: Befell) -> Ticket:
    change = _CHANGES.get(befell.act)
    return change(ticket, befell) if change else ticket


def _answered(ticket: Ticket, befell: Befell) -> Ticket:
    first = ticket.first_answer_at or befell.at
    return replace(ticket, first_answer_at=first, last_ours_at=befell.at)


def _wrote(ticket: Ticket, befell: Befell) -> Ticket:
    return ticket if befell.after else replace(ticket, last_customer_at=befell.at)


def _unsolved(ticket: Ticket, befell: Befell) -> Ticket:
    return replace(_moved(ticket, befell), last_customer_at=befell.at)


def _moved(ticket: Ticket, befell: Befell) -> Ticket:
    return replace(ticket, status=_STATUSES.get(befell.after, Status.OPEN))


def _waits(ticket: Ticket, befell: Befell) -> Ticket:
    return replace(ticket, status=Status.WAITING)


def _pressing(ticket: Ticket, befell: Befell) -> Ticket:
    is_known = befell.after in _PRIORITIES
    return replace(ticket, priority=Priority(befell.after)) if is_known else ticket


def _resolved(ticket: Ticket, befell: Befell) -> Ticket:
    how = _RESOLUTIONS.get(befell.after, Resolution.ANSWERED)
    return replace(ticket, status=Status.RESOLVED, resolution=how, resolved_at=befell.at)


def _no_request(ticket: Ticket, befell: Befell) -> Ticket:
    return replace(_resolved(ticket, befell), resolution=Resolution.NOT_A_REQUEST)


def _merged(ticket: Ticket, befell: Befell) -> Ticket:
    return replace(_resolved(ticket, befell), resolution=Resolution.DUPLICATE)


def _reopened(ticket: Ticket, befell: Befell) -> Ticket:
    return replace(_moved(ticket, befell), resolution=None, resolved_at=None)


_CHANGES: Mapping[str, Callable[[Ticket, Befell], Ticket]] = MappingProxyType(
    {
        "answer": _answered,
        "help": _answered,
        "write": _wrote,
        "unsolved": _unsolved,
        "status": _moved,
        "unanswered": _moved,
        "wake": _moved,
        "wait": _waits,
        "priority": _pressing,
        "urgent": _pressing,
        "resolve": _resolved,
        "solved": _resolved,
        "silence": _resolved,
        "not-a-request": _no_request,
        "merge": _merged,
        "duplicate": _merged,
        "reopen": _reopened,
        "reopen-by-word": _reopened,
        "unmerge": _reopened,
    }
)
"""Acts of the history that matter to clocks; a snooze does not."""

ACTS = frozenset({"open", *_CHANGES})


def rehearsed(past: Iterable[PastTicket], *tried: Rehearsal, now: datetime) -> None:
    """Play all past tickets under each of the policies that are tried."""
    for each in past:
        states = list(_states(each))
        for rehearsal in tried:
            rehearsal.play(each, states, now=now)
