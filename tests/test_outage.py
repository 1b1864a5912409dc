"""A database that fails is told of once, and once when it is well again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.outage import QUIET_SECONDS, Outage
from storage.errors import in_short, is_trouble, passes_by_itself, was_cut
from storage.writer import Full

FULL = OperationalError("INSERT INTO text VALUES (:secret)", {}, Exception("disk is full\nlook"))


@dataclass
class Day:
    """An outage that a test lives through second by second."""

    at: float = 100.0
    log: list[EventDict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outage = Outage(now=lambda: self.at)

    @property
    def said(self) -> list[str]:
        return [str(line["event"]) for line in self.log]


@pytest.fixture
def day() -> Iterator[Day]:
    with capture_logs() as log:
        yield Day(log=log)


def test_of_many_failures_one_line_is_said(day: Day) -> None:
    for _ in range(50):
        day.outage.failed(FULL)
    assert day.said == ["the database does not serve us"]
    assert day.log[0]["error"] == "disk is full"


def test_its_end_is_said_with_how_long_it_lasted(day: Day) -> None:
    day.outage.failed(FULL)
    day.at += 20
    day.outage.failed(FULL)
    day.at += 1
    day.outage.served()
    day.at += QUIET_SECONDS
    day.outage.served()
    day.outage.served()
    assert day.said[1:] == ["the database serves us again"]
    assert (day.log[1]["seconds"], day.log[1]["failures"]) == (21, 2)
    assert day.outage.words == ""


def test_a_success_between_failures_is_no_end(day: Day) -> None:
    for _ in range(10):
        day.outage.failed(FULL)
        day.at += 1
        day.outage.served()
    assert len(day.said) == 1
    assert day.outage.words == "has failed for 10 s, last 1 s ago: disk is full"


def test_all_is_well_until_something_fails(day: Day) -> None:
    day.outage.served()
    assert day.said == []
    assert day.outage.seconds is None


async def test_who_rests_goes_on_as_soon_as_somebody_succeeds(day: Day) -> None:
    day.outage.failed(FULL)
    day.at += 3600  # by then a rest would last for seconds
    resting = asyncio.create_task(day.outage.rest())
    await asyncio.sleep(0)
    day.outage.served()
    for _ in range(5):
        await asyncio.sleep(0)
    assert resting.done()


@pytest.mark.parametrize(
    "error,is_so",
    [
        (FULL, True),
        (DBAPIError("", {}, Exception("malformed")), True),
        (IntegrityError("", {}, Exception("twice")), False),
        (LookupError(), False),
        (None, False),
    ],
)
def test_what_a_row_does_wrong_is_no_trouble_of_the_database(
    error: Exception | None, is_so: bool
) -> None:
    assert is_trouble(error) is is_so
    assert Outage.explains(error) is is_so


def test_too_much_at_once_is_an_outage_too() -> None:
    assert Outage.explains(Full())
    assert in_short(Full()) == "too much waits to be written"


def test_a_connection_that_was_cut_is_known_through_what_came_of_it() -> None:
    cut = DBAPIError("", {}, Exception("gone"), connection_invalidated=True)
    assert was_cut(cut)
    assert was_cut(OperationalError("ROLLBACK", None, cut))
    assert not was_cut(FULL)


@pytest.mark.parametrize(
    "words,passes",
    [
        ("connection failed: Connection refused", True),
        ("failed to resolve host 'database'", True),
        ("connection failed: FATAL:  the database system is starting up", True),
        ("connection failed: FATAL:  sorry, too many clients already", True),
        ('connection failed: FATAL:  password authentication failed for user "desk"', False),
        ('connection failed: FATAL:  database "desk" does not exist', False),
    ],
)
def test_what_waiting_does_not_mend_is_told_apart(words: str, passes: bool) -> None:
    assert passes_by_itself(OperationalError("", {}, Exception(words))) is passes
