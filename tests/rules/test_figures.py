"""The list of figures, what they read from tallies, and how they compare."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import defining
from bot.rules.figures import BY_KEY, FIGURES, Unit, compared, lasting, said
from bot.rules.tallies import MINUTE, NOTHING, Sum, Tally, Value, rank, rounded

ROOT = Path(__file__).parents[2]
MINUTES = st.integers(0, 60 * 24 * 400)


@given(MINUTES)
def test_little_of_a_time_is_rounded_off(minutes: int) -> None:
    kept = rounded(minutes * MINUTE)
    assert 0 <= minutes - kept <= minutes / 64
    assert rounded(kept * MINUTE) == kept
    assert kept == minutes or minutes >= 128


@given(st.lists(MINUTES, min_size=1), st.sampled_from([1, 50, 90, 100]))
def test_what_is_rounded_has_the_same_rank_as_the_times_themselves(
    times: list[int], percent: int
) -> None:
    tally: dict[int, int] = {}
    for each in times:
        kept = rounded(each * MINUTE)
        tally[kept] = tally.get(kept, 0) + 1
    exact = sorted(times)[-(-len(times) * percent // 100) - 1]
    assert rank(tally, percent) == rounded(exact * MINUTE) * MINUTE


def test_sums_add_up() -> None:
    whole, other = Sum(), Sum()
    for each in (whole, other):
        each.once("opened")
        each.lasting("first", 5 * MINUTE)
    other.lasting("age", MINUTE)
    whole.add(other.told)
    whole.add(other.told)
    assert whole.tally() == Tally({"opened": 3}, {"first": {5: 3}, "age": {1: 2}})
    assert other.tally() == Tally({"opened": 1}, {"first": {5: 1}, "age": {1: 1}})


def test_every_figure_can_be_told_of_nothing_and_has_a_unit_and_help() -> None:
    assert len(BY_KEY) == len(FIGURES)
    for each in FIGURES:
        assert each.read(NOTHING) in (0, None)
        assert each.title
        assert each.help.endswith(".")


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("opened", 1, "1 ticket"),
        ("opened", 0, "0 tickets"),
        ("opened", 12345, "12,345 tickets"),
        ("escalated", 1, "1 time"),
        ("sla", 87.4, "87 %"),
        ("sla", None, "nothing to count"),
        ("first_p50", None, "none yet"),
        ("first_p50", timedelta(minutes=65), "1 h 5 min"),
    ],
)
def test_a_value_is_said_with_its_unit(key: str, value: Value, words: str) -> None:
    assert said(BY_KEY[key], value) == words


@pytest.mark.parametrize(
    "span, words",
    [
        (timedelta(seconds=59), "under 1 min"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=3, minutes=20, seconds=50), "3 h 20 min"),
        (timedelta(days=12, hours=4, minutes=30), "12 d 4 h"),
        (timedelta(days=2, minutes=30), "2 d"),
    ],
)
def test_a_time_is_said_in_two_units_at_most(span: timedelta, words: str) -> None:
    assert lasting(span) == words


def test_more_work_done_is_better_and_more_that_came_back_is_worse() -> None:
    now, before = Tally({"resolved": 6, "reopened": 3}), Tally({"resolved": 4, "reopened": 2})
    resolved = compared(BY_KEY["resolved"], now, before)
    assert (resolved.now, resolved.before, resolved.delta) == (6, 4, 2)
    assert resolved.percent == pytest.approx(50)
    assert resolved.is_better is True
    assert compared(BY_KEY["reopened"], now, before).is_better is False
    assert compared(BY_KEY["opened"], now, before).is_better is None


def test_shares_differ_in_points_and_times_in_time() -> None:
    now = Tally({"sla_met": 9, "sla_missed": 1}, {"first": {30: 1}})
    before = Tally({"sla_met": 1, "sla_missed": 1}, {"first": {90: 1}})
    share = compared(BY_KEY["sla"], now, before)
    assert (share.delta, share.percent, share.is_better) == (40, None, True)
    first = compared(BY_KEY["first_p50"], now, before)
    assert (first.delta, first.is_better) == (timedelta(hours=-1), True)


def test_nothing_is_compared_with_what_there_was_not() -> None:
    change = compared(BY_KEY["sla"], NOTHING, Tally({"sla_met": 1}))
    assert (change.now, change.before, change.delta, change.is_better) == (None, 100, None, None)
    assert compared(BY_KEY["opened"], Tally({"opened": 5}), NOTHING).percent is None


def test_shares_are_the_only_figures_in_percent() -> None:
    of = Tally(dict.fromkeys(("sla_met", "promises_kept", "csat_good", "csat_voted"), 1))
    shares = {each.key for each in FIGURES if each.unit is Unit.PERCENT}
    assert {each.key for each in FIGURES if each.read(of) == 100} == shares


def test_the_page_of_figures_is_that_of_the_list() -> None:
    page = (ROOT / "docs" / "figures.md").read_text("utf-8")
    assert page == "\n".join(defining.page()) + "\n", "run `make docs`"


def test_shares_are_compared_as_people_see_them() -> None:
    before, now = (Tally({"sla_met": met, "sla_missed": 1000 - met}) for met in (726, 754))
    assert compared(BY_KEY["sla"], now, before).delta == 2
    nearly = Tally({"sla_met": 727, "sla_missed": 273})
    assert compared(BY_KEY["sla"], nearly, before).delta == 0
    assert compared(BY_KEY["sla"], nearly, before).is_better is None
