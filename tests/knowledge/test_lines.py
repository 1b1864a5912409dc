"""Files that people bring are read line by line, and each bad line is told with its number."""

import pytest

from bot.knowledge import lines
from bot.knowledge.evaluating import Case
from bot.knowledge.lines import Wrong
from bot.knowledge.passages import Passage

_NO_IDS = "has expected that is neither an id, a list of ids, nor null"


def test_each_bad_line_is_told_with_its_number() -> None:
    found, wrong = lines.read(
        ['{"id": "a", "title": "A"}', "", "{broken", '{"title": "no id"}', '{"id": 7}', "[1]", "1"],
        lines.passage,
    )
    assert found == [Passage("a", "A")]
    assert wrong == [
        Wrong(3, "is not JSON: each line is to be a JSON object"),
        Wrong(4, "has no id"),
        Wrong(5, "has neither title nor body"),
        Wrong(6, "is a JSON list: each object is to stand on a line of its own"),
        Wrong(7, "is not a JSON object"),
    ]


def test_an_id_may_be_a_number_and_a_title_the_first_line_of_the_body() -> None:
    found, _ = lines.read(['\ufeff{"id": 7, "body": "First.\\nSecond."}'], lines.passage)
    assert found == [Passage("7", "First.", "First.\nSecond.")]


@pytest.mark.parametrize(
    "line, title, body",
    [
        (
            '{"id": 1, "title": null, "body": "First.\\u2028Second."}',
            "First.",
            "First.\u2028Second.",
        ),
        ('{"id": 1, "title": " ", "body": ["One.", "Two."]}', "One.", "One.\n\nTwo."),
        ('{"id": 1, "title": NaN, "text": "Words."}', "Words.", "Words."),
        ('{"id": 1, "question": "Why?", "answer": "So."}', "Why?", "So."),
        ('{"id": 1, "title": 404}', "404", ""),
        ('{"_id": 1, "heading": "Quay", "description": "x"}', "Quay", "x"),
        ('{"id": null, "doc_id": "1", "name": "Quay", "title": ""}', "Quay", ""),
        ('{"id": 1, "title": "Half a sign: \\ud83d"}', "Half a sign: ?", ""),
        (
            '{"id": 1.0, "title": "A &amp; B", "body": "<p>See <b>b</b>old.</p><p>x</p>"}',
            "A & B",
            "See bold.\n\nx",
        ),
    ],
)
def test_titles_and_bodies_come_in_many_shapes(line: str, title: str, body: str) -> None:
    assert lines.read([line], lines.passage) == ([Passage("1", title, body)], [])


@pytest.mark.parametrize(
    "line, why",
    [
        ('{"id": 1, "title": "A", "body": {"html": "b"}}', "has body that is not text"),
        ('{"id": 1, "title": "A", "body": [["b"]]}', "has body that is not text"),
        ('{"id": [1], "title": "A"}', "has no id"),
        ('{"id": true, "title": "A"}', "has no id"),
        ("[" * 100_000, "is not JSON: each line is to be a JSON object"),
    ],
)
def test_what_is_no_text_is_told(line: str, why: str) -> None:
    assert lines.read([line], lines.passage) == ([], [Wrong(1, why)])


@pytest.mark.parametrize(
    "line, expected",
    [
        ('{"question": "q", "expected": ["a", 2]}', {"a", "2"}),
        ('{"question": "q", "expected": "a"}', {"a"}),
        ('{"query": "q", "ids": ["a"]}', {"a"}),
        ('{"question": "q", "expected": []}', set()),
        ('{"question": "q", "expected": null}', set()),
        ('{"question": "q", "expected": ""}', set()),
        ('{"question": "q", "expected": [null]}', set()),
        ('{"question": "q", "expected": "none"}', set()),
        ('{"question": "q", "expected_article_ids": [7, "None"]}', {"7"}),
        ('{"question": "q", "expected": 12.0}', {"12"}),
        ('{"id": 3, "question": "q", "expected": null}', set()),
        ('{"id": 3, "question": "q", "article_id": "a"}', {"a"}),
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
        ('{"question": {"a": 1}, "expected": "a"}', "has question that is not text"),
        *(
            (f'{{"question": "q", "expected": {each}}}', _NO_IDS)
            for each in ('{"id": "a"}', "[true]", '["a", {}]', "1.5")
        ),
    ],
)
def test_a_case_lacks_nothing(line: str, why: str) -> None:
    assert lines.read([line], lines.case) == ([], [Wrong(1, why)])


def test_questions_come_as_words_or_as_json() -> None:
    said = ["how?\n", "\n", '"as a string"', '{"question": "as an object"}', '{"else": 1}', "[1]"]
    assert list(lines.questions(["\ufeffwhy?", *said, '"half: \\ud83d"'])) == [
        "why?",
        "how?",
        "as a string",
        "as an object",
        '{"else": 1}',
        "[1]",
        "half: ?",
    ]


def test_ids_that_stand_there_twice_are_told_once() -> None:
    assert lines.doubled(["a", "b", "a", "a", "c", "b"]) == ["a", "b"]
