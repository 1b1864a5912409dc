"""Queues hold what is live and theirs, in one order, whole however they are paged."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage import queues, tickets
from storage.records.tickets import Load, Owner, Priority, Queue, Status, Ticket, Weight
from storage.unit import Unit, writing
from tests.storage.cast import ACME, ANA, BEN, LOBBY, MINUTE, NOON, OURS, ask, undone

# Few values each, so that tickets often tie.
TIMES = st.integers(0, 3).map(lambda n: NOON + n * MINUTE)
TICKETS = st.lists(
    st.fixed_dictionaries(
        {
            "owner_id": st.sampled_from([None, ANA, BEN]),
            "status": st.sampled_from(Status),
            "priority": st.sampled_from(Priority),
            "category": st.sampled_from(["", "billing"]),
            "channel_id": st.sampled_from([ACME, LOBBY]),
            "opened_at": TIMES,
            "due_at": st.none() | TIMES,
        }
    ),
    max_size=12,
)
QUEUES = st.builds(
    Queue,
    owner=st.sampled_from([Owner.ANYBODY, Owner.NOBODY, ANA, BEN]),
    status=st.none() | st.sampled_from(Status),
    category=st.sampled_from([None, "", "billing"]),
    channel_id=st.sampled_from([None, ACME, LOBBY]),
    channel_ids=st.sampled_from([None, None, (), (ACME,), (ACME, LOBBY)]),
    is_to_do=st.booleans(),
)
ON_ONE_DATABASE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def asked(unit: Unit, many: list[dict[str, Any]]) -> list[Ticket]:
    return [ask(unit, **fields) for fields in many]


def is_in(queue: Queue, ticket: Ticket) -> bool:
    if ticket.is_done:
        return False
    owner = ticket.owner_id or Owner.NOBODY
    return (
        queue.owner in (Owner.ANYBODY, owner)
        and queue.status in (None, ticket.status)
        and queue.category in (None, ticket.category)
        and queue.channel_id in (None, ticket.channel_id)
        and (queue.channel_ids is None or ticket.channel_id in queue.channel_ids)
        and (not queue.is_to_do or ticket.status in (Status.NEW, Status.OPEN))
    )


def pressing(ticket: Ticket) -> tuple[Any, ...]:
    due = ticket.due_at or NOON + timedelta(days=9999)
    return due, -list(Priority).index(ticket.priority), ticket.opened_at, ticket.id


def paged(unit: Unit, queue: Queue, size: int) -> list[Ticket]:
    found = page = queues.page(unit, queue, limit=size)
    while len(page) == size:
        page = queues.page(unit, queue, limit=size, after=queues.spot(page[-1]))
        found = found + page
    return found


@ON_ONE_DATABASE
@given(many=TICKETS, queue=QUEUES, size=st.integers(1, 4))
def test_a_queue_is_what_a_plain_filter_finds_and_pages_neither_skip_nor_repeat(
    unit: Unit, many: list[dict[str, Any]], queue: Queue, size: int
) -> None:
    with undone(unit):
        expected = [each for each in asked(unit, many) if is_in(queue, each)]
        expected.sort(key=pressing)
        assert queues.page(unit, queue, limit=99) == expected
        assert paged(unit, queue, size) == expected
        assert queues.count(unit, queue) == len(expected)
        assert queues.first(unit, queue) == (expected[0] if expected else None)


@ON_ONE_DATABASE
@given(many=TICKETS)
def test_one_look_counts_all_that_is_live(unit: Unit, many: list[dict[str, Any]]) -> None:
    with undone(unit):
        live = [each for each in asked(unit, many) if not each.is_done]
        kinds = Counter((each.owner_id, each.status, each.category) for each in live)
        assert sorted(queues.loads(unit), key=repr) == sorted(
            (Load(*kind, count) for kind, count in kinds.items()), key=repr
        )


def test_what_is_due_comes_first_then_what_presses_most_then_what_waits_longest(unit: Unit) -> None:
    late = ask(unit, opened_at=NOON + MINUTE)
    early = ask(unit)
    urgent = ask(unit, opened_at=NOON + 2 * MINUTE, priority=Priority.URGENT)
    low = ask(unit, opened_at=NOON - MINUTE, priority=Priority.LOW)
    due = ask(unit, opened_at=NOON + 3 * MINUTE, priority=Priority.LOW, due_at=NOON)
    assert queues.page(unit, Queue(), limit=9) == [due, urgent, early, late, low]


def test_a_page_goes_on_behind_a_ticket_that_has_left(unit: Unit) -> None:
    first, second, third = ask(unit), ask(unit), ask(unit)
    (seen,) = queues.page(unit, Queue(), limit=1)
    tickets.save(unit, first, replace(first, status=Status.RESOLVED))
    assert queues.page(unit, Queue(), limit=9, after=queues.spot(seen)) == [second, third]


def test_a_saved_ticket_moves_between_queues(unit: Unit) -> None:
    ticket = ask(unit)
    taken = tickets.save(unit, ticket, replace(ticket, owner_id=ANA, status=Status.OPEN))
    assert queues.page(unit, Queue(ANA), limit=9) == [taken]
    assert queues.count(unit, Queue(Owner.NOBODY)) == 0
    tickets.save(unit, taken, replace(taken, status=Status.RESOLVED, owner_id=None))
    assert queues.count(unit, Queue()) == 0


def test_nothing_of_another_tenant_is_in_a_queue(unit: Unit, zoes: Unit) -> None:
    ask(unit, owner_id=ANA)
    assert queues.page(zoes, Queue(), limit=9) == queues.page(zoes, Queue(ANA), limit=9) == []
    assert queues.count(zoes, Queue()) == 0
    assert queues.loads(zoes) == []
    assert queues.weights(zoes) == []
    assert queues.first(zoes, Queue()) is None


def test_what_somebody_has_is_counted_by_what_it_weighs(unit: Unit) -> None:
    ask(unit)
    for priority in (Priority.HIGH, Priority.HIGH, Priority.LOW):
        ask(unit, owner_id=ANA, priority=priority)
    ask(unit, owner_id=BEN, status=Status.WAITING)
    ask(unit, owner_id=BEN, status=Status.RESOLVED)
    assert set(queues.weights(unit)) == {
        Weight(ANA, Status.NEW, Priority.HIGH, 2),
        Weight(ANA, Status.NEW, Priority.LOW, 1),
        Weight(BEN, Status.WAITING, Priority.NORMAL, 1),
    }


def test_two_who_take_at_once_are_given_different_tickets(engine: Engine) -> None:
    """SQLite writes one after the other, so there it is a matter of course."""
    with writing(engine, OURS) as unit:
        first, second = ask(unit), ask(unit)
    with writing(engine, OURS) as one:
        assert queues.first(one, Queue(Owner.NOBODY)) == first
        if engine.dialect.name == "postgresql":
            with writing(engine, OURS) as other:
                assert queues.first(other, Queue(Owner.NOBODY)) == second
