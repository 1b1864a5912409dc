"""Which threads Slack has told us whole, so that nobody has to ask it twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import Instant, key, metadata, points, required, tenant
from storage.rows import of_workspace, same
from storage.unit import Unit

thread_table = Table(
    "thread_read",
    metadata,
    tenant(),
    key("channel_id", BigInteger),
    key("ts", Text),
    required("at", Instant),
    points("channel_id", "channel"),
)

_columns = thread_table.c
_READ = select(_columns.at).where(
    of_workspace(thread_table),
    same(_columns.channel_id, "channel_id"),
    same(_columns.ts, "ts"),
    _columns.at >= bindparam("since"),
)
_keys = [_columns.workspace_id, _columns.channel_id, _columns.ts]
_MARK: dict[str, Any] = {}
for _name, _made in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
    _new = _made(thread_table)
    _MARK[_name] = _new.on_conflict_do_update(
        index_elements=_keys, set_={"at": _new.excluded["at"]}
    )


def is_read(unit: Unit, channel_id: int, ts: str, *, since: datetime) -> bool:
    """Whether the thread around that message was read, and not before ``since``."""
    here = {"workspace_id": unit.workspace_id, "channel_id": channel_id, "ts": ts}
    return unit.execute(_READ, {**here, "since": since}).first() is not None


def mark(unit: Unit, channel_id: int, stamps: Collection[str], at: datetime) -> None:
    """The thread around these messages has just been read."""
    statement = _MARK[unit.connection.dialect.name]
    for ts in stamps:
        here = {"workspace_id": unit.workspace_id, "channel_id": channel_id, "ts": ts}
        unit.execute(statement, {**here, "at": at})
