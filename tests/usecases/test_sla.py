"""The stories of clocks through the database: each change saved, each tick by the timers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from bot.usecases import waking
from bot.usecases.inputs import TimeCame
from bot.usecases.work import Work, tenant
from storage import sla, tickets, workspaces
from storage.base import metadata
from storage.engine import open_engine
from storage.records.clocks import Goal, Step
from storage.records.policies import Policy
from storage.records.tickets import Ticket
from storage.tickets import TIMER
from storage.timers import Due
from storage.unit import Unit, writing
from tests.rules import test_sla as stories
from tests.storage.cast import ACME, CARLA, NOON, OURS, say, undone
from tests.workers.office import settle


class StoredDesk(stories.Desk):
    """Does what `stories.Desk` does, with every step loaded, saved and read back."""

    unit: Unit
    key: int = 0

    @property
    def stored(self) -> Ticket:
        found = tickets.by_id(self.unit, self.key)
        assert found is not None
        return found

    def do(self, now: datetime, what: str) -> None:
        if what == "tick":
            self.tick(now)
        elif what.startswith("policy "):
            self.promise(stories.POLICIES[what.removeprefix("policy ")], now)
        elif what == "open":
            opening = say(self.unit)
            new = stories.opened(now)
            self.key = opening.id
            new = replace(
                new, workspace_id=OURS, id=self.key, channel_id=ACME, requester_id=CARLA,
                opening_id=opening.id, number=opening.id,
            )  # fmt: skip
            waking.add(self.work(now), new)
        else:
            told = stories.done(self.stored, what, now)
            told = replace(told, merged_id=told.merged_id and self.key)
            waking.save(self.work(now), self.stored, told)
        self.clocks = {each.goal: each for each in self.stored.clocks}

    def promise(self, policy: Policy, now: datetime) -> None:
        settings = replace(workspaces.settings(self.unit), policies=(policy,), nudge=timedelta())
        workspaces.save_settings(self.unit, settings, now)
        if self.key:
            waking.save(self.work(now), self.stored, self.stored)

    def tick(self, now: datetime) -> None:
        for each in TIMER.due(self.unit.connection, now, most=9):
            assert TIMER.claim(self.unit.connection, [each])
            waking.came(self.work(now), TimeCame(each.id, each.at, now))

    def work(self, now: datetime) -> Work:
        return Work(self.unit, tenant(self.unit), 0, now)


def desk_of(unit: Unit, policy: str) -> StoredDesk:
    desk = StoredDesk(stories.POLICIES[policy])
    desk.unit = unit
    desk.promise(desk.policy, NOON - timedelta(days=2))
    return desk


@pytest.fixture
def settled(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    settle(engine)
    yield engine
    engine.dispose()


def test_every_story_ends_in_the_database_as_reckoned_by_hand(settled: Engine) -> None:
    with writing(settled, OURS) as unit:
        for name, policy, script, ends in stories.told():
            wanted = dict(part.strip().split(" ", 1) for part in ends.split(","))
            with undone(unit):
                desk = desk_of(unit, policy)
                desk.play(script)
                assert {each: desk.shows(each) for each in wanted} == wanted, name


def test_the_ledger_of_the_database_is_that_of_the_rules(settled: Engine) -> None:
    script = "Mon 10:00 open; Mon 11:00 wait; Tue 09:00 back; Tue 11:30 tick; Tue 16:00 tell"
    by_rules = stories.Desk(stories.OFFICE)
    by_rules.play(script)
    with writing(settled, OURS) as unit:
        desk = desk_of(unit, "office")
        desk.play(script)
        assert sla.of_ticket(unit, desk.key) == by_rules.ledger
        assert {each.goal: each for each in desk.stored.clocks} == by_rules.clocks


def test_a_ticket_is_due_when_its_first_clock_is_and_wakes_when_somebody_must_hear(
    settled: Engine,
) -> None:
    with writing(settled, OURS) as unit:
        desk = desk_of(unit, "office")
        desk.play("Mon 10:00 open")
        assert desk.stored.due_at == stories.at("Mon 14:00")
        assert desk.stored.wake_at == stories.at("Mon 13:00")
        desk.play("Mon 13:00 tick")
        assert desk.stored.wake_at == stories.at("Mon 14:00")
        desk.play("Mon 13:30 answer")
        assert desk.stored.due_at is None


def test_two_replicas_that_tick_at_once_tell_each_once(settled: Engine) -> None:
    with writing(settled, OURS) as unit:
        desk = desk_of(unit, "office")
        desk.play("Mon 10:00 open")
    for hour in (13, 14):
        now = stories.at(f"Mon {hour}:00")
        with settled.connect() as one, one.begin():
            found = TIMER.due(one, now, most=9)
            waking.BELL.ring(one, now)
        with settled.connect() as other, other.begin():
            assert not TIMER.claim(other, found)
            waking.BELL.ring(other, now)
        _work_twice(settled, found, now)
    with writing(settled, OURS) as unit:
        steps = [each.step for each in sla.of_ticket(unit, desk.key) if each.goal is Goal.FIRST]
        assert steps == [Step.BEGAN, Step.WARNED, Step.MISSED]
        assert _notes(unit) == ["clock-note", "clock-note"]


def _work_twice(engine: Engine, found: list[Due], now: datetime) -> None:
    """Also a replica that was killed after its commit, and does it all again."""
    for each in (*found, *found):
        with writing(engine, OURS) as unit:
            work = Work(unit, tenant(unit), 0, now)
            waking.came(work, TimeCame(each.id, each.at, now))


def _notes(unit: Unit) -> list[str]:
    kinds = unit.connection.execute(select(metadata.tables["outbox"].c.kind)).scalars()
    return [kind for kind in kinds if kind in ("clock-note", "late-note")]
