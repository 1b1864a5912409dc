"""Files that people bring are read line by line, and each bad line is told with its number."""

import pytest

from bot.knowledge import lines
from bot.knowledge.evaluating import Case
from bot.knowledge.lines import Wrong
from bot.knowledge.passages import Passage


def test_each_bad_line_is_told_with_its_number() -> None:
    found, wrong = lines.read(
        ['{"id": "a", "title": "A"}', "", "{broken", '{"title": "no id"}', '{"id": 7}', "[1]"],
        lines.passage,
    )
    assert found == [Passage("a", "A")]
    assert wrong == [
        Wrong(3, "is not JSON"),
        Wrong(4, "has no id"),
        Wrong(5, "has neither title nor body"),
        Wrong(6, "is not a JSON object"),
    ]


def test_an_id_may_be_a_number_and_a_title_the_first_line_of_the_body() -> None:
    found, _ = lines.read(['\ufeff{"id": 7, "body": "First.\\nSecond."}'], lines.passage)
    assert found == [Passage("7", "First.", "First.\nSecond.")]


@pytest.mark.parametrize(
    "line, expected",
    [
        ('{"question": "q", "expected": ["a", 2]}', {"a", "2"}),
        ('{"question": "q", "expected": "a"}', {"a"}),
        ('{"query": "q", "ids": ["a"]}', {"a"}),
        ('{"question": "q", "expected": []}', set()),
        ('{"question": "q", "expected": null}', set()),
    ],
)
def test_expected_is_an_id_a_list_or_nothing(line: str, expected: set[str]) -> None:
    assert lines.read([line], lines.case) == ([Case("q", frozenset(expected))], [])


@pytest.mark.parametrize(
    "line, why",
    [
        ('{"expected": ["a"]}', "has no question"),
        ('{"question": " ", "expected": ["a"]}', "has no question"),
        ('{"question": "q"}', "has no expected: a list of ids, or null where silence is right"),
    ],
)
def test_a_case_lacks_nothing(line: str, why: str) -> None:
    assert lines.read([line], lines.case) == ([], [Wrong(1, why)])


def test_questions_come_as_words_or_as_json() -> None:
    said = ["how?\n", "\n", '"as a string"', '{"question": "as an object"}', '{"else": 1}', "[1]"]
    assert list(lines.questions(said)) == [
        "how?",
        "as a string",
        "as an object",
        '{"else": 1}',
        "[1]",
    ]


def test_ids_that_stand_there_twice_are_told_once() -> None:
    assert lines.doubled(["a", "b", "a", "a", "c", "b"]) == ["a", "b"]
