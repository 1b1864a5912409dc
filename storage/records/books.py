"""The books: how many messages of a channel and day came to which end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.records.messages import End


@dataclass(frozen=True, slots=True)
class BookLine:
    """``count`` messages of one channel and one UTC day with the same end and reason."""

    channel_id: int
    day: date
    end: End
    reason: str
    count: int
