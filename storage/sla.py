"""The ledger of service levels: a line for each step of each clock, never altered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Index,
    Table,
    bindparam,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.types import TypeDecorator

from storage import driven
from storage.base import (
    MICROSECOND,
    ChoiceText,
    Instant,
    Words,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.clocks import Entry, Goal, Step
from storage.rows import of_workspace, same
from storage.tickets import ticket_table
from storage.unit import Unit


class Span(TypeDecorator[timedelta]):
    """Open time, in microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


ledger_table = Table(
    "ledger",
    metadata,
    tenant(),
    key("ticket_id"),
    key("id"),
    required("goal", ChoiceText(Goal)),
    required("at", Instant),
    required("step", ChoiceText(Step)),
    required("policy", Words),
    required("span", Span),
    required("spent", Span),
    optional("due_at", Instant),
    required("noticed_at", Instant),
    required("why", Words),
    points("ticket_id", "ticket"),
)
# What was warned of, missed or met: what figures count.
IS_OUTCOME: ColumnElement[bool] = literal_column("step IN ('met', 'missed', 'warned')")
Index(
    "ix_ledger_outcome",
    ledger_table.c.workspace_id,
    ledger_table.c.at,
    ledger_table.c.ticket_id,
    ledger_table.c.goal,
    ledger_table.c.step,
    sqlite_where=IS_OUTCOME,
    postgresql_where=IS_OUTCOME,
)

_columns = ledger_table.c
LONGEST_STOP = timedelta(days=30)

_NAMES = tuple(each.name for each in fields(Entry))
_ADD = insert(ledger_table)
_ENTRIES = select(*(_columns[name] for name in _NAMES)).where(
    of_workspace(ledger_table), same(_columns.ticket_id, "ticket_id")
)
_OF_TICKET = _ENTRIES.order_by(_columns.id)
_WITHIN = (_columns.at >= bindparam("since"), _columns.at < bindparam("until"))
_OUTCOMES: Any = (
    select(_columns.goal, _columns.step, ticket_table.c.channel_id, ticket_table.c.owner_id)
    .add_columns(func.count())
    .select_from(
        ledger_table.join(
            ticket_table,
            (ticket_table.c.workspace_id == _columns.workspace_id)
            & (ticket_table.c.id == _columns.ticket_id),
        )
    )
    .where(of_workspace(ledger_table), IS_OUTCOME, *_WITHIN)
    .group_by(_columns.goal, _columns.step, ticket_table.c.channel_id, ticket_table.c.owner_id)
)
_NOTICED: Any = (
    select(_columns.ticket_id, _columns.goal, _columns.step, _columns.at, _columns.due_at)
    .add_columns(_columns.noticed_at)
    .where(
        of_workspace(ledger_table),
        IS_OUTCOME,
        *_WITHIN,
        _columns.noticed_at >= bindparam("noticed_since"),
        _columns.noticed_at < bindparam("until"),
        _columns.step != literal_column("'met'"),
    )
    .order_by(_columns.at, _columns.ticket_id)
)


class Outcome(NamedTuple):
    """``many`` clocks of a goal were warned, missed or met, by channel and owner as they are."""

    goal: Goal
    step: Step
    channel_id: int
    owner_id: int | None
    many: int


class Noticed(NamedTuple):
    """That a clock was warned or missed ``at`` a time, which was noticed perhaps later."""

    ticket_id: int
    goal: Goal
    step: Step
    at: datetime
    due_at: datetime | None
    noticed_at: datetime


def add(unit: Unit, ticket_id: int, entries: Sequence[Entry], ids: Iterable[int]) -> None:
    """Write down what happened to a ticket's clocks, each line with a key that rises with time."""
    rows = [
        {
            "workspace_id": unit.workspace_id,
            "ticket_id": ticket_id,
            "id": id_,
            **{name: getattr(each, name) for name in _NAMES},
        }
        for each, id_ in zip(entries, ids, strict=True)
    ]
    if rows:
        driven.run_many(unit.connection, _ADD, rows)


def of_ticket(unit: Unit, ticket_id: int) -> list[Entry]:
    """All lines of a ticket, in the order in which they were written."""
    values = {"workspace_id": unit.workspace_id, "ticket_id": ticket_id}
    return [Entry(*row) for row in unit.execute(_OF_TICKET, values)]


def noticed(unit: Unit, since: datetime, until: datetime) -> list[Noticed]:
    """What was noticed in that time of what passed at most `LONGEST_STOP` before it."""
    values = {"since": since - LONGEST_STOP, "until": until, "noticed_since": since}
    rows = unit.execute(_NOTICED, {"workspace_id": unit.workspace_id, **values})
    return [Noticed(*row) for row in rows]


def outcomes(unit: Unit, since: datetime, until: datetime) -> list[Outcome]:
    """What was warned, missed and met from ``since`` up to, not including, ``until``.

    Met in time are the lines of MET; what was missed is counted when it was due.
    """
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    return [Outcome(*row) for row in unit.execute(_OUTCOMES, span)]
