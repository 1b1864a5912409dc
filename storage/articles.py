"""Articles and their versions, with a stamp by which each process sees what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import (
    ChoiceText,
    Instant,
    Tuples,
    Words,
    in_workspace,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.articles import Article, ArticleVersion, Audience
from storage.rows import Rows, VersionedRows, of_workspace, same
from storage.unit import Unit

MOST = 20_000  # articles of a workspace that are read at once

article_table = Table(
    "article",
    metadata,
    tenant(),
    key(),
    required("slug", Words),
    required("title", Words),
    required("body", Words),
    required("audience", ChoiceText(Audience)),
    required("changed_at", Instant),
    required("category", Words),
    required("tags", Tuples),
    required("synonyms", Tuples),
    required("redirects", Tuples),
    required("review_on", Words),
    required("is_of_folder", Boolean),
    optional("archived_at", Instant),
    required("stamp", Integer),
    required("version", Integer),
    in_workspace(),
)
_columns = article_table.c
_is_live = _columns.archived_at.is_(None)
Index(
    "uq_article_live",
    _columns.workspace_id,
    _columns.slug,
    unique=True,
    sqlite_where=_is_live,
    postgresql_where=_is_live,
)
Index("ix_article_stamp", _columns.workspace_id, _columns.stamp)
version_table = Table(
    "article_version",
    metadata,
    tenant(),
    key(),
    required("article_id", BigInteger),
    required("title", Words),
    required("body", Words),
    required("audience", ChoiceText(Audience)),
    required("at", Instant),
    optional("by_id", BigInteger),
    points("article_id", "article"),
    points("by_id", "person"),
    Index("ix_article_version_article", "workspace_id", "article_id", "at", "id"),
)
stamp_table = Table("article_stamp", metadata, tenant(), required("stamp", Integer), in_workspace())

_ARTICLES = VersionedRows(article_table, Article)
_BY_ID = _ARTICLES.select(same(_columns.id, "id"))
_BY_SLUG = _ARTICLES.select(_is_live, same(_columns.slug, "slug"))
_LIVE = _ARTICLES.select(_is_live).order_by(_columns.slug).limit(bindparam("most"))
_NEWER = (
    _ARTICLES.select(_columns.stamp > bindparam("than"))
    .order_by(_columns.stamp, _columns.id)
    .limit(bindparam("most"))
)
_VERSIONS = Rows(version_table, ArticleVersion)
_VERSIONS_OF = _VERSIONS.select(same(version_table.c.article_id, "article_id")).order_by(
    version_table.c.at.desc(), version_table.c.id.desc()
)
_STAMP = select(stamp_table.c.stamp).where(of_workspace(stamp_table))
# Whoever raises it holds its row until the commit, so a later stamp is never seen before.
_RISE = {
    name: kind.insert(stamp_table).on_conflict_do_update(
        index_elements=[stamp_table.c.workspace_id], set_={"stamp": stamp_table.c.stamp + 1}
    )
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
}


def by_id(unit: Unit, article_id: int) -> Article | None:
    """The article of that key, archived or not."""
    return _ARTICLES.first(unit, _BY_ID, id=article_id)


def by_slug(unit: Unit, slug: str) -> Article | None:
    """The article in use of that address."""
    return _ARTICLES.first(unit, _BY_SLUG, slug=slug)


def live(unit: Unit) -> list[Article]:
    """All in use, by address."""
    return _ARTICLES.all(unit, _LIVE, most=MOST)


def stamp(unit: Unit) -> int:
    """The stamp of the last change, 0 before the first."""
    found = unit.execute(_STAMP, {"workspace_id": unit.workspace_id}).scalar()
    return int(found or 0)


def newer(unit: Unit, than: int, *, most: int = MOST) -> list[Article]:
    """Those changed since that stamp, archived ones too, in order of their stamps."""
    return _ARTICLES.all(unit, _NEWER, than=than, most=most)


def add(unit: Unit, article: Article) -> Article:
    """Keep a new article. Raises IntegrityError when one in use has its address."""
    kept = replace(article, stamp=_next_stamp(unit))
    _ARTICLES.add(unit, kept)
    return kept


def save(unit: Unit, before: Article, after: Article) -> Article:
    """Write what changed. Raises Conflict when somebody else was first."""
    if replace(after, stamp=before.stamp, changed_at=before.changed_at) == before:
        return before
    return _ARTICLES.save(unit, before, replace(after, stamp=_next_stamp(unit)))


def archive(unit: Unit, article: Article, now: datetime) -> Article:
    """Let it be found no more, and its address be free."""
    return save(unit, article, replace(article, archived_at=now, changed_at=now))


def add_version(unit: Unit, version: ArticleVersion) -> None:
    """Keep what an article was saved as."""
    _VERSIONS.add(unit, version)


def versions(unit: Unit, article_id: int) -> list[ArticleVersion]:
    """All that an article ever was, the newest first."""
    return _VERSIONS.all(unit, _VERSIONS_OF, article_id=article_id)


def _next_stamp(unit: Unit) -> int:
    rise = _RISE[unit.connection.dialect.name]
    unit.execute(rise, {"workspace_id": unit.workspace_id, "stamp": 1})
    return stamp(unit)
