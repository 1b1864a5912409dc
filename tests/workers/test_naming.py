"""Files of other companies: their names are learned, and whatever Slack does, no card waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot.errors import Fact, SendFailed
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from bot.usecases import rewording
from bot.usecases.inputs import Deleted, Edited
from bot.usecases.look import working
from bot.workers.asking import Asker
from bot.workers.naming import WAITS
from storage import messages, texts
from storage.records.messages import MOST_ASKED, FileRef, Message
from storage.unit import Unit
from tests.storage.cast import NOON, OURS
from tests.workers.office import TEAM, Office
from tests.workers.slack import Fate

INFO, POST, UPDATE = "files.info", "chat.postMessage", "chat.update"
TOLD = {
    "id": "F1",
    "name": "scan.pdf",
    "mimetype": "application/pdf",
    "size": 2048,
    "permalink": "https://acme.slack.test/files/F1",
}
NAMED = FileRef("F1", "scan.pdf", "application/pdf", 2048, "https://acme.slack.test/files/F1")
TROUBLE = [NotSent("timeout"), Unsure("500"), RateLimited(INFO, 30), Paused("invalid_auth")]


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Office]:
    """The office with Carla's opening message holding a file of which only the id came."""
    worker = office.worker
    worker.files.learn = Asker(office.desk, worker.ways, office.clock).learn
    worker.files.grace = 30
    office.slack.files["F1"] = TOLD
    await hold(office, FileRef("F1"))
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.files.run())
        yield office
        worker.files.stop()


async def hold(office: Office, *files: FileRef) -> None:
    def step(unit: Unit) -> None:
        known = opening_of(office, unit)
        messages.save(unit, known, replace(known, files=files))

    await office.desk.write(OURS, step)


def opening_of(office: Office, unit: Unit) -> Message:
    found = messages.by_id(unit, office.ticket.opening_id)
    assert found is not None
    return found


async def held(office: Office) -> tuple[FileRef, ...]:
    return (await office.desk.read(OURS, lambda unit: opening_of(office, unit))).files


async def draw(office: Office) -> None:
    """Let the lane of the cards be worked until nothing of it can be done now."""
    for _ in range(3):
        await office.work(TEAM)


async def be_answered(office: Office) -> None:
    async with asyncio.timeout(60):
        while not office.worker.files.is_idle:  # noqa: ASYNC110 - it tells, but does not announce
            await asyncio.sleep(0)


async def ask_again(office: Office, at: datetime) -> None:
    office.clock.set(at)
    office.worker.files._news.set()
    await asyncio.sleep(0)
    await be_answered(office)


def shown(office: Office) -> str:
    return str([call[1].get("blocks") for call in office.slack.calls][-1])


async def test_the_first_card_shows_what_slack_tells_in_time(desk: Office) -> None:
    await desk.put("card")
    await draw(desk)
    assert await held(desk) == (NAMED,)
    assert "scan.pdf" in shown(desk)
    assert (len(desk.slack.made(POST)), len(desk.slack.made(UPDATE))) == (1, 0)


async def test_a_file_that_came_with_its_name_is_not_asked_about(desk: Office) -> None:
    await hold(desk, NAMED)
    await desk.put("card")
    await draw(desk)
    assert desk.slack.made(INFO) == []


@pytest.mark.parametrize("code", ["file_not_found", "file_deleted", "missing_scope"])
async def test_a_refusal_is_a_fact_and_the_card_shows_a_file(desk: Office, code: str) -> None:
    desk.slack.will(INFO, Fate(SendFailed(code, permanent=True)))
    await desk.put("card")
    await draw(desk)
    await desk.put("card")
    await draw(desk)
    assert "a file" in shown(desk)
    assert len(desk.slack.made(INFO)) == 1


async def test_a_card_does_not_wait_while_slack_is_slow_and_is_drawn_anew(desk: Office) -> None:
    answer, learn = asyncio.Event(), desk.worker.files.learn

    async def slowly(workspace_id: int, fact: Fact) -> None:
        await answer.wait()
        await learn(workspace_id, fact)

    desk.worker.files.learn, desk.worker.files.grace = slowly, 0
    await desk.put("card")
    await draw(desk)
    assert "a file" in shown(desk)
    answer.set()
    await be_answered(desk)
    await draw(desk)
    assert "scan.pdf" in shown(desk)
    assert (len(desk.slack.made(POST)), len(desk.slack.made(UPDATE))) == (1, 1)


async def test_while_slack_is_slow_no_other_card_waits_its_moment(desk: Office) -> None:
    answer = asyncio.Event()

    async def slowly(workspace_id: int, fact: Fact) -> None:
        await answer.wait()

    desk.worker.files.learn, desk.worker.files.grace = slowly, 0
    await desk.put("card")
    await draw(desk)
    desk.worker.files.grace = 3600
    await hold(desk, FileRef("F1"), FileRef("F2"))
    await desk.put("card")
    async with asyncio.timeout(60):
        await draw(desk)
    assert len(desk.slack.made(UPDATE)) == 1
    answer.set()


@pytest.mark.parametrize("trouble", TROUBLE, ids=lambda error: type(error).__name__)
async def test_who_gets_no_answer_asks_again_later(desk: Office, trouble: Exception) -> None:
    desk.slack.will(INFO, Fate(trouble))
    await desk.put("card")
    await draw(desk)
    assert "a file" in shown(desk)
    await ask_again(desk, NOON + WAITS[1])
    await draw(desk)
    assert "scan.pdf" in shown(desk)


async def test_nobody_asks_for_ever(desk: Office) -> None:
    desk.slack.will(INFO, *[Fate(NotSent("timeout"))] * 9)
    await desk.put("card")
    await draw(desk)
    for wait in (*WAITS, *WAITS):
        await ask_again(desk, desk.clock.now() + wait)
    await desk.put("card")
    await draw(desk)
    assert "a file" in shown(desk)
    assert len(desk.slack.made(INFO)) == MOST_ASKED


async def test_an_answer_that_makes_no_sense_harms_nobody(desk: Office) -> None:
    desk.slack.files["F1"] = {"name": 7}
    await desk.put("card")
    await draw(desk)
    assert "a file" in shown(desk)


async def test_a_message_deleted_meanwhile_stays_erased(desk: Office) -> None:
    def delete(unit: Unit) -> None:
        ts = opening_of(desk, unit).ts
        rewording.deleted(working(unit, NOON), Deleted("C-ACME", ts, NOON, f"{ts}1"))

    await desk.put("card")
    learn = desk.worker.files.learn

    async def too_late(workspace_id: int, fact: Fact) -> None:
        await desk.desk.write(OURS, delete)
        await learn(workspace_id, fact)

    desk.worker.files.learn = too_late
    await draw(desk)
    assert await held(desk) == ()
    assert "scan.pdf" not in shown(desk)


async def test_an_edit_keeps_the_names_that_slack_leaves_out_again(desk: Office) -> None:
    await hold(desk, NAMED)

    def edit(unit: Unit) -> None:
        known = opening_of(desk, unit)
        told = Edited(
            channel="C-ACME",
            ts=known.ts,
            editor="U-CARLA",
            at=NOON,
            event_ts=f"{known.ts}1",
            text="It smokes a lot",
            files=(FileRef("F1"), FileRef("F2")),
        )
        texts.put(unit, 1, told.text)
        rewording.edited(replace(working(unit, NOON), row_id=1), told)

    await desk.desk.write(OURS, edit)
    assert await held(desk) == (NAMED, FileRef("F2"))


async def test_a_file_that_is_taken_away_is_gone_though_the_words_are_as_they_were(
    desk: Office,
) -> None:
    await hold(desk, NAMED, FileRef("F2"))

    def edit(unit: Unit) -> None:
        known = opening_of(desk, unit)
        told = Edited(
            channel="C-ACME",
            ts=known.ts,
            editor="U-CARLA",
            at=NOON,
            event_ts=f"{known.ts}1",
            text=known.text,
            files=(FileRef("F2"),),
        )
        texts.put(unit, 1, told.text)
        rewording.edited(replace(working(unit, NOON), row_id=1), told)
        assert messages.versions(unit, known.id) == []

    await desk.desk.write(OURS, edit)
    assert await held(desk) == (FileRef("F2"),)
