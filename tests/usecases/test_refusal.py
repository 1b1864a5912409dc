"""A form that closed and came to nothing all the same: what was typed in it goes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.usecases import handle, upkeep
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Acted, Door, Place
from bot.usecases.tell import Outgoing, prepare
from bot.usecases.work import Work, tenant
from storage import inbox, people, texts
from storage import outbox as stored
from storage.engine import open_engine
from storage.inbox import Ending
from storage.outbox import outbox
from storage.records.boxes import Progress
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


def whispered(unit: Unit, item: Acted) -> dict[str, Any]:
    """What the private answer to an act of Ana's says."""
    ana = people.by_id(unit, ANA)
    assert ana is not None
    people.put(unit, replace(ana, fetched_at=NOON))
    arrival = to_arrival(OURS, item)
    inbox.put(unit.connection, [arrival])
    work = Work(unit, tenant(unit), arrival.id, NOON)
    handle.handle(work, item)
    query = select(outbox.c.id).where(outbox.c.kind == "whisper")
    post = stored.by_id(unit, unit.execute(query, {}).scalar_one())
    assert post is not None
    told = prepare(work, post)
    assert isinstance(told, Outgoing)
    return told.fields


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


def test_they_are_kept_with_their_input_alone_and_forgotten_with_it(unit: Unit) -> None:
    words = "Their words & mine."
    item = Acted("account_save", "U-ANA", Door.FORM, NOON, "key", fields=TYPED, text=words)
    whispered(unit, item)
    assert words not in str(list(unit.execute(select(outbox.c.body), {}).scalars()))
    done = [Ending(OURS, each, Progress.DONE, "") for each in _rows(unit)]
    inbox.finish(unit.connection, done, NOON)
    upkeep.prune(unit.connection, NOON + timedelta(days=8))
    assert _rows(unit) == []
    assert words not in list(unit.execute(select(texts.text.c.body), {}).scalars())


def _rows(unit: Unit) -> list[int]:
    return list(unit.execute(select(inbox.inbox.c.id), {}).scalars())
