"""Days, weeks and months of a workspace's own calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rules.spans import (
    Days,
    Span,
    Step,
    begin_of,
    day_of,
    last_days,
    last_week,
    steps,
    this_week,
    today,
    until_today,
    yesterday,
)

BERLIN, HAVANA, BEIRUT = "Europe/Berlin", "America/Havana", "Asia/Beirut"
# A Wednesday, already Thursday in Auckland.
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def span(first: str, last: str, zone: str = "UTC") -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last), zone)


def test_a_day_begins_at_midnight_where_the_desk_is() -> None:
    assert today(NOW, "Pacific/Auckland").first == date(2026, 3, 5)
    assert today(NOW, BERLIN).since == datetime(2026, 3, 3, 23, tzinfo=UTC)
    assert yesterday(NOW, BERLIN).until == today(NOW, BERLIN).since


@pytest.mark.parametrize("day, hours", [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_clocks_change_is_shorter_or_longer(day: str, hours: int) -> None:
    one = span(day, day, BERLIN)
    assert one.until - one.since == timedelta(hours=hours)


@pytest.mark.parametrize("zone", [BERLIN, HAVANA, BEIRUT, "America/Sao_Paulo", "UTC"])
def test_every_moment_lies_in_the_day_that_it_is_said_to_be_of(zone: str) -> None:
    at = datetime(2018, 2, 15, tzinfo=UTC)
    for n in range(24 * 400):
        moment = at + timedelta(hours=n)
        day = day_of(moment, zone)
        assert begin_of(day, zone) <= moment < begin_of(day + timedelta(days=1), zone)


def test_many_moments_are_found_as_each_alone() -> None:
    whole = span("2026-10-20", "2026-10-30", HAVANA)
    find, at = Days(whole), whole.since
    while at < whole.until:
        assert find.of(at) == day_of(at, HAVANA)
        at += timedelta(minutes=30)


def test_weeks_begin_on_monday() -> None:
    assert this_week(NOW, "UTC") == span("2026-03-02", "2026-03-08")
    assert last_week(NOW, "UTC") == span("2026-02-23", "2026-03-01")


def test_so_many_days_end_yesterday_or_today() -> None:
    assert last_days(NOW, "UTC", 7) == span("2026-02-25", "2026-03-03")
    assert until_today(NOW, "UTC", 1) == today(NOW, "UTC")


@pytest.mark.parametrize(
    "now, before",
    [
        (("2026-03-04", "2026-03-04"), ("2026-02-25", "2026-02-25")),
        (("2026-02-23", "2026-03-01"), ("2026-02-16", "2026-02-22")),
        (("2026-03-01", "2026-03-10"), ("2026-02-15", "2026-02-24")),
    ],
)
def test_a_span_is_compared_with_the_same_weekdays_before(
    now: tuple[str, str], before: tuple[str, str]
) -> None:
    assert span(*now).before() == span(*before)


def test_pieces_cover_a_span_without_a_gap_and_are_cut_at_its_ends() -> None:
    whole = span("2025-12-31", "2026-02-03")
    assert [(each.first.day, each.last.day) for each in steps(whole, Step.MONTH)] == [
        (31, 31),
        (1, 31),
        (1, 3),
    ]
    weeks = steps(whole, Step.WEEK)
    assert [day for each in weeks for day in each.each_day()] == list(whole.each_day())
    assert {each.first.weekday() for each in weeks[1:]} == {0}
    assert len(steps(whole, Step.DAY)) == whole.days == 35
    years = span("2023-12-31", "2025-01-01")
    assert [str(each.first) for each in steps(years, Step.QUARTER)] == [
        *("2023-12-31", "2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")
    ]


def test_a_span_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="is before"):
        span("2026-03-02", "2026-03-01")
