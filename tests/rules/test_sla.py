"""Clocks of service levels: stories with due times that were reckoned by hand.

All happen in the week of Monday, 2 March 2026. The office is open from nine to five; promised are
four hours for the first answer and for each later one, and sixteen, two days, for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import calendar, sla
from bot.rules.sla import match
from storage.records.clocks import Clock, ClockState, Entry, Goal, Step
from storage.records.hours import Hours
from storage.records.policies import NO_POLICY, Policy
from storage.records.tickets import Priority, Resolution, Status, Ticket

H = timedelta(hours=1)
STORIES = Path(__file__).with_name("sla_stories.txt")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHORT = {"first": Goal.FIRST, "next": Goal.NEXT, "all": Goal.RESOLUTION}


def spans(first: float | None, later: float | None, all_in: float | None) -> dict[Goal, timedelta]:
    told = {Goal.FIRST: first, Goal.NEXT: later, Goal.RESOLUTION: all_in}
    return {goal: hours * H for goal, hours in told.items() if hours is not None}


OFFICE = Policy("office", spans(4, 4, 16))
POLICIES = {
    "office": OFFICE,
    "fast": Policy("fast", spans(1, 1, 8)),
    "slow": Policy("slow", spans(8, 8, 40)),
    "round the clock": Policy("round the clock", spans(4, 4, 16), hours=Hours.always()),
    "answers only": Policy("answers only", spans(4, None, None)),
    "closed on Tuesday": Policy(
        "closed on Tuesday", spans(4, 4, 16), hours=Hours(closed=frozenset({date(2026, 3, 3)}))
    ),
    "break at noon": Policy(
        "break at noon",
        spans(4, 4, 16),
        hours=Hours(week=(((540, 720), (780, 1020)),) * 5 + ((),) * 2),
    ),
    "nothing": NO_POLICY,
}


def at(words: str) -> datetime:
    """``Tue 10:30`` of that week, ``Tue+1 10:30`` of the next."""
    day, clock = words.split()
    name, _, week = day.partition("+")
    hour, minute = map(int, clock.split(":"))
    days = DAYS.index(name) + 7 * int(week or 0)
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC) + timedelta(days=days)


def said(moment: datetime) -> str:
    days = (moment.date() - date(2026, 3, 2)).days
    week = f"+{days // 7}" if days >= 7 else ""
    return f"{DAYS[days % 7]}{week} {moment:%H:%M}"


@dataclass
class Desk:
    """One ticket, its clocks, and the policy that fits it now."""

    policy: Policy
    ticket: Ticket | None = None
    clocks: dict[Goal, Clock] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)

    def play(self, script: str) -> None:
        """``Mon 10:00 open``, ``Mon 11:00 answer`` and so on, parted by semicolons."""
        for line in script.split(";"):
            day, clock, *words = line.split()
            self.do(at(f"{day} {clock}"), " ".join(words))

    def do(self, now: datetime, what: str) -> None:
        if what == "tick":
            self.tick(now)
            return
        if what.startswith("policy "):
            self.policy = POLICIES[what.removeprefix("policy ")]
        elif what == "open":
            self.ticket = opened(now)
        else:
            assert self.ticket is not None
            self.ticket = done(self.ticket, what, now)
        assert self.ticket is not None
        self.clocks, lines = sla.follow(self.clocks, self.ticket, self.policy, now=now)
        self.ledger += lines

    def tick(self, now: datetime) -> None:
        for goal, clock in self.clocks.items():
            self.clocks[goal], lines = sla.tick(clock, self.policy, now=now)
            self.ledger += lines

    def shows(self, name: str) -> str:
        clock = self.clocks.get(SHORT[name])
        if clock is None:
            return "none"
        match clock.state:
            case ClockState.RUNNING | ClockState.WARNED:
                assert clock.due_at is not None
                return f"{clock.state} due {said(clock.due_at)}"
            case ClockState.PAUSED:
                return f"paused after {clock.spent}"
            case ClockState.MISSED:
                assert clock.missed_at is not None
                return f"missed {said(clock.missed_at)}"
            case ClockState.MET:
                assert clock.ended_at is not None
                return f"met {said(clock.ended_at)}"
        return str(clock.state)


def opened(now: datetime) -> Ticket:
    return Ticket(1, 2, 3, 4, "1.0", 5, 6, opened_at=now, last_customer_at=now)


def done(ticket: Ticket, what: str, now: datetime) -> Ticket:
    """The ticket as the rules of its life leave it."""
    told = {"first_answer_at": ticket.first_answer_at or now, "last_ours_at": now}
    open_again = {"status": Status.OPEN, "resolution": None, "resolved_at": None}
    gone = {"status": Status.CLOSED, "resolved_at": now}
    changes: dict[str, dict[str, Any]] = {
        "answer": {"status": Status.WAITING, **told},  # something was asked back
        "tell": {"status": Status.OPEN, **told},  # nothing was: it is still ours
        "ask": {**open_again, "last_customer_at": now},
        "wait": {"status": Status.WAITING},
        "take": {"status": Status.OPEN},
        "courtesy": {},
        "escalate": {"level": "Technical"},
        "back": {"status": Status.OPEN},
        "snooze": {"status": Status.SNOOZED},
        "take the answer away": {"status": Status.OPEN, **dict.fromkeys(told)},
        "merge away": {**gone, "resolution": Resolution.DUPLICATE, "merged_id": 9},
        "not a request": {**gone, "resolution": Resolution.NOT_A_REQUEST},
        "resolve": {**gone, "status": Status.RESOLVED, "resolution": Resolution.ANSWERED},
        "close": {"status": Status.CLOSED},
        "reopen": {**open_again, "merged_id": None},
    }
    return replace(ticket, **changes[what])


def told() -> Iterator[tuple[str, str, str, str]]:
    for line in STORIES.read_text().splitlines()[1:]:
        name, policy, script, ends = (part.strip() for part in line.split("|"))
        yield name, policy, script, ends


@pytest.mark.parametrize(
    "policy, script, ends", [pytest.param(*rest, id=name) for name, *rest in told()]
)
def test_a_story_ends_as_reckoned_by_hand(policy: str, script: str, ends: str) -> None:
    desk = Desk(POLICIES[policy])
    desk.play(script)
    wanted = dict(part.strip().split(" ", 1) for part in ends.split(","))
    assert {name: desk.shows(name) for name in wanted} == wanted


def test_a_line_of_the_ledger_tells_each_step_and_when_it_was_noticed() -> None:
    desk = Desk(OFFICE)
    desk.play("Mon 10:00 open; Mon 11:00 wait; Tue 09:00 back; Tue 16:00 tell")
    told = [
        (str(line.step), said(line.at), said(line.noticed_at), line.spent)
        for line in desk.ledger
        if line.goal is Goal.FIRST
    ]
    assert told == [
        ("began", "Mon 10:00", "Mon 10:00", 0 * H),
        ("paused", "Mon 11:00", "Mon 11:00", 1 * H),
        ("resumed", "Tue 09:00", "Tue 09:00", 1 * H),
        ("missed", "Tue 12:00", "Tue 16:00", 4 * H),
        ("answered late", "Tue 16:00", "Tue 16:00", 8 * H),
    ]


def test_each_is_warned_and_missed_once_however_often_it_is_looked_at() -> None:
    desk = Desk(OFFICE)
    desk.play(
        "Mon 10:00 open" + "".join(f"; Mon {h:02}:{m:02} tick" for h in (13, 14) for m in (0, 1))
    )
    steps = [line.step for line in desk.ledger if line.goal is Goal.FIRST]
    assert steps == [Step.BEGAN, Step.WARNED, Step.MISSED]


def test_nobody_is_warned_of_what_was_missed_meanwhile() -> None:
    desk = Desk(OFFICE)
    desk.play("Mon 10:00 open; Tue 10:00 tick")
    assert Step.WARNED not in [line.step for line in desk.ledger]


def test_looking_again_changes_nothing() -> None:
    desk = Desk(OFFICE)
    desk.play("Mon 10:00 open; Mon 11:00 answer; Tue 10:00 ask")
    before = dict(desk.clocks), list(desk.ledger)
    desk.do(at("Tue 10:00"), "take")
    assert (desk.clocks, desk.ledger) == before


def test_a_clock_says_when_somebody_has_to_look() -> None:
    desk = Desk(OFFICE)
    desk.play("Mon 10:00 open")
    clock = desk.clocks[Goal.FIRST]
    assert clock.wake_at == at("Mon 13:00")
    desk.tick(at("Mon 13:00"))
    assert desk.clocks[Goal.FIRST].wake_at == at("Mon 14:00")
    desk.tick(at("Mon 14:00"))
    assert desk.clocks[Goal.FIRST].wake_at is None


def test_the_first_deadline_is_the_tickets() -> None:
    desk = Desk(OFFICE)
    desk.play("Mon 10:00 open")
    assert sla.due_at(desk.clocks.values()) == at("Mon 14:00")
    desk.play("Mon 11:00 tell")
    assert sla.due_at(desk.clocks.values()) == at("Wed 10:00")
    desk.play("Mon 12:00 wait")
    assert sla.due_at(desk.clocks.values()) is None


def test_the_first_policy_that_fits_is_the_one() -> None:
    urgent = Policy("urgent", spans(1, 1, 4), priority=Priority.URGENT)
    premium = Policy("premium", spans(2, 2, 8), tier="Premium")
    policies = [urgent, premium, OFFICE]
    assert match(policies, "Premium", Priority.URGENT) is urgent
    assert match(policies, "Premium", Priority.LOW) is premium
    assert match(policies, "", Priority.LOW) is OFFICE
    assert match([premium], "Standard", Priority.LOW) is NO_POLICY


DOINGS = (
    "answer",
    "tell",
    "ask",
    "wait",
    "back",
    "snooze",
    "resolve",
    "reopen",
    "tick",
    "policy fast",
    "policy slow",
    "policy office",
    "policy nothing",
)


@given(
    steps=st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 600)), max_size=25),
    policy=st.sampled_from(sorted(POLICIES)),
)
def test_whatever_happens_the_ledger_explains_the_clocks(
    steps: list[tuple[str, int]], policy: str
) -> None:
    """Time used up is what the open stretches of the ledger add up to; nothing is missed twice."""
    desk, now = Desk(POLICIES[policy]), at("Mon 10:00")
    desk.do(now, "open")
    for what, minutes in steps:
        now += timedelta(minutes=minutes)
        desk.do(now, what)
    for goal, clock in desk.clocks.items():
        lines = [line for line in desk.ledger if line.goal is goal]
        assert lines[0].step is Step.BEGAN
        _missed_at_most_once_each_time(lines)
        assert clock.is_live == (lines[-1].step not in ENDS)
        if clock.is_live:
            assert lines[-1].due_at == clock.due_at
        assert [line.noticed_at for line in lines] == sorted(line.noticed_at for line in lines)
        assert all(line.at <= line.noticed_at for line in lines)


ENDS = {Step.MET, Step.ANSWERED_LATE, Step.CANCELLED}


def _missed_at_most_once_each_time(lines: list[Entry]) -> None:
    missed = False
    for line in lines:
        if line.step is Step.BEGAN:
            missed = False
        if line.step is Step.MISSED:
            assert not missed
            missed = True
        assert line.step is not Step.MET or not missed


def test_what_an_office_uses_up_is_its_open_time() -> None:
    desk = Desk(OFFICE)
    desk.play("Fri 16:00 open")
    clock, later = desk.clocks[Goal.RESOLUTION], at("Mon+1 10:00")
    assert sla.spent_at(clock, later, OFFICE.open_hours) == calendar.open_time(
        at("Fri 16:00"), later, OFFICE.open_hours
    )
