"""A folder of articles in Markdown: read whole or, with what is wrong and where, not at all."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from storage.records.articles import Article, Audience

LONGEST = 100_000  # characters
LONGEST_TITLE = 150
_LISTS = ("tags", "synonyms", "redirects")
_FIELDS = ("title", "audience", "category", "review", "owner", *_LISTS)
SYNONYMS = "synonyms.txt"  # beside the articles: words that mean the same here
_FENCE = "---"
_HEADING = re.compile(r"^#\s+(?P<title>.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it wants its article to be; its own path without ``.md`` is the slug."""

    slug: str
    title: str
    body: str
    audience: Audience = Audience.INTERNAL
    category: str = ""
    tags: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    review_on: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is no article; ``line`` counts from 1, 0 for the file as a whole."""

    slug: str
    line: int
    why: str

    @property
    def file(self) -> str:
        """What the file is called within the folder."""
        return self.slug if self.slug == SYNONYMS else f"{self.slug}.md"

    def __str__(self) -> str:
        return f"{self.file}{f', line {self.line}' if self.line else ''}: {self.why}"


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a folder says; ``synonyms`` is the list of one's own, a group of words per line."""

    drafts: tuple[Draft, ...]
    broken: tuple[Broken, ...]
    synonyms: str = ""


class _Wrong(Exception):
    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


def read(folder: Path) -> Contents:
    """All its ``*.md``, those in folders within as well. Hidden ones are left out."""
    drafts: list[Draft] = []
    broken: list[Broken] = []
    for file in files(folder):
        slug = file.relative_to(folder).with_suffix("").as_posix()
        try:
            drafts.append(of_text(slug, _text(file)))
        except _Wrong as wrong:
            broken.append(Broken(slug, wrong.line, wrong.why))
    synonyms, wrong_there = _synonyms(folder / SYNONYMS)
    return Contents(tuple(drafts), (*broken, *wrong_there), synonyms)


def files(folder: Path) -> list[Path]:
    """The files of articles, in order."""
    found = sorted(folder.rglob("*.md"))
    return [each for each in found if not _is_hidden(each.relative_to(folder))]


def seen(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes: another value when something in it may have changed.

    Raises OSError where there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    told = []
    for each in (*files(folder), folder / SYNONYMS):
        with contextlib.suppress(FileNotFoundError):
            stat = each.stat()
            told.append((str(each), stat.st_mtime_ns, stat.st_size))
    return tuple(told)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _synonyms(file: Path) -> tuple[str, list[Broken]]:
    """The lines of use, and which are not."""
    if not file.is_file():
        return "", []
    try:
        lines = _text(file).splitlines()
    except _Wrong as wrong:
        return "", [Broken(SYNONYMS, wrong.line, wrong.why)]
    told = {number: line.partition("#")[0].strip() for number, line in enumerate(lines, 1)}
    alone = [
        number for number, group in told.items() if group and len(re.split(r"[\s,]+", group)) < 2
    ]
    good = [group for number, group in told.items() if group and number not in alone]
    why = "stands alone: a line is a group of words that mean the same"
    return "\n".join(good), [Broken(SYNONYMS, number, why) for number in alone]


def draft(slug: str, text: str) -> Draft | Broken:
    """One file's text, as an article or as what is wrong with it."""
    try:
        return of_text(slug, text)
    except _Wrong as wrong:
        return Broken(slug, wrong.line, wrong.why)


def of_text(slug: str, text: str) -> Draft:
    front, body, lines = _parted(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    told = _front(front)
    _known(told, lines)
    body = body.strip()
    heading = _HEADING.match(body)
    title = _line(told, "title", lines) or (heading["title"] if heading else "")
    if not title:
        raise _Wrong(1, "has no title: give `title: …` between two lines of ---, or begin with # …")
    if not body:
        raise _Wrong(0, "says nothing below its title")
    lists = {name: _list(told, name, lines) for name in _LISTS}
    return Draft(
        slug,
        title[:LONGEST_TITLE],
        body,
        audience=_audience(told, lines),
        category=_line(told, "category", lines),
        review_on=_day(told, lines),
        owner=_line(told, "owner", lines),
        **lists,
    )


def written(article: Article) -> str:
    """An article as the file that `read` makes the same of."""
    told: dict[str, Any] = {"title": article.title, "audience": str(article.audience)}
    told |= {"category": article.category} if article.category else {}
    told |= {name: list(each) for name in _LISTS if (each := getattr(article, name))}
    told |= {"review": article.review_on} if article.review_on else {}
    told |= {"owner": article.owner} if article.owner else {}
    front = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1_000)
    return f"{_FENCE}\n{front}{_FENCE}\n\n{article.body}\n"


def file_of(folder: Path, slug: str) -> Path | None:
    """Where an article's file belongs; None for a slug that would lead out of the folder."""
    place = (folder / f"{slug}.md").resolve()
    return place if place.is_relative_to(folder.resolve()) else None


def _text(file: Path) -> str:
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise _Wrong(line, "is not UTF-8") from None
    except OSError as error:
        raise _Wrong(0, f"cannot be read: {error.strerror}") from None
    if len(text) > LONGEST:
        raise _Wrong(0, f"is longer than {LONGEST:,} characters: make several articles of it")
    return text


def _parted(text: str) -> tuple[str, str, list[str]]:
    """The front matter, what follows, and the file's lines."""
    lines = text.split("\n")
    if lines[0].strip() != _FENCE:
        return "", text, lines
    for number, line in enumerate(lines[1:], 1):
        if line.strip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), lines
    raise _Wrong(1, "its front matter has no end: a line of --- is lacking")


def _front(text: str) -> Mapping[str, Any]:
    try:
        told = yaml.safe_load(text) if text.strip() else {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise _Wrong(line, f"is not YAML: {error.problem or 'it cannot be read'}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _Wrong(1, "its front matter is not YAML") from None
    if not isinstance(told, dict):
        raise _Wrong(2, "its front matter is no list of `name: value`")
    return told


def _known(told: Mapping[str, Any], lines: Iterable[str]) -> None:
    for name in told:
        if name not in _FIELDS:
            near = get_close_matches(str(name), _FIELDS, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_FIELDS)}"
            raise _Wrong(_at(lines, str(name)), f"{name} means nothing here; {hint}")


def _at(lines: Iterable[str], name: str) -> int:
    found = (number for number, line in enumerate(lines, 1) if line.startswith(f"{name}:"))
    return next(found, 1)


def _line(told: Mapping[str, Any], name: str, lines: Iterable[str]) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise _Wrong(_at(lines, name), f"{name} is one line of words")
    return " ".join(str(value).split())


def _list(told: Mapping[str, Any], name: str, lines: Iterable[str]) -> tuple[str, ...]:
    value = told.get(name)
    if value is None:
        return ()
    many = value.split(",") if isinstance(value, str) else value
    if not isinstance(many, list) or any(isinstance(each, dict | list) for each in many):
        raise _Wrong(_at(lines, name), f"{name} is a list: [one, other], or one, other")
    return tuple(dict.fromkeys(word for each in many if (word := " ".join(str(each).split()))))


def _audience(told: Mapping[str, Any], lines: Iterable[str]) -> Audience:
    """Nothing becomes public because a word was forgotten."""
    said = _line(told, "audience", lines) or Audience.INTERNAL
    try:
        return Audience(said.casefold())
    except ValueError:
        raise _Wrong(_at(lines, "audience"), "audience is public or internal") from None


def _day(told: Mapping[str, Any], lines: Iterable[str]) -> str:
    said = _line(told, "review", lines)
    try:
        return date.fromisoformat(said).isoformat() if said else ""
    except ValueError:
        raise _Wrong(_at(lines, "review"), "review is a day such as 2026-12-31") from None
