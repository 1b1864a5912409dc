"""Figures of days, weeks and so on that are over, counted once and kept: a year is a few rows.

They are no truth: all of it can be thrown away and counted anew. What a day holds may change after
it is over, so each is kept with the stamp of that day (`storage.stamps`), which rises with every
such change; a day whose stamp has risen since is counted anew, by readers at once and by the desk a
moment later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Index,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven
from storage.base import (
    DERIVED,
    Instant,
    Words,
    any_of,
    in_workspace,
    key,
    metadata,
    required,
    tenant,
)
from storage.csat import IS_SHOWN, csat_table
from storage.escalations import hand_off_table
from storage.history import IS_FLOW, change_table
from storage.promises import promise_table
from storage.questions import question_table
from storage.rows import its, of_workspace, same
from storage.sla import IS_OUTCOME, ledger_table
from storage.stamps import day_number, rise
from storage.tickets import ticket_table
from storage.unit import Unit

LAST = 2**63 - 1  # key of a change

Days = frozenset[int]
"""Days counted from 1970 in UTC, whatever the zone of a desk's own days."""

Name = tuple[str, str]
"""Kind of line (``all``, ``channel``, ``agent``, ``category``) and its key as text."""

Counted = tuple[str, str]
"""Tally and cells, both as JSON."""

row_table = Table(
    "figure_row",
    metadata,
    tenant(),
    key("kind", Text),
    key("step", Text),
    key("day", Text),
    key("line", Words),
    required("tally", Text),
    required("cells", Text),
    in_workspace(),
    Index("ix_figure_row_line", "workspace_id", "kind", "line", "step", "day"),
    info={DERIVED: True},
)
done_table = Table(
    "figure_done",
    metadata,
    tenant(),
    key("step", Text),
    key("day", Text),
    required("stamp", BigInteger),
    in_workspace(),
    info={DERIVED: True},
)
look_table = Table(
    "figure_look",
    metadata,
    tenant(),
    required("basis", Text),
    required("seen", BigInteger),
    required("at", Instant),
    in_workspace(),
    info={DERIVED: True},
)

# What happens daily to a ticket and changes figures of its own moment only, not whose they are.
# What time does comes all day long, to tickets of weeks ago.
ITS_DAY = frozenset(
    {"open", "answer", "help", "write", "resolve", "solved", "silence", "reopen", "reopen-by-word"}
    | {"wait", "snooze", "wake", "note", "tag", "priority"}
    | {"nudge", "unanswered", "unsolved", "close"}
)

ANSWERS = frozenset({"answer", "help"})

_row, _done, _look = row_table.c, done_table.c, look_table.c
_change, _ticket = change_table.c, ticket_table.c


def _days(table: Table, at: Any, *conditions: Any) -> Any:
    found = select(at).where(of_workspace(table), *conditions)
    return found.where(
        any_of(ticket_table.c.id if table is ticket_table else table.c.ticket_id, "ids")
    )


_TOUCHED: Any = (
    select(_change.ticket_id, _change.act, _change.at, _ticket.first_answer_at)
    .select_from(
        change_table.join(
            ticket_table,
            (_ticket.workspace_id == _change.workspace_id) & (_ticket.id == _change.ticket_id),
        )
    )
    .where(
        of_workspace(change_table), _change.id > bindparam("after"), _change.id <= bindparam("to")
    )
)
_MOMENTS: Any = union_all(
    _days(change_table, _change.at),
    _days(ticket_table, _ticket.first_answer_at, _ticket.first_answer_at.is_not(None)),
    _days(ledger_table, ledger_table.c.at, IS_OUTCOME),
    _days(promise_table, promise_table.c.ended_at, promise_table.c.ended_at.is_not(None)),
    _days(hand_off_table, hand_off_table.c.at),
    _days(question_table, question_table.c.at),
    _days(csat_table, csat_table.c.asked_at, IS_SHOWN, csat_table.c.asked_at.is_not(None)),
)
_FIRST: Any = select(func.min(_change.at)).where(of_workspace(change_table), IS_FLOW)
_LOOK: Any = select(_look.basis, _look.seen, _look.at).where(of_workspace(look_table))
_DONE: Any = select(_done.day, _done.stamp).where(
    of_workspace(done_table),
    same(_done.step, "step"),
    _done.day >= bindparam("first"),
    _done.day <= bindparam("last"),
)
_ROWS: Any = select(_row.day, _row.line, _row.tally).where(
    of_workspace(row_table),
    same(_row.kind, "kind"),
    same(_row.step, "step"),
    _row.day >= bindparam("first"),
    _row.day <= bindparam("last"),
)
_OF_LINES: Any = _ROWS.where(any_of(_row.line, "lines"))
_CELLS: Any = _OF_LINES.with_only_columns(_row.day, _row.line, _row.cells)
_ALL_CELLS: Any = _ROWS.with_only_columns(_row.day, _row.line, _row.cells)
_PUT = insert(row_table)
_TAKE = delete(row_table).where(its(_row.workspace_id), its(_row.step), its(_row.day))
_FORGET = [
    delete(table).where(its(table.c.workspace_id)) for table in (row_table, done_table, look_table)
]


def _upsert(table: Table, index: Collection[str], changes: Any) -> dict[str, Any]:
    found = {}
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql)):
        put = kind.insert(table)
        found[name] = put.on_conflict_do_update(
            index_elements=["workspace_id", *index], set_=changes(put.excluded)
        )
    return found


_PUT_DONE = _upsert(done_table, ("step", "day"), lambda new: {"stamp": new.stamp})
_PUT_LOOK = _upsert(
    look_table, (), lambda new: {"basis": new.basis, "seen": new.seen, "at": new.at}
)


@dataclass(frozen=True, slots=True)
class Look:
    """Up to which change of the history days were marked, and when that was looked at.

    ``basis`` are the hours by which days were counted: by others all would be different.
    """

    basis: str
    seen: int
    at: datetime


class Stretch(NamedTuple):
    """All days, weeks or the like (``step``) that begin from the ``first`` to the ``last``."""

    step: str
    first: date
    last: date

    def values(self) -> dict[str, str]:
        """For the queries."""
        span = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return {"step": str(self.step), **span}


@dataclass(frozen=True, slots=True)
class Page:
    """A day, or what is longer (``step``), as it was counted at a stamp."""

    workspace_id: int
    step: str
    day: date
    stamp: int
    found: Mapping[Name, Counted]


class Kept(NamedTuple):
    """A row of what begins on a day; ``found`` is JSON: a tally, or a list of cells."""

    day: date
    line: str
    found: str


def look(unit: Unit) -> Look | None:
    """None before the first."""
    row = unit.execute(_LOOK, {"workspace_id": unit.workspace_id}).first()
    return Look(*row) if row else None


def looked(unit: Unit, look: Look) -> None:
    """Keep how far one has looked."""
    values = {"basis": look.basis, "seen": look.seen, "at": look.at}
    unit.execute(
        _PUT_LOOK[unit.connection.dialect.name], {"workspace_id": unit.workspace_id, **values}
    )


def forget(unit: Unit) -> None:
    """Throw all away: it is counted anew from the history."""
    for statement in _FORGET:
        unit.execute(statement, {"its_workspace_id": unit.workspace_id})


def done(unit: Unit, stretch: Stretch) -> dict[date, int]:
    """Which of them were counted, and at which stamp."""
    found = unit.execute(_DONE, {"workspace_id": unit.workspace_id, **stretch.values()})
    return {date.fromisoformat(day): stamp for day, stamp in found}


def rows(
    unit: Unit, kind: str, stretch: Stretch, lines: Collection[str] | None = None
) -> list[Kept]:
    """The tallies of a stretch, all or those of some lines."""
    values = {"workspace_id": unit.workspace_id, "kind": kind, **stretch.values()}
    if lines is None:
        return _read(unit.execute(_ROWS, values))
    return _read(unit.execute(_OF_LINES, {**values, "lines": list(lines)}))


def cells(
    unit: Unit, kind: str, stretch: Stretch, lines: Collection[str] | None = None
) -> list[Kept]:
    """What the tallies are made of, cell by cell.

    What is longer than a day is divided by category alone, and only for channels and agents.
    """
    values = {"workspace_id": unit.workspace_id, "kind": kind, **stretch.values()}
    if lines is None:
        return _read(unit.execute(_ALL_CELLS, values))
    return _read(unit.execute(_CELLS, {**values, "lines": list(lines)}))


def _read(found: Iterable[Any]) -> list[Kept]:
    return [Kept(date.fromisoformat(day), *rest) for day, *rest in found]


def put(unit: Unit, page: Page) -> None:
    """Keep what was counted, in place of what was."""
    day = page.day.isoformat()
    which = {"workspace_id": unit.workspace_id, "step": page.step, "day": day}
    # First, for its row is what two who count the same day wait for.
    unit.execute(_PUT_DONE[unit.connection.dialect.name], {**which, "stamp": page.stamp})
    unit.execute(_TAKE, {f"its_{name}": value for name, value in which.items()})
    rows = [
        {**which, "kind": kind, "line": line, "tally": tally, "cells": cells}
        for (kind, line), (tally, cells) in page.found.items()
    ]
    if rows:
        driven.run_many(unit.connection, _PUT, rows)


def first_at(unit: Unit) -> datetime | None:
    """When the first ticket was opened, None while there is none."""
    found: datetime | None = unit.execute(_FIRST, {"workspace_id": unit.workspace_id}).scalar()
    return found


def touched(unit: Unit, after: int, to: int) -> Days:
    """The UTC days of which changes with keys in that range may have changed something.

    Whose ticket it is counts for all that ever befell it, and so does an answer that is found late.
    """
    own = {"workspace_id": unit.workspace_id}
    days: set[int] = set()
    whole: set[int] = set()
    found = unit.execute(_TOUCHED, {**own, "after": after, "to": to})
    for ticket_id, act, at, first_answer_at in found:
        days.add(day_number(at))
        is_first = first_answer_at is not None and at <= first_answer_at
        if act not in ITS_DAY or (is_first and act in ANSWERS):
            whole.add(ticket_id)
    return frozenset({*days, *map(day_number, _moments(unit, whole))})


def mark_tickets(unit: Unit, ticket_ids: Collection[int]) -> None:
    """Whatever was counted of these tickets holds no more; to be said before they are erased."""
    rise(unit, map(day_number, _moments(unit, ticket_ids)))


def _moments(unit: Unit, ticket_ids: Collection[int]) -> Iterable[datetime]:
    if not ticket_ids:
        return ()
    found = unit.execute(_MOMENTS, {"workspace_id": unit.workspace_id, "ids": list(ticket_ids)})
    return (at for (at,) in found)
