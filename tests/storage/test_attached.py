"""A thread belongs to one ticket, is found by its place, and by nobody of another workspace."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import attached, tickets
from storage.records.tickets import AttachedThread, Status
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, NOON, OURS, ask

TS = "1700000000.000100"


def test_a_thread_is_found_by_its_place_ticket_and_channel_until_it_is_let_go(unit: Unit) -> None:
    ticket, other = ask(unit), ask(unit)
    thread = AttachedThread(OURS, ACME, TS, ticket.id, NOON, ANA)
    attached.add(unit, thread)
    assert attached.by_thread(unit, ACME, TS) == thread
    assert attached.of_ticket(unit, ticket.id) == [thread]
    assert attached.of_channel(unit, ACME) == [thread]
    assert attached.of_ticket(unit, other.id) == []
    assert attached.live(unit) == {(ACME, TS)}
    assert attached.remove(unit, thread)
    assert attached.by_thread(unit, ACME, TS) is None
    assert not attached.remove(unit, thread)


def test_of_a_ticket_that_is_done_no_thread_is_live(unit: Unit) -> None:
    ticket = ask(unit)
    attached.add(unit, AttachedThread(OURS, ACME, TS, ticket.id, NOON, None))
    tickets.save(unit, ticket, replace(ticket, status=Status.CLOSED))
    assert attached.live(unit) == set()


def test_a_thread_belongs_to_one_ticket(unit: Unit) -> None:
    one, other = ask(unit), ask(unit)
    attached.add(unit, AttachedThread(OURS, ACME, TS, one.id, NOON, None))
    with pytest.raises(IntegrityError), unit.savepoint():
        attached.add(unit, AttachedThread(OURS, ACME, TS, other.id, NOON, None))


def test_threads_of_another_tenant_are_neither_seen_nor_let_go(unit: Unit, zoes: Unit) -> None:
    thread = AttachedThread(OURS, ACME, TS, ask(unit).id, NOON, None)
    attached.add(unit, thread)
    assert attached.by_thread(zoes, ACME, TS) is None
    assert attached.of_ticket(zoes, thread.ticket_id) == []
    assert attached.of_channel(zoes, ACME) == []
    assert attached.live(zoes) == set()
