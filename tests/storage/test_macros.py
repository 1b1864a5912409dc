"""Macros and their versions; each workspace has its own."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import macros
from storage.errors import Conflict
from storage.records.macros import Macro, MacroVersion
from storage.unit import Unit
from tests.storage.cast import ANA, MINUTE, NOON, OURS, ZOES

ASK = Macro(OURS, 1, "Ask", "ask", "Hi", NOON, ("first", "q"), (("status", "waiting"),))


def test_a_macro_comes_back_as_it_was_kept(unit: Unit) -> None:
    macros.add(unit, ASK)
    assert macros.by_id(unit, 1) == ASK
    assert macros.by_slug(unit, "ask") == ASK
    assert macros.live(unit) == [ASK]
    assert macros.count(unit) == 1


def test_a_name_is_free_again_once_its_macro_is_archived(unit: Unit) -> None:
    macros.add(unit, ASK)
    with pytest.raises(IntegrityError), unit.savepoint():
        macros.add(unit, replace(ASK, id=2))
    archived = macros.save(unit, ASK, replace(ASK, archived_at=NOON))
    macros.add(unit, replace(ASK, id=2))
    assert macros.by_slug(unit, "ask") == replace(ASK, id=2)
    assert macros.by_id(unit, 1) == archived
    assert macros.count(unit) == 2


def test_of_two_who_change_a_macro_one_has_to_look_again(unit: Unit) -> None:
    macros.add(unit, ASK)
    macros.save(unit, ASK, replace(ASK, text="Hello"))
    with pytest.raises(Conflict):
        macros.save(unit, ASK, replace(ASK, text="Good day"))


def test_uses_are_counted_beside_changes(unit: Unit) -> None:
    macros.add(unit, ASK)
    macros.used(unit, 1)
    macros.used(unit, 1)
    assert macros.by_id(unit, 1) == replace(ASK, uses=2)


def test_every_version_is_kept_the_newest_first(unit: Unit) -> None:
    macros.add(unit, ASK)
    for key in (1, 2):
        macros.add_version(
            unit,
            MacroVersion(OURS, key, 1, "Ask", f"Hi {key}", (), (), NOON + key * MINUTE, ANA),
        )
    assert [each.text for each in macros.versions(unit, 1)] == ["Hi 2", "Hi 1"]


def test_nothing_of_a_macro_is_found_in_another_workspace(unit: Unit, zoes: Unit) -> None:
    macros.add(unit, ASK)
    macros.add_version(unit, MacroVersion(OURS, 1, 1, "Ask", "Hi", (), (), NOON))
    assert macros.by_id(zoes, 1) is None
    assert macros.by_slug(zoes, "ask") is None
    assert macros.live(zoes) == []
    assert macros.count(zoes) == 0
    assert macros.versions(zoes, 1) == []
    macros.used(zoes, 1)
    assert macros.by_id(unit, 1) == ASK
    with pytest.raises(IntegrityError), zoes.savepoint():
        macros.add_version(zoes, MacroVersion(ZOES, 2, 1, "Ask", "Hi", (), (), NOON))
