"""What each person looks at in the app's home, and who has looked lately."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Table, Text, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import outbox, remembered
from storage.base import Instant, Words, key, metadata, optional, points, required, tenant
from storage.records.people import Looking
from storage.rows import its, of_workspace, same
from storage.unit import Unit

# Who looked so long ago gets a fresh picture only when looking again.
LATELY = timedelta(hours=1)
# A look is written down again only when it is so much later: it concerns all that is remembered.
OFTEN = timedelta(minutes=10)

home_table = Table(
    "home",
    metadata,
    tenant(),
    key("person_id"),
    required("looked_at", Instant),
    required("section", Text),
    optional("category", Words),
    optional("account_id", BigInteger),
    optional("after_id", BigInteger),
    points("person_id", "person"),
    points("account_id", "account"),
)

_columns = home_table.c
_FIELDS = ("looked_at", "section", "category", "account_id", "after_id")
_ONE = select(*(_columns[name] for name in _FIELDS)).where(
    of_workspace(home_table), same(_columns.person_id, "person_id")
)
_ALL = select(_columns.person_id, _columns.looked_at).where(of_workspace(home_table))
_INSERT: dict[str, Any] = {
    "sqlite": sqlite.insert(home_table),
    "postgresql": postgresql.insert(home_table),
}
_PUT = {
    name: insert.on_conflict_do_update(
        index_elements=[_columns.workspace_id, _columns.person_id],
        set_={field: insert.excluded[field] for field in _FIELDS},
    )
    for name, insert in _INSERT.items()
}
_ELSEWHERE = (
    update(home_table)
    .where(its(_columns.workspace_id), its(_columns.account_id))
    .values(account_id=bindparam("into_id"))
)
_post = outbox.outbox.c
_DUE = (
    outbox.outbox.update()
    .where(
        _post.workspace_id == bindparam("b_workspace"),
        _post.picture == bindparam("b_picture"),
        _post.state == literal_column("'waiting'"),
        _post.error == literal_column("''"),
    )
    .values(due_at=bindparam("b_at"), since=bindparam("b_at"))
)
# What is due only later was postponed before: many changes in a row draw it in time all the same.
_LATER = _DUE.where(_post.due_at <= bindparam("b_now"))


def of(unit: Unit, person_id: int) -> Looking | None:
    """What the person looks at, None for who never looked."""
    values = {"workspace_id": unit.workspace_id, "person_id": person_id}
    row = unit.execute(_ONE, values).first()
    return None if row is None else Looking(*row)


def put(unit: Unit, person_id: int, looking: Looking) -> None:
    """Keep what somebody looks at from now on."""
    before = of(unit, person_id)
    row: dict[str, Any] = {"workspace_id": unit.workspace_id, "person_id": person_id}
    if before is None or looking.looked_at >= before.looked_at + OFTEN:
        remembered.changed(unit)
    unit.execute(_PUT[unit.connection.dialect.name], row | asdict(looking))


def follow(unit: Unit, account_id: int, into_id: int) -> None:
    """Whoever looks at the tickets of an account looks at those of another one instead."""
    of_it = {"its_workspace_id": unit.workspace_id, "its_account_id": account_id}
    unit.execute(_ELSEWHERE, of_it | {"into_id": into_id})


def looking(unit: Unit, now: datetime) -> Collection[int]:
    """Who has looked lately, by our keys."""
    known = remembered.facts(unit)
    found: dict[int, datetime] | None = known.get(Looking)
    if found is None:
        rows = unit.execute(_ALL, {"workspace_id": unit.workspace_id})
        found = known[Looking] = {row[0]: row[1] for row in rows}
    return [person_id for person_id, at in found.items() if at + LATELY + OFTEN >= now]


def hasten(unit: Unit, picture: str, at: datetime) -> None:
    """A home that waits to be drawn is due now: somebody looks at it."""
    unit.execute(_DUE, {"b_workspace": unit.workspace_id, "b_picture": picture, "b_at": at})


def postpone(unit: Unit, picture: str, at: datetime, *, now: datetime) -> None:
    """A home is drawn a little later, but not later still when that was said before."""
    home = {"b_workspace": unit.workspace_id, "b_picture": picture}
    unit.execute(_LATER, {**home, "b_at": at, "b_now": now})


def is_first(unit: Unit, person_id: int) -> bool:
    """True once for each home in a transaction, so that its many rows draw it but once."""
    own, drawn = remembered.own(unit), (Looking, unit.workspace_id, person_id)
    is_new = drawn not in own
    own[drawn] = True
    return is_new
