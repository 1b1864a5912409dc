"""What was said in channels, each message once, with its older wordings."""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Iterable
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.types import TypeDecorator

from storage import driven, remembered, texts
from storage.base import (
    ChoiceText,
    Instant,
    any_of,
    derived,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.messages import End, FileRef, Message, Side
from storage.rows import VersionedRows, its, of_workspace, same
from storage.tickets import ticket_table
from storage.unit import Unit


class Files(TypeDecorator[tuple[FileRef, ...]]):
    """The files of a message, as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[FileRef, ...] | None, dialect: Dialect) -> str:
        return json.dumps([asdict(file) for file in value]) if value else "[]"

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[FileRef, ...]:
        if value is None or value == "[]":
            return ()
        return tuple(FileRef(**file) for file in json.loads(value))


message_table = Table(
    "message",
    metadata,
    tenant(),
    key(),
    required("channel_id", BigInteger),
    required("ts", Text),
    required("thread_ts", Text),
    optional("author_id", BigInteger),
    required("side", ChoiceText(Side)),
    required("end", ChoiceText(End)),
    required("said_at", Instant),
    optional("text_id", BigInteger),
    required("reason", Text),
    optional("ticket_id", BigInteger),
    required("files", Files),
    optional("edited_at", Instant),
    required("edit_stamp", Text),
    optional("deleted_at", Instant),
    optional("found_at", Instant),
    required("version", Integer),
    # What search knows of it (storage/indexing.py): the version that it read, and where it put it.
    derived("indexed_version", Integer),
    derived("place", BigInteger),
    points("channel_id", "channel"),
    points("author_id", "person"),
    points("text_id", "text"),
    # A ticket points at its opening message, which points at its ticket.
    points("ticket_id", "ticket", settled_at_commit=True),
    UniqueConstraint("workspace_id", "channel_id", "ts"),
    Index("ix_message_thread", "workspace_id", "channel_id", "thread_ts"),
    Index("ix_message_ticket", "workspace_id", "ticket_id"),
    Index("ix_message_day", "workspace_id", "said_at"),
)
version_table = Table(
    "message_version",
    metadata,
    tenant(),
    key("message_id"),
    key("version", Integer),
    required("text_id", BigInteger),
    required("at", Instant),
    points("message_id", "message"),
    points("text_id", "text"),
)

_columns = message_table.c
# A new message is, and so is each that is saved, because its version rises: nobody has to say so.
IS_BEHIND: ColumnElement[bool] = literal_column(
    "ticket_id IS NOT NULL AND (indexed_version IS NULL OR indexed_version < version)"
)
Index(
    "ix_message_behind",
    _columns.workspace_id,
    _columns.id,
    sqlite_where=IS_BEHIND,
    postgresql_where=IS_BEHIND,
)
_is_placed = _columns.place.is_not(None)
Index(
    "ix_message_place",
    _columns.workspace_id,
    _columns.channel_id,
    _columns.place,
    sqlite_where=_is_placed,
    postgresql_where=_is_placed,
)
_MESSAGES = VersionedRows(
    message_table,
    Message,
    source=message_table.outerjoin(
        texts.text,
        and_(
            texts.text.c.workspace_id == _columns.workspace_id,
            texts.text.c.id == _columns.text_id,
        ),
    ),
    joined={"text": func.coalesce(texts.text.c.body, literal_column("''"))},
)
_BY_ID = _MESSAGES.select(same(_columns.id, "id"))
_MANY = _MESSAGES.select(any_of(_columns.id, "ids"))
_BY_TS = _MESSAGES.select(same(_columns.channel_id, "channel_id"), same(_columns.ts, "ts"))
_SINCE = _MESSAGES.select(
    same(_columns.channel_id, "channel_id"),
    same(_columns.reason, "reason"),
    _columns.ts >= bindparam("since"),
    _columns.ts < bindparam("before"),
).limit(1)
# Sorted by ourselves: for an order, SQLite would rather walk all that was said, day by day.
_OF_TICKET = _MESSAGES.select(same(_columns.ticket_id, "ticket_id"))
_OF_THREAD = _MESSAGES.select(
    same(_columns.channel_id, "channel_id"), same(_columns.thread_ts, "thread_ts")
)
_AGE = attrgetter("said_at", "ts")
_COUNT_MORE = (
    select(_columns.ticket_id, func.count())
    .select_from(message_table)
    .join(
        ticket_table,
        and_(
            ticket_table.c.workspace_id == _columns.workspace_id,
            ticket_table.c.id == _columns.ticket_id,
        ),
    )
    .where(
        of_workspace(message_table),
        any_of(_columns.ticket_id, "ticket_ids"),
        _columns.side == Side.CUSTOMER,
        _columns.deleted_at.is_(None),
        _columns.id != ticket_table.c.opening_id,
    )
    .group_by(_columns.ticket_id)
)
_MOVE = (
    update(message_table)
    .where(its(_columns.workspace_id), _columns.id.in_(bindparam("ids", expanding=True)))
    .values(version=_columns.version + 1)
)
_VERSIONS = (
    select(texts.text.c.body, version_table.c.at)
    .join(
        texts.text,
        and_(
            texts.text.c.workspace_id == version_table.c.workspace_id,
            texts.text.c.id == version_table.c.text_id,
        ),
    )
    .where(of_workspace(version_table), same(version_table.c.message_id, "message_id"))
    .order_by(version_table.c.version)
)
_OLDER_TEXT_IDS = select(version_table.c.text_id).where(
    of_workspace(version_table), same(version_table.c.message_id, "message_id")
)
_KEEP_VERSION = insert(version_table)


def by_id(unit: Unit, message_id: int) -> Message | None:
    return _MESSAGES.first(unit, _BY_ID, id=message_id)


def many(unit: Unit, ids: Collection[int]) -> dict[int, Message]:
    """Those of these messages that are there, by key."""
    return {each.id: each for each in _MESSAGES.all(unit, _MANY, ids=list(ids))}


def by_ts(unit: Unit, channel_id: int, ts: str) -> Message | None:
    """The message that Slack knows by our channel and its ts (slack/FACTS.md section 4)."""
    if _place(unit, channel_id, ts) in remembered.own(unit):
        return None
    return _MESSAGES.first(unit, _BY_TS, channel_id=channel_id, ts=ts)


def is_any_since(unit: Unit, channel_id: int, reason: str, since: datetime, *, before: str) -> bool:
    """Whether a message there ended for that reason, from then on and before the ts ``before``."""
    place = {"channel_id": channel_id, "reason": reason}
    told = {**place, "since": f"{since.timestamp():.6f}", "before": before}
    return _MESSAGES.first(unit, _SINCE, **told) is not None


def look_ahead(unit: Unit, places: Iterable[tuple[int, str]]) -> None:
    """Learn at once where nothing is said yet, by our channel and ts, until this transaction ends.

    ``by_ts`` then need not ask. Only for places where nobody else writes meanwhile.
    """
    wanted = list(places)
    asked = [
        {"workspace_id": unit.workspace_id, "channel_id": channel_id, "ts": ts}
        for channel_id, ts in wanted
    ]
    own, found = remembered.own(unit), driven.run_each(unit.connection, _BY_TS, asked)
    for (channel_id, ts), rows in zip(wanted, found, strict=True):
        if rows.first() is None:
            own[_place(unit, channel_id, ts)] = True


def _place(unit: Unit, channel_id: int, ts: str) -> Hashable:
    return message_table, unit.workspace_id, channel_id, ts


def of_ticket(unit: Unit, ticket_id: int) -> list[Message]:
    """All messages of a ticket, oldest first."""
    return sorted(_MESSAGES.all(unit, _OF_TICKET, ticket_id=ticket_id), key=_AGE)


def of_thread(unit: Unit, channel_id: int, thread_ts: str) -> list[Message]:
    """The message that began the thread and all replies to it, oldest first."""
    # Two questions: for "the one or the other" SQLite would walk all messages of the channel.
    began = by_ts(unit, channel_id, thread_ts)
    found = _MESSAGES.all(unit, _OF_THREAD, channel_id=channel_id, thread_ts=thread_ts)
    return sorted({each.id: each for each in (*filter(None, [began]), *found)}.values(), key=_AGE)


def count_more(unit: Unit, ticket_ids: Collection[int]) -> dict[int, int]:
    """How many messages of the customer tickets have beside their openings, deleted ones left out.

    A ticket that has none is left out.
    """
    values = {"workspace_id": unit.workspace_id, "ticket_ids": list(ticket_ids)}
    return {row[0]: row[1] for row in unit.execute(_COUNT_MORE, values)}


def versions(unit: Unit, message_id: int) -> list[tuple[str, datetime]]:
    """The older wordings, oldest first, each with the time when it was written."""
    values = {"workspace_id": unit.workspace_id, "message_id": message_id}
    return [(body, at) for body, at in unit.execute(_VERSIONS, values)]


def text_ids(unit: Unit, message: Message) -> set[int]:
    """The keys of all words of a message, those of older wordings too: what to erase with it."""
    values = {"workspace_id": unit.workspace_id, "message_id": message.id}
    older = set(unit.execute(_OLDER_TEXT_IDS, values).scalars())
    return older if message.text_id is None else older | {message.text_id}


def add(unit: Unit, message: Message) -> None:
    """Keep a new message, whose words lie in the text table already.

    Raises IntegrityError when there is one with this channel and ts.
    """
    remembered.own(unit).pop(_place(unit, message.channel_id, message.ts), None)
    _MESSAGES.add(unit, message)


def save(unit: Unit, before: Message, after: Message) -> Message:
    """Write what changed and return the message with its new version; other words keep the old.

    Raises Conflict when the row is not at the version of ``before`` any more.
    """
    saved = _MESSAGES.save(unit, before, after)
    if before.text_id is not None and after.text_id != before.text_id:
        unit.execute(_KEEP_VERSION, _version_row(before))
    return saved


def move(unit: Unit, message_ids: Collection[int], ticket_id: int) -> None:
    """Let messages belong to another ticket."""
    if message_ids:
        found = {"its_workspace_id": unit.workspace_id, "ids": list(message_ids)}
        unit.execute(_MOVE, {**found, "ticket_id": ticket_id})


def _version_row(before: Message) -> dict[str, Any]:
    return {
        "workspace_id": before.workspace_id,
        "message_id": before.id,
        "version": before.version,
        "text_id": before.text_id,
        "at": before.edited_at or before.said_at,
    }
