"""The demo's past: plausible talk in its Slack, and tickets of just that talk on its desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot import quarter as past
from bot.rules.figures import FIGURES
from bot.rules.spans import last_days
from bot.usecases import figures
from bot.usecases.figures import By
from sandbox import quarter
from sandbox.local import fresh_world
from sandbox.world import World
from storage import channels, messages
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import OURS

DAYS = 28
NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    world = fresh_world({})
    world.clock.freeze(NOW.timestamp())
    quarter.seed(world, DAYS)
    return world


@pytest.fixture(scope="module")
def unit(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    url = f"sqlite:///{tmp_path_factory.mktemp('quarter')}/desk.db"
    upgrade(url)
    engine = open_engine(url)
    members = [
        past.Member(user.id, user.team_id, user.real_name, user.tz) for user in world.users.values()
    ]
    places = [
        past.Place(
            key,
            key.lower(),
            f"Company {key}" if n else "",
            [[past.Said(*each) for each in talk] for talk in talks],
        )
        for n, (key, talks) in enumerate(quarter.threads(world))
    ]
    with writing(engine, OURS) as unit:
        cast.install(unit)
        assert past.remember(unit, places, members, NOW) == sum(len(it.talks) for it in places)
        yield unit
    engine.dispose()


def test_there_is_something_to_tell_by_every_figure(unit: Unit) -> None:
    total = figures.read(unit, last_days(NOW, "UTC", DAYS), now=NOW).total
    nothing = {each.key for each in FIGURES if not total.value(each)}
    assert nothing <= {"knowledge"}
    assert 100 < total.tally.count("opened") < 300


def test_it_is_divided_among_accounts_agents_and_categories(unit: Unit) -> None:
    span = last_days(NOW, "UTC", DAYS)
    lines = {by: len(figures.read(unit, span, now=NOW, by=by).lines) for by in By}
    assert (lines[By.ACCOUNT], lines[By.CHANNEL], lines[By.CATEGORY]) == (7, 7, 5)
    assert lines[By.AGENT] >= 2


def test_less_is_asked_at_weekends(unit: Unit) -> None:
    days = figures.read(unit, last_days(NOW, "UTC", DAYS), now=NOW, by=By.DAY).lines
    free = [it.tally.count("opened") for it in days if it.key.weekday() > 4]  # type: ignore[union-attr]
    busy = [it.tally.count("opened") for it in days if it.key.weekday() < 5]  # type: ignore[union-attr]
    assert sum(free) / len(free) < sum(busy) / len(busy) / 3


def test_slack_and_desk_know_the_same_words_and_none_is_of_today(unit: Unit, world: World) -> None:
    for place in world.channels.values():
        for ts, said in place.messages.items():
            found = channels.by_slack(unit, place.id)
            kept = messages.by_ts(unit, found.id, ts) if found else None
            assert kept
            assert kept.text == said.text
            assert kept.said_at < NOW.replace(hour=0)
