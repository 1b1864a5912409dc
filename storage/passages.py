"""The index of words: FTS5's on SQLite, a tsvector under GIN on PostgreSQL; both find the same.

A passage is a message as search knows it: its words, and marks such as ``c=7`` for where it was
said, so that what a query leaves out is never fetched. Its place rises with the time when it was
said, so the newest come first without sorting. Nothing here is truth: it can be made anew from the
messages at any time, and lies outside of `storage.base.metadata` and of backups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from storage import driven
from storage.base import EPOCH, MICROSECOND, any_of

TABLE = "passage"
PLACES = 2**16  # in a second
END = 2**63 - 1
SECOND = 1_000_000
# Any number that nobody else uses: of all replicas one indexes at a time.
_LOCK = 7_268_364_502

Asked = Sequence[Collection[str]]
"""All of these, of each any: words and marks."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A message and its ticket under a place."""

    workspace_id: int
    place: int
    message_id: int
    ticket_id: int
    words: Collection[str]


_fts = table(
    TABLE,
    column("passage", Text),
    column("rowid", BigInteger),
    column("words", Text),
    column("workspace_id", BigInteger),
    column("message_id", BigInteger),
    column("ticket_id", BigInteger),
)
_gin = table(
    TABLE,
    column("workspace_id", BigInteger),
    column("place", BigInteger),
    column("message_id", BigInteger),
    column("ticket_id", BigInteger),
    column("words"),
)
_PUT = {
    "sqlite": insert(_fts).values(
        rowid=bindparam("place"),
        workspace_id=bindparam("workspace_id"),
        message_id=bindparam("message_id"),
        ticket_id=bindparam("ticket_id"),
        words=bindparam("words", type_=Text()),
    ),
    "postgresql": insert(_gin).values(
        workspace_id=bindparam("workspace_id"),
        place=bindparam("place"),
        message_id=bindparam("message_id"),
        ticket_id=bindparam("ticket_id"),
        words=func.array_to_tsvector(bindparam("words", type_=ARRAY(Text))),
    ),
}
_DROP = {
    "sqlite": delete(_fts).where(_fts.c.rowid == bindparam("place")),
    "postgresql": delete(_gin).where(
        _gin.c.workspace_id == bindparam("workspace_id"), _gin.c.place == bindparam("place")
    ),
}
_TAKEN = {
    "sqlite": select(_fts.c.rowid).where(any_of(_fts.c.rowid, "places")),
    "postgresql": select(_gin.c.place).where(
        any_of(_gin.c.workspace_id, "workspaces"), any_of(_gin.c.place, "places")
    ),
}


def _newest(index: Any, place: Any, found: Any, many: str = "many") -> Select[*tuple[Any, ...]]:
    """Passages of a workspace that fit, newest first."""
    return (
        select(place.label("place"), index.c.message_id, index.c.ticket_id)
        .where(
            found,
            index.c.workspace_id == bindparam("workspace_id"),
            place < bindparam("older"),
        )
        .order_by(place.desc())
        .limit(bindparam(many))
    )


NEWEST = {
    "sqlite": _newest(_fts, _fts.c.rowid, _fts.c.passage.op("MATCH")(bindparam("query"))),
    "postgresql": _newest(
        _gin, _gin.c.place, _gin.c.words.op("@@")(cast(bindparam("query"), TSQUERY))
    ),
}


def query(connection: Connection, asked: Asked) -> str:
    """What `NEWEST` takes for these words and marks. Neither holds a quote, so nothing gets out."""
    quote, both, either = ('"', " AND ", " OR ")
    if connection.dialect.name == "postgresql":
        quote, both, either = "'", " & ", " | "
    return both.join(
        f"({either.join(f'{quote}{word}{quote}' for word in sorted(any_))})" for any_ in asked
    )


def plan_anew(connection: Connection) -> None:
    """In this transaction the database looks at each query's words before it chooses a way.

    A plan for any words is either for rare or for common ones, and a thousand times slower for the
    others.
    """
    if connection.dialect.name == "postgresql":
        driven.tell(connection, "SET LOCAL plan_cache_mode = force_custom_plan")


def is_mine(connection: Connection) -> bool:
    """True when nobody else is indexing until this transaction ends."""
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar())


def natural_place(said_at: datetime) -> int:
    """Where what was said then belongs; others may have been said within the same 15 µs."""
    return (said_at - EPOCH) // MICROSECOND * PLACES // SECOND


def free_places(
    connection: Connection, wanted: Sequence[int], workspaces: Collection[int]
) -> list[int]:
    """For each wanted place, in rising order, a free one at or after it; all different.

    FTS5 has one row for a place, so it is free when no workspace has it.
    """
    taken: set[int] = set()
    while True:
        chosen = list(_apart(wanted, taken))
        clashes = _taken(connection, chosen, workspaces)
        if not clashes:
            return chosen
        taken |= clashes


def _apart(wanted: Sequence[int], taken: set[int]) -> Iterable[int]:
    last = -1
    for place in wanted:
        last = max(place, last + 1)
        while last in taken:
            last += 1
        yield last


def _taken(connection: Connection, places: Sequence[int], workspaces: Collection[int]) -> set[int]:
    values = {"places": list(places), "workspaces": list(workspaces)}
    return set(driven.run(connection, _TAKEN[connection.dialect.name], values).scalars())


def put(connection: Connection, passages: Iterable[Passage]) -> None:
    """Write new passages; FTS5 likes them in the order of their places."""
    is_fts = connection.dialect.name == "sqlite"
    rows = [
        {
            "workspace_id": each.workspace_id,
            "place": each.place,
            "message_id": each.message_id,
            "ticket_id": each.ticket_id,
            "words": " ".join(each.words) if is_fts else list(each.words),
        }
        for each in sorted(passages, key=lambda passage: passage.place)
    ]
    if rows:
        driven.run_many(connection, _PUT[connection.dialect.name], rows)


def drop(connection: Connection, places: Iterable[tuple[int, int]]) -> None:
    """Forget passages, each given by workspace and place."""
    rows = [{"workspace_id": workspace, "place": place} for workspace, place in sorted(places)]
    if rows:
        driven.run_many(connection, _DROP[connection.dialect.name], rows)


def clear(connection: Connection) -> None:
    """Forget all."""
    driven.run(connection, delete(_gin), {})
