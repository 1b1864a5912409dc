"""The ledger unfolds into lines that add up to when a clock is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import ledger
from bot.rules.ledger import CLOSED, COUNTED, DUE
from storage.records.clocks import Goal
from storage.records.hours import Hours
from tests.rules import test_sla as stories
from tests.rules.test_sla import DOINGS, POLICIES, Desk, at, said


def told(desk: Desk, name: str, now: str) -> list[str]:
    clock = desk.clocks[stories.SHORT[name]]
    lines = ledger.unfolded(clock, desk.ledger, desk.policy.open_hours, at(now))
    return [
        f"{said(each.at)}{f' to {said(each.until)}' if each.until else ''} {each.what} {each.used}"
        for each in lines
    ]


def test_nights_and_weekends_are_told_as_closed() -> None:
    desk = Desk(POLICIES["office"])
    desk.play("Fri 16:00 open")
    assert told(desk, "first", "Fri 16:30") == [
        "Fri 16:00 began 0 min",
        "Fri 16:00 to Fri 17:00 counted 1 h",
        "Fri 17:00 to Mon+1 09:00 closed 1 h",
        "Mon+1 09:00 to Mon+1 12:00 counted 4 h",
        "Mon+1 12:00 due 4 h",
    ]


def test_what_stands_still_is_told_with_why() -> None:
    desk = Desk(POLICIES["office"])
    desk.play("Mon 10:00 open; Mon 11:30 wait; Tue 09:00 back; Tue 10:00 policy fast")
    assert told(desk, "all", "Tue 10:00") == [
        "Mon 10:00 began 0 min",
        "Mon 10:00 to Mon 11:30 counted 1 h 30 min",
        "Mon 11:30 paused 1 h 30 min",
        "Tue 09:00 resumed 1 h 30 min",
        "Tue 09:00 to Tue 10:00 counted 2 h 30 min",
        "Tue 10:00 changed 2 h 30 min",
        "Tue 10:00 to Tue 15:30 counted 8 h",
        "Tue 15:30 due 8 h",
    ]


def test_what_was_missed_while_the_desk_was_down_says_when_it_was_noticed() -> None:
    desk = Desk(POLICIES["office"])
    desk.play("Mon 10:00 open; Tue 10:00 tell")
    clock = desk.clocks[Goal.FIRST]
    lines = ledger.unfolded(clock, desk.ledger, desk.policy.open_hours, at("Tue 11:00"))
    (missed,) = [each for each in lines if each.what == "missed"]
    assert missed.noticed_at == at("Tue 10:00")
    assert lines[-1].what == "answered late"


@given(
    steps=st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 900)), max_size=15),
    policy=st.sampled_from(sorted(set(POLICIES) - {"nothing"})),
)
def test_lines_follow_one_another_and_end_when_it_is_due(
    steps: list[tuple[str, int]], policy: str
) -> None:
    desk, now = Desk(POLICIES[policy]), at("Mon 10:00")
    desk.do(now, "open")
    for what, minutes in steps:
        now += timedelta(minutes=minutes)
        desk.do(now, what)
    for clock in desk.clocks.values():
        lines = ledger.unfolded(clock, desk.ledger, desk.policy.open_hours, now)
        assert all(each.until is None or each.until > each.at for each in lines)
        if clock.is_running and clock.due_at and clock.due_at >= now:
            assert (lines[-1].what, lines[-1].at) == (DUE, clock.due_at)
        counted = [each for each in lines if each.what in (COUNTED, CLOSED)]
        ends = [each.until for each in counted]
        assert ends == sorted(ends, key=str)


BY_DAY = "Mon to Thu 08:00-12:00, 13:00-18:00; Fri 08:00-15:00"


@pytest.mark.parametrize(
    "hours, words",
    [
        (Hours.always(), "round the clock, every day"),
        (Hours(), "Mon to Fri 09:00-17:00, UTC"),
        (
            Hours(
                "Europe/Berlin", (((480, 720), (780, 1080)),) * 4 + (((480, 900),), (), ()), "DE"
            ),
            BY_DAY + ", Europe/Berlin, closed on holidays",
        ),
        (Hours("UTC", ((),) * 5 + (((1200, 240),),) * 2), "Sat to Sun 20:00-04:00, UTC"),
    ],
)
def test_hours_are_said_as_people_say_them(hours: Hours, words: str) -> None:
    assert ledger.said_hours(hours) == words
