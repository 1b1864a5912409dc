"""The home of an agent with thousands of tickets: what Slack takes, page by page, to the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.slack.render import Renderer
from bot.usecases import home
from bot.usecases.scenes.home import HomeScene, HomeSection
from bot.usecases.work import Work, tenant
from storage import homes, people, workspaces
from storage.engine import open_engine
from storage.records.people import Looking, Staff
from storage.records.tickets import Priority, Status
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import ANA, BEN, CARLA, MINUTE, NOON, OURS, ask

RENDERER = Renderer()
MANY = 3_000


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    cast.settle(engine)
    with writing(engine, OURS) as unit:
        workspaces.save_settings(unit, DeskSettings(triage_channel="C-ACME"), NOON)
        people.put_staff(unit, Staff(agents=frozenset({"U-ANA", "U-BEN"})), NOON)
        for known in people.many(unit, [ANA, BEN, CARLA]).values():
            people.put(unit, replace(known, fetched_at=NOON))
    yield engine
    engine.dispose()


def drawn(unit: Unit, person_id: int = ANA) -> tuple[HomeScene, str]:
    scene = home.scene(Work(unit, tenant(unit), 0, NOON), person_id)
    view = RENDERER.home("home/home.j2", scene=scene)
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view)) < 250_000
    return scene, json.dumps(view)


def section(scene: HomeScene, name: str) -> HomeSection:
    return next(part for part in scene.sections if part.name == name)


def test_thousands_of_tickets_are_counted_and_the_most_pressing_shown(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        for n in range(MANY):
            ask(unit, owner_id=ANA, opened_at=NOON - n * MINUTE)
        urgent = ask(unit, owner_id=ANA, priority=Priority.URGENT)
        scene, view = drawn(unit)
        mine = section(scene, "mine")
        assert mine.total == MANY + 1
        assert mine.tickets[0].ticket == urgent
        assert f"Show all {MANY + 1}" in view
        assert "there is more than fits here" not in view


def test_pages_go_through_all_of_a_section_once(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        expected = [ask(unit, owner_id=ANA, opened_at=NOON + n * MINUTE).id for n in range(100)]
        looking, found = Looking(NOON, "mine"), []
        while True:
            homes.put(unit, ANA, looking)
            scene, _ = drawn(unit)
            part = section(scene, "mine")
            found += [one.ticket.id for one in part.tickets]
            if not part.next_id:
                break
            looking = replace(looking, after_id=part.next_id)
        assert found == expected


def test_each_ticket_is_in_the_section_of_its_status(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        for status in Status:
            ask(unit, owner_id=ANA, status=status)
            ask(unit, owner_id=BEN, status=status)
        ask(unit)
        scene, _ = drawn(unit)
        assert {part.name: part.total for part in scene.sections} == {
            "mine": 2,
            "free": 1,
            "waiting": 1,
            "snoozed": 1,
        }


def test_who_is_no_agent_sees_nothing_of_all_that(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        ask(unit)
        scene, view = drawn(unit, CARLA)
        assert not scene.sections
        assert "#" not in view


def test_leads_find_the_way_to_the_dashboard_where_there_is_one(engine: Engine) -> None:
    there = "https://desk.example.com/dashboard/"
    leading = Staff(frozenset({"U-ANA", "U-BEN"}), leads=frozenset({"U-ANA"}))
    with writing(engine, OURS) as unit:
        people.put_staff(unit, leading, NOON)
        scenes = {who: drawn(unit, who)[0] for who in (ANA, BEN)}
    linked = Renderer(dashboard=there)
    assert there in str(linked.home("home/home.j2", scene=scenes[ANA]))
    assert "dashboard" not in str(linked.home("home/home.j2", scene=scenes[BEN]))
    assert "dashboard" not in str(RENDERER.home("home/home.j2", scene=scenes[ANA]))


def test_managers_see_the_day_above_their_own_work_and_agents_do_not(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        staff = Staff(agents=frozenset({"U-ANA"}), managers=frozenset({"U-BEN"}))
        people.put_staff(unit, staff, NOON)
        for n in range(9):
            ask(unit, due_at=NOON - n * MINUTE)
        scene, view = drawn(unit, BEN)
        assert scene.today is not None
        assert [each.topic for each in scene.today.decisions] == ["free"] * 5
        assert scene.today.more == 4
        assert "To decide* \\u00b7 9" in view
        assert "Opened*  " in view
        assert "act:assign:1" in view
        assert "Take next" in view
        homes.put(unit, BEN, Looking(NOON, "mine"))
        assert drawn(unit, BEN)[0].today is None
        assert drawn(unit, ANA)[0].today is None
