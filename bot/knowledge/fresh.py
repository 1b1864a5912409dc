"""An index of each workspace's articles in this process, which follows the database.

It lives in memory: ten thousand articles take a second or two when somebody first asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from bot.knowledge.confidence import SILENT_BELOW, Calibration
from bot.knowledge.passages import Found, Passage
from bot.knowledge.synonyms import both, of_groups, ours
from bot.rules import article as rules
from storage import articles
from storage.records.articles import Article
from storage.unit import Unit

if TYPE_CHECKING:
    from bot.knowledge.wordindex import WordIndex

_MARKUP = re.compile(
    r"!?\[([^\]\n]*)\]\([^)\s]*\)|[*_`~]+|^\s*(?:#+|>|[-*+]|\d+[.)])\s+", re.MULTILINE
)

_APART = re.compile(r"[ \t]+([.,;:!?)])")  # a sign from its word, by a mark that is gone
_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """A question that an article answers, and what comes first with other words in it.

    ``best`` is the key of what would, ``""`` for nothing sure. ``is_lost``: it came first before.
    """

    question: str
    best: str
    is_lost: bool


@dataclass(slots=True)
class _Fresh:
    """The index of one workspace, and how far it is; ``standing`` of those that have lost some."""

    index: WordIndex
    stamp: int = 0
    standing: dict[str, float] = field(default_factory=dict)
    own_words: str = ""
    lock: Lock = field(default_factory=Lock)


_known: WeakKeyDictionary[Engine, dict[int, _Fresh]] = WeakKeyDictionary()
_making = Lock()


def search(
    unit: Unit, question: str, *, limit: int, only: Collection[str] | None = None
) -> tuple[list[Found], float]:
    """The workspace's articles that fit, as they are in the unit's transaction, and how sure the
    first is. Their ids are the articles' keys.
    """
    fresh = _of(unit)
    with fresh.lock:
        _follow(unit, fresh)
        found = _ranked(fresh, question, only)[:limit]
    return found, Calibration().confidence(found)


def tried(unit: Unit, before: Article, after: Article, questions: Sequence[str]) -> list[Trial]:
    """What becomes of questions when an article says something else. By words alone."""
    fresh, own = _of(unit), str(before.id)
    with fresh.lock:
        _follow(unit, fresh)
        now = [_first(_ranked(fresh, each, None)) for each in questions]
        fresh.index.add([_passage(after)])
        try:
            then = [_first(_ranked(fresh, each, None)) for each in questions]
        finally:
            fresh.index.add([_passage(before)])
    found = zip(questions, now, then, strict=True)
    return [Trial(question, best, was == own and best != own) for question, was, best in found]


def _first(found: Sequence[Found]) -> str:
    """The key of the first, where it is sure enough to be told."""
    is_sure = Calibration().confidence(found) >= SILENT_BELOW
    return found[0].id if is_sure else ""


def _ranked(fresh: _Fresh, question: str, only: Collection[str] | None) -> list[Found]:
    """Those that people keep finding of no use come later, and are less sure."""
    found = fresh.index.search(question, limit=_CANDIDATES, only=only)
    if not any(each.id in fresh.standing for each in found):
        return found
    weighed = [_weighed(each, fresh.standing.get(each.id, 1.0)) for each in found]
    return sorted(weighed, key=lambda each: -each.score)


def _weighed(found: Found, standing: float) -> Found:
    return replace(
        found,
        score=found.score * standing,
        share=found.share * standing,
        nearness=found.nearness * standing,
    )


def rated(
    unit: Unit, question: str, *, limit: int, only: Collection[str] | None = None
) -> list[tuple[int, float]]:
    """The same as keys of articles, each with how sure it is."""
    found, _ = search(unit, question, limit=limit, only=only)
    return [(int(each.id), Calibration().confidence([each])) for each in found]


def plain(markdown: str) -> str:
    """Markdown without its marks, for search and snippets."""
    return _APART.sub(r"\1", _MARKUP.sub(lambda found: found[1] or " ", markdown))


def _of(unit: Unit) -> _Fresh:
    from bot.knowledge.wordindex import WordIndex  # noqa: PLC0415 - not all desks ask, and it is big

    with _making:
        by_workspace = _known.setdefault(unit.connection.engine, {})
        if unit.workspace_id not in by_workspace:
            by_workspace[unit.workspace_id] = _Fresh(WordIndex())
        return by_workspace[unit.workspace_id]


def _follow(unit: Unit, fresh: _Fresh) -> None:
    """Take in what changed since it last looked."""
    if articles.stamp(unit) == fresh.stamp:
        return
    for each in (changed := articles.newer(unit, fresh.stamp)):
        fresh.stamp = each.stamp
        fresh.standing.pop(str(each.id), None)
        if (standing := rules.standing(each)) < 1:
            fresh.standing[str(each.id)] = standing
    fresh.stamp = max(fresh.stamp, articles.stamp(unit))
    _learn_words(unit, fresh)
    gone = [str(each.id) for each in changed if each.archived_at is not None]
    if gone:
        fresh.index.remove(gone)
    fresh.index.add(_passage(each) for each in changed if each.archived_at is None)


def _learn_words(unit: Unit, fresh: _Fresh) -> None:
    """The desk's own synonyms count when a question is asked: nothing has to be indexed anew."""
    own = articles.synonyms(unit)
    if own != fresh.own_words:
        fresh.own_words = own
        fresh.index.synonyms = both(ours(), of_groups(own.splitlines()))


def _passage(article: Article) -> Passage:
    return Passage(
        str(article.id),
        article.title,
        plain(article.body),
        rules.marks(article),
        (*article.synonyms, *article.tags),
    )
