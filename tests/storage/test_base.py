"""Column types: what goes in comes out, in the same order, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage.base import ChoiceRank, ChoiceText, Instant, JsonText, Words
from storage.records.tickets import Priority, Turn

DIALECT = sqlite.dialect()


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(at: datetime) -> None:
    stored = Instant().process_bind_param(at, DIALECT)
    assert Instant().process_result_value(stored, DIALECT) == at


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_instants_are_stored_in_the_order_in_which_they_happen(a: datetime, b: datetime) -> None:
    first, second = (Instant().process_bind_param(at, DIALECT) for at in (a, b))
    assert first is not None
    assert second is not None
    assert (first < second) == (a.astimezone(UTC) < b.astimezone(UTC))


def test_an_instant_comes_back_in_utc() -> None:
    at = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    stored = Instant().process_bind_param(at, DIALECT)
    assert Instant().process_result_value(stored, DIALECT) == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert at.astimezone(timezone(timedelta(hours=-5))) == at


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Instant().process_bind_param(datetime(2026, 7, 1, 9), DIALECT)  # noqa: DTZ001


def test_priorities_are_stored_so_that_they_sort() -> None:
    ranks = [ChoiceRank(Priority).process_bind_param(each, DIALECT) for each in Priority]
    assert ranks == [0, 1, 2, 3]
    assert [ChoiceRank(Priority).process_result_value(n, DIALECT) for n in ranks] == [*Priority]


def test_a_choice_is_stored_as_its_word() -> None:
    assert ChoiceText(Turn).process_bind_param(Turn.NOBODYS, DIALECT) == "nobody's"
    assert ChoiceText(Turn).process_result_value("nobody's", DIALECT) is Turn.NOBODYS


HALVES = st.text(st.characters(exclude_categories=()))  # of surrogate pairs, too


@given(st.recursive(st.none() | st.integers(-(2**63), 2**64 - 1) | st.text() | HALVES, st.lists))
def test_json_comes_back_whatever_the_text(value: object) -> None:
    stored = JsonText().process_bind_param(value, DIALECT)
    assert JsonText().process_result_value(stored, DIALECT) == value


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("plain", "plain"),
        ("Grüße 👋🏽 \n\t", "Grüße 👋🏽 \n\t"),
        ("a\0b", "a\ufffdb"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("whole \ud83d\ude00 pair", "whole 😀 pair"),
        ("", ""),
    ],
)
def test_words_that_no_database_could_hold_are_made_storable(typed: str, kept: str) -> None:
    assert Words().process_bind_param(typed, DIALECT) == kept
