"""Who is on call, who stands in, what is handed over, and who is called when it is urgent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.rules.weekly import read_hours
from storage import rotas, workspaces
from storage.records.escalations import Level
from storage.records.rotas import Rota, Shift
from storage.records.workspaces import DeskQueue, Way
from storage.unit import Unit
from tests.stories import ladder
from tests.stories.stage import Stage, stage
from tests.stories.told import typed

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY, NIGHT = "08:00-20:00", "20:00-08:00"
ON_CALL = Rota(
    "on-call",
    (
        Shift(read_hours({"every_day": DAY}), ("Ben",)),
        Shift(read_hours({"every_day": NIGHT}), ("Ana",)),
    ),
)


async def with_rotas(it: Stage, *own: Rota, **more: Any) -> None:
    def step(unit: Unit) -> None:
        wanted = replace(workspaces.settings(unit), rotas=own, **more)
        workspaces.save_settings(unit, wanted, it.program.clock.now())

    await it.program.desk.write(it.program.workspace_id, step)
    await it.later(3700)


def directly(it: Stage, person: str) -> str:
    """What somebody was told by direct message."""
    them = next(user.id for user in it.slack.world.users.values() if user.name == person)
    rooms = [c for c in it.slack.world.channels.values() if c.is_im and them in c.members]
    return ladder.words(m for room in rooms for m in room.messages.values())


@pytest.mark.both
async def test_who_is_on_call_is_shown_and_can_be_changed(database_url: str) -> None:
    async with stage(database_url) as it:
        assert "no rotas yet" in await typed(it, "ana", "rota")
        await with_rotas(it, ON_CALL)
        shown = await typed(it, "ana", "rota")
        assert "Now: *Ben Okafor*" in shown
        assert "Next: Ana Petrova" in shown
        told = await typed(it, "ana", "rota swap Tariq instead of Ben on today")
        assert "Tariq Aziz is on call instead of Ben Okafor" in told
        shown = await typed(it, "ana", "rota")
        assert "Now: *Tariq Aziz*" in shown
        assert "You are on call now (on-call)" in directly(it, "tariq")
        assert "instead of" in await typed(it, "ana", "rota swap make it better")


async def test_urgent_calls_who_is_on_call_and_tells_the_customer(database_url: str) -> None:
    async with stage(database_url) as it:
        await with_rotas(it, ON_CALL)
        said, _ = await ladder.asked(it)
        it.people.react("carla", said.channel, said.ts, "rotating_light")
        await it.quiet()
        assert "You are on call, and the customer says" in directly(it, "ben")
        thread = ladder.words(it.thread("acme-harbour", said.ts))
        assert "have told Ben Okafor, who is on call" in thread


async def test_where_nobody_is_on_call_the_lead_hears_it(database_url: str) -> None:
    async with stage(database_url) as it:
        gap = Rota("on-call", (Shift(read_hours({"sunday": DAY}), ("Ben",)),))
        await with_rotas(it, gap)
        assert "nobody" in await typed(it, "ana", "rota")
        said, _ = await ladder.asked(it)
        it.people.react("carla", said.channel, said.ts, "rotating_light")
        await it.quiet()
        assert "nobody is on call" in directly(it, "ana")
        assert "on call" not in ladder.words(it.thread("acme-harbour", said.ts))


@pytest.mark.both
async def test_open_work_is_handed_over_line_by_line(database_url: str) -> None:
    async with stage(database_url) as it:
        await with_rotas(it, ON_CALL)
        it.people.say("carla", "#acme-harbour", ladder.ASKED)
        await it.quiet()
        await it.press("ben", "act:take", it.cards()[-1])
        await it.later(11 * 3600)
        (over,) = [m for m in it.messages("triage") if "Hand-over" in m.text]
        assert "1 not accepted yet" in ladder.words([over])
        assert "1 open ticket" in directly(it, "ana").replace("One open", "1 open")
        at = it.program.clock.now()

        def left(unit: Unit) -> int:
            return len(rotas.unaccepted(unit, MONDAY, at))

        assert await it.program.desk.read(it.program.workspace_id, left) == 1
        button = next(
            each["accessory"]["action_id"] for each in over.blocks if "accept_line" in str(each)
        )
        await it.press("ana", button, over)
        (over,) = [m for m in it.messages("triage") if "Hand-over" in m.text]
        assert "all is accepted" in ladder.words([over])
        assert "U00000ANA" in ladder.words(it.cards())
        assert await it.program.desk.read(it.program.workspace_id, left) == 0


async def test_a_queue_by_rota_gives_its_tickets_to_who_is_on_call(database_url: str) -> None:
    async with stage(database_url) as it:
        await with_rotas(it, ON_CALL, queues=(DeskQueue(way=Way.ROTA),))
        it.people.say("carla", "#acme-harbour", ladder.ASKED)
        await it.quiet()
        assert "U00000BEN" in ladder.words(it.cards())
        await it.later(12 * 3600)
        it.people.say("zoe", "#globex-harbour", ladder.ASKED)
        await it.quiet()
        assert "U00000ANA" in ladder.words(it.cards()[-1:])


async def test_a_level_by_rota_calls_who_is_on_call(database_url: str) -> None:
    async with stage(database_url) as it:
        levels = (Level("Night", rota="on-call", accept=10), Level("Boss", people=("Mona",)))
        await with_rotas(it, ON_CALL, ladder=levels)
        _, card = await ladder.asked(it)
        await ladder.escalated(it, card)
        assert "is asked of your level" in directly(it, "ben")
        await it.later(11 * 60)
        assert "went on to *Boss*" in ladder.words(ladder.packets(it))
        assert "U0000MONA" in ladder.words(ladder.packets(it))
