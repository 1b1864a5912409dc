"""Of a place one trouble at a time, however many processes meet one there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage import trouble
from storage.records.trouble import Trouble, of_channel
from storage.unit import Unit
from tests.storage.cast import NOON, OURS

PLACE = of_channel(1)


def _met(trouble_id: int, code: str) -> Trouble:
    return Trouble(OURS, trouble_id, PLACE, code, NOON, NOON, NOON + timedelta(minutes=1))


def test_where_one_has_begun_no_other_is_opened_again(unit: Unit) -> None:
    ended, found = _met(1, "is_archived"), _met(2, "not_in_channel")
    assert trouble.begin(unit, ended)
    assert trouble.end(unit, ended, NOON)
    assert trouble.begin(unit, found)
    assert not trouble.begin(unit, ended)
    assert not trouble.reopen(unit, ended)
    assert trouble.opened(unit) == [found]


def test_one_that_is_back_is_the_same(unit: Unit) -> None:
    ended = _met(1, "is_archived")
    trouble.begin(unit, ended)
    trouble.end(unit, ended, NOON)
    later = replace(ended, met_at=NOON + timedelta(minutes=5))
    assert trouble.reopen(unit, later)
    assert trouble.opened(unit) == [later]
    assert not trouble.reopen(unit, later)
