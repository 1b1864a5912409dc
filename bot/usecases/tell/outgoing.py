"""What a row of the outbox becomes: something to send, nothing any more, or nothing yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.usecases.work import Work
from storage.records.boxes import Post
from storage.records.light import light

BAD_BLOCKS = "invalid_blocks"
PAGER = "pager"


@light(frozen=True, slots=True)
class Outgoing:
    """All that the sender needs. ``ts`` is that of the message to change, ``""`` for a new post."""

    post: Post
    method: str
    template: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """It is not true any more, or nobody is there to hear it; ``reason`` is kept with the row.

    ``is_failure``: somebody waits for it and has to be told.
    """

    post: Post
    reason: str
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class NotYet:
    """Something else has to be shown first; ``is_paused``: somebody has to mend something first."""

    post: Post
    reason: str
    is_paused: bool = False


Prepared = Outgoing | Dropped | NotYet
Teller = Callable[[Work, Post], Prepared]
"""What turns the rows of one kind into what is told."""
