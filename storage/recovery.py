"""Tasks to make good with customers who gave a low score."""

from __future__ import annotations

from collections.abc import Collection

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
)

from storage import texts
from storage.base import (
    ChoiceText,
    Instant,
    any_of,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.csat import Recovery, RecoveryState
from storage.rows import VersionedRows, same
from storage.timers import Timer
from storage.unit import Unit

recovery_table = Table(
    "recovery",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("poll_id", BigInteger),
    required("opened_at", Instant),
    required("due_at", Instant),
    optional("owner_id", BigInteger),
    required("state", ChoiceText(RecoveryState)),
    optional("look_at", Instant),
    optional("reminded_at", Instant),
    optional("outcome_id", BigInteger),
    optional("by_id", BigInteger),
    optional("ended_at", Instant),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("poll_id", "csat"),
    points("owner_id", "person"),
    points("outcome_id", "text"),
    points("by_id", "person"),
)
_columns = recovery_table.c
# Spelled out, not bound: a partial index serves only queries that hold its very condition.
IS_OPEN: ColumnElement[bool] = literal_column("state = 'open'")
# One poll, one task, whoever votes twice at the same moment.
Index("ux_recovery_poll", _columns.workspace_id, _columns.poll_id, unique=True)
Index("ix_recovery_ticket", _columns.workspace_id, _columns.ticket_id, _columns.id)
Index(
    "ix_recovery_open",
    _columns.workspace_id,
    _columns.due_at,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
TIMER = Timer(_columns.look_at, about=_columns.ticket_id)

_TASKS = VersionedRows(
    recovery_table,
    Recovery,
    source=recovery_table.outerjoin(
        texts.text,
        and_(
            texts.text.c.workspace_id == _columns.workspace_id,
            texts.text.c.id == _columns.outcome_id,
        ),
    ),
    joined={"outcome": func.coalesce(texts.text.c.body, literal_column("''"))},
)
_BY_ID = _TASKS.select(same(_columns.id, "id"))
_OF_POLL = _TASKS.select(same(_columns.poll_id, "poll_id"))
_OF_TICKETS = _TASKS.select(any_of(_columns.ticket_id, "ticket_ids")).order_by(_columns.id)
_OPEN = _TASKS.select(IS_OPEN).order_by(_columns.due_at, _columns.id).limit(bindparam("most"))


def by_id(unit: Unit, recovery_id: int) -> Recovery | None:
    return _TASKS.first(unit, _BY_ID, id=recovery_id)


def of_poll(unit: Unit, poll_id: int) -> Recovery | None:
    """What a poll's low score called for, None for a poll without one."""
    return _TASKS.first(unit, _OF_POLL, poll_id=poll_id)


def of_tickets(unit: Unit, ticket_ids: Collection[int]) -> dict[int, Recovery]:
    """The last task of each of these tickets that has one, by ticket."""
    if not ticket_ids:
        return {}
    found = _TASKS.all(unit, _OF_TICKETS, ticket_ids=list(ticket_ids))
    return {each.ticket_id: each for each in found}


def to_do(unit: Unit, *, most: int) -> list[Recovery]:
    """Tasks that nobody has ended, the longest due first."""
    return _TASKS.all(unit, _OPEN, most=most)


def add(unit: Unit, recovery: Recovery) -> None:
    """Keep a new task. Raises IntegrityError when its poll has one."""
    _TASKS.add(unit, recovery)


def save(unit: Unit, before: Recovery, after: Recovery) -> Recovery:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _TASKS.save(unit, before, after)
