"""Queues: which live tickets wait, the most pressing first, page by page, and how many there are.

Every query stays within partial indexes of what is live, so that it costs the same however many
tickets were ever closed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select

from storage.base import any_of
from storage.records.tickets import Load, Owner, Queue, Spot, Ticket, Weight
from storage.rows import Query, of_workspace, same
from storage.tickets import LIVE, PRESSING_FIRST, TICKETS, ticket_table
from storage.unit import Unit

IS_TO_DO: ColumnElement[bool] = literal_column("status IN ('new', 'open')")
Asked = tuple[bool | None, bool, bool, bool, bool, bool]

_columns = ticket_table.c
# The first term alone bounds the index; the others settle what is due at the same time.
_BEHIND_SPOT = and_(
    _columns.due_at >= bindparam("due_at"),
    or_(
        _columns.due_at > bindparam("due_at"),
        _columns.priority < bindparam("priority"),
        and_(
            same(_columns.priority, "priority"),
            or_(
                _columns.opened_at > bindparam("opened_at"),
                and_(same(_columns.opened_at, "opened_at"), _columns.id > bindparam("id")),
            ),
        ),
    ),
)
_LOADS: Query = (
    select(_columns.owner_id, _columns.status, _columns.category, func.count())
    .where(of_workspace(ticket_table), LIVE)
    .group_by(_columns.owner_id, _columns.status, _columns.category)
    .order_by(_columns.owner_id.is_(None), _columns.owner_id, _columns.status, _columns.category)
)
_WEIGHTS: Query = (
    select(_columns.owner_id, _columns.status, _columns.priority, func.count())
    .where(of_workspace(ticket_table), LIVE, _columns.owner_id.is_not(None))
    .group_by(_columns.owner_id, _columns.status, _columns.priority)
)


def page(unit: Unit, queue: Queue, *, limit: int, after: Spot | None = None) -> list[Ticket]:
    """Tickets of a queue: what is due first, then the most pressing, then the oldest.

    ``after``: the `spot` of the last ticket of the page before. A ticket that moved meanwhile may
    be seen twice or not at all; none that stayed is.
    """
    values = _values(queue) | {"limit": limit}
    if after is not None:
        values |= {"due_at": after.due_at, "priority": after.priority}
        values |= {"opened_at": after.opened_at, "id": after.id}
    return TICKETS.all(unit, _page(_asked(queue), after is not None), **values)


def first(unit: Unit, queue: Queue) -> Ticket | None:
    """The most pressing ticket of a queue, for whoever takes it in this very transaction."""
    return TICKETS.first(unit, _first(_asked(queue)), **_values(queue))


def spot(ticket: Ticket) -> Spot:
    """Where the ticket stands in every queue it is in."""
    return Spot(ticket.due_at, ticket.priority, ticket.opened_at, ticket.id)


def count(unit: Unit, queue: Queue) -> int:
    """How many tickets the queue holds."""
    values = _values(queue) | {"workspace_id": unit.workspace_id}
    return int(unit.execute(_count(_asked(queue)), values).scalar_one())


def loads(unit: Unit) -> list[Load]:
    """All live tickets, counted by owner, status and category: one look for all figures."""
    return [Load(*row) for row in unit.execute(_LOADS, {"workspace_id": unit.workspace_id})]


def weights(unit: Unit) -> list[Weight]:
    """All live tickets that somebody has, counted by owner, status and priority."""
    return [Weight(*row) for row in unit.execute(_WEIGHTS, {"workspace_id": unit.workspace_id})]


def _asked(queue: Queue) -> Asked:
    """What a queue asks about: its shape, for which there is one statement."""
    owner = None if queue.owner is Owner.ANYBODY else queue.owner is not Owner.NOBODY
    asked = (queue.status, queue.category, queue.channel_id, queue.channel_ids)
    has_status, has_category, has_channel, has_channels = (each is not None for each in asked)
    return owner, has_status, has_category, has_channel, has_channels, queue.is_to_do


def _values(queue: Queue) -> dict[str, Any]:
    told: dict[str, Any] = {
        "status": queue.status,
        "category": queue.category,
        "channel_id": queue.channel_id,
    }
    if not isinstance(queue.owner, Owner):
        told["owner_id"] = queue.owner
    if queue.channel_ids is not None:
        told["channel_ids"] = list(queue.channel_ids)
    return {name: value for name, value in told.items() if value is not None}


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    has_owner, *others, has_channels, is_to_do = asked
    found = [of_workspace(ticket_table), LIVE]
    if has_owner is not None:
        found.append(
            same(_columns.owner_id, "owner_id") if has_owner else _columns.owner_id.is_(None)
        )
    names = ("status", "category", "channel_id")
    found += [
        same(_columns[name], name) for name, is_in in zip(names, others, strict=True) if is_in
    ]
    if has_channels:
        found.append(any_of(_columns.channel_id, "channel_ids"))
    return [*found, IS_TO_DO] if is_to_do else found


@cache
def _first(asked: Asked) -> Query:
    """Whoever takes it waits for nobody: what another just takes is passed over."""
    found = TICKETS.select(*_conditions(asked)[1:]).order_by(*PRESSING_FIRST).limit(1)
    return found.with_for_update(of=ticket_table, skip_locked=True)


@cache
def _page(asked: Asked, is_later: bool) -> Query:  # noqa: FBT001 - a key of the cache
    """Sorts keys, then fetches the few tickets: whole rows are ten times as long."""
    conditions = [*_conditions(asked), *([_BEHIND_SPOT] if is_later else [])]
    first = select(_columns.id).where(*conditions).order_by(*PRESSING_FIRST)
    chosen = TICKETS.select(_columns.id.in_(first.limit(bindparam("limit"))))
    return chosen.order_by(*PRESSING_FIRST)


@cache
def _count(asked: Asked) -> Query:
    return select(func.count()).select_from(ticket_table).where(*_conditions(asked))
