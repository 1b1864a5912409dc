"""Sessions are found by their hash until they are over, walled, and one for each attempt."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import sessions
from storage.records.sessions import Session
from storage.unit import Unit
from tests.storage.cast import ANA, NOON, OURS

HOUR = timedelta(hours=1)
ANAS = Session(OURS, "hash", ANA, "attempt", NOON, NOON + HOUR)


def test_a_session_is_found_until_it_is_over_by_its_own_workspace(unit: Unit, zoes: Unit) -> None:
    sessions.begin(unit, ANAS)
    assert sessions.live(unit, "hash", NOON) == ANAS
    assert sessions.live(unit, "hash", NOON + HOUR) is None
    assert sessions.live(zoes, "hash", NOON) is None
    assert sessions.live(unit, "other", NOON) is None


def test_a_session_that_was_ended_is_gone_and_only_for_its_workspace(
    unit: Unit, zoes: Unit
) -> None:
    sessions.begin(unit, ANAS)
    sessions.end(zoes, "hash")
    assert sessions.live(unit, "hash", NOON) == ANAS
    sessions.end(unit, "hash")
    assert sessions.live(unit, "hash", NOON) is None


def test_an_attempt_begins_one_session(unit: Unit, zoes: Unit) -> None:
    assert not sessions.has_begun(unit, "attempt")
    sessions.begin(unit, ANAS)
    assert sessions.has_begun(unit, "attempt")
    assert not sessions.has_begun(zoes, "attempt")
    with pytest.raises(IntegrityError), unit.savepoint():
        sessions.begin(unit, Session(OURS, "another", ANA, "attempt", NOON, NOON + HOUR))


def test_sessions_that_are_over_are_forgotten_when_others_begin(unit: Unit) -> None:
    sessions.begin(unit, ANAS)
    sessions.begin(unit, Session(OURS, "later", ANA, "later", NOON + HOUR, NOON + 2 * HOUR))
    assert not sessions.has_begun(unit, "attempt")
