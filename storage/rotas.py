"""Overrides of rotas, who was on call when the desk last looked, and work handed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven
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
from storage.records.rotas import HandOver, Override, Watch
from storage.rows import Query, Rows, VersionedRows, its, of_workspace, same
from storage.unit import Unit

override_table = Table(
    "rota_override",
    metadata,
    tenant(),
    key(),
    required("rota", Words),
    required("out", Text),
    required("into", Text),
    required("since", Instant),
    required("until", Instant),
    required("by_id", BigInteger),
    points("by_id", "person"),
    Index("ix_rota_override_until", "workspace_id", "until"),
)
watch_table = Table(
    "rota_watch",
    metadata,
    tenant(),
    key("rota", Words),
    required("who", Tuples),
    required("since", Instant),
    optional("due_at", Instant),
    in_workspace(),
    Index("ix_rota_watch_due", "due_at"),
)
hand_over_table = Table(
    "hand_over",
    metadata,
    tenant(),
    key(),
    required("rota", Words),
    required("ticket_id", BigInteger),
    required("from_id", BigInteger),
    required("at", Instant),
    optional("accepted_at", Instant),
    optional("accepted_by", BigInteger),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("from_id", "person"),
    points("accepted_by", "person"),
    Index("ix_hand_over_at", "workspace_id", "at"),
)

_OVERRIDES = Rows(override_table, Override)
_LINES = VersionedRows(hand_over_table, HandOver)
_over = override_table.c
_FROM_NOW_ON = _OVERRIDES.select(_over.until > bindparam("now")).order_by(_over.since, _over.id)
_TAKE_BACK = delete(override_table).where(its(_over.workspace_id), its(_over.id))
_watch = watch_table.c
_WATCHED = select(_watch.workspace_id, _watch.rota, _watch.who, _watch.since, _watch.due_at)
_OWN = _WATCHED.where(of_workspace(watch_table))
_DUE: Query = select(_watch.workspace_id).where(_watch.due_at <= bindparam("now")).distinct()
_NEXT: Query = select(_watch.due_at).order_by(_watch.due_at).limit(1)
_PUT = {
    name: kind.insert(watch_table).on_conflict_do_update(
        index_elements=[_watch.workspace_id, _watch.rota],
        set_={each: kind.insert(watch_table).excluded[each] for each in ("who", "since", "due_at")},
    )
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
}
_REST = (
    update(watch_table)
    .where(its(_watch.workspace_id), _watch.due_at <= bindparam("its_due_at"))
    .values(due_at=bindparam("until"))
)
_line = hand_over_table.c
_LINE = _LINES.select(same(_line.id, "id"))
_UNACCEPTED = _LINES.select(
    _line.at >= bindparam("since"),
    _line.at < bindparam("until"),
    literal_column("accepted_at IS NULL"),
).order_by(_line.at, _line.id)
_OF_SHIFT = _LINES.select(same(_line.rota, "rota"), same(_line.at, "at")).order_by(_line.id)


def overrides(unit: Unit, now: datetime) -> list[Override]:
    """Those that are in force or still to come, of all rotas, the earliest first."""
    return _OVERRIDES.all(unit, _FROM_NOW_ON, now=now)


def add_override(unit: Unit, override: Override) -> None:
    _OVERRIDES.add(unit, override)


def remove_override(unit: Unit, override_id: int) -> bool:
    """Take one back; False when it was gone already."""
    gone = {"its_workspace_id": unit.workspace_id, "its_id": override_id}
    return bool(unit.execute(_TAKE_BACK, gone).rowcount)


def watched(unit: Unit) -> dict[str, Watch]:
    """Who was on call when the desk last looked, by rota."""
    rows = unit.execute(_OWN, {"workspace_id": unit.workspace_id})
    return {row[1]: Watch(*row) for row in rows}


def watch(unit: Unit, seen: Watch) -> None:
    """Write down who is on call, and when that is to be looked at again."""
    row = {name: getattr(seen, name) for name in watch_table.columns.keys()}  # noqa: SIM118
    unit.execute(_PUT[unit.connection.dialect.name], row)


def rest(unit: Unit, now: datetime, *, until: datetime) -> None:
    """Those that are due are looked at just now; they are due again at ``until`` if nobody is."""
    unit.execute(_REST, {"its_workspace_id": unit.workspace_id, "its_due_at": now, "until": until})


def due(connection: Connection, now: datetime) -> list[int]:
    """The workspaces that have a rota of which somebody else may be on call by now."""
    return [int(row[0]) for row in driven.run(connection, _DUE, {"now": now})]


def next_at(connection: Connection) -> datetime | None:
    """When the next rota is to be looked at; None when there is none."""
    found: datetime | None = driven.run(connection, _NEXT, {}).scalar()
    return found


def hand_over(unit: Unit, lines: Iterable[HandOver]) -> None:
    """Keep what is to be accepted, ticket by ticket."""
    _LINES.add(unit, *lines)


def line(unit: Unit, line_id: int) -> HandOver | None:
    return _LINES.first(unit, _LINE, id=line_id)


def lines_of(unit: Unit, rota: str, at: datetime) -> list[HandOver]:
    """All lines of one shift's end."""
    return _LINES.all(unit, _OF_SHIFT, rota=rota, at=at)


def save_line(unit: Unit, before: HandOver, after: HandOver) -> HandOver:
    """Write what changed. Raises Conflict when somebody else accepted it meanwhile."""
    return _LINES.save(unit, before, after)


def unaccepted(unit: Unit, since: datetime, until: datetime) -> list[HandOver]:
    """What was handed over from ``since`` to before ``until`` and nobody has accepted so far."""
    return _LINES.all(unit, _UNACCEPTED, since=since, until=until)
