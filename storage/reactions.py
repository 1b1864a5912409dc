"""Emoji that customers put on what they were told: each person's, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.base import Instant, Words, key, metadata, points, required, tenant
from storage.rows import its, of_workspace, same
from storage.unit import Unit

reaction_table = Table(
    "message_reaction",
    metadata,
    tenant(),
    key("message_id"),
    key("person_id", BigInteger),
    key("emoji", Words),
    required("at", Instant),
    points("message_id", "message"),
    points("person_id", "person"),
)

_columns = reaction_table.c
_ADD = {
    "sqlite": sqlite.insert(reaction_table).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(reaction_table).on_conflict_do_nothing(),
}
_TAKE = delete(reaction_table).where(
    its(_columns.workspace_id),
    its(_columns.message_id),
    its(_columns.person_id),
    its(_columns.emoji),
)
_OF = (
    select(_columns.emoji, _columns.person_id)
    .where(of_workspace(reaction_table), same(_columns.message_id, "message_id"))
    .order_by(_columns.at, _columns.person_id, _columns.emoji)
)


def add(unit: Unit, row: Mapping[str, Any]) -> None:
    """Keep an emoji: ``message_id``, ``person_id``, ``emoji``, ``at``; one like it is enough."""
    statement = _ADD[unit.connection.dialect.name]
    unit.execute(statement, {"workspace_id": unit.workspace_id, **row})


def take(unit: Unit, message_id: int, person_id: int, emoji: str) -> None:
    """Somebody took an emoji back."""
    found = {"its_workspace_id": unit.workspace_id, "its_message_id": message_id}
    unit.execute(_TAKE, {**found, "its_person_id": person_id, "its_emoji": emoji})


def of(unit: Unit, message_id: int) -> Sequence[tuple[str, int]]:
    """Emoji and our key of whose it is, the oldest first."""
    values = {"workspace_id": unit.workspace_id, "message_id": message_id}
    return [(str(emoji), int(person)) for emoji, person in unit.execute(_OF, values)]
