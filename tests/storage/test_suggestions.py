"""What was suggested, walled by workspace, and how well it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage import suggestions, tickets
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Resolution, Source, Ticket
from storage.unit import Unit
from tests.storage.cast import NOON, ask

HOUR = timedelta(hours=1)


def keep(unit: Unit, ticket: Ticket, **known: object) -> Suggestion:
    found = replace(Suggestion(unit.workspace_id, ticket.id, NOON), **known)  # type: ignore[arg-type]
    suggestions.add(unit, found)
    return found


def test_what_was_suggested_is_kept_for_its_own_workspace(unit: Unit, zoes: Unit) -> None:
    ticket = ask(unit)
    found = keep(unit, ticket, articles=("4",), solved=("5",), twin="12", told=Told.TOLD)
    assert suggestions.of_ticket(unit, ticket.id) == found
    assert suggestions.of_ticket(zoes, ticket.id) is None
    saved = suggestions.save(unit, found, replace(found, fate=Fate.REFUSED))
    assert suggestions.outcomes(unit, most=9) == [saved]
    assert suggestions.outcomes(zoes, most=9) == []


def test_tickets_that_nobody_looked_at_are_found_once(unit: Unit, zoes: Unit) -> None:
    one, two = ask(unit), ask(unit)
    keep(unit, one)
    assert suggestions.unlooked(unit, after=0, most=9) == [two.id]
    assert suggestions.unlooked(unit, after=two.id, most=9) == []
    assert suggestions.unlooked(zoes, after=0, most=9) == []


def test_what_was_asked_by_form_is_looked_at_once_it_has_a_thread(unit: Unit) -> None:
    without = ask(unit, source=Source.ASKED, thread_ts="")
    assert suggestions.unlooked(unit, after=0, most=9) == []
    tickets.save(unit, without, replace(without, thread_ts="1.1"))
    assert suggestions.unlooked(unit, after=0, most=9) == [without.id]


def test_past_tickets_come_newest_first_and_never_of_another_workspace(
    unit: Unit, zoes: Unit
) -> None:
    one, two, none = ask(unit), ask(unit), ask(unit)
    tickets.save(unit, none, replace(none, resolution=Resolution.NOT_A_REQUEST))
    end = 2**63 - 1
    found = suggestions.past(unit, after=0, before=end, most=9)
    assert [each.ticket_id for each in found] == [two.id, one.id]
    assert all(each.text for each in found)
    assert [e.ticket_id for e in suggestions.past(unit, after=0, before=two.id, most=9)] == [one.id]
    assert suggestions.past(zoes, after=0, before=end, most=9) == []


def test_another_category_is_seen_by_its_mark(unit: Unit) -> None:
    ticket = ask(unit)
    before = suggestions.labels(unit, after=0)
    sorted_ = tickets.save(unit, ticket, replace(ticket, category="Billing"))
    after = suggestions.labels(unit, after=0)
    tickets.save(unit, sorted_, replace(sorted_, category="Technical"))
    assert len({before, after, suggestions.labels(unit, after=0)}) == 3


def test_precision_and_recall_are_of_what_people_said(unit: Unit, zoes: Unit) -> None:
    cases = (
        ("Billing", "Billing"), ("Billing", "Technical"), ("Billing", ""), ("", "Billing"),
    )  # fmt: skip
    for guess, said in cases:
        ticket = ask(unit)
        tickets.save(unit, ticket, replace(ticket, category=said))
        keep(unit, ticket, category=guess, articles=("4",), fate=Fate.TAKEN)
    found = suggestions.figures(unit, NOON - HOUR, NOON + HOUR)
    assert (found.guessed, found.judged, found.right, found.known) == (3, 2, 1, 3)
    assert (found.precision, found.recall) == (1 / 2, 1 / 3)
    assert (found.offered, found.taken, found.refused) == (4, 4, 0)
    nothing = suggestions.figures(zoes, NOON - HOUR, NOON + HOUR)
    assert (nothing.offered, nothing.precision, nothing.recall) == (0, None, None)
