"""Who is away, whose turn it was, who looks at home: each kept for one workspace alone."""

from __future__ import annotations

from storage import assignment, homes
from storage.records.people import Absence, Looking
from storage.unit import Unit
from tests.storage.cast import ANA, BEN, MINUTE, NOON, undone


def test_who_leaves_is_away_until_back(unit: Unit) -> None:
    assignment.leave(unit, ANA, Absence(NOON))
    assignment.leave(unit, BEN, Absence(NOON, NOON + MINUTE))
    assignment.leave(unit, ANA, Absence(NOON + MINUTE, NOON + 2 * MINUTE))
    assert assignment.absences(unit) == {
        ANA: Absence(NOON + MINUTE, NOON + 2 * MINUTE),
        BEN: Absence(NOON, NOON + MINUTE),
    }
    assert assignment.come_back(unit, ANA)
    assert not assignment.come_back(unit, ANA)
    assert list(assignment.absences(unit)) == [BEN]


def test_turns_are_kept_for_each_queue(unit: Unit) -> None:
    assignment.give(unit, "", ANA, 1)
    assignment.give(unit, "Billing", ANA, 2)
    assignment.give(unit, "", BEN, 2)
    assignment.give(unit, "", ANA, 3)
    assert assignment.turns(unit, "") == {ANA: 3, BEN: 2}
    assert assignment.turns(unit, "Billing") == {ANA: 2}


def test_nothing_of_that_is_seen_in_another_workspace(unit: Unit, zoes: Unit) -> None:
    assignment.leave(unit, ANA, Absence(NOON))
    assignment.give(unit, "", ANA, 1)
    homes.put(unit, ANA, Looking(NOON))
    assert assignment.absences(zoes) == {}
    assert assignment.turns(zoes, "") == {}
    assert homes.of(zoes, ANA) is None
    assert not homes.looking(zoes, NOON)


def test_who_looked_lately_is_remembered_with_what_they_look_at(unit: Unit) -> None:
    homes.put(unit, ANA, Looking(NOON, "waiting", "Billing"))
    assert homes.of(unit, ANA) == Looking(NOON, "waiting", "Billing")
    homes.put(unit, ANA, Looking(NOON + MINUTE))
    assert homes.of(unit, ANA) == Looking(NOON + MINUTE)
    assert list(homes.looking(unit, NOON + MINUTE)) == [ANA]
    assert not homes.looking(unit, NOON + MINUTE + 2 * homes.LATELY)


def test_a_home_is_drawn_once_in_a_transaction_and_again_where_that_was_undone(unit: Unit) -> None:
    assert homes.is_first(unit, ANA)
    assert not homes.is_first(unit, ANA)
    assert homes.is_first(unit, BEN)
    with undone(unit):
        pass
    assert homes.is_first(unit, ANA)
