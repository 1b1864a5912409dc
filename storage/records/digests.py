"""Digests: who gets which when and where, and each one that was due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.hours import NINE


class Kind(StrEnum):
    """What a digest is for."""

    DAILY = "daily"
    EVENING = "evening"
    QUEUE = "queue"
    WEEKLY = "weekly"
    CUSTOMER = "customer"


WEEKLY_KINDS = frozenset({Kind.WEEKLY, Kind.CUSTOMER})


@dataclass(frozen=True, slots=True)
class Subscription:
    """A digest that comes again and again.

    ``person_id`` is who gets it and whose clock on the wall counts, unless ``zone`` (an IANA name)
    says another one; our own bot where nobody asked for it: then the desk's clock counts.
    ``channel_id`` None: by direct message. It comes ``minutes`` after midnight, on working days, or
    on ``weekday`` (Monday 0). ``is_always``: also when there is nothing to tell. ``next_at`` is
    when the desk looks at it again, None while it is paused or ended; ``last_at`` the slot that was
    seen to last, ``skipped_at`` one that was passed over and has not been told of.
    """

    workspace_id: int
    id: int
    kind: Kind
    by_id: int
    person_id: int
    made_at: datetime
    channel_id: int | None = None
    minutes: int = NINE
    weekday: int = 0
    zone: str = ""
    is_always: bool = False
    next_at: datetime | None = None
    last_at: datetime | None = None
    skipped_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def is_weekly(self) -> bool:
        """True for what comes once a week."""
        return self.kind in WEEKLY_KINDS


class Outcome(StrEnum):
    """What became of a slot."""

    SENT = "sent"
    EMPTY = "empty"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Digest:
    """One slot of a subscription, or one that was asked for by hand: then ``is_asked``.

    It tells of the days from ``first`` to ``last`` (ISO dates), both among them. ``lines`` are what
    was to be decided when it was made, as topic, key and how it stood; they stay, and say what
    became of them; ``more`` were left out. ``file_id`` is the picture in Slack, ``file_tries`` how
    often it was tried to be put there. ``skipped_at`` is the slot before that was passed over.
    ``zone`` is that of whoever reads it.
    """

    workspace_id: int
    id: int
    subscription_id: int
    kind: Kind
    slot_at: datetime
    made_at: datetime
    outcome: Outcome
    person_id: int
    channel_id: int | None
    first: str
    last: str
    zone: str
    lines: tuple[tuple[str, ...], ...] = ()
    more: int = 0
    skipped_at: datetime | None = None
    is_asked: bool = False
    file_id: str = ""
    file_tries: int = 0
    version: int = 1
