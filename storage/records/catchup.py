"""What the desk may have missed, and how far it has been compared with Slack's history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """Why something may have been missed."""

    START = "start"
    PAUSE = "pause"
    SOCKET = "dropped socket"
    SILENCE = "silent socket"
    UNSAVED = "not saved"
    NIGHT = "nightly"
    SHUT = "shut channel"  # of the channels alone that Slack did not let us read


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of desk time in which something may have been missed; open until caught up.

    ``found`` counts the messages, edits and deletions that were missed in it.
    """

    workspace_id: int
    id: int
    cause: Cause
    began_at: datetime
    ended_at: datetime
    caught_up_at: datetime | None = None
    found: int = 0


class Mark(StrEnum):
    """Moments that are kept for each workspace."""

    FIRST = "first"  # when the desk first worked here: nothing older was ever ours to take
    BEAT = "beat"  # when it was last alive
    NIGHT = "night"  # up to when the nightly comparison was asked for


@dataclass(frozen=True, slots=True)
class Comparison:
    """The last comparison of one channel. ``error``: Slack's word when it did not let us read.

    Then nothing is compared, and all ``since`` is owed.
    """

    workspace_id: int
    channel_id: int
    since: datetime
    until: datetime
    found: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of people Slack's history had for a channel and UTC day, up to ``until``.

    ``day`` is its first moment. The desk's own posts are not counted.
    """

    workspace_id: int
    channel_id: int
    day: datetime
    theirs: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What we have of a message, as far as a comparison needs it.

    ``text`` is None where the words were not kept. ``is_stub``: only its place is known.
    """

    ts: str
    thread_ts: str = ""
    text: str | None = None
    stamp: str = ""
    deleted_at: datetime | None = None
    is_stub: bool = False
    is_own: bool = False

    @property
    def is_deleted(self) -> bool:
        """Whether it was taken back, as far as we know."""
        return self.deleted_at is not None
