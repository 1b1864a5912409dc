"""The history of a ticket is read page by page, the latest first."""

from datetime import timedelta
from itertools import count

from storage import history
from storage.records.tickets import Change, Ticket
from storage.unit import Unit
from tests.storage.cast import NOON, ask

_ids = count(9_000)


def change(unit: Unit, ticket: Ticket, *minutes: int) -> list[Change]:
    """A change at each of these minutes after noon."""
    made = [
        Change(unit.workspace_id, next(_ids), ticket.id, NOON + timedelta(minutes=m), None, f"{m}")
        for m in minutes
    ]
    history.add(unit, made)
    return made


def test_pages_go_back_from_the_latest_change_without_a_gap(unit: Unit) -> None:
    ticket = ask(unit)
    change(unit, ask(unit), 1, 2)
    made = change(unit, ticket, 5, 3, 3, 3, 1)
    in_time = sorted(made, key=lambda each: (each.at, each.id))
    latest = history.page(unit, ticket.id, most=2)
    assert latest == in_time[-2:]
    older = history.page(unit, ticket.id, most=2, before=latest[0].id)
    assert older == in_time[1:3]
    assert history.page(unit, ticket.id, most=9, before=older[0].id) == in_time[:1]
    assert history.count(unit, ticket.id) == 5


def test_a_page_before_what_is_not_of_the_ticket_is_the_latest(unit: Unit) -> None:
    ticket, other = ask(unit), ask(unit)
    (theirs,) = change(unit, other, 4)
    made = change(unit, ticket, 1, 2)
    assert history.page(unit, ticket.id, most=9, before=theirs.id) == made


def test_history_of_another_tenant_is_not_read(unit: Unit, zoes: Unit) -> None:
    ticket = ask(unit)
    change(unit, ticket, 1)
    assert history.page(zoes, ticket.id, most=9) == []
    assert history.count(zoes, ticket.id) == 0
