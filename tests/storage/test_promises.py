"""Promises are kept with their words, found by ticket, counted by how they ended, walled."""

from dataclasses import replace
from typing import Any

from storage import promises, texts
from storage.promises import Outcome
from storage.records.promises import Promise, PromiseState
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, MINUTE, NOON, ask

HOUR = 60 * MINUTE


def promised(unit: Unit, key: int, **told: Any) -> Promise:
    ticket_id = told.pop("ticket_id", None) or ask(unit, owner_id=ANA).id
    made = Promise(unit.workspace_id, key, ticket_id, ANA, NOON, NOON + HOUR)
    made = replace(made, **told)
    promises.add(unit, made)
    return made


def test_the_last_promise_of_a_ticket_is_found_with_its_words(unit: Unit, zoes: Unit) -> None:
    texts.put(unit, 7, "a first analysis")
    first = promised(unit, 1)
    promised(unit, 2)
    last = promised(unit, 3, ticket_id=first.ticket_id, previous_id=1, text_id=7)
    found = promises.latest(unit, first.ticket_id)
    assert found == replace(last, text="a first analysis")
    assert promises.of_ticket(unit, first.ticket_id) == [found, first]
    assert promises.by_id(unit, 1) == first
    assert promises.latest(zoes, first.ticket_id) is None
    assert promises.by_id(zoes, 1) is None
    assert promises.of_ticket(zoes, first.ticket_id) == []


def test_promises_are_counted_by_how_they_ended_and_when(unit: Unit, zoes: Unit) -> None:
    for key, (state, minutes) in enumerate(
        [
            (PromiseState.KEPT, 0),
            (PromiseState.KEPT, 59),
            (PromiseState.BROKEN, 30),
            (PromiseState.MOVED, 30),
            (PromiseState.KEPT, 60),
            (PromiseState.KEPT, -1),
        ]
    ):
        promised(unit, key + 1, state=state, ended_at=NOON + minutes * MINUTE)
    assert sorted(promises.outcomes(unit, NOON, NOON + HOUR)) == [
        Outcome(PromiseState.BROKEN, ACME, ANA, 1),
        Outcome(PromiseState.KEPT, ACME, ANA, 2),
    ]
    assert promises.outcomes(zoes, NOON, NOON + HOUR) == []


def test_what_broke_is_found_by_when_it_was_noticed(unit: Unit, zoes: Unit) -> None:
    late = NOON + 3 * HOUR
    told = {"state": PromiseState.BROKEN, "ended_at": NOON}
    found = promised(unit, 1, **told, noticed_at=late)
    promised(unit, 2, **told, noticed_at=NOON)
    span = {"since": NOON - HOUR, "until": late + MINUTE, "noticed_since": late}
    assert promises.broken(unit, **span) == [found]
    assert promises.broken(zoes, **span) == []
