"""Macros, and every version of them that was ever saved."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    Table,
    bindparam,
    func,
    select,
    update,
)

from storage.base import (
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
from storage.records.macros import Macro, MacroVersion
from storage.rows import Rows, VersionedRows, its, of_workspace, same
from storage.unit import Unit

macro_table = Table(
    "macro",
    metadata,
    tenant(),
    key(),
    required("name", Words),
    required("slug", Words),
    required("text", Words),
    required("made_at", Instant),
    required("tags", Tuples),
    required("sets", Tuples),
    optional("archived_at", Instant),
    required("uses", Integer),
    required("version", Integer),
    in_workspace(),
)
_columns = macro_table.c
_is_live = _columns.archived_at.is_(None)
# A name is free again once its macro is archived.
Index(
    "uq_macro_live",
    _columns.workspace_id,
    _columns.slug,
    unique=True,
    sqlite_where=_is_live,
    postgresql_where=_is_live,
)
version_table = Table(
    "macro_version",
    metadata,
    tenant(),
    key(),
    required("macro_id", BigInteger),
    required("name", Words),
    required("text", Words),
    required("tags", Tuples),
    required("sets", Tuples),
    required("at", Instant),
    optional("by_id", BigInteger),
    points("macro_id", "macro"),
    points("by_id", "person"),
    Index("ix_macro_version_macro", "workspace_id", "macro_id", "at", "id"),
)

_MACROS = VersionedRows(macro_table, Macro)
_BY_ID = _MACROS.select(same(_columns.id, "id"))
_BY_SLUG = _MACROS.select(_is_live, same(_columns.slug, "slug"))
_LIVE = _MACROS.select(_is_live).order_by(_columns.slug).limit(bindparam("most"))
_COUNT = select(func.count()).select_from(macro_table).where(of_workspace(macro_table))
_USED = (
    update(macro_table)
    .where(its(_columns.workspace_id), its(_columns.id))
    .values(uses=_columns.uses + 1)
)
_VERSIONS = Rows(version_table, MacroVersion)
_VERSIONS_OF = _VERSIONS.select(same(version_table.c.macro_id, "macro_id")).order_by(
    version_table.c.at.desc(), version_table.c.id.desc()
)

MOST = 1000  # macros of a workspace that can be chosen from


def by_id(unit: Unit, macro_id: int) -> Macro | None:
    """The macro of that key, archived or not."""
    return _MACROS.first(unit, _BY_ID, id=macro_id)


def by_slug(unit: Unit, slug: str) -> Macro | None:
    """The macro in use whose name compares so."""
    return _MACROS.first(unit, _BY_SLUG, slug=slug)


def live(unit: Unit) -> list[Macro]:
    """All in use, by name."""
    return _MACROS.all(unit, _LIVE, most=MOST)


def count(unit: Unit) -> int:
    """How many there are or ever were, archived ones too."""
    found = unit.execute(_COUNT, {"workspace_id": unit.workspace_id}).scalar()
    return int(found or 0)


def add(unit: Unit, macro: Macro) -> None:
    """Keep a new macro. Raises IntegrityError when one in use has its name."""
    _MACROS.add(unit, macro)


def save(unit: Unit, before: Macro, after: Macro) -> Macro:
    """Write what changed. Raises Conflict when somebody else was first."""
    return _MACROS.save(unit, before, after)


def used(unit: Unit, macro_id: int) -> None:
    """A reply was sent with it."""
    unit.execute(_USED, {"its_workspace_id": unit.workspace_id, "its_id": macro_id})


def add_version(unit: Unit, version: MacroVersion) -> None:
    """Keep what a macro was saved as."""
    _VERSIONS.add(unit, version)


def versions(unit: Unit, macro_id: int) -> list[MacroVersion]:
    """All that a macro ever was, the newest first."""
    return _VERSIONS.all(unit, _VERSIONS_OF, macro_id=macro_id)
