"""What a process remembers of past tickets: found, sorted, forgotten, and learnt from."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from bot.knowledge import fresh, meaning
from bot.knowledge.meaning import DIMENSIONS, Meaning, Remembering, Vectors
from bot.knowledge.past import Memory, says_the_same, spoken
from storage import articles, suggestions, texts, tickets
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.articles import Article, Audience
from storage.records.suggestions import Fate, Suggestion
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import ACME, LOBBY, NOON, OURS, ask


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/desk.db"
    upgrade(url)
    made = open_engine(url)
    cast.settle(made)
    yield made
    made.dispose()


def said(unit: Unit, words: str, **told: object) -> int:
    """A ticket with these words."""
    ticket = ask(unit, **told)
    texts.erase(unit, [ticket.opening_id])
    unit.execute(
        texts.text.update().where(texts.text.c.id == ticket.opening_id).values(body=words), {}
    )
    return ticket.id


def followed(unit: Unit) -> Memory:
    memory = Memory()
    while memory.follow(unit):
        pass
    return memory


def test_tickets_are_found_by_their_words_within_the_channels_that_are_asked_for(
    engine: Engine,
) -> None:
    with writing(engine, OURS) as unit:
        acme = said(unit, "The export of the warehouse report stops")
        other = said(unit, "Export of our warehouse report stops, too", channel_id=LOBBY)
        memory = followed(unit)
        assert [e.ticket_id for e in memory.alike("warehouse export", most=9, only=[ACME])] == [
            acme
        ]
        assert {e.ticket_id for e in memory.alike("warehouse export", most=9)} == {acme, other}
        memory.forget([acme])
        assert [e.ticket_id for e in memory.alike("warehouse export", most=9)] == [other]
        new = said(unit, "A warehouse burns")
        assert memory.follow(unit)
        assert new in {each.ticket_id for each in memory.alike("warehouse", most=9)}


@pytest.mark.parametrize("most, expected", [(99, 13), (5, 5)])
def test_all_of_a_burst_between_two_looks_are_known(
    engine: Engine, most: int, expected: int
) -> None:
    memory = Memory(most=most, step=2)
    with writing(engine, OURS) as unit:
        made: list[int] = []
        for burst in (3, 9):
            made += [said(unit, "A crane squeaks") for _ in range(burst)]
            assert memory.follow(unit)
        made.append(said(unit, "Another crane squeaks"))  # while the burst is still read
        while memory.follow(unit):
            pass
        found = {each.ticket_id for each in memory.alike("squeaks", most=99)}
    assert found == memory.known
    assert len(found) >= expected
    assert {*made[-expected:]} <= found


def test_however_long_a_process_lives_it_remembers_the_last_tickets_alone(engine: Engine) -> None:
    memory = Memory(most=4)
    with writing(engine, OURS) as unit:
        for number in range(11):
            said(unit, f"Crane {number} squeaks")
            while memory.follow(unit):
                pass
            assert len(memory.index) == len(memory.known) <= 5
        found = memory.alike("squeaks", most=99)
        assert {each.ticket_id for each in found} == memory.known
        assert min(memory.known) == memory.oldest
        assert max(memory.known) == memory.newest


def test_it_learns_from_the_categories_that_people_gave(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        for words, category in (("invoice total", "Billing"), ("robot crashes", "Technical")):
            for number in range(12):
                key = said(unit, f"{words} number {number}")
                ticket = tickets.by_id(unit, key)
                assert ticket is not None
                tickets.save(unit, ticket, replace(ticket, category=category))
        memory = followed(unit)
        assert memory.guess("my invoice") is None
        assert memory.is_outdated(unit)
        memory.sorter.learn(memory.examples(unit))
        assert not memory.is_outdated(unit)
        guess = memory.guess("the total of an invoice is wrong")
        assert guess is not None
        assert guess.category == "Billing"


def test_what_became_of_suggestions_moves_how_sure_later_ones_are(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        public = Audience.PUBLIC
        for key, title in ((1, "Export of a report"), (2, "Berths"), (3, "Cranes")):
            articles.add(unit, Article(OURS, key, title, title, "", public, NOON))
        before = fresh.rated(unit, "export of a report", limit=1)
        for number in range(40):
            fate = Fate.REFUSED if number % 8 else Fate.TAKEN
            key = said(unit, "export of a report")
            found = Suggestion(OURS, key, NOON, ("1",), fate=fate)
            taken = replace(found, sent_id=1) if fate is Fate.TAKEN else found
            suggestions.add(unit, taken)
        followed(unit).calibrate(unit)
        after = fresh.rated(unit, "export of a report", limit=1)
        assert (before[0][0], after[0][0]) == (1, 1)
        assert after[0][1] != before[0][1]


def test_slacks_marks_are_no_words() -> None:
    text = "<@U1> see <https://x.test/a|the *docs*> &amp; :wave: <!channel> <https://y.test>"
    assert spoken(text).split() == ["see", "the", "docs", "&"]


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("The export of reports stops at half", "export of report stops at the half!", True),
        ("The export of reports stops at half", "The import of reports begins anew", False),
        ("Help", "Help", False),
    ],
)
def test_who_says_most_of_the_same_words_says_the_same(one: str, other: str, *, same: bool) -> None:
    assert says_the_same(one, other) is same


class Counting:
    """Meanings that say how often they were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[float(len(each))] * DIMENSIONS for each in texts], np.float32).reshape(
            len(texts), DIMENSIONS
        )


def test_a_meaning_that_is_remembered_is_not_asked_for_again() -> None:
    model = Counting()
    remembering = Remembering(model, most=2)
    first = remembering.of(["a", "bb", "a"])
    assert first.shape == (3, DIMENSIONS)
    assert (remembering.of(["bb", "a"]) == first[[1, 0]]).all()
    assert model.asked == ["a", "bb"]
    remembering.of(["ccc"])
    remembering.of(["a"])
    assert model.asked == ["a", "bb", "ccc", "a"]
    assert remembering.of([]).shape == (0, DIMENSIONS)


def test_a_thousand_remembered_meanings_take_less_than_a_megabyte() -> None:
    texts = [str(number) for number in range(1_000)]
    remembering = Remembering(Counting(), most=1_000)
    tracemalloc.start()
    try:
        for begin in range(0, 1_000, 50):
            remembering.of(texts[begin : begin + 50])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000


@pytest.mark.skipif(not meaning.is_installed(), reason="requirements/semantic.txt is not installed")
def test_words_serve_until_meanings_are_learnt(engine: Engine) -> None:
    fresh.by_meaning(engine, Meaning())
    with writing(engine, OURS) as unit:
        for key, title in ((1, "Cancel the subscription"), (2, "Berths"), (3, "Cranes")):
            articles.add(unit, Article(OURS, key, title, title, "", Audience.PUBLIC, NOON))
        assert fresh.state(unit) is None
        assert fresh.search(unit, "we want to leave your service", limit=1)[0] == []
        found = fresh.state(unit)
        assert found is not None
        assert (found.articles, found.waiting, found.is_by_meaning) == (3, 3, True)
        assert fresh.absorb(engine, 8) == 3
        assert fresh.absorb(engine, 8) == 0
        assert fresh.search(unit, "we want to leave your service", limit=1)[0][0].id == "1"
