"""Figures say what happened within a span, and stay true of it whatever happens later."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import figures, history, tickets
from storage.history import OPENED, REOPENED, RESOLVED
from storage.records.figures import Line, Waits
from storage.records.tickets import Change, Status, Ticket
from storage.unit import Unit
from tests.storage import cast
from tests.storage.cast import ACME, ANA, BEN, LOBBY, NOON, ask, undone

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# What is done to a ticket one after the other, each so many hours later.
LIVES = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "channel_id": st.sampled_from([ACME, LOBBY]),
                "owner_id": st.sampled_from([None, ANA, BEN]),
                "opened_at": st.integers(0, 3).map(lambda n: NOON + n * HOUR),
            }
        ),
        st.lists(st.integers(0, 3), max_size=4),
        st.none() | st.integers(0, 5),
    ),
    max_size=6,
)


def write(unit: Unit, ticket: Ticket, at: datetime, act: str) -> None:
    row = Change(unit.workspace_id, next(cast._ids), ticket.id, at, ANA, act)
    history.add(unit, [row])


def live(unit: Unit, fields: dict[str, Any], steps: list[int], answer: int | None) -> list[Any]:
    """A ticket's whole life: opened, then resolved and reopened in turn; what became of it."""
    ticket = ask(unit, **fields)
    at, told = ticket.opened_at, [("open", ticket.opened_at)]
    write(unit, ticket, at, "open")
    for n, hours in enumerate(steps):
        at += hours * HOUR
        told.append(((RESOLVED if n % 2 == 0 else REOPENED)[n // 2], at))
        write(unit, ticket, at, told[-1][0])
    status = Status.RESOLVED if len(steps) % 2 else Status.OPEN
    answered = None if answer is None else ticket.opened_at + answer * HOUR
    tickets.save(unit, ticket, replace(ticket, status=status, first_answer_at=answered))
    return told


def expected(lives: list[Any], of: Any, until: datetime) -> Line:
    """The line of the first three hours up to ``until`` by looking at every life."""
    since = until - 3 * HOUR
    chosen = [(fields, told, answer) for fields, told, answer in lives if of(fields)]
    acts = Counter(act for _, told, _ in chosen for act, at in told if since <= at < until)
    waits = sorted(
        answer * HOUR
        for fields, _, answer in chosen
        if answer is not None and since <= fields["opened_at"] + answer * HOUR < until
    )
    ranks = [waits[-(-len(waits) * p // 100) - 1] if waits else None for p in (50, 90)]
    opened, resolved, reopened = (
        sum(acts[act] for act in each) for each in (OPENED, RESOLVED, REOPENED)
    )
    return Line(opened, resolved, reopened, Waits(len(waits), *ranks))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(many=LIVES, ends=st.integers(1, 12))
def test_figures_are_what_one_gets_by_looking_at_every_ticket(
    unit: Unit, many: list[Any], ends: int
) -> None:
    with undone(unit):
        until = NOON + ends * HOUR
        lives = [(fields, live(unit, fields, steps, wait), wait) for fields, steps, wait in many]
        found = figures.between(unit, until - 3 * HOUR, until)
        assert found.total == expected(lives, lambda fields: True, until)
        for channel, line in found.by_channel.items():
            assert line == expected(lives, lambda f, c=channel: f["channel_id"] == c, until)
        for owner, line in found.by_owner.items():
            assert line == expected(lives, lambda f, o=owner: f["owner_id"] == o, until)
        assert sum(line.opened for line in found.by_channel.values()) == found.total.opened
        assert sum(line.resolved for line in found.by_owner.values()) == found.total.resolved
        lasted = [[act for act, at in told if at < until] for _, told, _ in lives]
        assert found.backlog == sum(bool(acts) and acts[-1] not in RESOLVED for acts in lasted)


def test_a_quiet_day_has_figures_too(unit: Unit) -> None:
    found = figures.between(unit, NOON, NOON + DAY)
    assert found.total == Line()
    assert (found.backlog, found.by_channel, found.by_owner) == (0, {}, {})


def test_nothing_of_another_tenant_counts(unit: Unit, zoes: Unit) -> None:
    write(unit, ask(unit, first_answer_at=NOON), NOON, "open")
    assert figures.between(zoes, NOON, NOON + DAY).total == Line()
