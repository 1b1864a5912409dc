"""Promises: by when a customer hears from us next, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PromiseState(StrEnum):
    """How a promise stands. Moved: another one took its place before its time."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Promise:
    """``by_id`` promised an update by ``due_at``; ``text`` says of what, ``""`` for any.

    ``ended_at`` is when it was kept, or was due, however late that was noticed. ``previous_id`` is
    the promise whose place it took.
    """

    workspace_id: int
    id: int
    ticket_id: int
    by_id: int
    made_at: datetime
    due_at: datetime
    state: PromiseState = PromiseState.OPEN
    warned_at: datetime | None = None
    ended_at: datetime | None = None
    noticed_at: datetime | None = None
    previous_id: int | None = None
    text_id: int | None = None
    version: int = 1
    text: str = ""

    @property
    def is_open(self) -> bool:
        """True until it is kept, broken, moved or taken back."""
        return self.state is PromiseState.OPEN
