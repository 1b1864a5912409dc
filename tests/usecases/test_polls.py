"""Whatever happens to tickets, nobody is asked who should not be, and nobody twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from bot.rules import calendar
from bot.usecases import csat as asking
from storage import csat, people, tickets
from storage.csat import csat_table
from storage.engine import open_engine
from storage.inbox import inbox as inbox_table
from storage.records.csat import Poll
from storage.records.hours import OFFICE
from storage.records.tickets import Resolution
from storage.unit import writing
from tests.storage.cast import NOON, OURS
from tests.usecases.polled import Desk, settle, slack

GAP = timedelta(days=14)
NEVER = (Resolution.DUPLICATE, Resolution.NOT_A_REQUEST, Resolution.NO_ANSWER)
ASKERS = st.sampled_from(("carla", "carla", "omar", "gus", "kim", "robo", "left"))
STEPS = st.sampled_from(
    (
        *("resolve", "resolve fixed", "resolve", "not_a_request", "reopen", "wait"),
        *("off", "on", "gone", "send", "3h", "9h", "2d", "5d", "stop 20h", "stop 5d"),
    )
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    settle(engine)
    yield engine
    engine.dispose()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    place=st.sampled_from(("acme", "help")),
    asked=st.lists(st.tuples(ASKERS, st.lists(STEPS, max_size=7)), min_size=1, max_size=3),
)
def test_no_exception_is_ever_asked_and_nobody_twice_or_at_night(
    engine: Engine, place: str, asked: list[tuple[str, list[str]]]
) -> None:
    desk = Desk(engine, place=place)
    try:
        for asker, steps in asked:
            desk.asks(asker, "")
            for step in steps:
                _do(desk, asker, step)
                _check(desk)
            desk.pass_time(timedelta(days=2))
            _check(desk)
    finally:
        desk.close()


def _do(desk: Desk, asker: str, step: str) -> None:
    n = len(desk.tickets())
    if step[0].isdigit():
        desk.tell(step)
    elif step in ("on", "off"):
        desk.tell(f"mona types csat_{step}")
    elif step == "gone":
        desk.tell(f"gone {asker}")
    elif step.startswith("stop"):
        desk.tell(step)
    elif not n:
        return  # whoever asked is one of us, or a bot
    elif step == "send":
        desk.tell(f"ana does csat_send {n}")
    else:
        act, _, how = step.partition(" ")
        desk.tell(f"ana does {act} {how}" if how else f"ana does {act} {n}")


def _check(desk: Desk) -> None:
    rows = desk.unit.connection.execute(select(csat_table.c.id).order_by(csat_table.c.asked_at))
    found = [csat.by_id(desk.unit, row.id) for row in rows]
    polls = [each for each in found if each is not None and each.asked_at is not None]
    for poll in polls:
        _check_one(desk, poll)
    for asker_id in {each.asker_id for each in polls}:
        times = sorted(each.asked_at or NOON for each in polls if each.asker_id == asker_id)
        assert all(later - sooner >= GAP for sooner, later in pairwise(times))


def _check_one(desk: Desk, poll: Poll) -> None:
    ticket = tickets.by_id(desk.unit, poll.ticket_id)
    asker = people.by_id(desk.unit, poll.asker_id)
    assert ticket is not None
    assert asker is not None
    assert poll.asked_at is not None
    assert calendar.is_open(poll.asked_at, OFFICE)
    assert not asker.is_bot
    assert asker.slack_id != slack("gus") or desk.place == "help"
    if poll.is_open:  # what was asked and is open still is about something that ended well
        assert ticket.is_done
        assert ticket.merged_id is None
        assert ticket.resolution not in NEVER or poll.by_id is not None
    posts = [post for post in desk.posts("csat") if post.body["poll_id"] == poll.id]
    assert len(posts) <= 1


def test_of_two_replicas_that_ring_at_once_one_asks(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell("carla asks; ana does resolve")
    planned = desk.poll
    assert planned is not None
    assert planned.due_at is not None
    desk.keep()
    for _ in range(2):
        with writing(engine, OURS) as unit:
            asking.BELL.ring(unit.connection, planned.due_at)
    with writing(engine, OURS) as unit:
        query = select(func.count()).where(inbox_table.c.kind == "PollDue")
        assert unit.connection.execute(query).scalar() == 1
