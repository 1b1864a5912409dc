"""An index of each workspace's articles in this process, which follows the database.

It lives in memory: ten thousand articles take a second or two when somebody first asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, cast
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
    from bot.knowledge.library import Library
    from bot.knowledge.meaning import Meaning
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

    index: WordIndex | Library
    stamp: int = 0
    standing: dict[str, float] = field(default_factory=dict)
    own_words: str = ""
    calibration: Calibration = field(default_factory=Calibration)
    lock: Lock = field(default_factory=Lock)


_known: WeakKeyDictionary[Engine, dict[int, _Fresh]] = WeakKeyDictionary()
_meanings: WeakKeyDictionary[Engine, Meaning] = WeakKeyDictionary()
_making = Lock()


@dataclass(frozen=True, slots=True)
class State:
    """How many articles this process knows; by ``meaning`` too, but for ``waiting`` of them."""

    articles: int
    is_by_meaning: bool
    waiting: int


def by_meaning(engine: Engine, meaning: Meaning) -> None:
    """From now on articles are found by meaning as well, as soon as `absorb` has learnt it."""
    with _making:
        _meanings[engine] = meaning
        _known.pop(engine, None)


def follow(unit: Unit) -> None:
    """Know the workspace's articles before somebody asks."""
    if articles.stamp(unit):
        fresh = _of(unit)
        with fresh.lock:
            _follow(unit, fresh)


def absorb(engine: Engine, most: int) -> int:
    """Learn what some articles mean; how many those were. Words alone answer meanwhile."""
    return sum(_absorbed(each, most) for each in list(_known.get(engine, {}).values()))


def _absorbed(fresh: _Fresh, most: int) -> int:
    library = cast("Library", fresh.index)
    if not hasattr(library, "learned"):  # no import: most desks ask by words alone
        return 0
    with fresh.lock:
        batch = library.next(most)
    learned = library.learned(batch)
    with fresh.lock:
        library.keep(learned)
    return len(batch)


def state(unit: Unit) -> State | None:
    """What this process knows of the workspace's articles; None before somebody asked."""
    fresh = _known.get(unit.connection.engine, {}).get(unit.workspace_id)
    if fresh is None:
        return None
    engine = unit.connection.engine
    waiting = getattr(fresh.index, "waiting", 0)
    return State(len(fresh.index), engine in _meanings, waiting)


def calibrate(unit: Unit, calibration: Calibration) -> None:
    """From now on that says how sure the workspace's answers are."""
    _of(unit).calibration = calibration


def forget(engine: Engine) -> None:
    """Read all anew, where the database is not what it was."""
    with _making:
        _known.pop(engine, None)


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
    return found, fresh.calibration.confidence(found)


def tried(unit: Unit, before: Article, after: Article, questions: Sequence[str]) -> list[Trial]:
    """What becomes of questions when an article says something else. By words alone."""
    fresh, own = _of(unit), str(before.id)
    with fresh.lock:
        _follow(unit, fresh)
        now = [_first(fresh, each) for each in questions]
        fresh.index.add([_passage(after)])
        try:
            then = [_first(fresh, each) for each in questions]
        finally:
            fresh.index.add([_passage(before)])
    found = zip(questions, now, then, strict=True)
    return [Trial(question, best, was == own and best != own) for question, was, best in found]


def _first(fresh: _Fresh, question: str) -> str:
    """The key of the first, where it is sure enough to be told."""
    found = _ranked(fresh, question, None)
    is_sure = fresh.calibration.confidence(found) >= SILENT_BELOW
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
        words=found.words * standing,
    )


def rated(
    unit: Unit, question: str, *, limit: int, only: Collection[str] | None = None
) -> list[tuple[int, float]]:
    """The same as keys of articles, each with how sure it is."""
    found, _ = search(unit, question, limit=limit, only=only)
    calibration = _of(unit).calibration
    return [(int(each.id), calibration.confidence([each])) for each in found]


def plain(markdown: str) -> str:
    """Markdown without its marks, for search and snippets."""
    return _APART.sub(r"\1", _MARKUP.sub(lambda found: found[1] or " ", markdown))


def _index(engine: Engine) -> WordIndex | Library:
    from bot.knowledge.wordindex import WordIndex  # noqa: PLC0415 - not all desks ask, and it is big

    meaning = _meanings.get(engine)
    if meaning is None:
        return WordIndex()
    from bot.knowledge.library import Library  # noqa: PLC0415

    return Library(WordIndex(), meaning)


def _of(unit: Unit) -> _Fresh:
    with _making:
        by_workspace = _known.setdefault(unit.connection.engine, {})
        if unit.workspace_id not in by_workspace:
            by_workspace[unit.workspace_id] = _Fresh(_index(unit.connection.engine))
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
