"""How sure an answer is, is learnt from those whose outcome is known."""

from pathlib import Path

import pytest

from bot.knowledge.confidence import SILENT_BELOW, Calibration, kept
from bot.knowledge.passages import Found
from bot.knowledge.wordindex import WordIndex
from tests.knowledge.harbour import ARTICLES

GOOD = Found("a", 60.0, share=0.9)
POOR = Found("a", 8.0, share=0.1)
NEAR = Found("a", 0.9, nearness=0.8, words=9.0)
VAGUE = Found("a", 0.8, nearness=0.8)
FAR = Found("a", 0.3, nearness=0.2)


def test_nothing_found_is_no_confidence() -> None:
    assert Calibration().confidence([]) == 0.0


def test_what_says_much_of_the_question_is_surer() -> None:
    sure = Calibration().confidence
    assert (sure([GOOD]) > 0.8, sure([POOR]) < 0.1) == (True, True)
    assert (sure([NEAR]) > 0.8, sure([FAR]) < 0.2) == (True, True)
    assert sure([FAR]) < sure([VAGUE]) < sure([NEAR])


def test_the_desk_is_silent_on_what_it_knows_nothing_of() -> None:
    index = WordIndex()
    index.add(ARTICLES)
    sure = Calibration().confidence
    assert sure(index.search("what is the capital of Mongolia")) < SILENT_BELOW
    assert sure(index.search("how to cook rice with account")) < SILENT_BELOW


@pytest.mark.parametrize("many", [1, 3, len(ARTICLES)])
def test_however_little_it_knows_it_is_sure_of_that_and_of_nothing_else(many: int) -> None:
    index = WordIndex()
    index.add(ARTICLES[:many])
    sure = Calibration().confidence
    assert sure(index.search(ARTICLES[0].title)) > 0.7
    assert sure(index.search("what is the capital of Mongolia")) < SILENT_BELOW
    assert sure(index.search("how do I open the door")) < SILENT_BELOW


def test_a_desk_whose_answers_fail_learns_to_be_silent() -> None:
    middling = Found("a", 35.0, share=0.6)
    before = Calibration()
    after = before.fitted([(middling, False)] * 60 + [(GOOD, True)] * 20)
    assert after.confidence([middling]) < before.confidence([middling])
    assert after.meaning == before.meaning


def test_a_few_answers_teach_nothing() -> None:
    assert Calibration().fitted([(GOOD, False)] * 29) == Calibration()
    assert Calibration().fitted([(GOOD, True)] * 500) == Calibration()


def test_what_was_learnt_is_kept(tmp_path: Path) -> None:
    learnt = Calibration((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    learnt.save(tmp_path / "c.json")
    assert kept(tmp_path / "c.json") == learnt


@pytest.mark.parametrize("text", ["", "{", "[]", '{"words": [1], "meaning": [1, 2]}', "null"])
def test_what_is_damaged_counts_for_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    assert kept(tmp_path / "c.json") == Calibration()
