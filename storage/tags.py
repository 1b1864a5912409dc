"""Tags of tickets, the other way round: which tickets have a tag, and which tags there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Integer, Table, bindparam, delete, func, insert, select

from storage import driven
from storage.base import Words, any_of, key, metadata, points, tenant
from storage.records.tickets import Ticket
from storage.rows import its, of_workspace, same
from storage.unit import Unit

tag_table = Table(
    "ticket_tag",
    metadata,
    tenant(),
    key("tag", Words),
    key("ticket_id"),
    points("ticket_id", "ticket"),
)

_columns = tag_table.c
_ADD = insert(tag_table)
_TAKE = delete(tag_table).where(
    its(_columns.workspace_id), its(_columns.ticket_id), its(_columns.tag)
)
_KNOWN = (
    select(_columns.tag)
    .where(
        of_workspace(tag_table),
        func.substr(_columns.tag, 1, bindparam("size", type_=Integer)) == bindparam("begin"),
    )
    .group_by(_columns.tag)
    .order_by(func.count().desc(), _columns.tag)
    .limit(bindparam("most"))
)
_TAGGED = select(_columns.ticket_id).where(of_workspace(tag_table), same(_columns.tag, "tag"))
_HAVING = _TAGGED.where(any_of(_columns.ticket_id, "tickets"))
_SOME = _TAGGED.limit(bindparam("most"))


def changed(unit: Unit, before: Ticket, after: Ticket) -> None:
    """Let the ticket be found by the tags that it has now."""
    gone, new = set(before.tags) - set(after.tags), set(after.tags) - set(before.tags)
    for tag in sorted(gone):
        values = {"its_workspace_id": unit.workspace_id, "its_ticket_id": after.id}
        unit.execute(_TAKE, {**values, "its_tag": tag})
    rows = [
        {"workspace_id": unit.workspace_id, "tag": tag, "ticket_id": after.id}
        for tag in sorted(new)
    ]
    if rows:
        driven.run_many(unit.connection, _ADD, rows)


def known(unit: Unit, begin: str = "", *, most: int = 200) -> list[str]:
    """The tags in use that begin so, the most used first."""
    values = {"begin": begin, "size": len(begin), "most": most}
    return list(unit.execute(_KNOWN, {"workspace_id": unit.workspace_id, **values}).scalars())


def tagged(unit: Unit, tag: str) -> Sequence[int]:
    """The keys of all tickets that have the tag."""
    return unit.execute(_TAGGED, {"workspace_id": unit.workspace_id, "tag": tag}).scalars()


def some(unit: Unit, tag: str, *, most: int) -> Sequence[int]:
    """The same, but no more than so many of them."""
    values = {"workspace_id": unit.workspace_id, "tag": tag, "most": most}
    return unit.execute(_SOME, values).scalars()


def having(unit: Unit, tag: str, ticket_ids: Collection[int]) -> set[int]:
    """Those of these tickets that have the tag."""
    values = {"workspace_id": unit.workspace_id, "tag": tag, "tickets": list(ticket_ids)}
    return set(unit.execute(_HAVING, values).scalars())
