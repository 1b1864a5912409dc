"""What befell a ticket, in as few words as a rehearsal of its clocks needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records.tickets import Priority


@dataclass(frozen=True, slots=True)
class Befell:
    """A row of a ticket's history."""

    at: datetime
    act: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A ticket as it was opened, its account's tier and zone as they are now, and its history.

    ``priority`` is that of now.
    """

    opened_at: datetime
    priority: Priority
    tier: str
    zone: str
    befell: tuple[Befell, ...]
