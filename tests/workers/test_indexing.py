"""What is written can be searched a moment later, and nobody has to ask for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.workers import indexing as indexing_worker
from bot.workers.indexing import Indexer
from storage import indexing, search
from storage.records.search import Sought
from storage.unit import Unit
from tests.storage.cast import OURS
from tests.workers.office import Office


def hits(unit: Unit) -> int:
    return len(search.find(unit, Sought(""), limit=9).hits)


async def test_a_batch_makes_messages_searchable(office: Office) -> None:
    assert await office.desk.read(OURS, hits) == 0
    indexer = Indexer(office.desk)
    assert await indexer.work_batch() == 1
    assert await office.desk.read(OURS, hits) == 1
    assert await indexer.work_batch() == 0


async def test_the_indexer_follows_by_itself_and_ends_when_told(office: Office) -> None:
    indexer = Indexer(office.desk)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(indexer.run())
        while await office.desk.read_all(indexing.is_behind):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
        indexer.stop()


asked: list[bool] = []


@dataclass(eq=False)
class Twice(Indexer):
    """Stops by itself after two batches, and notes how often it was asked to wait before each."""

    batches: list[int] = field(default_factory=list)

    async def work_batch(self) -> int:
        self.batches.append(len(asked))
        if len(self.batches) == 2:
            self.stop()
        return 0


def _pressed_for(times: int) -> bool:
    asked.append(len(asked) < times)
    return asked[-1]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked.clear()
    for name in ("POLL_SECONDS", "BREATH_SECONDS"):
        monkeypatch.setattr(indexing_worker, name, 0.0)


async def test_in_a_rush_the_indexer_waits_for_its_end(office: Office) -> None:
    indexer = Twice(office.desk, is_pressed=lambda: _pressed_for(3))
    await indexer.run()
    assert indexer.batches == [0, 4]


async def test_it_waits_for_the_end_of_a_rush_that_lasts_no_longer_than_it_may(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing_worker, "LONGEST_REST", 0.0)
    indexer = Twice(office.desk, is_pressed=lambda: _pressed_for(10**6))
    await indexer.run()
    assert indexer.batches == [0, 1]


async def test_who_is_told_to_end_waits_for_no_rush(office: Office) -> None:
    indexer = Indexer(office.desk, is_pressed=lambda: True)
    indexer.stop()
    await indexer.run()
