"""What is typed to find tickets: words, filters, and hints for everything else."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.rules import search
from bot.rules.search import Question
from storage.records.tickets import Priority, Status
from tests.rules.cast import NOON

BERLIN = ZoneInfo("Europe/Berlin")
CATEGORIES = ("Technical", "Billing", "Pre-sales")


def filters(text: str) -> dict[str, tuple[str, ...]]:
    return dict(search.parse(text).said)


@pytest.mark.parametrize(
    "text, words",
    [
        ("export fails", "export fails"),
        ('"export fails" today', "export fails today"),
        ("“export fails”", "export fails"),
        ("at 12:30 it fails", "at 12:30 it fails"),
        ("https://acme.example/a?b=c", "https://acme.example/a?b=c"),
        ("Error: no such file", "Error: no such file"),
        ("TypeError:unhashable", "TypeError:unhashable"),
        ("C:\\temp", "C:\\temp"),
        ('an "open quote', 'an "open quote'),
        ('"from:carla"', "from:carla"),
    ],
)
def test_what_is_no_filter_is_words(text: str, words: str) -> None:
    assert search.parse(text) == Question(words)


@pytest.mark.parametrize(
    "text, said",
    [
        ("from:<@U1|carla>", {"from": ("<@U1|carla>",)}),
        ('from:"Carla Diaz" fails', {"from": ("Carla Diaz",)}),
        ("FROM:@carla", {"from": ("@carla",)}),
        ("by:carla by:dan", {"from": ("carla", "dan")}),
        ("in:<#C1|acme>", {"in": ("<#C1|acme>",)}),
        ("status:new,open", {"status": ("new", "open")}),
        ("is:open prio:high", {"status": ("open",), "priority": ("high",)}),
        ("tag:vip -", {"tag": ("vip",)}),
    ],
)
def test_filters_are_read_apart_from_words(text: str, said: dict[str, tuple[str, ...]]) -> None:
    assert filters(text) == said


@pytest.mark.parametrize(
    "text, hint",
    [
        ("", "Say what to look for"),
        ("   ", "Say what to look for"),
        ("form:@carla", "Did you mean `from:@carla`?"),
        ("acount:acme", "Did you mean `account:acme`?"),
        ("colour:red", "There is no filter `colour:`. You can add `from:@carla`"),
        ("from: carla", "Say what after `from:`, without a space"),
        ("from:", "Say what after `from:`"),
        ('tag:""', "Say what after `tag:`"),
        ("x" * 500, "too long"),
    ],
)
def test_odd_questions_are_refused_with_the_right_one(text: str, hint: str) -> None:
    with pytest.raises(Refused, match=re.escape(hint)):
        search.parse(text)


def test_open_means_whatever_is_not_solved() -> None:
    live = (Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED)
    assert search.statuses(("open",)) == live
    assert search.statuses(("solved",)) == (Status.RESOLVED, Status.CLOSED)
    assert search.statuses(("new", "snoozed")) == (Status.NEW, Status.SNOOZED)
    assert search.statuses(()) is None


def test_beginnings_are_enough_and_slips_are_mended() -> None:
    assert search.category(("bill",), CATEGORIES) == "Billing"
    assert search.priorities(("URGENT", "hi")) == (Priority.URGENT, Priority.HIGH)
    with pytest.raises(Refused, match="Did you mean `status:waiting`"):
        search.statuses(("waitng",))
    with pytest.raises(Refused, match="There are low, normal, high, urgent"):
        search.priorities(("7",))
    with pytest.raises(Refused, match="One `category:` at a time"):
        search.category(("billing", "technical"), CATEGORIES)


@pytest.mark.parametrize(
    "word, begins",
    [
        ("2026-01-31", datetime(2026, 1, 30, 23, tzinfo=UTC)),
        ("today", datetime(2026, 3, 3, 23, tzinfo=UTC)),
        ("yesterday", datetime(2026, 3, 2, 23, tzinfo=UTC)),
        ("7d", datetime(2026, 2, 24, 23, tzinfo=UTC)),
        ("1w", datetime(2026, 2, 24, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_where_the_asker_is(word: str, begins: datetime) -> None:
    assert search.day("before", (word,), NOON, BERLIN) == begins


@pytest.mark.parametrize("word", ["2026-02-31", "never", "01.02.2026", "99", "2026-1"])
def test_what_is_no_day_is_refused(word: str) -> None:
    with pytest.raises(Refused, match="`before:` takes a day"):
        search.day("before", (word,), NOON, BERLIN)


@given(st.text(max_size=60))
def test_nothing_typed_is_ever_an_error(text: str) -> None:
    with suppress(Refused):
        search.parse(text)
