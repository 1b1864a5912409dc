"""Articles and their folder: taken in, told of where something is amiss, and written out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.ids import new_id
from bot.knowledge import folder as files
from bot.knowledge.folder import Broken, Contents, Draft
from bot.rules import article as rules
from bot.rules.article import Plan
from bot.usecases import announce, look
from bot.usecases.notices import ArticleNote, FolderNote
from storage import articles
from storage.records.articles import Article, ArticleVersion, BrokenFile
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of a folder."""

    plan: Plan
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class FolderScene:
    """Files that cannot be read, by what was found at one look; none once they are mended."""

    broken: tuple[Broken, ...]


def sync(unit: Unit, contents: Contents, now: datetime) -> Synced:
    """Make the articles that are of the folder like it; a broken file changes nothing but that it
    is remembered as such.
    """
    wanted = [_article(unit, each, now) for each in contents.drafts]
    broken = {each.slug for each in contents.broken}
    retired = articles.retired(unit)
    found = rules.plan(articles.live(unit), wanted, broken, now, retired=retired)
    for each in found.gone:
        articles.save(unit, each, replace(each, archived_at=now, changed_at=now, file_print=""))
    for each in found.kept:
        articles.save(unit, each, replace(each, file_print=""))
    for before, wanted_now in found.unused:
        articles.save(unit, before, replace(before, file_print=wanted_now.file_print))
        keep_version(unit, replace(wanted_now, id=before.id), now, by=None, is_used=False)
    for before, after in found.changed:
        _save(unit, before, after, now)
    for each in found.added:
        keep_version(unit, articles.add(unit, each), now, by=None)
    if contents.synonyms != articles.synonyms(unit):
        articles.put_synonyms(unit, contents.synonyms)
    _remember(unit, contents.broken, now)
    return Synced(found, contents.broken)


def _save(unit: Unit, before: Article, after: Article, now: datetime) -> None:
    saved = articles.save(unit, before, after)
    if rules.print_of(saved) != rules.print_of(before):
        keep_version(unit, saved, now, by=None)


def follow(unit: Unit, contents: Contents, now: datetime) -> Synced:
    """The same for the desk's own folder, and tell the team what is amiss there; each once."""
    known = articles.broken(unit)
    found = sync(unit, contents, now)
    work, kept = look.working(unit, now), articles.broken(unit)
    for since in {each.since for each in kept if each not in known}:
        announce.to_triage(work, FolderNote(since.isoformat()))
    for since in {each.since for each in known} - {each.since for each in kept}:
        announce.to_triage(work, FolderNote(since.isoformat()))
    for each, _ in found.plan.unused:
        announce.to_triage(work, ArticleNote(each.id, "clash", str(each.version)))
    for each in found.plan.kept:
        announce.to_triage(work, ArticleNote(each.id, "file-gone", str(each.version)))
    return found


def _remember(unit: Unit, broken: Iterable[Broken], now: datetime) -> None:
    """These cannot be read; those of them that could not before either, since then."""
    known = articles.broken(unit)
    before = {(each.slug, each.line, each.why): each for each in known}
    kept = [_broken(each, before, now) for each in _one_each(broken)]
    if kept or known:
        articles.put_broken(unit, kept)


def _one_each(broken: Iterable[Broken]) -> list[Broken]:
    """The first fault of each file."""
    return [*{each.slug: each for each in reversed([*broken])}.values()]


def _broken(
    found: Broken, known: dict[tuple[str, int, str], BrokenFile], now: datetime
) -> BrokenFile:
    new = BrokenFile(found.slug, found.line, found.why, now)
    return known.get((found.slug, found.line, found.why), new)


def folder_scene(unit: Unit, since: datetime) -> FolderScene:
    """Those files that were found broken then, and still are."""
    there = [each for each in articles.broken(unit) if each.since == since]
    return FolderScene(tuple(Broken(each.slug, each.line, each.why) for each in there))


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


def keep_version(
    unit: Unit, article: Article, at: datetime, *, by: int | None, is_used: bool = True
) -> None:
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
        article.category,
        article.tags,
        article.synonyms,
        is_used,
    )
    articles.add_version(unit, version)


def _article(unit: Unit, draft: Draft, now: datetime) -> Article:
    made = Article(
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
        owner=draft.owner,
    )
    return replace(made, file_print=rules.print_of(made))
