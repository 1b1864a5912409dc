"""Reads files of JSON lines that people bring: each bad line is told with its number."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.knowledge import page, titles
from bot.knowledge.evaluating import Case
from bot.knowledge.passages import Passage

Made = TypeVar("Made")
Line = Mapping[str, Any]

_ID = ("id", "_id", "doc_id", "article_id", "ticket_id", "slug")
_TITLE = ("title", "question", "subject", "heading", "name")
_BODY = ("body", "text", "content", "answer", "description", "passage")
_QUESTION = ("question", "query", "text", "q", "utterance")
_EXPECTED = (
    *("expected", "expected_ids", "expected_id", "expected_article_ids", "expected_articles"),
    *("ids", "article_ids", "article_id", "articles", "article", "relevant", "relevant_ids"),
    *("gold", "gold_ids", "answer_ids", "answer_id", "answers", "answer", "id"),
)
_NOTHING = ("", "none", "null")  # words for silence, beside null and an empty list
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
    """``id``, ``title``, ``body``; title or body may be lacking, tags of HTML are taken out.

    Raises BadLine.
    """
    key = _id(_first(line, _ID))
    title, body = (page.read(_told(line, names)).strip() for names in (_TITLE, _BODY))
    if not key:
        raise BadLine("has no id")
    if not title and not body:
        raise BadLine("has neither title nor body")
    return Passage(key, title or titles.first_line(body), body)


def case(line: Line) -> Case:
    """``question``, and ``expected``: an id, a list of ids, or null. Raises BadLine."""
    question = _told(line, _QUESTION)
    if not question.strip():
        raise BadLine("has no question")
    name = next((each for each in _EXPECTED if each in line), None)
    if name is None:
        raise BadLine("has no expected: a list of ids, or null where silence is right")
    return Case(question, frozenset(_expected(name, line[name])))


def _expected(name: str, value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if each is not None and str(each).strip().lower() not in _NOTHING:
            if not (key := _id(each)):
                raise BadLine(f"has {name} that is neither an id, a list of ids, nor null")
            yield key


def labelled(line: Line) -> tuple[str, str]:
    """``text`` and its ``category``. Raises BadLine."""
    text, category = _told(line, _QUESTION), _id(_first(line, _CATEGORY))
    if not text.strip():
        raise BadLine("has no text")
    if not category.strip():
        raise BadLine("has no category")
    return text, category


def questions(lines: Iterable[str]) -> Iterator[str]:
    """A question a line: as it is, as a JSON string, or as ``question`` of a JSON object."""
    for line in lines:
        if text := line.strip("\ufeff \t\r\n"):
            yield whole(_question(text))


def _question(text: str) -> str:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return text
    found = _first(said, _QUESTION) if isinstance(said, dict) else said
    return found if isinstance(found, str) else text


def doubled(ids: Iterable[str]) -> list[str]:
    """Those that stand there more than once, in order."""
    return [each for each, many in Counter(ids).items() if many > 1]


def whole(text: str) -> str:
    """The text without halves of signs, which no index and no terminal takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _object(line: str) -> Line:
    try:
        said = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise BadLine("is not JSON: each line is to be a JSON object") from None
    if isinstance(said, list):
        raise BadLine("is a JSON list: each object is to stand on a line of its own")
    if not isinstance(said, dict):
        raise BadLine("is not a JSON object")
    return said


def _first(line: Line, names: Iterable[str]) -> Any:
    return next((line[name] for name in names if line.get(name) is not None), None)


def _told(line: Line, names: Iterable[str]) -> str:
    """The words of the first of these names that is there; of a list all. Raises BadLine."""
    name = next((each for each in names if line.get(each) not in (None, "")), None)
    value = line[name] if name else ""
    parts = value if isinstance(value, list) else [value]
    if any(not isinstance(part, str | int | float) for part in parts):
        raise BadLine(f"has {name} that is not text")
    return "\n\n".join(whole(str(part)) for part in parts if str(part) != "nan")


def _id(value: object) -> str:
    """Texts and whole numbers; nothing else is an id."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return whole(value) if isinstance(value, str) else ""
