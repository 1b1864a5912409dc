"""What people wrote: the one table of words, so that erasing them erases them everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven
from storage.base import Words, in_workspace, key, metadata, required, tenant
from storage.rows import its, of_workspace, same
from storage.unit import Unit

text = Table("text", metadata, tenant(), key(), required("body", Words), in_workspace())

_PUT = insert(text)
_PUT_ANEW = {
    "sqlite": sqlite.insert(text).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(text).on_conflict_do_nothing(),
}
_DROP = delete(text).where(its(text.c.workspace_id), its(text.c.id))
_BODY = select(text.c.body).where(of_workspace(text), same(text.c.id, "id"))
_ERASE = (
    update(text)
    .where(its(text.c.workspace_id), text.c.id.in_(bindparam("ids", expanding=True)))
    .values(body="")
)


class HasText(Protocol):
    """What came in with words that are kept apart from it."""

    @property
    def workspace_id(self) -> int: ...
    @property
    def id(self) -> int: ...
    @property
    def text(self) -> str: ...


def put(unit: Unit, text_id: int, body: str) -> None:
    """Keep new words. Raises IntegrityError when the id is taken: words are never overwritten."""
    unit.execute(_PUT, {"workspace_id": unit.workspace_id, "id": text_id, "body": body})


def put_many(connection: Connection, words: Iterable[HasText]) -> None:
    """Keep words of any workspaces, each under the id of what was said; what is there stays."""
    rows = [{"workspace_id": each.workspace_id, "id": each.id, "body": each.text} for each in words]
    driven.run_many(connection, _PUT_ANEW[connection.dialect.name], rows)


def drop_many(connection: Connection, words: Iterable[HasText]) -> None:
    """Let words go that nobody points at."""
    rows = [{"its_workspace_id": each.workspace_id, "its_id": each.id} for each in words]
    driven.run_many(connection, _DROP, rows)


def body(unit: Unit, text_id: int) -> str:
    """The words, or ``""`` when they were erased or never there."""
    found = unit.execute(_BODY, {"workspace_id": unit.workspace_id, "id": text_id}).scalar()
    return found or ""


def erase(unit: Unit, ids: Collection[int]) -> None:
    """Forget the words for good; the rows stay, empty, for those who point at them."""
    if ids:
        unit.execute(_ERASE, {"its_workspace_id": unit.workspace_id, "ids": list(ids)})
