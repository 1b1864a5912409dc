"""The books: how many messages of a channel and day came to which end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from storage.records.messages import End


@dataclass(frozen=True, slots=True)
class BookLine:
    """``count`` messages of one channel and one UTC day with the same end and reason."""

    channel_id: int
    day: date
    end: End
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Audit:
    """A day as Slack's history had it at the last comparison, beside what we had of that time.

    ``theirs`` are Slack's messages, the desk's own left out; ``deleted`` those that we know to have
    been taken away; ``ours`` all that we had seen, deleted ones among them.
    """

    theirs: int
    ours: int
    deleted: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """One channel and UTC day: ``ends`` by end, ``ignored`` by reason; ``audit`` once compared."""

    channel_id: int
    day: date
    ends: Mapping[End, int]
    ignored: Mapping[str, int] = field(default_factory=dict)
    audit: Audit | None = None

    @property
    def seen(self) -> int:
        """All messages that came."""
        return sum(self.ends.values())

    @property
    def is_balanced(self) -> bool:
        """False when Slack has other messages than we know of. True while nobody has compared."""
        return self.audit is None or self.audit.ours == self.audit.theirs + self.audit.deleted


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in both boxes of a workspace, since when (desk time), and what was given up.

    A post that is held for later does not wait, nor does what a trouble of its channel keeps back.
    """

    inbox: int
    inbox_since: datetime | None
    inbox_failed: int
    outbox: int
    outbox_since: datetime | None
    outbox_failed: int
