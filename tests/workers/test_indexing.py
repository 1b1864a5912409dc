"""What is written can be searched a moment later, and nobody has to ask for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.workers import indexing as worker
from bot.workers.crew import Crew
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


@dataclass(eq=False)
class Noting(Indexer):
    """Notes how often it had looked for a rush before each batch, and stops after the last."""

    last: int = 2
    looks: int = 0
    batches: list[int] = field(default_factory=list)

    async def work_batch(self) -> int:
        self.batches.append(self.looks)
        if len(self.batches) == self.last:
            self.stop()
        return 0

    def lasts(self, looks: int) -> Noting:
        """A rush that is over after so many looks."""

        def is_rushed() -> bool:
            self.looks += 1
            return self.looks <= looks

        self.is_rushed = is_rushed
        return self


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLL_SECONDS", "BREATH_SECONDS"):
        monkeypatch.setattr(worker, name, 0.0)


@pytest.mark.usefixtures("_at_once")
async def test_in_a_rush_the_indexer_waits_for_its_end(office: Office) -> None:
    indexer = Noting(office.desk).lasts(3)
    await indexer.run()
    assert indexer.batches == [0, 4]


@pytest.mark.usefixtures("_at_once")
async def test_in_a_rush_that_lasts_it_goes_on_without_a_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LONGEST_REST_SECONDS", 0.0)
    indexer = Noting(office.desk, last=4).lasts(2)
    await indexer.run()
    assert indexer.batches == [0, 1, 2, 3]
    assert indexer._rests_until is None


async def test_who_is_told_to_end_waits_for_no_rush(office: Office) -> None:
    indexer = Indexer(office.desk, is_rushed=lambda: True)
    indexer.stop()
    await indexer._until_lull()


async def test_the_indexer_hears_of_the_inbox_that_there_is_a_rush(office: Office) -> None:
    ways, renderer = Ways.__new__(Ways), Renderer()
    crew = Crew(office.desk, office.clock, ways, renderer, 0, office.presence)
    assert not crew.indexer.is_rushed()
    crew.inbox._note_rush(is_rushed=True)
    assert crew.indexer.is_rushed()
