"""Opening hours, held to another library's arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workclock import Schedule, WorkDay

from bot.rules.calendar import add_open_time, is_open, opens_next, zone_of
from storage.records.workspaces import Hours

BERLIN = Hours("Europe/Berlin")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
    "America/Sao_Paulo",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "start, hours, end",
    [
        ("2026-03-04 10:00", 4, "2026-03-04 14:00"),
        ("2026-03-04 08:00", 4, "2026-03-04 13:00"),
        ("2026-03-04 15:00", 4, "2026-03-05 11:00"),
        ("2026-03-04 13:00", 4, "2026-03-04 17:00"),
        ("2026-03-04 17:00", 4, "2026-03-05 13:00"),
        ("2026-03-04 23:30", 4, "2026-03-05 13:00"),
        ("2026-03-06 15:00", 4, "2026-03-09 11:00"),
        ("2026-03-07 12:00", 4, "2026-03-09 13:00"),
        ("2026-03-04 10:00", 40, "2026-03-11 10:00"),
        ("2026-03-04 20:00", 0, "2026-03-04 20:00"),
        ("2026-03-04 20:00", -3, "2026-03-04 20:00"),
    ],
)
def test_only_open_hours_count(start: str, hours: int, end: str) -> None:
    assert add_open_time(utc(start), timedelta(hours=hours), Hours()) == utc(end)


@pytest.mark.parametrize(
    "start, end",
    [
        ("2026-03-27 15:00", "2026-03-30 10:00"),  # Berlin: the clocks go forward on the 29th
        ("2026-10-23 14:00", "2026-10-26 11:00"),  # and back on the 25th
    ],
)
def test_nine_oclock_stays_nine_oclock_when_clocks_change(start: str, end: str) -> None:
    assert add_open_time(utc(start), timedelta(hours=4), BERLIN) == utc(end)


def test_a_night_that_loses_an_hour_is_an_hour_shorter() -> None:
    night = Hours("America/New_York", opens=22 * 60, closes=6 * 60)
    friday_evening = datetime(2026, 3, 6, 22, 0, tzinfo=ZoneInfo("America/New_York"))

    assert add_open_time(friday_evening, timedelta(hours=8), night) == utc("2026-03-07 11:00")


@pytest.mark.parametrize(
    "at, opens",
    [
        ("2026-03-04 10:00", "2026-03-04 10:00"),
        ("2026-03-04 08:59", "2026-03-04 09:00"),
        ("2026-03-04 09:00", "2026-03-04 09:00"),
        ("2026-03-04 17:00", "2026-03-05 09:00"),
        ("2026-03-06 17:00", "2026-03-09 09:00"),
        ("2026-03-08 12:00", "2026-03-09 09:00"),
    ],
)
def test_the_next_opening_is_now_or_later(at: str, opens: str) -> None:
    assert opens_next(utc(at), Hours()) == utc(opens)
    assert is_open(utc(at), Hours()) is (at == opens)


def test_the_customers_own_time_is_understood() -> None:
    in_tokyo = datetime(2026, 3, 4, 19, 0, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert add_open_time(in_tokyo, timedelta(hours=1), Hours()) == utc("2026-03-04 11:00")
    assert opens_next(in_tokyo, Hours()).tzinfo is UTC


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "\0", "x" * 500])
def test_a_zone_that_does_not_exist_is_utc(zone: str) -> None:
    assert zone_of(Hours(zone)) == ZoneInfo("UTC")
    assert opens_next(utc("2026-03-04 08:00"), Hours(zone)) == utc("2026-03-04 09:00")


def test_equal_hours_are_open_round_the_clock_on_weekdays() -> None:
    always = Hours(opens=0, closes=0)

    assert add_open_time(utc("2026-03-06 20:00"), timedelta(hours=8), always) == utc(
        "2026-03-09 04:00"
    )


def test_a_night_shift_runs_on_into_saturday() -> None:
    night = Hours(opens=22 * 60, closes=6 * 60)

    assert is_open(utc("2026-03-07 05:59"), night)
    assert opens_next(utc("2026-03-07 06:00"), night) == utc("2026-03-09 22:00")


instants = st.timedeltas(timedelta(0), timedelta(days=3000)).map(utc("2024-01-01").__add__)
spans = st.timedeltas(timedelta(0), timedelta(days=2))


@st.composite
def day_hours(draw: st.DrawFn) -> Hours:
    """Hours of one day into which no zone's change of clocks falls: those are cases above."""
    opens = draw(st.integers(5 * 60, 20 * 60))
    closes = draw(st.integers(opens + 60, 23 * 60))
    return Hours(draw(st.sampled_from(ZONES)), opens, closes)


@settings(deadline=None)
@given(start=instants, span=spans, hours=day_hours())
def test_another_library_reckons_the_same(start: datetime, span: timedelta, hours: Hours) -> None:
    begin, end = (time(*divmod(minutes, 60)) for minutes in (hours.opens, hours.closes))
    oracle = Schedule([WorkDay(begin, end)], time_zone=hours.zone)

    assert add_open_time(start, span, hours) == oracle.add(start, span)


@settings(deadline=None)
@given(start=instants, first=spans, second=spans, hours=day_hours())
def test_two_spans_in_turn_are_one_long_span(
    start: datetime, first: timedelta, second: timedelta, hours: Hours
) -> None:
    in_turn = add_open_time(add_open_time(start, first, hours), second, hours)

    assert in_turn == add_open_time(start, first + second, hours)


@settings(deadline=None)
@given(start=instants, span=spans, hours=day_hours())
def test_nobody_is_promised_an_answer_at_night(
    start: datetime, span: timedelta, hours: Hours
) -> None:
    end = add_open_time(start, span, hours)
    just_before = end - timedelta(microseconds=1)

    assert end >= start
    assert not span or is_open(just_before, hours)


@settings(deadline=None)
@given(at=instants, hours=day_hours())
def test_an_opening_is_open_and_nothing_before_it_was(at: datetime, hours: Hours) -> None:
    opens = opens_next(at, hours)

    assert is_open(opens, hours)
    assert opens == at or not is_open(at, hours)
