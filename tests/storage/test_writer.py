"""Many callers, one commit: whose error is whose, and who goes first."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from storage import inbox, texts
from storage.engine import to_write
from storage.records.boxes import Arrival
from storage.unit import Unit, reading, writing
from storage.writer import Writer
from tests.storage.cast import NOON, OURS

HANG_UP = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def writer(engine: Engine) -> AsyncIterator[Writer]:
    """A writer at work."""
    writer = Writer(engine)
    writer.start()
    yield writer
    await asyncio.to_thread(writer.stop)


def arrival(number: int) -> Arrival:
    return Arrival(OURS, number, f"channel:{number}", "Said", f"said:{number}", {}, NOON, text="hi")


def put(text_id: int, words: str = "hello") -> Callable[[Connection], None]:
    return lambda connection: texts.put(Unit(OURS, connection), text_id, words)


def fail(connection: Connection) -> None:
    texts.put(Unit(OURS, connection), 99, "never")
    raise LookupError


async def outcomes(*waiting: asyncio.Future[Any]) -> list[Any]:
    return await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_step_that_fails_is_undone_alone_wherever_it_stands(
    engine: Engine, writer: Writer, place: int
) -> None:
    steps = [put(1), put(2)]
    steps.insert(place, fail)
    told = await outcomes(*(writer.submit(step) for step in steps))
    assert [type(each) for each in told].index(LookupError) == place
    with reading(engine, OURS) as unit:
        assert [texts.body(unit, key) for key in (1, 2, 99)] == ["hello", "hello", ""]


async def test_an_arrival_is_new_once(writer: Writer) -> None:
    first, second = arrival(1), arrival(1)
    assert await writer.offer(first)
    assert not await writer.offer(Arrival(OURS, 2, second.lane, "Said", second.key, {}, NOON))


async def test_steps_end_although_arrivals_never_stop_coming(
    engine: Engine, writer: Writer
) -> None:
    done = asyncio.Event()

    async def rush() -> None:
        number = 0
        while not done.is_set():
            await outcomes(*(writer.offer(arrival(number + each)) for each in range(10)))
            number += 10

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(rush())
        for key in range(3):
            await writer.submit(put(1000_000 + key))
        done.set()
    with reading(engine, OURS) as unit:
        assert texts.body(unit, 1000_002) == "hello"
        assert inbox.count_waiting(unit.connection) > 0


async def test_what_nobody_waits_for_any_more_is_not_saved(engine: Engine, writer: Writer) -> None:
    with to_write(engine) as other, other.begin():  # on SQLite only one writes at a time
        if engine.dialect.name == "postgresql":
            other.execute(text("LOCK TABLE inbox"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await writer.offer(arrival(1))
    assert await writer.offer(arrival(2))
    with reading(engine, OURS) as unit:
        kept = inbox.take(unit.connection, NOON, most=10)
    assert [each.key for each in kept] == ["said:2"]


async def test_a_connection_that_was_lost_meanwhile_is_replaced(
    engine: Engine, writer: Writer
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("a file does not hang up")
    await outcomes(writer.offer(arrival(1)), writer.submit(put(71)), writer.submit(put(72)))
    with writing(engine, OURS) as unit:
        unit.connection.execute(HANG_UP)
    assert await writer.offer(arrival(2))
    await writer.submit(put(73))
    with reading(engine, OURS) as unit:
        assert texts.body(unit, 73) == "hello"


async def test_steps_of_two_processes_never_wait_for_each_other_in_a_circle(
    engine: Engine, writer: Writer
) -> None:
    """Each writes what the other wrote first, once both have begun, if both can begin at once."""
    other = Writer(engine)
    other.start()
    await outcomes(writer.submit(put(1)), writer.submit(put(2)))
    began = threading.Barrier(2)
    met: list[tuple[int, ...]] = []

    def crosswise(*ids: int) -> Callable[[Connection], None]:
        def step(connection: Connection) -> None:
            texts.erase(Unit(OURS, connection), ids[:1])
            with suppress(threading.BrokenBarrierError):
                began.wait(timeout=0.1)
                met.append(ids)
            texts.erase(Unit(OURS, connection), ids[1:])

        return step

    told = await outcomes(writer.submit(crosswise(1, 2)), other.submit(crosswise(2, 1)))
    await asyncio.to_thread(other.stop)
    assert (told, met) == ([None, None], [])


async def test_where_no_transaction_can_begin_all_who_wait_are_told_at_once(
    engine: Engine, writer: Writer
) -> None:
    event.listen(engine, "begin", _refuse)
    told = await outcomes(*(writer.submit(put(key)) for key in range(20)))
    event.remove(engine, "begin", _refuse)
    assert {type(each) for each in told} == {OperationalError}
    await writer.submit(put(99))


def _refuse(_connection: Connection) -> None:
    raise OperationalError("BEGIN", {}, Exception("database is locked"))
