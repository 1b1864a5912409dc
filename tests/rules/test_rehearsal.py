"""A rehearsal counts what the very rules would have said, whatever the policies of then."""

from __future__ import annotations

from datetime import datetime

from bot.console.rehearsing import compared, fitting
from bot.rules.rehearsal import Rehearsal, rehearsed
from storage.records.clocks import Goal, Step
from storage.records.hours import OFFICE
from storage.records.past import Befell, PastTicket
from storage.records.policies import POLICIES, Policy
from storage.records.tickets import Priority
from storage.records.workspaces import TIERS
from tests.rules.test_sla import POLICIES as STORIES
from tests.rules.test_sla import at

NOW = at("Fri+1 17:00")


def befell(line: str) -> Befell:
    """``Mon 10:00 status new waiting``: when, the act, before and after (``-`` for nothing)."""
    day, clock, act, *words = line.split()
    before, after = (word.replace("-", "") for word in (*words, "-", "-")[:2])
    return Befell(at(f"{day} {clock}"), act, before, after)


def past(script: str, tier: str = "", priority: Priority = Priority.NORMAL) -> PastTicket:
    rows = tuple(befell(line) for line in script.split(";"))
    return PastTicket(rows[0].at, priority, tier, "", rows)


def counted(ticket: PastTicket, *policies: Policy, now: datetime = NOW) -> dict[str, int]:
    rehearsal = Rehearsal(policies, OFFICE)
    rehearsed([ticket], rehearsal, now=now)
    return {f"{goal} {step}": many for (_, goal, step), many in sorted(rehearsal.counts.items())}


def test_an_answer_and_a_solution_in_time_are_met() -> None:
    script = "Mon 10:00 open; Mon 11:00 answer; Mon 11:00 status new waiting;"
    script += "Tue 10:00 write; Tue 10:00 status waiting open; Tue 11:00 answer; Tue 12:00 resolve"
    assert counted(past(script), STORIES["office"]) == {
        f"{goal} {Step.MET}": 1 for goal in (Goal.FIRST, Goal.NEXT, Goal.RESOLUTION)
    }


def test_what_time_did_is_warned_and_missed() -> None:
    assert counted(past("Mon 10:00 open; Wed 16:00 answer"), STORIES["office"]) == {
        "first response missed": 1,
        "first response warned": 1,
        "resolution missed": 1,
        "resolution warned": 1,
    }


def test_a_stricter_policy_would_have_missed_what_todays_met() -> None:
    ticket = past("Mon 10:00 open; Mon 12:00 answer; Mon 13:00 resolve")
    today, tried = Rehearsal([STORIES["office"]], OFFICE), Rehearsal([STORIES["fast"]], OFFICE)
    rehearsed([ticket], today, tried, now=NOW)
    assert today.counts["", Goal.FIRST, Step.MET] == 1
    assert tried.counts["", Goal.FIRST, Step.MISSED] == 1
    table = "\n".join(compared(today, tried))
    assert "no tier: 1 tickets" in table
    assert "1 100%" in table
    assert "0 0%" in table


def test_courtesies_snoozes_and_other_lines_change_nothing() -> None:
    bare = past("Mon 10:00 open; Mon 11:00 answer; Mon 15:00 resolve")
    more = past(
        "Mon 10:00 open; Mon 10:05 take; Mon 10:10 snooze; Mon 11:00 answer; Mon 12:00 tag;"
        "Mon 12:30 write - courtesy; Mon 12:40 something; Mon 15:00 resolve"
    )
    assert counted(bare, STORIES["office"]) == counted(more, STORIES["office"])


def test_no_request_promises_nothing() -> None:
    ticket = past("Mon 10:00 open; Mon 10:30 not-a-request")
    assert counted(ticket, STORIES["office"]) == {}


def test_the_priority_of_then_counts_from_then_on() -> None:
    ticket = past("Mon 10:00 open; Mon 10:30 urgent normal urgent", priority=Priority.URGENT)
    found = counted(ticket, *POLICIES, now=at("Mon 11:05"))
    assert found["first response missed"] == 1
    assert found["first response warned"] == 1


def test_tiers_are_counted_apart() -> None:
    rehearsal = Rehearsal([STORIES["office"]], OFFICE)
    script = "Mon 10:00 open; Mon 11:00 answer; Mon 12:00 resolve"
    rehearsed([past(script), past(script, "Premium")], rehearsal, now=NOW)
    assert rehearsal.tickets == {"": 1, "Premium": 1}


def test_a_list_says_what_is_promised_to_whom_and_what_is_for_nobody() -> None:
    everybody = Policy("everybody", POLICIES[-1].spans)
    late = Policy("late", POLICIES[-1].spans, "Premium")
    lines = list(fitting([everybody, late], TIERS, OFFICE))
    assert any("Premium" in line and "first response 4 h" in line for line in lines)
    assert lines[-1].startswith("MEND  late")
    assert not [line for line in fitting(POLICIES, TIERS, OFFICE) if line.startswith("MEND")]
