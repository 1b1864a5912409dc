"""The words that templates make of people, moments, lengths and sizes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.slack import filters
from storage.records.channels import Channel
from storage.records.people import Person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CARLA = Person(1, 5, "U0CARLA", "T2", name=" Carla ")


def test_a_person_is_mentioned_and_a_channel_linked() -> None:
    assert filters.user(CARLA) == "<@U0CARLA>"
    assert filters.channel(Channel(1, 7, "C0ACME", "acme")) == "<#C0ACME>"


@pytest.mark.parametrize("slack_id", ["", "U1> <!channel", "here"])
def test_what_is_no_id_cannot_become_a_mention(slack_id: str) -> None:
    with pytest.raises(ValueError, match="no id of Slack's"):
        filters.user(Person(1, 5, slack_id, "T2"))


def test_a_moment_is_shown_in_the_readers_zone_with_utc_for_the_rest() -> None:
    athens = NOON.astimezone(timezone(timedelta(hours=2)))
    shown = "<!date^1772452800^{date_short_pretty} at {time}|2 Mar 2026 12:00 UTC>"
    assert filters.date(NOON) == filters.date(athens) == shown


def test_the_word_before_a_moment_stands_inside_of_it() -> None:
    shown = "<!date^1772452800^by {date_short_pretty} at {time}|by 2 Mar 2026 12:00 UTC>"
    assert filters.date(NOON, after="by") == shown


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        filters.date(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "seconds,words",
    [
        (-5, "0 s"),
        (10, "10 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86400, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    assert filters.since(NOON, NOON + timedelta(seconds=seconds)) == words


def test_what_was_a_moment_ago_is_just_now() -> None:
    assert filters.ago(NOON, NOON + timedelta(seconds=59)) == "just now"
    assert filters.ago(NOON, NOON + timedelta(hours=3)) == "3 h ago"


def test_a_name_is_trimmed_and_nobody_has_one_too() -> None:
    assert filters.name(CARLA) == "Carla"
    assert filters.name(None, "nobody yet") == "nobody yet"
    assert filters.name(Person(1, 5, "U1", "T2"), "Somebody") == "Somebody"
    assert len(filters.name(Person(1, 5, "U1", "T2", name="x" * 500))) <= 80


@pytest.mark.parametrize(
    "count,words",
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1_500_000, "1.4 MB"),
        (1 << 31, "2 GB"),
    ],
)
def test_sizes_are_read_by_people(count: int, words: str) -> None:
    assert filters.size(count) == words


def test_words_in_a_list_stand_on_one_line_whatever_they_hold() -> None:
    said = "`import.py` fails:\n```Traceback\n  File x```"
    assert filters.inline(said) == "`import.py` fails: Traceback File x"
