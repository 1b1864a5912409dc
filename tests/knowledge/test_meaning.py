"""Meaning finds what has no word in common; skipped, visibly, where its extra is not installed."""

import os
from pathlib import Path

import pytest

from bot.knowledge import meaning
from bot.knowledge.category import Sorter
from bot.knowledge.library import Library
from bot.knowledge.meaning import Meaning
from bot.knowledge.passages import Passage
from bot.knowledge.wordindex import WordIndex
from bot.knowledge.wordpiece import pieces
from tests.knowledge.harbour import ARTICLES

pytestmark = pytest.mark.skipif(
    not meaning.is_installed(), reason="requirements/semantic.txt is not installed"
)

_OPEN = Path("/proc/self/fd")


@pytest.fixture(scope="module")
def model() -> Meaning:
    return Meaning()


@pytest.fixture(scope="module")
def desk(model: Meaning) -> Library:
    return filled(model)


def filled(model: Meaning, folder: Path | None = None) -> Library:
    library = Library(WordIndex(folder / "words" if folder else None), model, folder)
    library.add(ARTICLES)
    while library.absorb():
        pass
    return library


@pytest.mark.parametrize(
    "question, meant",
    [
        ("I would like my funds returned", "refund"),
        ("the phone program of yours", "mobile"),
        ("my gadget arrived defective", "warranty"),
        ("we want our money back", "refund"),
        ("stop bothering me with messages", "notify"),
        ("forgoten pasword", "password"),
        ("EX-4012", "export-fails"),
    ],
)
def test_it_finds_what_is_meant(desk: Library, question: str, meant: str) -> None:
    assert meant in [each.id for each in desk.search(question)][:2]


@pytest.mark.skipif(not _OPEN.is_dir(), reason="only Linux says which files are open")
def test_the_model_keeps_no_book_of_its_use(model: Meaning) -> None:
    model.of(["who asked"])
    assert not [each for each in _OPEN.iterdir() if "onnxruntime.db" in os.path.realpath(each)]


def test_words_answer_until_meanings_are_learnt(model: Meaning) -> None:
    library = Library(WordIndex(), model)
    library.add(ARTICLES)
    assert library.waiting == len(ARTICLES)
    assert not library.search("forgotten password")[0].nearness
    library.absorb(len(ARTICLES))
    assert library.search("forgotten password")[0].nearness > 0.5


def test_it_keeps_to_marks(model: Meaning) -> None:
    library = Library(WordIndex(), model)
    library.add(
        [
            Passage("open", "Harbour fees", marks=("public",)),
            Passage("inside", "What ships pay us", marks=("internal",)),
        ]
    )
    library.absorb()
    assert [each.id for each in library.search("what do ships pay", only=["public"])] == ["open"]
    assert library.search("what do ships pay", only=[]) == []


def test_what_is_removed_or_changed_is_found_no_more(model: Meaning) -> None:
    library = filled(model)
    library.remove(["refund", "demo"])
    library.add([Passage("mobile", "Bananas are yellow")])
    library.absorb()
    found = [each.id for each in library.search("give me my money back", limit=99)]
    assert len(found) == len(set(found)) == len(ARTICLES) - 2
    assert library.search("fruit")[0].id == "mobile"


def test_meanings_are_kept_for_the_next_process(model: Meaning, tmp_path: Path) -> None:
    filled(model, tmp_path).save()
    again = Library(WordIndex(tmp_path / "words"), model, tmp_path)
    changed = Passage("refund", "Ask for a refund", "now by telephone")
    again.expect([*ARTICLES[:5], changed])
    assert again.waiting == 1


def test_a_damaged_file_is_learnt_anew(model: Meaning, tmp_path: Path) -> None:
    (tmp_path / "vectors.npz").write_bytes(b"nothing of the kind")
    library = Library(WordIndex(tmp_path / "words"), model, tmp_path)
    library.expect(ARTICLES)
    assert library.waiting == len(ARTICLES)


def test_the_same_text_has_the_same_vector_alone_and_among_others(model: Meaning) -> None:
    alone = model.of(["a harbour"])[0]
    among = model.of(["a much longer text about ships and their cargo", "a harbour", ""])[1]
    assert float(alone @ among) > 0.98


def test_categories_are_learnt_by_meaning_too(model: Meaning) -> None:
    sorter = Sorter(model)
    sorter.learn([("the invoice is wrong", "Billing"), ("it crashes", "Technical")] * 8)
    (guess,) = sorter.guesses(["you charged us too much"])
    assert guess
    assert guess.category == "Billing"


def test_texts_are_cut_as_the_model_learnt_them() -> None:
    assert pieces("Füße naïve 東京 don't x_y") == [
        101,
        11865,
        17499,
        15743,
        1879,
        1755,
        2123,
        1005,
        1056,
        1060,
        1035,
        1061,
        102,
    ]
    assert len(pieces("word " * 500)) == 128
