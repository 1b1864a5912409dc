"""Satisfaction polls: planned, asked, voted on, and counted by the day on which they were asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)

from storage import stamps, texts
from storage.base import (
    DAY,
    ChoiceText,
    Instant,
    Words,
    any_of,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.csat import Ballot, Poll, PollCount, PollState
from storage.rows import Query, VersionedRows, of_workspace, same
from storage.timers import Timer
from storage.unit import Unit

csat_table = Table(
    "csat",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("asker_id", BigInteger),
    required("channel_id", BigInteger),
    required("planned_at", Instant),
    required("state", ChoiceText(PollState)),
    optional("owner_id", BigInteger),
    required("category", Words),
    optional("due_at", Instant),
    optional("by_id", BigInteger),
    optional("place_id", BigInteger),
    optional("asked_at", Instant),
    optional("reminded_at", Instant),
    optional("score", Integer),
    optional("voted_at", Instant),
    optional("changed_at", Instant),
    optional("ballot", ChoiceText(Ballot)),
    required("mark", Text),
    optional("comment_id", BigInteger),
    required("why", Text),
    optional("ended_at", Instant),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("asker_id", "person"),
    points("channel_id", "channel"),
    points("owner_id", "person"),
    points("by_id", "person"),
    points("place_id", "channel"),
    points("comment_id", "text"),
    Index("ix_csat_ticket", "workspace_id", "ticket_id", "id"),
)
_columns = csat_table.c
# Spelled out, not bound: a partial index serves only queries that hold its very condition.
IS_SHOWN: ColumnElement[bool] = literal_column("state IN ('asked', 'voted', 'expired')")
WAS_ASKED: ColumnElement[bool] = literal_column("asked_at IS NOT NULL")
TIMER = Timer(_columns.due_at, about=_columns.asker_id)
Index(
    "ix_csat_asked",
    _columns.workspace_id,
    _columns.asked_at,
    _columns.state,
    _columns.score,
    _columns.channel_id,
    _columns.owner_id,
    _columns.category,
    sqlite_where=IS_SHOWN,
    postgresql_where=IS_SHOWN,
)
Index(
    "ix_csat_asker",
    _columns.workspace_id,
    _columns.asker_id,
    _columns.asked_at,
    sqlite_where=WAS_ASKED,
    postgresql_where=WAS_ASKED,
)

_POLLS = VersionedRows(
    csat_table,
    Poll,
    source=csat_table.outerjoin(
        texts.text,
        and_(
            texts.text.c.workspace_id == _columns.workspace_id,
            texts.text.c.id == _columns.comment_id,
        ),
    ),
    joined={"comment": func.coalesce(texts.text.c.body, literal_column("''"))},
)
_BY_ID = _POLLS.select(same(_columns.id, "id"))
_LATEST = _POLLS.select(same(_columns.ticket_id, "ticket_id")).order_by(_columns.id.desc()).limit(1)
_OF_TICKETS = _POLLS.select(any_of(_columns.ticket_id, "ticket_ids"), IS_SHOWN).order_by(
    _columns.id
)
_WITHIN = (_columns.asked_at >= bindparam("since"), _columns.asked_at < bindparam("until"))
_LAST_ASKED: Query = select(func.max(_columns.asked_at)).where(
    of_workspace(csat_table), WAS_ASKED, same(_columns.asker_id, "asker_id")
)
_LATEST_OF = (
    _POLLS.select(WAS_ASKED, same(_columns.asker_id, "asker_id"))
    .order_by(_columns.asked_at.desc(), _columns.id.desc())
    .limit(1)
)
_day = type_coerce(_columns.asked_at, BigInteger) // literal_column(str(DAY), BigInteger)
_COUNTED = (
    _columns.channel_id,
    _columns.owner_id,
    _columns.category,
    _columns.state,
    _columns.score,
)
_COUNTS: Any = (
    select(_day, *_COUNTED, func.count())
    .where(of_workspace(csat_table), IS_SHOWN, *_WITHIN)
    .group_by(_day, *_COUNTED)
)
_VOICES = (
    _POLLS.select(
        IS_SHOWN, *_WITHIN, any_of(_columns.channel_id, "channel_ids"), texts.text.c.body != ""
    )
    .order_by(_columns.asked_at.desc(), _columns.id.desc())
    .limit(bindparam("most"))
)


def by_id(unit: Unit, poll_id: int) -> Poll | None:
    return _POLLS.first(unit, _BY_ID, id=poll_id)


def latest(unit: Unit, ticket_id: int) -> Poll | None:
    """The poll that was planned last for a ticket, whatever became of it."""
    return _POLLS.first(unit, _LATEST, ticket_id=ticket_id)


def shown(unit: Unit, ticket_ids: Collection[int]) -> dict[int, Poll]:
    """The last poll of each of these tickets that somebody was asked in, by ticket."""
    if not ticket_ids:
        return {}
    found = _POLLS.all(unit, _OF_TICKETS, ticket_ids=list(ticket_ids))
    return {each.ticket_id: each for each in found}


def add(unit: Unit, poll: Poll) -> None:
    """Keep a new poll."""
    _POLLS.add(unit, poll)


def save(unit: Unit, before: Poll, after: Poll) -> Poll:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    if after.asked_at is not None:  # a vote counts on the day on which it was asked for
        stamps.rise(unit, [stamps.day_number(after.asked_at)])
    return _POLLS.save(unit, before, after)


def last_asked(unit: Unit, asker_id: int) -> datetime | None:
    """When somebody was asked last, in whatever poll, also one taken back; None for never."""
    values = {"workspace_id": unit.workspace_id, "asker_id": asker_id}
    found: datetime | None = unit.execute(_LAST_ASKED, values).scalar()
    return found


def latest_of(unit: Unit, asker_id: int) -> Poll | None:
    """The poll in which somebody was asked last, whatever became of it."""
    return _POLLS.first(unit, _LATEST_OF, asker_id=asker_id)


def counts(unit: Unit, since: datetime, until: datetime) -> list[PollCount]:
    """Polls that were asked from ``since`` up to, not including, ``until``, and how they stand.

    A vote counts on the day on which its poll was asked, however late it came.
    """
    span = {"workspace_id": unit.workspace_id, "since": since, "until": until}
    return [PollCount(*row) for row in unit.execute(_COUNTS, span)]


def voices(
    unit: Unit, since: datetime, until: datetime, *, channel_ids: Collection[int], most: int
) -> list[Poll]:
    """Polls of these channels with a comment, those that were asked last first."""
    span = {"since": since, "until": until, "channel_ids": list(channel_ids), "most": most}
    return _POLLS.all(unit, _VOICES, **span)
