"""Clocks lie in their ticket's row as they were; the ledger keeps every line, walled by tenant."""

from dataclasses import replace
from datetime import timedelta

from storage import sla, tickets
from storage.records.clocks import Clock, ClockState, Entry, Goal, Step
from storage.sla import Outcome
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, MINUTE, NOON, ask

HOUR = 60 * MINUTE
CLOCK = Clock(
    Goal.FIRST,
    "Premium · dringend",
    4 * HOUR,
    NOON,
    ClockState.MISSED,
    spent=timedelta(minutes=61, microseconds=7),
    since=NOON + MINUTE,
    warn_at=NOON + 3 * HOUR,
    due_at=NOON + 4 * HOUR,
    warned_at=NOON + 3 * HOUR,
    missed_at=NOON + 4 * HOUR,
    ended_at=NOON + 5 * HOUR,
)


def entry(step: Step, minutes: int, *, later: int = 0, goal: Goal = Goal.FIRST) -> Entry:
    at = NOON + minutes * MINUTE
    noticed = at + later * MINUTE
    return Entry(goal, at, step, "everybody", 4 * HOUR, HOUR, NOON + 4 * HOUR, noticed, "why")


def test_a_ticket_has_its_clocks_with_it(unit: Unit) -> None:
    bare = Clock(Goal.NEXT, "everybody", 4 * HOUR, NOON)
    ticket = ask(unit, clocks=(CLOCK, bare))
    assert tickets.by_id(unit, ticket.id) == ticket
    saved = tickets.save(unit, ticket, replace(ticket, clocks=(bare,)))
    assert tickets.by_id(unit, ticket.id) == saved
    assert saved.clocks == (bare,)


def test_the_ledger_keeps_its_lines_in_order(unit: Unit, zoes: Unit) -> None:
    ticket, other = ask(unit), ask(unit)
    first = [entry(Step.BEGAN, 0), entry(Step.BEGAN, 0, goal=Goal.RESOLUTION)]
    sla.add(unit, ticket.id, first, [1, 2])
    sla.add(unit, other.id, [entry(Step.BEGAN, 1)], [3])
    sla.add(unit, ticket.id, [entry(Step.WARNED, 9)], [4])
    assert sla.of_ticket(unit, ticket.id) == [*first, entry(Step.WARNED, 9)]
    assert sla.of_ticket(zoes, ticket.id) == []


def test_what_was_noticed_of_what_passed_is_found_by_when_it_was_noticed(
    unit: Unit, zoes: Unit
) -> None:
    ticket = ask(unit)
    lines = [
        entry(Step.BEGAN, 0),
        entry(Step.WARNED, 10, later=180),
        entry(Step.MISSED, 30, later=160),
        entry(Step.MET, 60, later=130),
        entry(Step.MISSED, 60, later=0),
        entry(Step.MISSED, 90, later=600),
    ]
    sla.add(unit, ticket.id, lines, range(len(lines)))
    since = NOON + 190 * MINUTE
    found = sla.noticed(unit, since, since + 10 * MINUTE)
    assert [(each.step, each.at) for each in found] == [
        (Step.WARNED, NOON + 10 * MINUTE),
        (Step.MISSED, NOON + 30 * MINUTE),
    ]
    assert sla.noticed(zoes, since, since + 10 * MINUTE) == []


def test_outcomes_are_counted_by_goal_and_whose_the_ticket_is(unit: Unit, zoes: Unit) -> None:
    hers, nobodys = ask(unit, owner_id=ANA), ask(unit)
    lines = [entry(Step.BEGAN, 0), entry(Step.WARNED, 5), entry(Step.MET, 9)]
    sla.add(unit, hers.id, lines, [1, 2, 3])
    sla.add(unit, nobodys.id, [entry(Step.MISSED, 9), entry(Step.MISSED, 60)], [4, 5])
    found = sla.outcomes(unit, NOON, NOON + HOUR)
    assert sorted(found, key=str) == [
        Outcome(Goal.FIRST, Step.MET, ACME, ANA, 1),
        Outcome(Goal.FIRST, Step.MISSED, ACME, None, 1),
        Outcome(Goal.FIRST, Step.WARNED, ACME, ANA, 1),
    ]
    assert sla.outcomes(zoes, NOON, NOON + HOUR) == []
