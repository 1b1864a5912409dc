"""Promises to customers, and how many were kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)

from storage import texts
from storage.base import (
    ChoiceText,
    Instant,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.promises import Promise, PromiseState
from storage.rows import VersionedRows, of_workspace, same
from storage.tickets import ticket_table
from storage.unit import Unit

promise_table = Table(
    "promise",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("by_id", BigInteger),
    required("made_at", Instant),
    required("due_at", Instant),
    required("state", ChoiceText(PromiseState)),
    optional("warned_at", Instant),
    optional("ended_at", Instant),
    optional("noticed_at", Instant),
    optional("previous_id", BigInteger),
    optional("text_id", BigInteger),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("by_id", "person"),
    points("previous_id", "promise"),
    points("text_id", "text"),
    Index("ix_promise_ticket", "workspace_id", "ticket_id", "id"),
)
_columns = promise_table.c
IS_OUTCOME: ColumnElement[bool] = literal_column("state IN ('kept', 'broken')")
Index(
    "ix_promise_outcome",
    _columns.workspace_id,
    _columns.ended_at,
    _columns.state,
    _columns.ticket_id,
    sqlite_where=IS_OUTCOME,
    postgresql_where=IS_OUTCOME,
)
_PROMISES = VersionedRows(
    promise_table,
    Promise,
    source=promise_table.outerjoin(
        texts.text,
        and_(
            texts.text.c.workspace_id == _columns.workspace_id,
            texts.text.c.id == _columns.text_id,
        ),
    ),
    joined={"text": func.coalesce(texts.text.c.body, literal_column("''"))},
)
_BY_ID = _PROMISES.select(same(_columns.id, "id"))
_NEWEST_FIRST = _PROMISES.select(same(_columns.ticket_id, "ticket_id")).order_by(_columns.id.desc())
_LATEST = _NEWEST_FIRST.limit(1)
_WITHIN = (_columns.ended_at >= bindparam("since"), _columns.ended_at < bindparam("until"))
_BROKEN = _PROMISES.select(
    IS_OUTCOME,
    *_WITHIN,
    _columns.state == literal_column("'broken'"),
    _columns.noticed_at >= bindparam("noticed_since"),
).order_by(_columns.ended_at, _columns.id)
_OUTCOMES: Any = (
    select(_columns.state, ticket_table.c.channel_id, ticket_table.c.owner_id, func.count())
    .select_from(
        promise_table.join(
            ticket_table,
            and_(
                ticket_table.c.workspace_id == _columns.workspace_id,
                ticket_table.c.id == _columns.ticket_id,
            ),
        )
    )
    .where(of_workspace(promise_table), IS_OUTCOME, *_WITHIN)
    .group_by(_columns.state, ticket_table.c.channel_id, ticket_table.c.owner_id)
)


class Outcome(NamedTuple):
    """``many`` promises ended so, of tickets of a channel and an owner as they are now."""

    state: PromiseState
    channel_id: int
    owner_id: int | None
    many: int


def by_id(unit: Unit, promise_id: int) -> Promise | None:
    return _PROMISES.first(unit, _BY_ID, id=promise_id)


def latest(unit: Unit, ticket_id: int) -> Promise | None:
    """The promise that was made last, whatever became of it."""
    return _PROMISES.first(unit, _LATEST, ticket_id=ticket_id)


def of_ticket(unit: Unit, ticket_id: int) -> list[Promise]:
    """All promises that were made for a ticket, newest first."""
    return _PROMISES.all(unit, _NEWEST_FIRST, ticket_id=ticket_id)


def add(unit: Unit, promise: Promise) -> None:
    """Keep a new promise; its words, if any, lie in the text table already."""
    _PROMISES.add(unit, promise)


def save(unit: Unit, before: Promise, after: Promise) -> Promise:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _PROMISES.save(unit, before, after)


def broken(
    unit: Unit, since: datetime, until: datetime, *, noticed_since: datetime
) -> list[Promise]:
    """What broke in that time, the longest due first, and was noticed from then on."""
    return _PROMISES.all(unit, _BROKEN, since=since, until=until, noticed_since=noticed_since)


def outcomes(unit: Unit, since: datetime, until: datetime) -> list[Outcome]:
    """How many promises were kept and broken from ``since`` up to, not including, ``until``."""
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    return [Outcome(*row) for row in unit.execute(_OUTCOMES, span)]
