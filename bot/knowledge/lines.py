"""Reads files of JSON lines that people bring: each bad line is told with its number."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.knowledge.evaluating import Case
from bot.knowledge.passages import Passage

Made = TypeVar("Made")
Line = Mapping[str, Any]

_QUESTION = ("question", "query", "text", "q")
_EXPECTED = ("expected", "expected_ids", "ids", "article_ids", "articles", "answers", "id")
_CATEGORY = ("category", "label", "intent")


class BadLine(Exception):
    """A line that says nothing of use; the text says what is lacking."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """``line`` counts from 1."""

    line: int
    why: str


def read(lines: Iterable[str], made: Callable[[Line], Made]) -> tuple[list[Made], list[Wrong]]:
    """What the lines make, and which did not; empty lines are neither."""
    found: list[Made] = []
    wrong: list[Wrong] = []
    for number, line in enumerate(lines, 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            found.append(made(_object(line)))
        except BadLine as error:
            wrong.append(Wrong(number, str(error)))
    return found, wrong


def passage(line: Line) -> Passage:
    """``id``, ``title``, ``body``; title or body may be lacking. Raises BadLine."""
    key = _text(line.get("id"))
    title, body = _text(line.get("title")), _text(line.get("body"))
    if not key:
        raise BadLine("has no id")
    if not title.strip() and not body.strip():
        raise BadLine("has neither title nor body")
    return Passage(key, title or body.strip().splitlines()[0], body)


def case(line: Line) -> Case:
    """``question``, and ``expected``: an id, a list of ids, or null. Raises BadLine."""
    question = _first(line, _QUESTION)
    if not isinstance(question, str) or not question.strip():
        raise BadLine("has no question")
    if not any(name in line for name in _EXPECTED):
        raise BadLine("has no expected: a list of ids, or null where silence is right")
    expected = _first(line, _EXPECTED)
    many = expected if isinstance(expected, list) else [expected]
    return Case(question, frozenset(filter(None, map(_text, many))))


def labelled(line: Line) -> tuple[str, str]:
    """``text`` and its ``category``. Raises BadLine."""
    text, category = _first(line, _QUESTION), _first(line, _CATEGORY)
    if not isinstance(text, str) or not text.strip():
        raise BadLine("has no text")
    if category is None or not _text(category).strip():
        raise BadLine("has no category")
    return text, _text(category)


def questions(lines: Iterable[str]) -> Iterator[str]:
    """A question a line: as it is, as a JSON string, or as ``question`` of a JSON object."""
    for line in lines:
        if text := line.strip():
            yield _question(text)


def _question(text: str) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return text
    found = _first(said, _QUESTION) if isinstance(said, dict) else said
    return found if isinstance(found, str) else text


def doubled(ids: Iterable[str]) -> list[str]:
    """Those that stand there more than once, in order."""
    return [each for each, many in Counter(ids).items() if many > 1]


def _object(line: str) -> Line:
    try:
        said = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise BadLine("is not JSON") from None
    if not isinstance(said, dict):
        raise BadLine("is not a JSON object")
    return said


def _first(line: Line, names: Iterable[str]) -> Any:
    return next((line[name] for name in names if line.get(name) is not None), None)


def _text(value: object) -> str:
    """Strings and numbers; nothing else is an id or a text."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
