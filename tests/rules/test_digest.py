"""When digests come, in any zone and whatever summer time, holidays and stops do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.rules import digest
from storage.records.digests import Kind, Subscription
from storage.records.hours import Hours

MADE = datetime(2026, 3, 1, tzinfo=UTC)
NINE = Subscription(1, 1, Kind.DAILY, 10, 10, MADE)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(words: str, zone: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_it_comes_at_nine_on_the_wall_before_and_after_summer_time() -> None:
    hours = Hours.office("Europe/Berlin")
    friday = digest.next_slot(NINE, hours, at("2026-03-26T10:00", "Europe/Berlin"))
    monday = digest.next_slot(NINE, hours, friday)
    assert friday == datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert monday == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_holidays_and_days_of_our_own_have_none() -> None:
    hours = replace(
        Hours.office("Europe/Berlin"), country="DE-BE", closed=frozenset({date(2026, 5, 4)})
    )
    after = digest.next_slot(NINE, hours, at("2026-04-30T12:00", "Europe/Berlin"))
    assert after == at("2026-05-05T09:00", "Europe/Berlin")


def test_a_week_that_begins_with_a_holiday_begins_a_day_later() -> None:
    hours = replace(Hours.office("Europe/Berlin"), country="DE-BE")
    weekly = replace(NINE, kind=Kind.WEEKLY)
    found = digest.next_slot(weekly, hours, at("2026-04-01T12:00", "Europe/Berlin"))
    assert found == at("2026-04-07T09:00", "Europe/Berlin")  # Easter Monday is the 6th
    assert digest.next_slot(weekly, hours, found) == at("2026-04-13T09:00", "Europe/Berlin")


def test_a_late_one_is_sent_and_a_very_late_one_is_not() -> None:
    hours = Hours.office()
    due = datetime(2026, 3, 2, 9, tzinfo=UTC)
    soon = digest.look(NINE, hours, due + 2 * HOUR)
    assert (soon.slot_at, soon.skipped_at) == (due, None)
    assert digest.is_late(due, due + 2 * HOUR)
    never = digest.look(NINE, hours, due + 5 * HOUR)
    assert (never.slot_at, never.skipped_at) == (None, due)
    assert never.next_at == due + DAY


def test_after_days_of_standing_still_only_the_last_one_comes() -> None:
    found = digest.look(NINE, Hours.office(), datetime(2026, 3, 5, 9, tzinfo=UTC))
    assert found.slot_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert found.skipped_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_a_slot_that_was_seen_to_never_comes_again() -> None:
    due = datetime(2026, 3, 2, 9, tzinfo=UTC)
    seen = replace(NINE, last_at=due)
    assert digest.look(seen, Hours.office(), due + HOUR).slot_at is None


def test_who_travels_gets_no_second_one_on_the_same_day() -> None:
    due = at("2026-03-02T09:00", "Europe/Berlin")
    seen = replace(NINE, last_at=due)
    west = digest.look(
        seen, Hours.office("America/New_York"), at("2026-03-02T09:00", "America/New_York")
    )
    assert west.slot_at is None
    assert west.next_at == at("2026-03-03T09:00", "America/New_York")


def days(
    one: Subscription, hours: Hours, at: datetime, there: Hours | None = None
) -> tuple[date, date]:
    return digest.days(one, hours, at, there=there or hours)


def test_mondays_tell_of_the_weekend_too() -> None:
    hours, monday = Hours.office(), datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert days(NINE, hours, monday) == (date(2026, 3, 6), date(2026, 3, 8))
    assert days(NINE, hours, monday + DAY) == (date(2026, 3, 9), date(2026, 3, 9))
    weekly = replace(NINE, kind=Kind.WEEKLY)
    assert days(weekly, hours, monday) == (date(2026, 3, 2), date(2026, 3, 8))


@pytest.mark.parametrize("at", ["2026-03-09T07:00", "2026-03-09T15:00", "2026-03-08T12:00"])
def test_one_that_is_sent_at_once_tells_of_the_days_since_the_last_working_day(at: str) -> None:
    last = date(2026, 3, 8) if "09T" in at else date(2026, 3, 7)
    assert days(NINE, Hours.office(), datetime.fromisoformat(f"{at}Z")) == (date(2026, 3, 6), last)


def test_a_week_that_waits_for_the_end_of_a_holiday_is_the_same_week() -> None:
    hours = replace(Hours.office("Europe/Berlin"), country="DE-BE")
    weekly = replace(NINE, kind=Kind.WEEKLY)
    tuesday = at("2026-04-07T09:00", "Europe/Berlin")  # Easter Monday is the 6th
    assert days(weekly, hours, tuesday) == (date(2026, 3, 30), date(2026, 4, 5))
    assert days(weekly, hours, tuesday + 2 * DAY) == (date(2026, 4, 2), date(2026, 4, 8))


@pytest.mark.parametrize("kind", [Kind.DAILY, Kind.WEEKLY])
@pytest.mark.parametrize("minutes", [30, 540, 1410])
@pytest.mark.parametrize(
    "zone", ["Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati", *ZONES]
)
def test_wherever_its_reader_is_each_day_of_the_desk_is_told_of_once(
    zone: str, minutes: int, kind: Kind
) -> None:
    desk = replace(Hours.office("Europe/Berlin"), country="DE-BE")
    there = replace(desk, zone=zone)
    one = replace(NINE, minutes=minutes, kind=kind, made_at=at("2026-01-05T00:00", zone))
    now, told = one.made_at, []
    while (now := digest.next_slot(one, there, now)) < at("2027-02-01T00:00", zone):
        first, last = days(one, desk, now, there)
        told += [first + DAY * n for n in range((last - first).days + 1)]
    again = len(told) - len(set(told))
    missing = {told[0] + DAY * n for n in range((told[-1] - told[0]).days + 1)} - set(told)
    # Where the reader's hour is the desk's midnight, it is another day of the desk in summer.
    assert again + len(missing) <= 2
    assert not missing or kind is Kind.WEEKLY


def test_a_friday_looks_ahead_until_monday_has_begun() -> None:
    hours = Hours.office("Europe/Berlin")
    friday = at("2026-03-27T17:00", "Europe/Berlin")
    assert digest.horizon(friday, hours) == at("2026-03-30T09:00", "Europe/Berlin")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("minutes", [0, 90, 150, 540, 1439])
def test_in_a_year_every_working_day_has_one(zone: str, minutes: int) -> None:
    hours = Hours.office(zone)
    one = replace(NINE, minutes=minutes, zone=zone, made_at=at("2026-01-01T00:00", zone))
    now, seen = one.made_at, []
    while (now := digest.next_slot(one, hours, now)) < at("2027-01-01T00:00", zone):
        seen.append(now.astimezone(ZoneInfo(zone)).date())
    days = {date(2026, 1, 1) + DAY * n for n in range(365)}
    assert len(seen) == len(set(seen))
    assert set(seen) - {date(2026, 1, 1)} == {
        each for each in days if each.weekday() < 5 and each.day + each.month > 2
    }


@given(
    some.sampled_from(ZONES),
    some.sampled_from(list(Kind)),
    some.integers(0, 1439),
    some.lists(some.integers(1, 100 * 60), min_size=1, max_size=60),
)
def test_however_often_the_desk_looks_no_slot_comes_twice_or_is_lost(
    zone: str, kind: Kind, minutes: int, waits: list[int]
) -> None:
    hours = Hours.office(zone)
    one, now, told = replace(NINE, kind=kind, minutes=minutes, zone=zone), MADE, []
    for wait in waits:
        now += timedelta(minutes=wait)
        found = digest.look(one, hours, now)
        told += [each for each in (found.skipped_at, found.slot_at) if each]
        one = replace(one, last_at=found.slot_at or found.skipped_at or one.last_at)
        assert found.next_at > now
    assert told == sorted(set(told))
    if told:
        assert told[-1] <= now
        assert digest.next_slot(one, hours, told[-1]) > now
