"""The knowledge base as a whole: versions, what is due, and how well it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import unified_diff

from bot.rules import article as rules
from bot.usecases import authoring, gaps, look, review
from bot.usecases.inputs import Acted
from storage import articles, people, questions, suggestions
from storage.records.articles import Article, ArticleVersion, BrokenFile
from storage.records.people import Person
from storage.records.questions import Outcome
from storage.suggestions import Figures
from storage.unit import Unit

MOST_VERSIONS = 8
MOST_LINES = 6  # of what a version changed
PAGE = 10
TOP = 5
SPAN = timedelta(days=30)
STALE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class VersionScene:
    """A version with who saved it, and the first lines that it took out (-) or put in (+)."""

    version: ArticleVersion
    person: Person | None
    is_now: bool
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryScene:
    """An article's versions, the newest first; ``total`` counts all."""

    article: Article
    versions: tuple[VersionScene, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DueArticle:
    """An article that somebody should look at, and why: its day came, or it keeps failing."""

    article: Article
    owner: Person | None
    is_failing: bool


@dataclass(frozen=True, slots=True)
class DueScene:
    """One page of them; pages count from 1."""

    due: tuple[DueArticle, ...]
    total: int
    page: int
    now: datetime

    @property
    def next_page(self) -> int:
        """The number of the next page, 0 when this is the last."""
        return self.page + 1 if self.page * PAGE < self.total else 0


@dataclass(frozen=True, slots=True)
class StatsScene:
    """How well the knowledge base answered in the last ``days``.

    ``asked`` counts questions by outcome; ``top`` are the articles that answered most. ``stale``
    counts articles that nobody has changed for a year, ``broken`` are files that cannot be read;
    ``suggested`` is how well the desk itself suggested.
    """

    days: int
    articles: int
    public: int
    asked: Mapping[Outcome, int]
    top: tuple[tuple[Article, int], ...]
    gaps: int
    due: int
    failing: int
    stale: int
    broken: tuple[BrokenFile, ...]
    suggested: Figures

    @property
    def total(self) -> int:
        """All questions."""
        return sum(self.asked.values())

    def many(self, outcome: str) -> int:
        """How many came to that."""
        return self.asked.get(Outcome(outcome), 0)

    @property
    def answered(self) -> int:
        """Those for which something was sure enough, and nobody said that it was of no use."""
        return sum(self.asked.get(each, 0) for each in Outcome) - self.unanswered

    @property
    def unanswered(self) -> int:
        """Those for which nothing was, or was of use."""
        return self.many(Outcome.SILENT) + self.many(Outcome.NOT_HELPED)


def history(unit: Unit, item: Acted) -> HistoryScene:
    """What an article said before. Raises Refused, Missing or Unknown."""
    look.authorised(unit, item.person, item.act, None)
    found = authoring.meant(unit, item)
    versions = articles.versions(unit, found.id)
    shown = versions[:MOST_VERSIONS]
    who = people.many(unit, {each.by_id for each in shown if each.by_id})
    now = next((each.id for each in versions if each.is_used), 0)
    scenes = (
        VersionScene(
            each, who.get(each.by_id or 0), each.id == now, _changes(versions[place + 1 :], each)
        )
        for place, each in enumerate(shown)
    )
    return HistoryScene(found, tuple(scenes), len(versions))


def _changes(older: list[ArticleVersion], version: ArticleVersion) -> tuple[str, ...]:
    before = next((each for each in older if each.is_used), None)
    if before is None:
        return ()
    was, is_ = (
        [f"title: {each.title}", f"audience: {each.audience}", *each.body.split("\n")]
        for each in (before, version)
    )
    lines = list(unified_diff(was, is_, lineterm="", n=0))[2:]
    return tuple(each for each in lines if not each.startswith("@@") and each[1:].strip())[
        :MOST_LINES
    ]


def due(unit: Unit, page: int, now: datetime) -> DueScene:
    """Articles to look at: those that fail first, then the longest due."""
    found = sorted(_due(unit, now), key=lambda each: (not each.is_failing, each.article.review_on))
    return DueScene(tuple(found[(page - 1) * PAGE : page * PAGE]), len(found), page, now)


def _due(unit: Unit, now: datetime) -> list[DueArticle]:
    work = look.working(unit, now)
    return [
        DueArticle(each, review.owner_of(work, each), rules.is_failing(each))
        for each in articles.live(unit)
        if rules.is_failing(each) or rules.is_due(each, now.date())
    ]


def stats(unit: Unit, now: datetime) -> StatsScene:
    """How well it answers."""
    known = articles.live(unit)
    by_id = {each.id: each for each in known}
    top = questions.top(unit, now - SPAN, most=TOP * 2)
    return StatsScene(
        days=SPAN.days,
        articles=len(known),
        public=sum(each.is_public for each in known),
        asked=questions.outcomes(unit, now - SPAN),
        top=tuple((by_id[key], many) for key, many in top if key in by_id)[:TOP],
        gaps=len(gaps.open_gaps(unit, now)),
        due=sum(rules.is_due(each, now.date()) for each in known),
        failing=sum(map(rules.is_failing, known)),
        stale=sum(each.changed_at < now - STALE for each in known),
        broken=tuple(articles.broken(unit)),
        suggested=suggestions.figures(unit, now - SPAN, now),
    )
