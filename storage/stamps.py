"""Stamps of days: each rises whenever something is changed that figures of that day may count.

Figures that are kept of days (`storage.rollups`) hold as long as the stamps are those that they
were counted at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import (
    DAY,
    DERIVED,
    EPOCH,
    MICROSECOND,
    in_workspace,
    key,
    metadata,
    required,
    tenant,
)
from storage.rows import of_workspace
from storage.unit import Unit

stamp_table = Table(
    "figure_stamp",
    metadata,
    tenant(),
    key("day"),
    required("stamp", BigInteger),
    in_workspace(),
    info={DERIVED: True},
)

_stamp = stamp_table.c
_STAMPS: Any = select(_stamp.day, _stamp.stamp).where(
    of_workspace(stamp_table), _stamp.day >= bindparam("first"), _stamp.day <= bindparam("last")
)
_RISE = {
    name: kind.insert(stamp_table).on_conflict_do_update(
        index_elements=[_stamp.workspace_id, _stamp.day], set_={"stamp": _stamp.stamp + 1}
    )
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
}


def day_number(at: datetime) -> int:
    """The UTC day of a moment (aware), counted from 1970."""
    return (at - EPOCH) // MICROSECOND // DAY


def rise(unit: Unit, days: Iterable[int]) -> None:
    """What was counted of these UTC days holds no more."""
    statement = _RISE[unit.connection.dialect.name]
    rows = [
        {"workspace_id": unit.workspace_id, "day": day, "stamp": 1} for day in sorted(set(days))
    ]
    for row in rows:
        unit.execute(statement, row)


def of_days(unit: Unit, first: int, last: int) -> dict[int, int]:
    """The stamps of these UTC days that have one; 0 is that of all others."""
    values = {"workspace_id": unit.workspace_id, "first": first, "last": last}
    return {row[0]: row[1] for row in unit.execute(_STAMPS, values)}


def overlapping(since: datetime, until: datetime) -> range:
    """The UTC days that a span of time has a part in (both aware)."""
    return range(day_number(since), day_number(until - timedelta(microseconds=1)) + 1)
