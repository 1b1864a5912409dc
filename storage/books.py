"""The books of messages seen: since each message is one row with one end, they balance."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, func, literal_column, select, type_coerce

from storage.base import DAY, EPOCH
from storage.messages import message_table
from storage.records.books import BookLine
from storage.rows import Query, of_workspace, same
from storage.unit import Unit

_columns = message_table.c
_day = type_coerce(_columns.said_at, BigInteger) // literal_column(str(DAY), BigInteger)
_ALL: Query = (
    select(_columns.channel_id, _day.label("day"), _columns.end, _columns.reason, func.count())
    .where(of_workspace(message_table), _columns.said_at >= bindparam("since"))
    .group_by(_columns.channel_id, _day, _columns.end, _columns.reason)
    .order_by(_columns.channel_id, _day, _columns.end, _columns.reason)
)
_OF_CHANNEL = _ALL.where(same(_columns.channel_id, "channel_id"))


def by_day(
    unit: Unit, *, channel_id: int | None = None, since: datetime | None = None
) -> list[BookLine]:
    """The lines of one channel or of all, of all time or ``since`` then."""
    query = _ALL if channel_id is None else _OF_CHANNEL
    values = {"workspace_id": unit.workspace_id, "channel_id": channel_id, "since": since or EPOCH}
    rows = unit.execute(query, values)
    return [
        BookLine(channel, EPOCH.date() + timedelta(days=day), end, why, count)
        for channel, day, end, why, count in rows
    ]
