"""Articles and their versions, with a stamp by which each process sees what is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven
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
from storage.records.articles import Article, ArticleVersion, Audience, BrokenFile
from storage.rows import Query, Rows, VersionedRows, its, of_workspace, same
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
    required("owner", Words),
    required("file_print", Text),
    optional("ticket_id", BigInteger),
    required("helped", Integer),
    required("failed", Integer),
    required("reminded", Text),
    optional("archived_at", Instant),
    required("stamp", Integer),
    required("version", Integer),
    points("ticket_id", "ticket"),
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
_is_timed: ColumnElement[bool] = literal_column(
    "archived_at IS NULL AND review_on <> '' AND reminded <> review_on"
)
Index(
    "ix_article_review",
    _columns.review_on,
    sqlite_where=_is_timed,
    postgresql_where=_is_timed,
)
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
    required("category", Words),
    required("tags", Tuples),
    required("synonyms", Tuples),
    required("is_used", Boolean),
    points("article_id", "article"),
    points("by_id", "person"),
    Index("ix_article_version_article", "workspace_id", "article_id", "at", "id"),
)
stamp_table = Table("article_stamp", metadata, tenant(), required("stamp", Integer), in_workspace())
synonym_table = Table("synonym_list", metadata, tenant(), required("body", Words), in_workspace())
broken_table = Table(
    "broken_file",
    metadata,
    tenant(),
    key("slug", Words),
    required("line", Integer),
    required("why", Words),
    required("since", Instant),
    in_workspace(),
)

_ARTICLES = VersionedRows(article_table, Article)
_BY_ID = _ARTICLES.select(same(_columns.id, "id"))
_BY_SLUG = _ARTICLES.select(_is_live, same(_columns.slug, "slug"))
_LIVE = _ARTICLES.select(_is_live).order_by(_columns.slug).limit(bindparam("most"))
_NEWER = (
    _ARTICLES.select(_columns.stamp > bindparam("than"))
    .order_by(_columns.stamp, _columns.id)
    .limit(bindparam("most"))
)
_RETIRED = _ARTICLES.select(_columns.archived_at.is_not(None), _columns.file_print != "").order_by(
    _columns.slug, _columns.archived_at
)
_OF_TICKET = _ARTICLES.select(_is_live, same(_columns.ticket_id, "ticket_id")).order_by(_columns.id)
_DUE: Query = (
    select(_columns.workspace_id)
    .where(_is_timed, _columns.review_on <= bindparam("today"))
    .distinct()
)
_JUDGED = (
    update(article_table)
    .where(its(_columns.workspace_id), its(_columns.id))
    .values(
        helped=_columns.helped + bindparam("more_helped"),
        failed=_columns.failed + bindparam("more_failed"),
        stamp=bindparam("new_stamp"),
    )
)
_VERSIONS = Rows(version_table, ArticleVersion)
_VERSIONS_OF = _VERSIONS.select(same(version_table.c.article_id, "article_id")).order_by(
    version_table.c.at.desc(), version_table.c.id.desc()
)
_VERSION = _VERSIONS.select(same(version_table.c.id, "id"))
_STAMP = select(stamp_table.c.stamp).where(of_workspace(stamp_table))
_SYNONYMS = select(synonym_table.c.body).where(of_workspace(synonym_table))
_PUT_SYNONYMS = {
    name: kind.insert(synonym_table).on_conflict_do_update(
        index_elements=[synonym_table.c.workspace_id],
        set_={"body": kind.insert(synonym_table).excluded.body},
    )
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
}
_broken = broken_table.c
_BROKEN = (
    select(_broken.slug, _broken.line, _broken.why, _broken.since)
    .where(of_workspace(broken_table))
    .order_by(_broken.slug)
)
_MEND = delete(broken_table).where(its(_broken.workspace_id))
_BREAK = insert(broken_table)
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


def retired(unit: Unit) -> dict[str, Article]:
    """Those of the folder that were archived while their files were there, the last of each."""
    return {each.slug: each for each in _ARTICLES.all(unit, _RETIRED)}


def of_ticket(unit: Unit, ticket_id: int) -> list[Article]:
    """Those in use that were made of a ticket."""
    return _ARTICLES.all(unit, _OF_TICKET, ticket_id=ticket_id)


def due(connection: Connection, today: str) -> list[int]:
    """Workspaces with an article that is to be looked through by that day, and nobody was told."""
    return [int(row[0]) for row in driven.run(connection, _DUE, {"today": today})]


def judged(unit: Unit, article_id: int, *, helped: int = 0, failed: int = 0) -> None:
    """So many people say that it helped, or did not. Nobody who edits it is disturbed."""
    found = {"its_workspace_id": unit.workspace_id, "its_id": article_id}
    more = {"more_helped": helped, "more_failed": failed, "new_stamp": _next_stamp(unit)}
    unit.execute(_JUDGED, found | more)


def synonyms(unit: Unit) -> str:
    """The workspace's own list of synonyms, a group per line; ``""`` for none."""
    return unit.execute(_SYNONYMS, {"workspace_id": unit.workspace_id}).scalar() or ""


def put_synonyms(unit: Unit, body: str) -> None:
    """Keep another list of synonyms; every process will see that it is another."""
    row = {"workspace_id": unit.workspace_id, "body": body}
    unit.execute(_PUT_SYNONYMS[unit.connection.dialect.name], row)
    _next_stamp(unit)


def broken(unit: Unit) -> list[BrokenFile]:
    """The files of the folder that could not be read when it was last looked at."""
    rows = unit.execute(_BROKEN, {"workspace_id": unit.workspace_id})
    return [BrokenFile(*row) for row in rows]


def put_broken(unit: Unit, files: Iterable[BrokenFile]) -> None:
    """These are broken now, and no others."""
    unit.execute(_MEND, {"its_workspace_id": unit.workspace_id})
    rows = [{"workspace_id": unit.workspace_id, **asdict(each)} for each in files]
    if rows:
        driven.run_many(unit.connection, _BREAK, rows)


def add_version(unit: Unit, version: ArticleVersion) -> None:
    """Keep what an article was saved as."""
    _VERSIONS.add(unit, version)


def versions(unit: Unit, article_id: int) -> list[ArticleVersion]:
    """All that an article ever was, the newest first."""
    return _VERSIONS.all(unit, _VERSIONS_OF, article_id=article_id)


def version_by_id(unit: Unit, version_id: int) -> ArticleVersion | None:
    """One of them."""
    return _VERSIONS.first(unit, _VERSION, id=version_id)


def _next_stamp(unit: Unit) -> int:
    rise = _RISE[unit.connection.dialect.name]
    unit.execute(rise, {"workspace_id": unit.workspace_id, "stamp": 1})
    return stamp(unit)
