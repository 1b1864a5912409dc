"""Policies are read as operators write them; a refusal names its entry and how to mend it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.rules import sla
from bot.rules.policies import NotPolicies, read_policies
from storage.records.clocks import Goal
from storage.records.hours import Hours
from storage.records.policies import POLICIES, Policy, Wall
from storage.records.tickets import Priority
from storage.records.workspaces import TIERS

H = timedelta(hours=1)
BERLIN = Hours.office("Europe/Berlin", 8 * 60, 18 * 60)


def read(**entry: Any) -> Policy:
    (found,) = read_policies([entry])
    return found


def test_an_entry_says_for_whom_and_how_long() -> None:
    policy = read(tier="premium", priority="High", first="1h30m", next="45m", resolution="16h")
    spans = {Goal.FIRST: 1.5 * H, Goal.NEXT: 0.75 * H, Goal.RESOLUTION: 16 * H}
    assert policy == Policy("Premium high", spans, "Premium", Priority.HIGH)


def test_what_is_not_said_holds_for_all_and_promises_less() -> None:
    assert read(first="4h") == Policy("everybody", {Goal.FIRST: 4 * H})
    assert read(first="4h", name="  Our word ", warn=50).name == "Our word"
    assert read(first="4h", warn=50).warn == 0.5


@pytest.mark.parametrize(
    "told, hours, wall, zone",
    [
        ("desk", None, Wall.DESK, "Europe/Berlin"),
        ("account", None, Wall.ACCOUNT, "America/New_York"),
        ("always", Hours.always(), Wall.OWN, "UTC"),
        ({"weekdays": "7-19"}, Hours.office("UTC", 420, 1140), Wall.DESK, "Europe/Berlin"),
        (
            {"weekdays": "7-19", "zone": "account"},
            Hours.office("UTC", 420, 1140),
            Wall.ACCOUNT,
            "America/New_York",
        ),
        (
            {"weekdays": "7-19", "zone": "Asia/Tokyo"},
            Hours.office("Asia/Tokyo", 420, 1140),
            Wall.OWN,
            "Asia/Tokyo",
        ),
    ],
)
def test_hours_are_those_of_the_desk_of_the_customers_wall_or_its_own(
    told: Any, hours: Hours | None, wall: Wall, zone: str
) -> None:
    policy = read(first="4h", hours=told)
    assert (policy.hours, policy.wall) == (hours, wall)
    placed = sla.placed(policy, BERLIN, "America/New_York")
    assert placed.open_hours.zone == zone
    assert placed.open_hours.week == (hours or BERLIN).week


def test_an_account_without_a_zone_has_the_desks() -> None:
    assert sla.placed(read(first="4h", hours="account"), BERLIN).open_hours == BERLIN


@pytest.mark.parametrize(
    "entry, called, wrong, mend",
    [
        ({"first": "soon"}, "", "has no such time as first (soon)", "4h"),
        ({"first": "0h"}, "", "has no such time as first (0h)", "4h"),
        ({"first": "2d"}, "", "has no such time as first (2d)", "16h"),
        ({"tier": "Premuim"}, " (Premuim)", "knows no tier Premuim", "did you mean Premium?"),
        ({"tier": "Gold"}, " (Gold)", "knows no tier Gold", "choose one of Standard"),
        ({"priority": "hot"}, " (hot)", "knows no priority hot", "choose one of low"),
        ({"frist": "1h"}, "", "knows no frist", "did you mean first?"),
        ({"name": "VIP", "first": None}, " (VIP)", "promises nothing", 'first = "4h"'),
        ({"warn": 120}, "", "cannot warn at 120", "percent"),
        ({"warn": True}, "", "cannot warn at True", "percent"),
        ({"hours": "nights"}, "", "knows no hours like nights", "always"),
        ({"hours": {"mondy": "9-17"}}, "", "knows no mondy", "monday"),
        ({"name": "x" * 61}, f" ({'x' * 40})", "has a name that is too long", "60"),
        ({}, "", "has the name of another", "everybody"),
    ],
)
def test_a_wrong_entry_is_named_and_mended(
    entry: dict[str, Any], called: str, wrong: str, mend: str
) -> None:
    told = {"first": "1h"} | entry
    with pytest.raises(NotPolicies) as caught:
        read_policies([{"first": "4h"}, {key: told[key] for key in told if told[key] is not None}])
    assert caught.value.wrong == f"in entry 2{called} {wrong}"
    assert mend in caught.value.mend


def test_more_entries_than_anybody_needs_are_refused() -> None:
    with pytest.raises(NotPolicies, match="101"):
        read_policies([{"first": "4h", "name": str(n)} for n in range(101)])


def test_who_says_nothing_promises_what_presses_most_first() -> None:
    for tier in ("", *TIERS):
        found = [sla.match(POLICIES, tier, each).spans[Goal.FIRST] for each in reversed(Priority)]
        assert found == [1 * H, 2 * H, 4 * H, 4 * H]
