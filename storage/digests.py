"""Subscriptions to digests, claimed when they are due, and each digest that was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    select,
)

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
from storage.rows import Query, VersionedRows, of_workspace, same
from storage.timers import Timer
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
_IS_LIVE: ColumnElement[bool] = literal_column("ended_at IS NULL")
TIMER = Timer(_columns.next_at)
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
_TAKEN: Query = select(digest_table.c.id).where(
    of_workspace(digest_table),
    same(digest_table.c.subscription_id, "subscription_id"),
    same(digest_table.c.slot_at, "slot_at"),
)
_OF = _DIGESTS.select(same(digest_table.c.subscription_id, "subscription_id")).order_by(
    digest_table.c.slot_at, digest_table.c.id
)


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


def is_taken(unit: Unit, subscription_id: int, slot_at: datetime) -> bool:
    """True once it is known what became of that slot."""
    values = {"subscription_id": subscription_id, "slot_at": slot_at}
    found = unit.execute(_TAKEN, {"workspace_id": unit.workspace_id, **values})
    return found.scalar() is not None


def by_id(unit: Unit, digest_id: int) -> Digest | None:
    return _DIGESTS.first(unit, _DIGEST, id=digest_id)


def save_digest(unit: Unit, before: Digest, after: Digest) -> Digest:
    """Write what changed. Raises Conflict when somebody else changed it meanwhile."""
    return _DIGESTS.save(unit, before, after)


def of(unit: Unit, subscription_id: int) -> list[Digest]:
    """All slots of a subscription that the desk has seen to, the oldest first."""
    return _DIGESTS.all(unit, _OF, subscription_id=subscription_id)
