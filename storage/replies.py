"""Replies of agents on their way to customers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, Table, Text, and_

from storage import texts
from storage.base import ChoiceText, Instant, key, metadata, optional, points, required, tenant
from storage.records.replies import Reply, ReplyState
from storage.rows import VersionedRows, same
from storage.unit import Unit

reply_table = Table(
    "reply",
    metadata,
    tenant(),
    key(),
    required("ticket_id", BigInteger),
    required("author_id", BigInteger),
    required("text_id", BigInteger),
    required("made_at", Instant),
    required("send_at", Instant),
    required("state", ChoiceText(ReplyState)),
    required("sent_ts", Text),
    required("error", Text),
    optional("macro_id", BigInteger),
    optional("article_id", BigInteger),
    required("version", Integer),
    points("ticket_id", "ticket"),
    points("author_id", "person"),
    points("text_id", "text"),
    points("macro_id", "macro"),
    points("article_id", "article"),
    Index("ix_reply_ticket", "workspace_id", "ticket_id"),
)

_columns = reply_table.c
_REPLIES = VersionedRows(
    reply_table,
    Reply,
    source=reply_table.join(
        texts.text,
        and_(
            texts.text.c.workspace_id == _columns.workspace_id,
            texts.text.c.id == _columns.text_id,
        ),
    ),
    joined={"text": texts.text.c.body},
)
_BY_ID = _REPLIES.select(same(_columns.id, "id"))
_OF_TICKET = _REPLIES.select(same(_columns.ticket_id, "ticket_id")).order_by(
    _columns.made_at, _columns.id
)


def by_id(unit: Unit, reply_id: int) -> Reply | None:
    return _REPLIES.first(unit, _BY_ID, id=reply_id)


def of_ticket(unit: Unit, ticket_id: int) -> list[Reply]:
    """All replies made for a ticket, oldest first, undone ones too."""
    return _REPLIES.all(unit, _OF_TICKET, ticket_id=ticket_id)


def add(unit: Unit, reply: Reply) -> None:
    """Keep a new reply, whose words lie in the text table already."""
    _REPLIES.add(unit, reply)


def save(unit: Unit, before: Reply, after: Reply) -> Reply:
    """Write what changed and return the reply with its new version.

    Raises Conflict when the row is not at the version of ``before`` any more: of undo and send,
    one wins.
    """
    return _REPLIES.save(unit, before, after)
