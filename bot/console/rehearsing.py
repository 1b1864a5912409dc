"""What operators read of policies: a rehearsal beside today's, and which tickets each is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from bot.rules import sla
from bot.rules.ledger import said, said_hours
from bot.rules.rehearsal import Rehearsal
from storage.records.clocks import Goal, Step
from storage.records.hours import Hours
from storage.records.policies import NO_POLICY, Policy
from storage.records.tickets import Priority

NO_TIER = "no tier"
_WIDTH = 11


def compared(today: Rehearsal, tried: Rehearsal) -> Iterator[str]:
    """A table by tier and goal: met in time, warned, missed; of today's policies and those tried.

    Each ticket counts for every goal that was promised of it, a next response for each wait.
    """
    head = ("in time", "warned", "missed")
    yield f"{'':<34}{'today':<{3 * _WIDTH}}tried"
    yield f"{'':<34}{_row(head)}{_row(head)}".rstrip()
    for tier in sorted(today.tickets):
        yield f"{tier or NO_TIER}: {today.tickets[tier]:,} tickets"
        for goal in Goal:
            sides = (_figures(side, tier, goal) for side in (today, tried))
            yield f"  {goal:<32}{''.join(map(_row, sides))}".rstrip()
    if not today.tickets:
        yield "There were no tickets in that time."


def by_tier(today: Rehearsal, tried: Rehearsal) -> list[dict[str, Any]]:
    """The same for machines: by tier how many tickets, and by goal what became of them."""
    return [
        {
            "tier": tier,
            "tickets": today.tickets[tier],
            "goals": {
                str(goal): {
                    "today": _counted(today, tier, goal),
                    "tried": _counted(tried, tier, goal),
                }
                for goal in Goal
            },
        }
        for tier in sorted(today.tickets)
    ]


def _counted(side: Rehearsal, tier: str, goal: Goal) -> dict[str, int]:
    return {
        str(step): side.counts[tier, goal, step] for step in (Step.MET, Step.WARNED, Step.MISSED)
    }


def _row(words: Sequence[str]) -> str:
    return "".join(f"{word:<{_WIDTH}}" for word in words)


def _figures(side: Rehearsal, tier: str, goal: Goal) -> tuple[str, str, str]:
    met, warned, missed = _counted(side, tier, goal).values()
    if not met + warned + missed:
        return "-", "-", "-"
    share = f" {met * 100 // (met + missed)}%" if met + missed else ""
    return f"{met:,}{share}", f"{warned:,}", f"{missed:,}"


def fitting(policies: Sequence[Policy], tiers: Sequence[str], desk: Hours) -> Iterator[str]:
    """What is promised for each tier and priority, and which entries are for no ticket at all."""
    used = set()
    for tier, priority in product(("", *tiers), reversed(Priority)):
        policy = sla.match(policies, tier, priority)
        used.add(policy.name)
        yield f"{tier or NO_TIER:<12} {priority:<8} {_promised(policy, desk)}"
    for each in policies:
        if each.name not in used:
            yield f"MEND  {each.name}: no ticket ever gets here, an earlier entry fits all of them"


def _promised(policy: Policy, desk: Hours) -> str:
    if policy is NO_POLICY:
        return "nothing is promised"
    spans = ", ".join(f"{goal} {said(span)}" for goal, span in policy.spans.items())
    hours = said_hours(sla.placed(policy, desk).open_hours)
    return f"{policy.name}: {spans}; {hours}; warns at {policy.warn:.0%}"
