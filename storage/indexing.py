"""Keeps the index of words near the messages: what is behind is indexed, batch by batch.

The index follows the messages by a mark: one is behind while its version is newer than the one that
was indexed. So whatever changes a message costs nothing more, and none can be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from storage import driven, passages, texts, words
from storage.messages import IS_BEHIND, message_table
from storage.passages import Passage
from storage.rows import its

AT_ONCE = 200
REBUILT_AT_ONCE = 5_000

_message, _text = message_table.c, texts.text.c
WITH_TEXT = message_table.outerjoin(
    texts.text,
    and_(_text.workspace_id == _message.workspace_id, _text.id == _message.text_id),
)
_BEHIND: Any = (
    select(
        _message.workspace_id,
        _message.id,
        _message.version,
        _message.place,
        _message.channel_id,
        _message.author_id,
        _message.said_at,
        _message.ticket_id,
        _message.deleted_at,
        func.coalesce(_text.body, ""),
    )
    .select_from(WITH_TEXT)
    .where(IS_BEHIND)
    .order_by(_message.workspace_id, _message.id)
    .limit(bindparam("most"))
    .with_for_update(of=message_table, skip_locked=True)
)
_INDEXED = update(message_table).where(its(_message.workspace_id), its(_message.id))
_IS_BEHIND: Any = select(_message.id).where(IS_BEHIND).limit(1)
_FORGET = (
    update(message_table)
    .where(_message.indexed_version.is_not(None))
    .values(indexed_version=None, place=None)
)


def mark(kind: str, key: int) -> str:
    """A word that nobody can type: an equals sign is no part of one."""
    return f"{kind}={key}"


def marks(workspace_id: int, channel_id: int, author_id: int | None) -> list[str]:
    """The words by which a message is found that it does not say itself."""
    found = [mark("w", workspace_id), mark("c", channel_id)]
    return found if author_id is None else [*found, mark("a", author_id)]


def follow(connection: Connection, *, most: int = AT_ONCE) -> int:
    """Index messages of all workspaces that are behind; how many, 0 when another process does so.

    Those that are being written just now are left for the next time.
    """
    if not passages.is_mine(connection):
        return 0
    found = [_Behind(*row) for row in driven.run(connection, _BEHIND, {"most": most})]
    found.sort(key=lambda each: each.said_at)
    passages.drop(connection, [(it.workspace_id, it.place) for it in found if it.place is not None])
    kept = [each for each in found if each.deleted_at is None]
    wanted = [passages.natural_place(each.said_at) for each in kept]
    free = passages.free_places(connection, wanted, {each.workspace_id for each in kept})
    places = {each.key: place for each, place in zip(kept, free, strict=True)}
    passages.put(connection, (each.passage(places[each.key]) for each in kept))
    driven.run_many(connection, _INDEXED, [each.indexed(places.get(each.key)) for each in found])
    return len(found)


@dataclass(frozen=True, slots=True)
class _Behind:
    """A message that is newer than the index knows."""

    workspace_id: int
    id: int
    version: int
    place: int | None
    channel_id: int
    author_id: int | None
    said_at: datetime
    ticket_id: int
    deleted_at: datetime | None
    text: str

    @property
    def key(self) -> tuple[int, int]:
        """What it is known by."""
        return self.workspace_id, self.id

    def passage(self, place: int) -> Passage:
        """What search shall know."""
        known = marks(self.workspace_id, self.channel_id, self.author_id)
        found = sorted(words.of_text(self.text))
        return Passage(self.workspace_id, place, self.id, self.ticket_id, [*known, *found])

    def indexed(self, place: int | None) -> dict[str, Any]:
        """The mark that it is not behind any more."""
        found = {"its_workspace_id": self.workspace_id, "its_id": self.id}
        return {**found, "indexed_version": self.version, "place": place}


def is_behind(connection: Connection) -> bool:
    """True when there is something to `follow`, in whatever workspace."""
    return driven.run(connection, _IS_BEHIND, {}).first() is not None


def rebuild(connection: Connection) -> None:
    """Make the index anew in the open transaction: a million messages take minutes."""
    passages.clear(connection)
    driven.run(connection, _FORGET, {})
    while follow(connection, most=REBUILT_AT_ONCE):
        pass
