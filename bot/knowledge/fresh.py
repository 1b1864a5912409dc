"""An index of each workspace's articles in this process, which follows the database.

It lives in memory: ten thousand articles take a second or two when somebody first asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from bot.knowledge.confidence import Calibration
from bot.knowledge.passages import Found, Passage
from bot.rules import article as rules
from storage import articles
from storage.records.articles import Article
from storage.unit import Unit

if TYPE_CHECKING:
    from bot.knowledge.wordindex import WordIndex

_MARKUP = re.compile(
    r"!?\[([^\]\n]*)\]\([^)\s]*\)|[*_`~]+|^\s*(?:#+|>|[-*+]|\d+[.)])\s+", re.MULTILINE
)


@dataclass(slots=True)
class _Fresh:
    """The index of one workspace, and how far it is."""

    index: WordIndex
    stamp: int = 0
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
        found = fresh.index.search(question, limit=limit, only=only)
    return found, Calibration().confidence(found)


def plain(markdown: str) -> str:
    """Markdown without its marks, for search and snippets."""
    return _MARKUP.sub(lambda found: found[1] or " ", markdown)


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
    gone = [str(each.id) for each in changed if each.archived_at is not None]
    if gone:
        fresh.index.remove(gone)
    fresh.index.add(_passage(each) for each in changed if each.archived_at is None)


def _passage(article: Article) -> Passage:
    return Passage(
        str(article.id),
        article.title,
        plain(article.body),
        rules.marks(article),
        (*article.synonyms, *article.tags),
    )
