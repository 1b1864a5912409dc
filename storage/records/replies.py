"""A reply on its way to a customer: held for undo, then sent once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReplyState(StrEnum):
    """held → sending → sent, or undone, or failed."""

    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    UNDONE = "undone"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Reply:
    """Words of an agent for a customer. ``send_at`` ends the time in which it can be taken back.

    ``macro_id`` is the macro that its words began as, ``article_id`` the article, if any.
    """

    workspace_id: int
    id: int
    ticket_id: int
    author_id: int
    text_id: int
    made_at: datetime
    send_at: datetime
    state: ReplyState = ReplyState.HELD
    text: str = ""
    sent_ts: str = ""
    error: str = ""
    macro_id: int | None = None
    article_id: int | None = None
    version: int = 1
