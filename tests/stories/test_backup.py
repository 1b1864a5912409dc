"""A desk is backed up while it works, lost, and goes on elsewhere: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest

from sandbox.faults import FaultSetting, MethodFaults
from storage import backup, queues
from storage.records.tickets import Queue
from storage.unit import Unit
from tests import databases, postgres
from tests.stories.stage import Stage, stage
from tests.stories.worlds import world_at

pytestmark = pytest.mark.both

BEFORE = [f"Number {number} is broken, how do we mend it?" for number in (1, 2, 3)]
AFTER = [f"Number {number} is broken, how do we mend it?" for number in (4, 5)]
SILENT = FaultSetting(methods={"chat.postMessage": MethodFaults(limited=1, retry_after=100)})


@pytest.fixture
def other_url(request: pytest.FixtureRequest, run: databases.Run) -> Iterator[str]:
    """Where the desk goes on: a new database of the other kind."""
    is_sqlite = request.getfixturevalue("database_url").startswith("sqlite")
    try:
        with run.copy("postgresql" if is_sqlite else "sqlite", databases.empty) as url:
            yield url
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")


async def _ask(it: Stage, questions: list[str]) -> None:
    """Each becomes a ticket of its own, which Slack shows when it lets us post again."""
    it.slack.faults.replace(SILENT)
    before = await _tickets(it)
    for question in questions:
        it.slack.world.clock.move(400)
        it.people.say("carla", "#acme-harbour", question)
    async with asyncio.timeout(60):
        while await _tickets(it) < before + len(questions):
            await it.slack.idle()


async def _tickets(it: Stage) -> int:
    def count(unit: Unit) -> int:
        return queues.count(unit, Queue())

    return await it.program.desk.read(it.program.workspace_id, count)


async def _post_and_hear_more(it: Stage) -> None:
    """What a backup cannot know, because it had begun."""
    it.slack.faults.replace(FaultSetting())
    await it.later(120)
    assert len(it.cards()) == len(BEFORE)
    await _ask(it, AFTER)


async def _save(url: str, path: Path, meanwhile: Awaitable[None]) -> None:
    """Back up, and see ``meanwhile`` happen after the moment that the backup shows."""
    loop, begun, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def told(_name: str, _rows: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()

    saving = asyncio.create_task(asyncio.to_thread(backup.save, url, path, told))
    await begun.wait()
    try:
        await meanwhile
    finally:
        go_on.set()
        await saving


async def test_a_lost_desk_goes_on_from_its_backup_on_another_database(
    database_url: str, other_url: str, tmp_path: Path
) -> None:
    world, path = world_at(), tmp_path / "desk.backup"
    async with stage(database_url, world=world) as it:
        await _ask(it, BEFORE)
        await _save(database_url, path, _post_and_hear_more(it))
    await asyncio.to_thread(backup.restore, other_url, path)
    async with stage(other_url, world=world) as it:
        await it.quiet()
        await it.later(120)
        _is_whole(it)
        await _goes_on(it)


def _is_whole(it: Stage) -> None:
    """A card for each question, and never two receipts."""
    cards = [card.text.partition(": ")[2] for card in it.cards()]
    assert sorted(cards) == sorted([*BEFORE, *AFTER])
    replies = Counter(m.thread_ts for m in it.messages("acme-harbour") if m.bot_id)
    asked = {m.text: m.ts for m in it.messages("acme-harbour") if not m.is_reply}
    assert [replies[asked[question]] for question in BEFORE] == [1, 1, 1]
    assert all(replies[asked[question]] <= 1 for question in AFTER)


async def _goes_on(it: Stage) -> None:
    """Cards that the lost desk posted work as before."""
    first = next(card for card in it.cards() if BEFORE[0] in card.text)
    await it.reply("ana", first, "By turning it off and on.")
    (asked,) = [m for m in it.messages("acme-harbour") if m.text == BEFORE[0]]
    answers = [m.text for m in it.thread("acme-harbour", asked.ts)]
    assert len(answers) == 2
    assert "off and on" in answers[1]
