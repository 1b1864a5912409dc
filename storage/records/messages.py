"""What people wrote, and the one end that each message comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.light import light

MOST_ASKED = 4


class Side(StrEnum):
    """On whose side a message stands; a helper is one of others who answers in public."""

    CUSTOMER = "customer"
    OURS = "ours"
    NOTE = "note"
    HELPER = "helper"
    OTHER = "other"


ANSWERING = frozenset({Side.OURS, Side.HELPER})
"""Whose words answer a customer."""


class End(StrEnum):
    """What became of a message (PRODUCT 1.3): each has exactly one."""

    OPENED = "opened"
    JOINED = "joined"
    IGNORED = "ignored"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as the message names it; ``size`` in bytes; empty fields when Slack did not say.

    ``asked``: how often Slack was asked what it is and did not tell; MOST_ASKED when it never will.
    """

    id: str
    name: str = ""
    mimetype: str = ""
    size: int = 0
    link: str = ""
    asked: int = 0

    @property
    def is_unnamed(self) -> bool:
        """True when Slack may still tell what it is."""
        return not self.name and self.asked < MOST_ASKED


@light(frozen=True, slots=True)
class Message:
    """A message in one channel, known by (channel, ts). ``thread_ts`` is ``""`` at top level.

    ``text`` is Slack's own mrkdwn as it came (escaped), loaded from the text table by ``text_id``.
    ``found_at`` is when we found it in Slack's history, or were told late; None otherwise.
    """

    workspace_id: int
    id: int
    channel_id: int
    ts: str
    thread_ts: str
    author_id: int | None
    side: Side
    end: End
    said_at: datetime
    text_id: int | None
    text: str = ""
    reason: str = ""
    ticket_id: int | None = None
    files: tuple[FileRef, ...] = ()
    edited_at: datetime | None = None
    edit_stamp: str = ""
    deleted_at: datetime | None = None
    found_at: datetime | None = None
    version: int = 1
