"""Timers wake what is due and nothing else, in the order in which it was."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.usecases import waking
from storage import inbox, sla, tickets
from storage.tickets import TIMER
from storage.timers import Due
from storage.unit import Unit, reading, writing
from tests.storage.cast import MINUTE, NOON, OURS, ask


def test_what_is_due_by_now_is_found_the_longest_due_first(unit: Unit) -> None:
    now_due, long_due = ask(unit, wake_at=NOON), ask(unit, wake_at=NOON - MINUTE)
    ask(unit, wake_at=NOON + timedelta(microseconds=1))
    ask(unit)
    found = [
        Due(OURS, each.id, each.id, at) for each, at in ((long_due, NOON - MINUTE), (now_due, NOON))
    ]
    assert TIMER.due(unit.connection, NOON, most=9) == found
    assert TIMER.due(unit.connection, NOON, most=1) == found[:1]


def test_the_next_moment_is_the_earliest_also_when_it_is_past(unit: Unit) -> None:
    assert TIMER.next_at(unit.connection) is None
    ask(unit, wake_at=NOON + MINUTE)
    past = ask(unit, wake_at=NOON - MINUTE)
    assert TIMER.next_at(unit.connection) == NOON - MINUTE
    tickets.save(unit, past, replace(past, wake_at=None))
    assert TIMER.next_at(unit.connection) == NOON + MINUTE


def test_a_ticket_that_was_looked_at_is_not_due_any_more(unit: Unit) -> None:
    ticket = ask(unit, wake_at=NOON)
    tickets.save(unit, ticket, replace(ticket, wake_at=NOON + MINUTE))
    assert TIMER.due(unit.connection, NOON, most=9) == []


def test_of_two_who_claim_a_timer_one_gets_it(unit: Unit) -> None:
    ticket = ask(unit, wake_at=NOON)
    found = TIMER.due(unit.connection, NOON, most=9)
    assert TIMER.claim(unit.connection, found) == found
    assert TIMER.claim(unit.connection, found) == []
    assert TIMER.due(unit.connection, NOON, most=9) == []
    after = tickets.by_id(unit, ticket.id)
    assert after == replace(ticket, wake_at=None, version=2)


def test_of_replicas_that_see_a_time_come_at_once_one_puts_it_into_the_inbox(
    engine: Engine,
) -> None:
    with writing(engine, OURS) as unit:
        due = [ask(unit, wake_at=NOON).id for _ in range(20)]
    both = threading.Barrier(3)

    def ring(number: int) -> None:
        both.wait()
        with writing(engine, OURS) as unit:
            waking.BELL.ring(unit.connection, NOON + number * MINUTE)

    with ThreadPoolExecutor(3) as replicas:
        list(replicas.map(ring, range(3)))
    with reading(engine, OURS) as unit:
        rows = inbox.take(unit.connection, NOON, most=99)
    assert sorted(int(row.lane.removeprefix("ticket:")) for row in rows) == sorted(due)


def test_what_is_due_and_what_became_of_promises_is_read_from_indexes(unit: Unit) -> None:
    """However many tickets there are, the sweep reads those that are due alone."""
    if unit.connection.dialect.name != "sqlite":
        pytest.skip("an almost empty PostgreSQL table is read as a whole, rightly")
    for query, index in (
        (
            TIMER.sweep,
            "SEARCH ticket USING COVERING INDEX ix_ticket_wake (wake_at>? AND wake_at<?)",
        ),
        (TIMER.next, "SEARCH ticket USING COVERING INDEX ix_ticket_wake"),
        (sla._NOTICED, "ix_ledger_outcome (workspace_id=? AND at>? AND at<?)"),
        (sla._OUTCOMES, "ix_ledger_outcome (workspace_id=? AND at>? AND at<?)"),
        (sla._OF_TICKET, "sqlite_autoindex_ledger_1 (workspace_id=? AND ticket_id=?)"),
    ):
        plan = _plan(unit, str(query.compile(unit.connection)))
        assert index in plan, plan


def _plan(unit: Unit, query: str) -> str:
    rows = unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (0,) * query.count("?"))
    return "\n".join(row[-1] for row in rows)
