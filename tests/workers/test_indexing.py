"""What is written can be searched a moment later, and nobody has to ask for it."""

from __future__ import annotations

import asyncio

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
