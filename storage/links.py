"""How tickets belong together: related, parent and child, duplicate, merged."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Index, Table, delete, insert, select, text, union

from storage.base import (
    ChoiceText,
    Instant,
    Tuples,
    any_of,
    key,
    metadata,
    points,
    required,
    tenant,
)
from storage.records.tickets import Kinship, Link
from storage.rows import its, of_workspace
from storage.unit import Unit

link_table = Table(
    "ticket_link",
    metadata,
    tenant(),
    key("ticket_id"),
    key("kind", ChoiceText(Kinship)),
    key("other_id", BigInteger),
    required("at", Instant),
    required("moved", Tuples),
    points("ticket_id", "ticket"),
    points("other_id", "ticket"),
    Index("ix_ticket_link_other", "workspace_id", "other_id"),
)

_columns = link_table.c
_ENDS = [
    select(*_columns).where(of_workspace(link_table), any_of(end, "ids"))
    for end in (_columns.ticket_id, _columns.other_id)
]
# Either end by its index: of an OR over both, SQLite would read all links of the workspace.
_OF: Any = union(*_ENDS).order_by(text("at"), text("other_id"))
_ADD = insert(link_table)
_TAKE = delete(link_table).where(
    its(_columns.workspace_id), its(_columns.ticket_id), its(_columns.kind), its(_columns.other_id)
)


def of(unit: Unit, ids: Collection[int]) -> list[Link]:
    """All links that these tickets have, on either side, oldest first."""
    values = {"workspace_id": unit.workspace_id, "ids": list(ids)}
    return [Link(*row) for row in unit.execute(_OF, values)]


def parts(unit: Unit, ticket_id: int) -> list[int]:
    """The tickets that were merged into this one, each followed by those merged into it."""
    mine = [each for each in of(unit, [ticket_id]) if each.other_id == ticket_id]
    merged = [each.ticket_id for each in mine if each.kind is Kinship.MERGED]
    return [key for each in merged for key in (each, *parts(unit, each))]


def add(unit: Unit, link: Link) -> None:
    """Keep a new link. Raises IntegrityError when it is there or points to another workspace."""
    unit.execute(_ADD, {name: getattr(link, name) for name in _columns.keys()})  # noqa: SIM118


def remove(unit: Unit, link: Link) -> bool:
    """Take a link away; False when it was gone already."""
    found = {f"its_{name}": getattr(link, name) for name in ("workspace_id", "ticket_id", "kind")}
    return bool(unit.execute(_TAKE, {**found, "its_other_id": link.other_id}).rowcount)
