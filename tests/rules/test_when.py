"""Human times: what is meant, where, and what is no time at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.rules import when
from bot.rules.when import Asked
from tests.rules.cast import NOON

BERLIN = "Europe/Berlin"  # an hour ahead of UTC on that Wednesday, 4 March 2026
ASKED = Asked(NOON, BERLIN)


def wall(words: str, asked: Asked = ASKED) -> str:
    """What the clock on the wall of who asked shows then."""
    return f"{when.parse(words, asked).astimezone(asked.tz):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    "words, shown",
    [
        ("3h", "2026-03-04 16:00"),
        ("90 min", "2026-03-04 14:30"),
        ("1.5h", "2026-03-04 14:30"),
        ("1,5h", "2026-03-04 14:30"),
        ("２ｄ", "2026-03-06 13:00"),
        ("tmrw 9", "2026-03-05 09:00"),
        ("tomorow 14", "2026-03-05 14:00"),
        ("Tommorrow at 10", "2026-03-05 10:00"),
        ("fri 8", "2026-03-06 08:00"),
        ("at 15", "2026-03-04 15:00"),
        ("9 o'clock", "2026-03-05 09:00"),
        ("2026-12-01 9", "2026-12-01 09:00"),
        ("half an hour", "2026-03-04 13:30"),
        ("an hour", "2026-03-04 14:00"),
        ("one hour", "2026-03-04 14:00"),
        ("in two days, please", "2026-03-06 13:00"),
        ("1w2d", "2026-03-13 13:00"),
        ("in 2 hours", "2026-03-04 15:00"),
        ("2d", "2026-03-06 13:00"),
        ("2 days", "2026-03-06 13:00"),
        ("for 2 weeks", "2026-03-18 13:00"),
        ("a month", "2026-04-03 13:00"),
        ("1d 4h", "2026-03-05 17:00"),
        ("1 day and 4 hours", "2026-03-05 17:00"),
        ("tomorrow", "2026-03-05 09:00"),
        ("tomorrow 9am", "2026-03-05 09:00"),
        ("Tomorrow at 9:30 am", "2026-03-05 09:30"),
        ("9am tomorrow", "2026-03-05 09:00"),
        ("tomorrow afternoon", "2026-03-05 14:00"),
        ("tomorrow at noon", "2026-03-05 12:00"),
        ("day after tomorrow", "2026-03-06 09:00"),
        ("tonight", "2026-03-04 18:00"),
        ("tonight 8pm", "2026-03-04 20:00"),
        ("today 17:00", "2026-03-04 17:00"),
        ("eod", "2026-03-04 17:00"),
        ("end of day", "2026-03-04 17:00"),
        ("18:00", "2026-03-04 18:00"),
        ("9am", "2026-03-05 09:00"),
        ("12am", "2026-03-05 00:00"),
        ("friday 14:00", "2026-03-06 14:00"),
        ("Fri 2pm", "2026-03-06 14:00"),
        ("14:00 on Friday", "2026-03-06 14:00"),
        ("monday", "2026-03-09 09:00"),
        ("next monday", "2026-03-09 09:00"),
        ("next friday", "2026-03-13 09:00"),
        ("wednesday", "2026-03-11 09:00"),
        ("wednesday 16:00", "2026-03-04 16:00"),
        ("wednesday 10:00", "2026-03-11 10:00"),
        ("next week", "2026-03-09 09:00"),
        ("next month", "2026-04-01 09:00"),
        ("until 2026-12-01", "2026-12-01 09:00"),
        ("2026-12-01 10:15", "2026-12-01 10:15"),
        ("2026-12-01T10:15", "2026-12-01 10:15"),
        ("1 Dec", "2026-12-01 09:00"),
        ("1st of December 2026", "2026-12-01 09:00"),
        ("Dec 1, 3pm", "2026-12-01 15:00"),
        ("1.12.", "2026-12-01 09:00"),
        ("1.12.2026 15:00", "2026-12-01 15:00"),
        ("1 march", "2027-03-01 09:00"),
        ("march 5 10:00", "2026-03-05 10:00"),
        ("29 feb 2028", "too far"),
    ],
)
def test_what_people_mean(words: str, shown: str) -> None:
    if shown == "too far":
        with pytest.raises(Refused, match="more than a year"):
            wall(words)
    else:
        assert wall(words) == shown


@pytest.mark.parametrize(
    "words, hint",
    [
        ("", "Say until when"),
        ("tomorrow 3", "Say `3am`, `3pm` or `15:00`"),
        ("at 6", "`6am`, `6pm` or `18:00`"),
        ("tomorrow 24", "do not understand"),
        ("tomorrow 0", "do not understand"),
        ("9", "9 of what?"),
        ("banana", "I do not understand when “banana” is"),
        ("tomorrow banana", "do not understand"),
        ("someday", "do not understand"),
        ("5", "5 of what"),
        ("12/1", "slashes"),
        ("25:00", "do not understand"),
        ("13pm", "do not understand"),
        ("31 feb", "no such day"),
        ("2026-13-01", "no such day"),
        ("yesterday", "past"),
        ("2026-01-01", "past"),
        ("today 9am", "past"),
        ("0d", "past"),
        ("2 years", "do not understand"),
        ("9999 days", "more than a year"),
        ("400d", "more than a year"),
        ("<!channel>", "“channel”"),
        ("-2d", "do not understand"),
    ],
)
def test_what_is_no_time_to_come_is_refused_with_a_hint(words: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint) as refused:
        when.parse(words, ASKED)
    assert "<" not in str(refused.value)


def test_days_keep_the_time_of_day_when_summer_time_begins() -> None:
    before = Asked(datetime(2026, 3, 28, 11, 0, tzinfo=UTC), BERLIN)
    assert wall("1d", before) == "2026-03-29 12:00"
    assert when.parse("24h", before) - before.now == timedelta(hours=24)
    assert when.parse("1d", before) - before.now == timedelta(hours=23)


def test_a_time_that_summer_time_leaves_out_is_an_hour_later() -> None:
    asked = Asked(datetime(2026, 3, 28, 11, 0, tzinfo=UTC), BERLIN)
    assert wall("tomorrow 2:30", asked) == "2026-03-29 03:30"


def test_an_unknown_zone_counts_as_utc() -> None:
    assert when.parse("14:00", Asked(NOON, "Mars/Olympus")) == NOON + timedelta(hours=2)


def test_a_moment_is_told_as_the_wall_will_show_it() -> None:
    told = [when.said(when.parse(words, ASKED), ASKED) for words in ("3h", "1d", "1w", "1 feb")]
    assert told == [
        "today at 16:00",
        "tomorrow at 13:00",
        "Wed 11 Mar at 13:00",
        "Mon 1 Feb 2027 at 09:00",
    ]


def test_presets_name_the_day() -> None:
    labels = [label for _, label in when.presets(ASKED)]
    assert labels[:2] == ["In 3 hours: Wed 4 Mar at 16:00", "Tomorrow: Thu 5 Mar at 09:00"]


@given(st.integers(0, 366 * 24 * 60))
def test_presets_are_always_to_come(minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    for zone in (BERLIN, "America/New_York", "Pacific/Apia"):
        asked = Asked(now, zone)
        assert all(when.parse(words, asked) > now for words, _ in when.presets(asked))


@given(st.text(max_size=40))
def test_whatever_is_said_is_a_time_to_come_or_refused(words: str) -> None:
    try:
        found = when.parse(words, ASKED)
    except Refused:
        return
    assert NOON < found <= NOON + when.LONGEST
    assert found.astimezone(ZoneInfo(BERLIN)).second == 0
