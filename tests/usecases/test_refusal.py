"""A form that closed and came to nothing all the same: what was typed in it goes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from bot.usecases import handle
from bot.usecases.inputs import Acted, Door, Place
from bot.usecases.work import Work, tenant
from storage import people
from storage.engine import open_engine
from storage.outbox import outbox
from storage.unit import Unit, writing
from tests.storage.cast import ANA, NOON, OURS, undone
from tests.workers.office import settle

TYPED = {"account": "399838614537634232", "name": "Globexcorp", "owner": "U000TARIQ"}


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    engine: Engine = open_engine(database_url)
    settle(engine)
    with writing(engine, OURS) as found, undone(found):
        yield found
    engine.dispose()


def whispered(unit: Unit, item: Acted) -> dict[str, str]:
    """The private answer to an act of Ana's."""
    ana = people.by_id(unit, ANA)
    assert ana is not None
    people.put(unit, replace(ana, fetched_at=NOON))
    handle.handle(Work(unit, tenant(unit), 9, NOON), item)
    query = select(outbox.c.body).where(outbox.c.kind == "whisper")
    return dict(unit.execute(query, {}).scalar_one())


@pytest.mark.parametrize(
    "door, returned", [(Door.FORM, "Globexcorp\nTheir words & mine."), (Door.COMMAND, "")]
)
def test_words_of_a_form_go_back_without_what_was_only_chosen(
    unit: Unit, door: Door, returned: str
) -> None:
    place = Place(channel="C-TRIAGE")
    text = "Their words & mine.\n"
    item = Acted("account_save", "U-ANA", door, NOON, "key", place=place, fields=TYPED, text=text)
    assert whispered(unit, item)["returned"] == returned
