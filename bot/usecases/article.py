"""Articles: kept like their folder, and found for those who ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.ids import new_id
from bot.knowledge import folder as files
from bot.knowledge.folder import Broken, Draft
from bot.rules import article as rules
from bot.rules.article import Plan
from storage import articles
from storage.records.articles import Article, ArticleVersion
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of a folder."""

    plan: Plan
    broken: tuple[Broken, ...]


def sync(unit: Unit, folder: Path, now: datetime) -> Synced:
    """Make the articles that are of the folder like it; a broken file changes nothing."""
    drafts, broken = files.read(folder)
    wanted = [_article(unit, each, now) for each in drafts]
    found = rules.plan(articles.live(unit), wanted, {each.slug for each in broken}, now)
    for each in found.gone:
        articles.archive(unit, each, now)
    for before, after in found.changed:
        keep_version(unit, articles.save(unit, before, after), now, by=None)
    for each in found.added:
        keep_version(unit, articles.add(unit, each), now, by=None)
    return Synced(found, tuple(broken))


def export(unit: Unit, folder: Path) -> list[Path]:
    """Write all articles in use into the folder; the files that were written."""
    written = []
    for each in articles.live(unit):
        file = files.file_of(folder, each.slug)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(files.written(each), "utf-8")
            written.append(file)
    return written


def keep_version(unit: Unit, article: Article, at: datetime, *, by: int | None) -> None:
    """Keep what it was saved as; ``by`` is our key of who did, None for the folder."""
    version = ArticleVersion(
        unit.workspace_id,
        new_id(),
        article.id,
        article.title,
        article.body,
        article.audience,
        at,
        by,
    )
    articles.add_version(unit, version)


def _article(unit: Unit, draft: Draft, now: datetime) -> Article:
    return Article(
        unit.workspace_id,
        new_id(),
        draft.slug,
        draft.title,
        draft.body,
        draft.audience,
        now,
        category=draft.category,
        tags=draft.tags,
        synonyms=draft.synonyms,
        redirects=draft.redirects,
        review_on=draft.review_on,
        is_of_folder=True,
    )
