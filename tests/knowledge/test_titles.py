"""Titles that say nothing give way to how the bodies begin; those that do say something stay."""

import pytest

from bot.knowledge import titles
from bot.knowledge.passages import Passage
from bot.knowledge.titles import first_line
from bot.knowledge.wordindex import WordIndex
from tests.knowledge.harbour import ARTICLES

LONG = "It may take a while until the crane has been looked at, and then it will be told. " * 4


@pytest.mark.parametrize(
    "body, title",
    [
        ("How do I moor?\n\n" + LONG, "How do I moor?"),
        ("\n  # Mooring\n" + LONG, "# Mooring"),
        ("My crane squeaks.", "My crane squeaks."),
        (LONG, ""),
        ("From here:\n" + LONG, ""),
        ("", ""),
        ("word " * 50, ""),
    ],
)
def test_a_first_line_may_stand_for_a_title_where_it_looks_like_one(body: str, title: str) -> None:
    assert first_line(body) == title


@pytest.mark.parametrize("name", ["Ticket {}", "FAQ #{}.", "{}", "[case-{}]", "Mooring", "id{}"])
def test_titles_that_differ_by_a_number_say_nothing(name: str) -> None:
    made = [
        Passage(f"id{number}", name.format(number), f"{each.title}\n\n{each.body}")
        for number, each in enumerate(ARTICLES)
    ]
    found = titles.telling(made)
    assert [each.title for each in found] == [each.title for each in ARTICLES]
    assert all(old.title in new.body for old, new in zip(made, found, strict=True))


def test_a_subject_that_was_cut_off_is_whole_again() -> None:
    made = [Passage(each.id, each.title[:9] + "…", each.title) for each in ARTICLES]
    assert [each.title for each in titles.telling(made)] == [each.title for each in ARTICLES]


def test_titles_that_say_something_stay() -> None:
    some = [Passage(f"t{number}", f"Ticket {number}", "A quay") for number in range(9)]
    for known in ([*ARTICLES], [*ARTICLES, *some], [Passage("1", "Ticket 1", "A quay")], []):
        assert titles.telling(known) == known


def test_without_a_body_a_title_is_all_there_is() -> None:
    made = [Passage(str(number), f"Ticket {number}") for number in range(9)]
    assert titles.telling(made) == made


def test_what_has_no_title_is_found_by_its_body() -> None:
    index = WordIndex()
    index.add([Passage("a", "", LONG), Passage("b", "Mooring", "rope")])
    assert [each.id for each in index.search("crane")] == ["a"]
