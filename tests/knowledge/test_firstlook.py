"""Among very many vectors the nearest are the same as if all were looked at whole."""

from collections.abc import Sequence

import numpy as np
import pytest

from bot.knowledge.firstlook import WORTHWHILE
from bot.knowledge.meaning import DIMENSIONS, Vectors, of_length_one
from bot.knowledge.passages import Passage
from bot.knowledge.vectorindex import VectorIndex

FEW = 3
ASKED = 20


class Known:
    """The number of a text is the number of its vector."""

    def __init__(self, rows: Vectors) -> None:
        self.rows = rows

    def of(self, texts: Sequence[str]) -> Vectors:
        return self.rows[[int(text) for text in texts]]


@pytest.fixture(scope="module")
def rows() -> Vectors:
    """Vectors of passages and then of questions; the ``few`` are far from what is asked."""
    chance = np.random.default_rng(7)
    alike = chance.standard_normal((WORTHWHILE + FEW + ASKED, 64), np.float32)
    spread = chance.standard_normal((64, DIMENSIONS), np.float32)
    noise = 0.3 * chance.standard_normal((len(alike), DIMENSIONS), np.float32)
    rows = of_length_one(alike @ spread + noise)
    rows[WORTHWHILE : WORTHWHILE + FEW] = -rows[-ASKED:].mean(axis=0)
    return rows


@pytest.fixture(scope="module")
def many(rows: Vectors) -> VectorIndex:
    """More than are looked at whole."""
    index = VectorIndex(Known(rows))
    marks = [("many",)] * WORTHWHILE + [("few",)] * FEW
    index.put(
        (Passage(str(n), str(n), marks=mark), rows[n : n + 1]) for n, mark in enumerate(marks)
    )
    return index


def questions() -> range:
    return range(WORTHWHILE + FEW, WORTHWHILE + FEW + ASKED)


def test_the_nearest_of_very_many_are_found(many: VectorIndex, rows: Vectors) -> None:
    for each in questions():
        cosines = rows[: len(many)] @ rows[each]
        found = many.near(many.looked(str(each)), limit=10, only=None, also=["0"])
        assert {*found} - {"0"} == {str(n) for n in np.argsort(-cosines)[:10]} - {"0"}
        assert found["0"] == pytest.approx(cosines[0], abs=1e-5)


def test_what_a_first_look_passes_over_is_found_by_its_mark(many: VectorIndex) -> None:
    looked = many.looked(str(questions()[0]))
    found = many.near(looked, limit=10, only=["few"], also=[])
    assert {*found} == {str(WORTHWHILE + n) for n in range(FEW)}


def test_what_is_added_or_removed_later_counts(many: VectorIndex, rows: Vectors) -> None:
    number = questions()[1]
    question = str(number)
    many.put([(Passage("new", question), rows[number : number + 1])])
    assert next(iter(many.near(many.looked(question), limit=3, only=None, also=[]))) == "new"
    many.remove(["new"])
    assert "new" not in many.near(many.looked(question), limit=3, only=None, also=[])
