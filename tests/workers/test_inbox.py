"""How the inbox goes on: around rows that wait, through troubles that are not the row's fault."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Engine

from bot.errors import Conflict, SendFailed, StaffFact
from bot.slack.gateway import NotSent, RateLimited
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Said
from bot.workers.asking import Asker
from bot.workers.inbox import MOST_FACTS, InboxWorker, LaneKey, work_round
from storage import inbox, outbox, people
from storage.engine import to_write
from storage.records.boxes import Arrival, Progress
from storage.unit import reading, savepoint, writing
from tests.storage.cast import NOON, OURS, ZOES, person
from tests.workers.office import Office

SECOND = timedelta(seconds=1)


class Silent:
    """An asker whom Slack answers with the same trouble each time."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def learn(self, workspace_id: int, fact: object) -> None:
        raise self.error


class Wordless:
    """An asker who is answered, and never hears what a row wants to know."""

    asked = 0

    async def learn(self, workspace_id: int, fact: object) -> None:
        self.asked += 1


def _arrival(key: int, lane: str = "channel:C1", **fields: Any) -> Arrival:
    told: dict[str, Any] = {"kind": "Said", "body": {}, "at": NOON, "key": f"said:{key}"}
    return Arrival(OURS, key, lane, **(told | fields))


def _said(key: int, lane: str = "channel:C1") -> Arrival:
    said = Said("C-ACME", f"177245280{key}.000100", "U-NEW", NOON, "Why does it fail?")
    return replace(to_arrival(OURS, said), id=key, lane=lane)


def _apart(*keys: int) -> list[Arrival]:
    """Messages of which none waits for another."""
    return [_said(key, f"channel:C{key}") for key in keys]


def _failed(engine: Engine) -> list[Arrival]:
    with reading(engine, OURS) as unit:
        return inbox.failed(unit)


@pytest.fixture
def row(engine: Engine, office: Office) -> Arrival:
    return _put(engine, _arrival(1))[0]


def _put(engine: Engine, *arrivals: Arrival) -> tuple[Arrival, ...]:
    with to_write(engine) as connection, connection.begin():
        inbox.put(connection, arrivals)
    return arrivals


def _worker(office: Office, asker: object) -> InboxWorker:
    return InboxWorker(office.desk, office.clock, cast("Asker", asker), lambda lanes: None)


@pytest.mark.parametrize(
    "error, seconds",
    [
        (NotSent("no connection"), 60),  # ever more seldom, a minute apart at most
        (RateLimited("users.info", 30), 30),
        (SendFailed("no_such_subteam", permanent=True), 15),
        (KeyError("a shape that nobody knows"), 15),
    ],
)
async def test_when_slack_does_not_tell_a_fact_the_row_waits_and_loses_no_try(
    engine: Engine, office: Office, row: Arrival, error: Exception, seconds: int
) -> None:
    worker = _worker(office, Silent(error))
    for _ in range(20):
        await worker._ask((OURS, row.lane), row, StaffFact())
    with writing(engine, OURS) as unit:
        assert inbox.take(unit.connection, NOON, most=10) == []
        waiting = inbox.waiting_by_key(unit, row.key)
    assert waiting is not None
    assert waiting.due_at is not None
    assert waiting == replace(row, due_at=waiting.due_at)
    assert seconds * SECOND / 2 <= waiting.due_at - NOON <= seconds * SECOND


@pytest.mark.parametrize("what", ["fails", "lacks a fact"])
async def test_nothing_goes_around_a_row_that_has_to_wait(
    engine: Engine, office: Office, what: str
) -> None:
    _put(engine, _arrival(1) if what == "fails" else _said(1), _said(2), _said(3, "channel:C2"))
    tried, asked = set[int](), frozenset[LaneKey]()
    while 3 not in tried:  # in one transaction, or in several on a slow machine
        with to_write(engine) as connection, connection.begin():
            done = work_round(connection, NOON, asked, savepoint)
        tried, asked = tried | set(done.kinds), asked | set(done.facts)
    assert tried == {1, 3}
    assert ((OURS, "channel:C1") in asked) == (what == "lacks a fact")


async def test_what_slack_says_was_said_in_a_moment_is_answered_now(
    engine: Engine, office: Office
) -> None:
    """Slack's clock may be ahead of ours, and a moment has room for one message only."""
    said = Said("C-ACME", "1772452820.000100", "U-DORA", NOON + 20 * SECOND, "Why does it fail?")
    _put(engine, replace(to_arrival(OURS, said), id=9))
    with writing(engine, OURS) as unit:
        people.put(unit, replace(person(77, "Dora"), team_id="T-ACME", fetched_at=NOON))
    with to_write(engine) as connection, connection.begin():
        done = work_round(connection, NOON, frozenset())
        told = outbox.lanes(connection)
    assert [each.outcome for each in done.endings] == ["opened: new"]
    assert len(told) == 2  # the card's and the receipt's
    assert {each.due_at for each in told} == {NOON}


async def test_a_round_tells_whether_it_left_rows_to_the_next(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.inbox.handle", lambda work, item: "done")
    _put(engine, *_apart(1, 2, 3, 4, 5))
    for most, seconds, left in ((1, 60.0, True), (9, -1.0, True), (9, 60.0, False)):
        monkeypatch.setattr("bot.workers.inbox.MOST_ROWS", most)
        monkeypatch.setattr("bot.workers.inbox.GROUP_SECONDS", seconds)
        with to_write(engine) as connection, connection.begin():
            done = work_round(connection, NOON, frozenset())
        assert done.left is left


async def test_a_rush_is_told_when_it_begins_and_when_it_is_over(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.inbox.MOST_ROWS", 2)
    monkeypatch.setattr("bot.workers.inbox.handle", lambda work, item: "done")
    _put(engine, *_apart(1, 2, 3, 4, 5))
    told, over = list[tuple[str, bool]](), asyncio.Event()
    worker = _worker(office, Silent(NotSent("nobody is to be asked")))

    def is_over() -> None:
        told.append(("over", worker.is_rushed))
        over.set()

    worker.rush_began = lambda: told.append(("began", worker.is_rushed))
    worker.rush_over = is_over
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        await over.wait()
    worker.stop()
    await running
    assert told == [("began", True), ("over", False)]


async def test_a_database_that_goes_away_ends_a_rush(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr("bot.workers.inbox.work_round", gone)
    worker = _worker(office, Silent(NotSent("nobody is to be asked")))
    worker._note_rush(is_rushed=True)
    async with asyncio.TaskGroup() as group:
        assert await worker._work_round(group)
    assert not worker.is_rushed


async def test_rows_that_cannot_be_worked_are_no_rush(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.inbox.MOST_ROWS", 2)
    _put(engine, _said(1), _said(2), _said(3))  # nobody knows who says so
    with to_write(engine) as connection, connection.begin():
        done = work_round(connection, NOON, frozenset())
    assert done.facts
    assert not done.left


async def test_a_row_that_meets_conflicts_lets_others_pass_before_it_is_given_up(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meet_another(*_: object) -> str:
        raise Conflict

    monkeypatch.setattr("bot.workers.inbox.handle", meet_another)
    said, now, waits = _put(engine, _said(1))[0], NOON, list[int]()
    while not _failed(engine):
        with to_write(engine) as connection, connection.begin():
            work_round(connection, now, frozenset(), savepoint)
        with reading(engine, OURS) as unit:
            waiting = inbox.waiting_by_key(unit, said.key)
        due_at = waiting.due_at if waiting and waiting.due_at else now
        waits.append((due_at - now) // SECOND)
        now = due_at
    assert waits == [0, 0, 8, 16, 0]
    assert [row.tries for row in _failed(engine)] == [5]


async def test_who_dies_while_it_asks_has_not_used_up_what_a_row_may_ask(
    engine: Engine, office: Office
) -> None:
    said = _put(engine, _said(1))[0]
    for _ in range(2 * MOST_FACTS):  # lives, each of which ends before Slack has answered
        with to_write(engine) as connection, connection.begin():
            done = work_round(connection, NOON, frozenset())
        assert [arrival.facts for arrival, _ in done.facts.values()] == [0]
    with writing(engine, OURS) as unit:
        assert inbox.waiting_by_key(unit, said.key) == said
    assert _failed(engine) == []


async def test_a_row_that_is_answered_and_never_content_is_given_up(
    engine: Engine, office: Office
) -> None:
    said, asker, over = _put(engine, _said(1))[0], Wordless(), asyncio.Event()
    worker = InboxWorker(
        office.desk,
        office.clock,
        asker,  # type: ignore[arg-type]
        announced=lambda lanes: None,
        ended=lambda kind, end, count: over.set(),
    )
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        await over.wait()
    worker.stop()
    await running
    assert [row.id for row in _failed(engine)] == [said.id]
    assert asker.asked == MOST_FACTS


async def test_a_long_lane_that_rests_hides_no_other(engine: Engine, office: Office) -> None:
    long = [_arrival(number) for number in range(1, 151)]
    _put(engine, *long, _arrival(500, "channel:C2"))
    with writing(engine, OURS) as unit:
        inbox.delay(unit.connection, long[0], due_at=NOON + SECOND)
        assert [each.id for each in inbox.take(unit.connection, NOON, most=100)] == [500]
        later = inbox.take(unit.connection, NOON + SECOND, most=100)
    assert [each.id for each in later] == list(range(1, 101))


async def test_a_long_lane_that_is_asked_for_hides_no_other(engine: Engine, office: Office) -> None:
    _put(engine, *[_arrival(number) for number in range(1, 151)], _arrival(500, "channel:C2"))
    with writing(engine, OURS) as unit:
        asked = {(OURS, "channel:C1")}
        taken = inbox.take(unit.connection, NOON, most=100, skip=asked)
    assert [each.id for each in taken] == [500]


async def test_lanes_of_one_name_in_two_workspaces_are_two(engine: Engine, office: Office) -> None:
    _put(engine, _arrival(1), replace(_arrival(2), workspace_id=ZOES))
    with writing(engine, OURS) as unit:
        inbox.delay(unit.connection, _arrival(1), due_at=NOON + SECOND)
        taken = inbox.take(unit.connection, NOON, most=100)
    assert [each.workspace_id for each in taken] == [ZOES]


async def test_a_lane_that_another_replica_works_is_left_to_it(
    engine: Engine, office: Office, row: Arrival
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("an SQLite file has one process only")
    with writing(engine, OURS) as first, writing(engine, OURS) as second:
        assert inbox.take(first.connection, NOON, most=10) == [row]
        assert inbox.take(second.connection, NOON, most=10) == []


async def test_what_is_done_is_not_taken_again(
    engine: Engine, office: Office, row: Arrival
) -> None:
    with writing(engine, OURS) as unit:
        ending = inbox.Ending(OURS, row.id, Progress.DONE, "done")
        inbox.finish(unit.connection, [ending], NOON)
        assert inbox.take(unit.connection, NOON, most=10) == []
        assert inbox.put(unit.connection, [replace(row, id=2)]) == set()
