"""Subscriptions and digests as rows: walled, due in time, claimed once, one digest for a slot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import digests
from storage.errors import Conflict
from storage.records.digests import Digest, Kind, Outcome, Subscription
from storage.unit import Unit
from tests.storage.cast import ANA, MINUTE, NOON, OURS

NEW = Subscription(OURS, 1, Kind.DAILY, ANA, ANA, NOON, next_at=NOON + MINUTE)


def made(key: int) -> Digest:
    day = "2026-03-01"
    sent = Outcome.SENT
    return Digest(OURS, key, 1, Kind.DAILY, NOON, NOON, sent, ANA, None, day, day, "UTC")


def test_what_is_due_is_claimed_once(unit: Unit, zoes: Unit) -> None:
    digests.subscribe(unit, NEW)
    connection = unit.connection
    assert digests.TIMER.due(connection, NOON, most=9) == []
    assert digests.TIMER.next_at(connection) == NOON + MINUTE
    due = digests.TIMER.due(connection, NOON + MINUTE, most=9)
    assert digests.TIMER.claim(connection, due, until=NOON + 3 * MINUTE) == due
    assert digests.TIMER.claim(connection, due, until=NOON + 3 * MINUTE) == []
    assert digests.TIMER.next_at(connection) == NOON + 3 * MINUTE
    assert digests.live(zoes) == []
    assert digests.subscription(zoes, 1) is None


def test_one_that_ended_is_not_listed_and_of_two_who_change_it_one_wins(
    unit: Unit, zoes: Unit
) -> None:
    assert not digests.were_any(unit)
    digests.subscribe(unit, NEW)
    digests.save(unit, NEW, replace(NEW, next_at=None, ended_at=NOON))
    assert digests.live(unit) == []
    assert digests.were_any(unit)
    assert not digests.were_any(zoes)
    assert digests.TIMER.next_at(unit.connection) is None
    with pytest.raises(Conflict):
        digests.save(unit, NEW, replace(NEW, minutes=1))


def test_a_slot_has_one_digest(unit: Unit, zoes: Unit) -> None:
    digests.subscribe(unit, NEW)
    digests.add(unit, first := made(7))
    with pytest.raises(IntegrityError), unit.savepoint():
        digests.add(unit, made(8))
    kept = digests.save_digest(
        unit, first, replace(first, file_id="F1", lines=(("free", "7", ""),))
    )
    assert digests.by_id(unit, 7) == kept
    assert digests.of(unit, 1) == [kept]
    assert digests.by_id(zoes, 7) is None
    assert digests.of(zoes, 1) == []
