"""The inbox: Inputs that are safe but not done, worked lane by lane in order of arrival."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage import driven, texts
from storage.base import ChoiceText, Instant, JsonText, any_of, metadata
from storage.records.boxes import Arrival, Progress
from storage.records.light import light
from storage.unit import Unit

LaneKey = tuple[int, str]
WINDOW = 4  # so many times the rows that are wanted are looked at for lanes that are free

inbox = Table(
    "inbox",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", JsonText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("progress", ChoiceText(Progress), nullable=False),
    Column("due_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("done_at", Instant),
    PrimaryKeyConstraint("workspace_id", "id"),
    UniqueConstraint("workspace_id", "key"),
)
_is_waiting = inbox.c.progress == text("'waiting'")
Index("ix_inbox_waiting", inbox.c.id, sqlite_where=_is_waiting, postgresql_where=_is_waiting)
Index(
    "ix_inbox_resting",
    inbox.c.workspace_id,
    inbox.c.lane,
    inbox.c.due_at,
    sqlite_where=text("progress = 'waiting' AND due_at IS NOT NULL"),
    postgresql_where=text("progress = 'waiting' AND due_at IS NOT NULL"),
)
_has_failed = inbox.c.progress == text("'failed'")
# Who gave a row up need not see it again. It stays, as failed: the books count it for ever, and
# whoever compares Slack's history with ours finds its key.
IS_AMISS = and_(_has_failed, inbox.c.outcome != text("'dropped by hand'"))
Index(
    "ix_inbox_failed",
    inbox.c.workspace_id,
    inbox.c.id,
    sqlite_where=_has_failed,
    postgresql_where=_has_failed,
)

_insert = {
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing(
        index_elements=[inbox.c.workspace_id, inbox.c.key]
    ),
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing(
        index_elements=[inbox.c.workspace_id, inbox.c.key]
    ),
}
_ids_there = select(inbox.c.id).where(inbox.c.id.in_(bindparam("ids", expanding=True)))
_columns = (
    inbox.c.workspace_id,
    inbox.c.id,
    inbox.c.lane,
    inbox.c.kind,
    inbox.c.key,
    inbox.c.body,
    inbox.c.at,
    func.coalesce(texts.text.c.body, ""),
    inbox.c.tries,
    inbox.c.facts,
    inbox.c.progress,
    inbox.c.due_at,
    inbox.c.outcome,
)
_with_text = inbox.outerjoin(
    texts.text,
    and_(texts.text.c.workspace_id == inbox.c.workspace_id, texts.text.c.id == inbox.c.id),
)
_resting = inbox.alias("resting")
_lane_rests = (
    select(_resting.c.id)
    .where(
        text("resting.progress = 'waiting'"),
        _resting.c.due_at > bindparam("now"),
        _resting.c.workspace_id == inbox.c.workspace_id,
        _resting.c.lane == inbox.c.lane,
    )
    .exists()
)
_lane_key = cast(inbox.c.workspace_id, Text) + ":" + inbox.c.lane
# A lane of hundreds of rows that rests, or is being asked for, must not hide the lanes behind it.
_is_next = and_(_is_waiting, not_(_lane_rests), not_(any_of(_lane_key, "skip")))
_first = inbox.c.id  # ids rise with time
_next_rows = (
    select(*_columns)
    .select_from(_with_text)
    .where(_is_next)
    .order_by(_first)
    .limit(bindparam("most"))
)
_next_of_lanes = _next_rows.where(any_of(_lane_key, "lanes"))
_next_lanes = (
    select(inbox.c.workspace_id, inbox.c.lane, _lane_key.label("key"), _first)
    .where(_is_next)
    .order_by(_first)
    .limit(bindparam("window"))
    .subquery()
)
_lock_lanes = (
    select(_next_lanes.c.key)
    .where(
        func.pg_try_advisory_xact_lock(
            func.hashtextextended(_next_lanes.c.lane, _next_lanes.c.workspace_id)
        )
    )
    .limit(bindparam("most"))
)
_progress = select(inbox.c.progress).where(
    inbox.c.workspace_id == bindparam("workspace_id"), inbox.c.key == bindparam("key")
)
_by_key = (
    select(*_columns)
    .select_from(_with_text)
    .where(
        inbox.c.workspace_id == bindparam("workspace_id"),
        inbox.c.key == bindparam("key"),
        _is_waiting,
    )
)
_waits = (
    select(inbox.c.id)
    .where(
        _is_waiting,
        inbox.c.workspace_id == bindparam("workspace_id"),
        inbox.c.lane == bindparam("lane"),
        inbox.c.at <= bindparam("until"),
        not_(any_of(inbox.c.id, "besides")),
    )
    .limit(1)
)
_by_id = (
    select(*_columns)
    .select_from(_with_text)
    .where(inbox.c.workspace_id == bindparam("workspace_id"), inbox.c.id == bindparam("id"))
)
_mine = and_(inbox.c.workspace_id == bindparam("b_workspace"), inbox.c.id == bindparam("b_id"))
_finish = (
    inbox.update()
    .where(_mine)
    .values(
        progress=bindparam("b_progress"), outcome=bindparam("b_outcome"), done_at=bindparam("b_at")
    )
)
_delay = (
    inbox.update()
    .where(_mine)
    .values(tries=bindparam("b_tries"), facts=bindparam("b_facts"), due_at=bindparam("b_due"))
)


def put(connection: Connection, arrivals: Sequence[Arrival]) -> set[int]:
    """Insert what is new by (workspace, key), texts with it; the ids that were new."""
    insert = _insert[connection.dialect.name]
    ids = [each.id for each in arrivals]
    put = driven.run_many(connection, insert, [_row(each) for each in arrivals])
    texts.put_many(connection, [each for each in arrivals if each.text])
    if put.rowcount == len(ids):
        return set(ids)
    there = _there(connection, ids)
    texts.drop_many(connection, [a for a in arrivals if a.text and a.id not in there])
    return there


def _there(connection: Connection, ids: Sequence[int]) -> set[int]:
    return set(connection.execute(_ids_there, {"ids": ids}).scalars())


def _row(arrival: Arrival) -> dict[str, Any]:
    return {
        "workspace_id": arrival.workspace_id,
        "id": arrival.id,
        "lane": arrival.lane,
        "kind": arrival.kind,
        "key": arrival.key,
        "body": arrival.body,
        "at": arrival.at,
        "tries": arrival.tries,
        "facts": arrival.facts,
        "progress": arrival.progress,
        "due_at": arrival.due_at,
        "outcome": arrival.outcome,
        "done_at": None,
    }


def take(
    connection: Connection,
    now: datetime,
    *,
    most: int,
    skip: Collection[LaneKey] = (),
) -> list[Arrival]:
    """Up to ``most`` waiting rows, in order, of lanes that are due and that nobody else works.

    Lanes with a row that is not due, and those to ``skip``, are left out. On PostgreSQL the lanes
    stay locked until the transaction ends; on SQLite the transaction is the lock.
    """
    left_out = [f"{workspace}:{lane}" for workspace, lane in skip]
    values: dict[str, Any] = {"now": now, "most": most, "skip": left_out}
    if connection.dialect.name != "postgresql":
        rows = driven.run(connection, _next_rows, values)
    else:
        lanes = set(_locked(connection, values))
        # Asked after the lock, it sees what the last holder of each lane did.
        rows = driven.run(connection, _next_of_lanes, values | {"lanes": sorted(lanes)})
    return [Arrival(*row) for row in rows]


def _locked(connection: Connection, values: dict[str, Any]) -> list[str]:
    """Lanes that are ours alone until the transaction ends; others may hold the first of all."""
    window = values["most"] * WINDOW
    return driven.run(connection, _lock_lanes, values | {"window": window}).scalars()


def waiting_by_key(unit: Unit, key: str) -> Arrival | None:
    """The row of that dedupe key if it still waits."""
    row = unit.execute(_by_key, {"workspace_id": unit.workspace_id, "key": key}).first()
    return Arrival(*row) if row else None


def is_waiting(unit: Unit, lane: str, *, until: datetime, besides: Collection[int] = ()) -> bool:
    """Whether something that happened ``until`` then waits in a lane, ``besides`` these rows."""
    values: dict[str, Any] = {"workspace_id": unit.workspace_id, "lane": lane, "until": until}
    values["besides"] = list(besides)
    return unit.execute(_waits, values).first() is not None


def by_id(unit: Unit, row_id: int) -> Arrival | None:
    """The row of that key, done or not, with its text; None when none came or it was pruned."""
    row = unit.execute(_by_id, {"workspace_id": unit.workspace_id, "id": row_id}).first()
    return Arrival(*row) if row else None


def progress_by_key(unit: Unit, key: str) -> Progress | None:
    """How far the row of that dedupe key is, None when none came or it was pruned."""
    row = unit.execute(_progress, {"workspace_id": unit.workspace_id, "key": key}).first()
    return row[0] if row else None


@light(frozen=True, slots=True)
class Ending:
    """How a row ended: done or failed, in a few words."""

    workspace_id: int
    id: int
    progress: Progress
    outcome: str


def finish(connection: Connection, endings: Sequence[Ending], at: datetime) -> None:
    """Write down how rows ended; ``at`` is desk time."""
    driven.run_many(
        connection,
        _finish,
        [
            {
                "b_workspace": each.workspace_id,
                "b_id": each.id,
                "b_progress": each.progress,
                "b_outcome": each.outcome,
                "b_at": at,
            }
            for each in endings
        ],
    )


def delay(connection: Connection, arrival: Arrival, *, due_at: datetime | None) -> None:
    """Count the try or the fact that ``arrival`` carries, and let the row rest until ``due_at``.

    None: it is due.
    """
    driven.run(
        connection,
        _delay,
        {
            "b_workspace": arrival.workspace_id,
            "b_id": arrival.id,
            "b_tries": arrival.tries,
            "b_facts": arrival.facts,
            "b_due": due_at,
        },
    )


def count_waiting(connection: Connection) -> int:
    """How many rows wait, of all workspaces."""
    return connection.execute(
        select(func.count()).select_from(inbox).where(_is_waiting)
    ).scalar_one()


_other = inbox.alias()
_due = (
    select(inbox.c.id)
    .where(
        _is_waiting,
        ~exists().where(
            _other.c.workspace_id == inbox.c.workspace_id,
            _other.c.lane == inbox.c.lane,
            _other.c.progress == text("'waiting'"),
            _other.c.due_at > bindparam("now"),
        ),
    )
    .limit(1)
)


def has_due(connection: Connection, now: datetime) -> bool:
    """True when a row waits that could be worked at ``now`` (desk time): its lane does not rest."""
    return driven.run(connection, _due, {"now": now}).first() is not None


def failed(unit: Unit, *, limit: int = 100) -> list[Arrival]:
    """Rows that were given up, oldest first, their texts with them."""
    query = (
        select(*_columns)
        .select_from(_with_text)
        .where(IS_AMISS, inbox.c.workspace_id == unit.workspace_id)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [Arrival(*row) for row in unit.execute(query)]


def retry(unit: Unit, row_id: int) -> bool:
    """Let a failed row run again from the start; False when there is no such failed row."""
    again = (
        inbox.update()
        .where(inbox.c.workspace_id == unit.workspace_id, inbox.c.id == row_id, IS_AMISS)
        .values(progress=Progress.WAITING, tries=0, facts=0, due_at=None, outcome="")
    )
    return bool(unit.execute(again).rowcount)


def drop(unit: Unit, row_id: int) -> bool:
    """Give a failed row up for good; the books count it as failed, its words are forgotten."""
    gone = (
        inbox.update()
        .where(inbox.c.workspace_id == unit.workspace_id, inbox.c.id == row_id, IS_AMISS)
        .values(body={}, outcome="dropped by hand")
    )
    if not unit.execute(gone).rowcount:
        return False
    texts.erase(unit, [row_id])
    return True


def prune(
    connection: Connection, *, before: datetime, most: int, with_words: Collection[str] = ()
) -> int:
    """Delete up to ``most`` rows that were done before then; how many.

    Rows of the kinds ``with_words`` take their words along; those of others are a message's by now.
    """
    old = (
        select(*_columns)
        .select_from(_with_text)
        .where(inbox.c.progress == Progress.DONE, inbox.c.done_at < before)
        .limit(most)
    )
    found = [Arrival(*row) for row in connection.execute(old)]
    if found:
        keys = [{"b_workspace": each.workspace_id, "b_id": each.id} for each in found]
        connection.execute(inbox.delete().where(_mine), keys)
    if words := [each for each in found if each.text and each.kind in with_words]:
        texts.drop_many(connection, words)
    return len(found)
