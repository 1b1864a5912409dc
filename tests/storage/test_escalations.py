"""Escalations as rows: one at a time for a ticket, walled, due in time, and measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import escalations
from storage.records.escalations import Escalation, Guest, Hand, HandOff, Stage, Step
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, BEN, MINUTE, NOON, OURS, ask, say


def packet(unit: Unit, ticket_id: int, key: int = 1) -> Escalation:
    due = NOON + 60 * MINUTE
    return Escalation(OURS, key, ticket_id, "Technical", ACME, ANA, NOON, "Why?", due_at=due)


def test_one_packet_at_a_time_is_under_way(unit: Unit, zoes: Unit) -> None:
    ticket = ask(unit)
    first = packet(unit, ticket.id)
    escalations.add(unit, first)
    with pytest.raises(IntegrityError), unit.savepoint():
        escalations.add(unit, packet(unit, ticket.id, 2))
    over = replace(first, stage=Stage.DECLINED, ended_at=NOON, due_at=None)
    escalations.save(unit, first, over)
    assert escalations.of_live(unit, ticket.id) is None
    escalations.add(unit, second := packet(unit, ticket.id, 2))
    assert escalations.of_live(unit, ticket.id) == second
    assert len(escalations.of_ticket(unit, ticket.id)) == 2
    assert escalations.live(zoes) == {}
    assert escalations.by_id(zoes, 2) is None
    assert escalations.of_ticket(zoes, ticket.id) == []


def test_what_is_due_is_claimed_once(unit: Unit) -> None:
    escalations.add(unit, packet(unit, ask(unit).id))
    connection = unit.connection
    assert escalations.TIMER.due(connection, NOON, most=9) == []
    assert escalations.TIMER.next_at(connection) == NOON + 60 * MINUTE
    due = escalations.TIMER.due(connection, NOON + 60 * MINUTE, most=9)
    assert escalations.TIMER.claim(connection, due) == due
    assert escalations.TIMER.claim(connection, due) == []
    assert escalations.TIMER.next_at(connection) is None


def test_hands_are_counted_and_measured(unit: Unit, zoes: Unit) -> None:
    ticket = ask(unit)
    escalations.add(unit, packet(unit, ticket.id))
    for key, (minutes, step, hand) in enumerate(
        (
            (0, Step.ASKED, Hand.LEVEL),
            (10, Step.ACCEPTED, Hand.SPECIALIST),
            (15, Step.ASKED_BACK, Hand.AGENT),
            (45, Step.TOLD, Hand.SPECIALIST),
            (50, Step.CLOSED, Hand.AGENT),
        )
    ):
        at = NOON + minutes * MINUTE
        row = HandOff(OURS, key, ticket.id, 1, at, step, ANA, hand, BEN, "Technical")
        escalations.hand_over(unit, row)
    told = escalations.figures(unit, NOON, NOON + timedelta(days=1))
    assert (told.asked, told.hand_offs, told.bounces, told.passed) == (1, 5, 1, 0)
    assert dict(told.spent) == {
        Hand.LEVEL: 10 * MINUTE,
        Hand.SPECIALIST: 10 * MINUTE,
        Hand.AGENT: 30 * MINUTE,
    }
    assert len(escalations.hands_of(unit, ticket.id)) == 5
    assert escalations.hands_of(zoes, ticket.id) == []
    assert escalations.figures(zoes, NOON, NOON + timedelta(days=1)).hand_offs == 0


def test_a_guest_is_there_until_let_go(unit: Unit, zoes: Unit) -> None:
    ticket, said = ask(unit), say(unit)
    guest = Guest(OURS, 1, ticket.id, BEN, ANA, said.id, NOON)
    escalations.invite(unit, guest)
    assert escalations.guest_of(unit, ticket.id) == guest
    assert escalations.guest_of(zoes, ticket.id) is None
    assert escalations.guest(zoes, 1) is None
    escalations.save_guest(unit, guest, replace(guest, ended_at=NOON))
    assert escalations.guest_of(unit, ticket.id) is None
