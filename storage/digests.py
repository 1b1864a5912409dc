"""Subscriptions to digests, claimed when they are due, and each digest that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from storage import driven
from storage.base import (
    ChoiceText,
    Instant,
    Tuples,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.digests import Digest, Kind, Outcome, Subscription
from storage.rows import Query, VersionedRows, its, of_workspace, same
from storage.unit import Unit

subscription_table = Table(
    "subscription",
    metadata,
    tenant(),
    key(),
    required("kind", ChoiceText(Kind)),
    required("by_id", BigInteger),
    required("person_id", BigInteger),
    required("made_at", Instant),
    optional("channel_id", BigInteger),
    required("minutes", Integer),
    required("weekday", Integer),
    required("zone", Text),
    required("is_always", Boolean),
    optional("next_at", Instant),
    optional("last_at", Instant),
    optional("skipped_at", Instant),
    optional("ended_at", Instant),
    required("version", Integer),
    points("by_id", "person"),
    points("person_id", "person"),
    points("channel_id", "channel"),
)
_columns = subscription_table.c
_IS_DUE: ColumnElement[bool] = literal_column("next_at IS NOT NULL")
_IS_LIVE: ColumnElement[bool] = literal_column("ended_at IS NULL")
# The sweep serves all workspaces at once.
Index(
    "ix_subscription_next",
    _columns.next_at,
    _columns.workspace_id,
    _columns.id,
    sqlite_where=_IS_DUE,
    postgresql_where=_IS_DUE,
)
digest_table = Table(
    "digest",
    metadata,
    tenant(),
    key(),
    required("subscription_id", BigInteger),
    required("kind", ChoiceText(Kind)),
    required("slot_at", Instant),
    required("made_at", Instant),
    required("outcome", ChoiceText(Outcome)),
    required("person_id", BigInteger),
    optional("channel_id", BigInteger),
    required("first", Text),
    required("last", Text),
    required("zone", Text),
    required("lines", Tuples),
    required("more", Integer),
    optional("skipped_at", Instant),
    required("is_asked", Boolean),
    required("file_id", Text),
    required("file_tries", Integer),
    required("version", Integer),
    points("subscription_id", "subscription"),
    points("person_id", "person"),
    points("channel_id", "channel"),
    UniqueConstraint("workspace_id", "subscription_id", "slot_at"),
)
_SUBSCRIPTIONS = VersionedRows(subscription_table, Subscription)
_DIGESTS = VersionedRows(digest_table, Digest)
_BY_ID = _SUBSCRIPTIONS.select(same(_columns.id, "id"))
_ANY: Query = select(_columns.id).where(of_workspace(subscription_table)).limit(1)
_LIVE = _SUBSCRIPTIONS.select(_IS_LIVE).order_by(_columns.kind, _columns.id)
_DIGEST = _DIGESTS.select(same(digest_table.c.id, "id"))
_OF = _DIGESTS.select(same(digest_table.c.subscription_id, "subscription_id")).order_by(
    digest_table.c.slot_at, digest_table.c.id
)
_DUE: Query = (
    select(_columns.workspace_id, _columns.id, _columns.next_at)
    .where(_IS_DUE, _columns.next_at <= bindparam("now"))
    .order_by(_columns.next_at, _columns.workspace_id, _columns.id)
    .limit(bindparam("most"))
)
_NEXT: Query = select(func.min(_columns.next_at)).where(_IS_DUE)
_CLAIM = (
    update(subscription_table)
    .where(its(_columns.workspace_id), its(_columns.id), its(_columns.next_at))
    .values(next_at=bindparam("until"), version=_columns.version + 1)
)


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription of which the desk was to see to a slot ``at`` (UTC)."""

    workspace_id: int
    subscription_id: int
    at: datetime


def due(connection: Connection, now: datetime, *, most: int) -> list[Due]:
    """Those of all workspaces whose time came, the longest due first."""
    return [Due(*row) for row in driven.run(connection, _DUE, {"now": now, "most": most})]


def claim(connection: Connection, due: Due, *, until: datetime) -> bool:
    """Take one that is due, so that nobody else does until then; False if somebody was faster."""
    told = {"its_workspace_id": due.workspace_id, "its_id": due.subscription_id}
    told_at = {"its_next_at": due.at, "until": until}
    return bool(driven.run(connection, _CLAIM, {**told, **told_at}).rowcount)


def next_at(connection: Connection) -> datetime | None:
    """When the next is due, also when that is past; None when none is."""
    found: datetime | None = driven.run(connection, _NEXT, {}).scalar()
    return found


def live(unit: Unit) -> list[Subscription]:
    """All that have not ended, paused ones too, by kind and age."""
    return _SUBSCRIPTIONS.all(unit, _LIVE)


def were_any(unit: Unit) -> bool:
    """True once anybody ever had one, also when it has ended."""
    return unit.execute(_ANY, {"workspace_id": unit.workspace_id}).scalar() is not None


def subscription(unit: Unit, subscription_id: int) -> Subscription | None:
    return _SUBSCRIPTIONS.first(unit, _BY_ID, id=subscription_id)


def subscribe(unit: Unit, new: Subscription) -> None:
    _SUBSCRIPTIONS.add(unit, new)


def save(unit: Unit, before: Subscription, after: Subscription) -> Subscription:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _SUBSCRIPTIONS.save(unit, before, after)


def add(unit: Unit, digest: Digest) -> None:
    """Keep what became of a slot. Raises IntegrityError when that is known already."""
    _DIGESTS.add(unit, digest)


def by_id(unit: Unit, digest_id: int) -> Digest | None:
    return _DIGESTS.first(unit, _DIGEST, id=digest_id)


def save_digest(unit: Unit, before: Digest, after: Digest) -> Digest:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _DIGESTS.save(unit, before, after)


def of(unit: Unit, subscription_id: int) -> list[Digest]:
    """All slots of a subscription that the desk has seen to, the oldest first."""
    return _DIGESTS.all(unit, _OF, subscription_id=subscription_id)
