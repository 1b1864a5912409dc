"""Opening hours, held to another library's arithmetic."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st
from workclock import Holidays, Schedule, WorkDay

from bot.rules.calendar import (
    add_open_time,
    check_country,
    closes_next,
    is_open,
    is_working_day,
    open_time,
    opens_next,
    zone_of,
)
from storage.records.hours import DAY, Hours, office_week

BERLIN = Hours("Europe/Berlin")
CASES = int(os.environ.get("THREADKEEPER_CASES", "100"))
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
    night = Hours.office("America/New_York", 22 * 60, 6 * 60)
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
    always = Hours.office(opens=0, closes=0)

    assert add_open_time(utc("2026-03-06 20:00"), timedelta(hours=8), always) == utc(
        "2026-03-09 04:00"
    )


def test_a_night_shift_runs_on_into_saturday() -> None:
    night = Hours.office(opens=22 * 60, closes=6 * 60)

    assert is_open(utc("2026-03-07 05:59"), night)
    assert opens_next(utc("2026-03-07 06:00"), night) == utc("2026-03-09 22:00")


def test_a_break_at_noon_is_no_open_time() -> None:
    split = Hours(week=(((9 * 60, 12 * 60), (13 * 60, 17 * 60)),) * 5 + ((),) * 2)

    assert add_open_time(utc("2026-03-04 11:00"), timedelta(hours=2), split) == utc(
        "2026-03-04 14:00"
    )
    assert open_time(utc("2026-03-04 08:00"), utc("2026-03-04 18:00"), split) == timedelta(hours=7)
    assert opens_next(utc("2026-03-04 12:30"), split) == utc("2026-03-04 13:00")
    assert closes_next(utc("2026-03-04 10:00"), split) == utc("2026-03-04 12:00")


def test_spans_that_overlap_count_once() -> None:
    doubled = Hours(week=(((9 * 60, 15 * 60), (12 * 60, 17 * 60)),) * 5 + ((),) * 2)

    assert open_time(utc("2026-03-04 00:00"), utc("2026-03-05 00:00"), doubled) == timedelta(
        hours=8
    )


@pytest.mark.parametrize(
    "country, day",
    [("DE", "2026-10-03"), ("DE-BE", "2026-03-08"), ("US", "2026-11-26"), ("GB", "2026-04-03")],
)
def test_public_holidays_are_closed(country: str, day: str) -> None:
    with_holidays = Hours(week=(((0, 0),),) * 7, country=country)
    noon = utc(f"{day} 12:00")

    assert not is_open(noon, with_holidays)
    assert not is_working_day(noon.date(), with_holidays)
    assert opens_next(noon, with_holidays) == utc(f"{day} 00:00") + timedelta(days=1)


def test_a_day_of_our_own_is_closed_from_midnight_to_midnight() -> None:
    night = Hours(week=office_week(22 * 60, 6 * 60), closed=frozenset({date(2026, 3, 5)}))

    assert closes_next(utc("2026-03-04 22:30"), night) == utc("2026-03-05 00:00")
    assert opens_next(utc("2026-03-05 01:00"), night) == utc("2026-03-06 00:00")


@pytest.mark.parametrize("country", ["Atlantis", "DE-XX", "XX"])
def test_a_country_that_nobody_knows_is_an_error(country: str) -> None:
    with pytest.raises(ValueError, match=country):
        check_country(country)


def test_hours_that_never_open_cannot_be() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Hours(week=((),) * 7)


def test_round_the_clock_every_minute_counts() -> None:
    always = Hours.always()
    start = utc("2026-03-06 20:00")

    assert add_open_time(start, timedelta(days=100, minutes=1), always) == start + timedelta(
        days=100, minutes=1
    )
    assert open_time(start, start + timedelta(days=100), always) == timedelta(days=100)


def test_a_day_of_work_is_told_by_its_ends() -> None:
    split = Hours(week=(((9 * 60, 12 * 60), (13 * 60, 18 * 60)),) * 5 + (((10 * 60, 12 * 60),), ()))

    assert (split.opens, split.closes) == (9 * 60, 18 * 60)
    assert Hours.office(opens=22 * 60, closes=6 * 60).closes == DAY


instants = st.timedeltas(timedelta(0), timedelta(days=3000)).map(utc("2024-01-01").__add__)
spans = st.timedeltas(timedelta(0), timedelta(days=2))
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
quarters = st.integers(0, DAY // 15 - 1).map(lambda quarter: quarter * 15)
COUNTRIES = ("", "", "DE-BE", "US", "JP", "NZ", "IN")


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Up to three spans a day, some past midnight, some that overlap; open once at least."""
    day = st.lists(st.tuples(quarters, quarters), max_size=3).map(tuple)
    return draw(st.tuples(*[day] * 7).filter(any))


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    """Whatever somebody may set up, in all zones, with holidays and days of their own."""
    closed = draw(st.frozensets(days, max_size=20))
    zone, country = draw(st.sampled_from(ZONES)), draw(st.sampled_from(COUNTRIES))
    return Hours(zone, draw(weeks()), country, closed)


def oracle(hours: Hours) -> Schedule:
    """The same hours as another library has them."""
    rules: list[WorkDay | Holidays] = [
        WorkDay(_time(opens), _time(closes), [day])
        for day, spans in enumerate(hours.week)
        for opens, closes in spans
    ]
    closed = set(hours.closed)
    if hours.country:
        code, _, part = hours.country.partition("-")
        known = country_holidays(code, subdiv=part or None, years=range(2023, 2034))
        closed |= set(known)
    return Schedule([*rules, Holidays(sorted(closed))], time_zone=hours.zone)


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))


@settings(deadline=None, max_examples=CASES)
@given(start=instants, span=spans, hours=any_hours())
def test_another_library_reckons_the_same(start: datetime, span: timedelta, hours: Hours) -> None:
    other = oracle(hours)
    end = add_open_time(start, span, hours)

    assert end == (other.add(start, span) if span else start)
    assert open_time(start, end, hours) == other.between(start, end) == span


@settings(deadline=None)
@given(start=instants, end=instants, hours=any_hours())
def test_time_counted_backwards_is_the_same_less_than_nothing(
    start: datetime, end: datetime, hours: Hours
) -> None:
    near = min(end, start + timedelta(days=60))

    assert open_time(start, near, hours) == -open_time(near, start, hours)


@settings(deadline=None)
@given(start=instants, first=spans, second=spans, hours=any_hours())
def test_two_spans_in_turn_are_one_long_span(
    start: datetime, first: timedelta, second: timedelta, hours: Hours
) -> None:
    in_turn = add_open_time(add_open_time(start, first, hours), second, hours)

    assert in_turn == add_open_time(start, first + second, hours)


@settings(deadline=None)
@given(start=instants, span=spans, hours=any_hours())
def test_nobody_is_promised_an_answer_at_night(
    start: datetime, span: timedelta, hours: Hours
) -> None:
    end = add_open_time(start, span, hours)
    just_before = end - timedelta(microseconds=1)

    assert end >= start
    assert not span or is_open(just_before, hours)


@settings(deadline=None)
@given(at=instants, hours=any_hours())
def test_an_opening_is_open_and_nothing_before_it_was(at: datetime, hours: Hours) -> None:
    opens = opens_next(at, hours)

    assert is_open(opens, hours)
    assert opens == at or not is_open(at, hours)
    assert closes_next(at, hours) > opens
