"""The index of words finds what people mean, however they write it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.passages import Passage
from bot.knowledge.synonyms import both, of_groups, ours
from bot.knowledge.wordindex import WordIndex
from tests.knowledge.harbour import ARTICLES, ASKED, NOTHING

SECRET = "zanzibar"


@pytest.fixture(scope="module")
def desk() -> WordIndex:
    index = WordIndex()
    index.add(ARTICLES)
    return index


@pytest.mark.parametrize("question, meant", ASKED)
def test_a_question_finds_the_article_that_is_meant(
    desk: WordIndex, question: str, meant: str
) -> None:
    assert [each.id for each in desk.search(question)][:1] == [meant]


@pytest.mark.parametrize("question", NOTHING)
def test_what_says_nothing_finds_nothing(desk: WordIndex, question: str) -> None:
    assert desk.search(question) == []


def test_a_pasted_page_is_a_question_as_well(desk: WordIndex) -> None:
    page = "I forgot my password and cannot reset it. " + "lorem ipsum dolor sit amet " * 200
    assert len(page) > 5_000
    assert desk.search(page)[0].id == "password"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_question(desk: WordIndex, question: str) -> None:
    found = desk.search(question)
    assert [each.score for each in found] == sorted((e.score for e in found), reverse=True)


def test_what_is_added_again_stands_there_once(tmp_path: Path) -> None:
    index = WordIndex(tmp_path / "words")
    index.add([Passage("a", "Old title", "about ships")])
    index.add([Passage("a", "New title", "about trains")])
    assert len(index) == 1
    assert not index.search("ships")
    assert [each.id for each in index.search("trains")] == ["a"]


def test_what_is_removed_is_found_no_more() -> None:
    index = WordIndex()
    index.add(ARTICLES)
    index.remove(["password", "never-there"])
    assert "password" not in [each.id for each in index.search("reset a forgotten password")]
    assert len(index) == len(ARTICLES) - 1


def test_the_next_process_finds_what_was_added(tmp_path: Path) -> None:
    WordIndex(tmp_path / "words").add(ARTICLES)
    again = WordIndex(tmp_path / "words")
    assert len(again) == len(ARTICLES)
    assert again.search("refund")[0].id == "refund"


def test_an_index_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    WordIndex(folder).add(ARTICLES)
    (folder / "mark.json").write_text('{"version": 0}')
    assert len(WordIndex(folder)) == 0


def test_a_damaged_index_is_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    WordIndex(folder).add(ARTICLES)
    (folder / "meta.json").write_text("{")
    assert len(WordIndex(folder)) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([SECRET, "password", "zanzibarr", "a", "*", "marks:internal"])))
def test_nobody_finds_what_is_not_for_them(words: list[str]) -> None:
    index = WordIndex()
    index.add(
        [
            Passage("open", "Reset a password", "how to", marks=("public",)),
            Passage("inside", f"Password {SECRET}", f"{SECRET} password", marks=("internal",)),
            Passage("nobodys", f"Password {SECRET}"),
        ]
    )
    found = index.search(" ".join(words), only=["public"])
    assert {each.id for each in found} <= {"open"}
    assert index.search(" ".join(words), only=[]) == []


def test_a_desk_has_synonyms_of_its_own() -> None:
    own = of_groups(["# ships", "berth, mooring, quay", ""])
    index = WordIndex(synonyms=both(ours(), own))
    index.add([Passage("a", "Book a berth"), Passage("b", "Book a demo"), Passage("c", "Anchor")])
    assert index.search("quays")[0].id == "a"
    assert index.search("moorings")[0].id == "a"


def test_an_article_is_found_by_its_own_synonyms() -> None:
    index = WordIndex()
    index.add(
        [Passage("a", "Reports", synonyms=("statistics", "key figures")), Passage("b", "x y")]
    )
    assert index.search("figures")[0].id == "a"


def test_who_says_the_same_has_the_largest_share(desk: WordIndex) -> None:
    same = desk.search("reset a forgotten password")[0]
    less = desk.search("my cat sat upon the forgotten keyboard of doom")[0]
    assert same.share > 2 * less.share
