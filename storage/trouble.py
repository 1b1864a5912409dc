"""Troubles: what Slack refuses until somebody has mended it; of a place one at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    literal,
    not_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from storage.base import Instant, in_workspace, key, metadata, optional, required, tenant
from storage.records.trouble import CHANNEL, Trouble
from storage.rows import Rows, its, same
from storage.unit import Unit

trouble_table = Table(
    "trouble",
    metadata,
    tenant(),
    key(),
    required("place", Text),
    required("code", Text),
    required("began_at", Instant),
    required("met_at", Instant),
    required("look_at", Instant),
    optional("ended_at", Instant),
    in_workspace(),
)
_columns = trouble_table.c
_is_open = _columns.ended_at.is_(None)
Index(
    "uq_trouble_open",
    _columns.workspace_id,
    _columns.place,
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)

_TROUBLES = Rows(trouble_table, Trouble)
_OPEN = _TROUBLES.select(_is_open).order_by(_columns.id)
_AT_PLACE = _TROUBLES.select(_is_open, same(_columns.place, "place"))
_BY_ID = _TROUBLES.select(same(_columns.id, "id"))
_ALL_OPEN = select(
    _columns.workspace_id,
    _columns.id,
    _columns.place,
    _columns.code,
    _columns.began_at,
    _columns.met_at,
    _columns.look_at,
    _columns.ended_at,
).where(_is_open)
_here = [_columns.workspace_id, _columns.place]
_open_only: dict[str, Any] = {"index_elements": _here, "index_where": text("ended_at IS NULL")}
_BEGIN = {
    "sqlite": sqlite.insert(trouble_table).on_conflict_do_nothing(**_open_only),
    "postgresql": postgresql.insert(trouble_table).on_conflict_do_nothing(**_open_only),
}
_LAST_AT_PLACE = (
    _TROUBLES.select(_columns.ended_at.is_not(None), same(_columns.place, "place"))
    .order_by(_columns.ended_at.desc(), _columns.id.desc())
    .limit(1)
)
_one = its(_columns.workspace_id), its(_columns.id)
_END = update(trouble_table).where(*_one, _is_open)
_REOPEN = update(trouble_table).where(*_one, not_(_is_open))
_MEET = update(trouble_table).where(*_one)
_PUT_OFF = update(trouble_table).where(*_one, _is_open, _columns.look_at == bindparam("was_at"))
_LOOK_SOON = update(trouble_table).where(its(_columns.workspace_id), its(_columns.place), _is_open)


def is_shut(
    workspace_id: ColumnElement[int], channel_id: ColumnElement[int]
) -> ColumnElement[bool]:
    """For columns of other tables: that channel is in trouble."""
    place = literal(CHANNEL).concat(cast(channel_id, Text))
    there = and_(_columns.workspace_id == workspace_id, _columns.place == place)
    return exists().where(there, _is_open)


def begin(unit: Unit, trouble: Trouble) -> bool:
    """Keep it; False when the place is in trouble already."""
    insert = _BEGIN[unit.connection.dialect.name]
    return bool(unit.execute(insert, _TROUBLES.row(unit, trouble)).rowcount)


def meet(unit: Unit, trouble: Trouble) -> None:
    """Slack gives it again, perhaps for another reason now."""
    values = {"code": trouble.code, "met_at": trouble.met_at}
    unit.execute(_MEET, _its(unit, trouble) | values)


def reopen(unit: Unit, trouble: Trouble) -> bool:
    """It is not mended after all; False when somebody else has seen that first."""
    again = {"ended_at": None, "met_at": trouble.met_at, "look_at": trouble.look_at}
    try:
        with unit.savepoint():  # another process may begin one there for another reason
            return bool(unit.execute(_REOPEN, _its(unit, trouble) | again).rowcount)
    except IntegrityError:
        return False


def end(unit: Unit, trouble: Trouble, at: datetime) -> bool:
    """It is mended; False when somebody else has seen that first."""
    return bool(unit.execute(_END, _its(unit, trouble) | {"ended_at": at}).rowcount)


def put_off(unit: Unit, trouble: Trouble, look_at: datetime) -> bool:
    """Look again then; False when somebody else looks now, or it is over."""
    values = _its(unit, trouble) | {"was_at": trouble.look_at, "look_at": look_at}
    return bool(unit.execute(_PUT_OFF, values).rowcount)


def look_soon(unit: Unit, place: str, at: datetime) -> None:
    """Something has happened there, or is to be waited for: perhaps it is mended then."""
    values = {"its_workspace_id": unit.workspace_id, "its_place": place, "look_at": at}
    unit.execute(_LOOK_SOON, values)


def opened(unit: Unit) -> list[Trouble]:
    """What is not mended yet, oldest first."""
    return _TROUBLES.all(unit, _OPEN)


def at_place(unit: Unit, place: str) -> Trouble | None:
    """The trouble that a place is in."""
    return _TROUBLES.first(unit, _AT_PLACE, place=place)


def last_at_place(unit: Unit, place: str) -> Trouble | None:
    """The trouble of a place that ended last."""
    return _TROUBLES.first(unit, _LAST_AT_PLACE, place=place)


def by_id(unit: Unit, trouble_id: int) -> Trouble | None:
    return _TROUBLES.first(unit, _BY_ID, id=trouble_id)


def all_open(connection: Connection) -> list[Trouble]:
    """What is not mended yet, of all workspaces."""
    return [Trouble(*row) for row in connection.execute(_ALL_OPEN)]


def _its(unit: Unit, trouble: Trouble) -> dict[str, Any]:
    return {"its_workspace_id": unit.workspace_id, "its_id": trouble.id}
