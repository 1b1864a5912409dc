"""Whatever is merged and parted in whatever order, no word is lost and every word comes home."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.errors import Refused
from bot.usecases import link, look
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted, Door
from bot.usecases.work import Work, tenant
from storage import messages, people, tickets
from storage.engine import open_engine
from storage.records.messages import Side
from storage.records.tickets import Ticket
from storage.unit import Unit, writing
from tests.storage.cast import ANA, NOON, OURS, ask, say, undone
from tests.workers.office import settle

_keys = count(90_000)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    settle(engine)
    yield engine
    engine.dispose()


def act(unit: Unit, step: str, number: int, into: int = 0) -> None:
    """Ana merges or parts, which may be refused."""
    ticket = tickets.by_number(unit, number)
    ana = people.by_id(unit, ANA)
    assert ticket is not None
    assert ana is not None
    item = Acted(step, "U-ANA", Door.COMMAND, NOON, "key", fields={"into": f"{into}"})
    work = Work(unit, tenant(unit), next(_keys), NOON)
    try:
        with unit.savepoint():
            getattr(link, step)(work, Acting(item, ana, ticket))
    except Refused:
        return


def speak(unit: Unit, ticket: Ticket) -> int:
    """Carla writes in the thread of a ticket; her message goes where that thread leads."""
    there = tickets.by_thread(unit, ticket.channel_id, ticket.thread_ts)
    assert there is not None
    return say(unit, thread_ts=ticket.thread_ts, ticket_id=there.id).id


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("unmerge"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("speak"), st.integers(0, 3), st.just(0)),
    ),
    max_size=14,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
@example([("merge", 1, 0), ("merge", 0, 2), ("unmerge", 1, 0), ("merge", 1, 2), ("unmerge", 0, 0)])
def test_every_word_comes_home_when_all_is_parted_again(
    engine: Engine, steps: list[tuple[str, int, int]]
) -> None:
    with writing(engine, OURS) as unit, undone(unit):
        four = [ask(unit) for _ in range(4)]
        home = {each.opening_id: each.id for each in four}
        for step, one, other in steps:
            if step == "speak":
                home[speak(unit, four[one])] = four[one].id
            else:
                act(unit, step, four[one].number, four[other].number)
            check_each_word_is_where_its_thread_leads(unit, four)
        for _ in four:
            for each in four:
                act(unit, "unmerge", each.number)
        found = {m.id: each.id for each in four for m in messages.of_ticket(unit, each.id)}
        assert found == home


def check_each_word_is_where_its_thread_leads(unit: Unit, four: list[Ticket]) -> None:
    for each in four:
        now = tickets.by_id(unit, each.id)
        assert now is not None
        leads_to = tickets.whole(unit, now).id
        said = messages.of_thread(unit, each.channel_id, each.thread_ts)
        assert {m.ticket_id for m in said} == {leads_to}


def test_what_came_along_is_counted_with_the_ticket_that_goes_on(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        one, other = ask(unit), ask(unit)
        act(unit, "merge", one.number, other.number)
        scene = look.ticket(unit, other.id, NOON)
        assert scene.more == 1
        assert [(each.word, each.number) for each in scene.kin] == [("contains", one.number)]
        assert all(m.side is Side.CUSTOMER for m in messages.of_ticket(unit, other.id))
        assert look.ticket(unit, one.id, NOON).goes_on is not None
