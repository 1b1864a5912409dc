"""The books: every message seen has one end, by channel and day."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from storage import books
from storage.messages import message_table
from storage.records.books import BookLine
from storage.records.messages import End
from storage.unit import Unit
from tests.storage.cast import ACME, LOBBY, MINUTE, NOON, ZOES_CHANNEL, say

DAY = timedelta(days=1)
MARCH_2 = date(2026, 3, 2)


def test_ends_are_counted_by_channel_day_and_reason(unit: Unit, zoes: Unit) -> None:
    say(unit)
    say(unit, said_at=NOON + MINUTE)
    say(unit, end=End.IGNORED, reason="courtesy")
    say(unit, end=End.IGNORED, reason="bot")
    say(unit, said_at=NOON + DAY)
    say(unit, channel_id=LOBBY, end=End.JOINED)
    say(zoes, channel_id=ZOES_CHANNEL, author_id=None)
    assert books.by_day(unit) == [
        BookLine(ACME, MARCH_2, End.IGNORED, "bot", 1),
        BookLine(ACME, MARCH_2, End.IGNORED, "courtesy", 1),
        BookLine(ACME, MARCH_2, End.OPENED, "", 2),
        BookLine(ACME, MARCH_2 + DAY, End.OPENED, "", 1),
        BookLine(LOBBY, MARCH_2, End.JOINED, "", 1),
    ]


def test_the_books_of_one_channel_from_one_day_on(unit: Unit) -> None:
    say(unit, said_at=NOON - MINUTE)
    say(unit)
    say(unit, channel_id=LOBBY)
    assert books.by_day(unit, channel_id=ACME, since=NOON) == [
        BookLine(ACME, MARCH_2, End.OPENED, "", 1)
    ]


def test_days_are_days_of_utc(unit: Unit) -> None:
    midnight = NOON + timedelta(hours=12)
    say(unit, said_at=midnight - timedelta(microseconds=1))
    say(unit, said_at=midnight)
    assert [line.day for line in books.by_day(unit)] == [MARCH_2, MARCH_2 + DAY]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(End), st.integers(0, 5000)), max_size=20))
def test_the_books_balance(unit: Unit, seen: list[tuple[End, int]]) -> None:
    unit.execute(delete(message_table))
    for end, minutes in seen:
        say(unit, end=end, said_at=NOON + minutes * MINUTE)
    assert sum(line.count for line in books.by_day(unit)) == len(seen)
