"""The ticket: one request from first message to answer, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.clocks import Clock
from storage.records.light import light


class Status(StrEnum):
    """Where a ticket stands (PRODUCT 3.3)."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Turn(StrEnum):
    """Whose move it is."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobody's"


class Priority(StrEnum):
    """How pressing a ticket is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Resolution(StrEnum):
    """How a ticket ended (PRODUCT 3.7)."""

    ANSWERED = "answered"
    FIXED = "fixed"
    WORKAROUND = "workaround"
    DUPLICATE = "duplicate"
    NOT_A_REQUEST = "not a request"
    NO_ANSWER = "no answer"


class Source(StrEnum):
    """By which door a ticket came."""

    MESSAGE = "message"
    FORM = "form"
    ASKED = "asked"


@light(frozen=True, slots=True)
class Ticket:
    """One request. ``thread_ts`` is ``""`` until the customer's thread exists (form tickets).

    ``opening_id`` is the message that holds the words of the request; ``previous_id`` an older
    ticket that this one follows. ``due_at`` is when the customer expects something of us, by which
    queues are sorted; ``wake_at`` when the desk itself has to look at the ticket again, which
    follows from the rest. ``until_at`` is when a snoozed or waiting ticket comes back to us because
    somebody said so; ``nudged_at`` when the customer was last reminded of our words. ``merged_id``
    is the ticket that has this one's messages now; ``pass_on_at`` when the desk asks the next
    person if nobody has answered by then; ``team_channel_id`` is where its card stands, None for
    triage; ``level`` is that of the ladder which was asked last, ``""`` for none; ``extras`` holds
    the desk's own fields as name and value; ``clocks`` say how far what is promised by policy is
    used up, ``promised_at`` by when somebody has promised an update that is owed still;
    ``attached`` counts the Slack threads elsewhere that belong to it. ``hunch`` is what the desk
    guesses until somebody says so: ``category`` with a name, ``twin`` with another ticket's number.
    Times are aware UTC.
    """

    workspace_id: int
    id: int
    number: int
    channel_id: int
    thread_ts: str
    opening_id: int
    requester_id: int
    opened_at: datetime
    status: Status = Status.NEW
    turn: Turn = Turn.OURS
    priority: Priority = Priority.NORMAL
    category: str = ""
    source: Source = Source.MESSAGE
    owner_id: int | None = None
    previous_id: int | None = None
    resolution: Resolution | None = None
    first_answer_at: datetime | None = None
    last_customer_at: datetime | None = None
    last_ours_at: datetime | None = None
    resolved_at: datetime | None = None
    due_at: datetime | None = None
    wake_at: datetime | None = None
    until_at: datetime | None = None
    nudged_at: datetime | None = None
    merged_id: int | None = None
    pass_on_at: datetime | None = None
    team_channel_id: int | None = None
    level: str = ""
    tags: tuple[str, ...] = ()
    extras: tuple[tuple[str, str], ...] = ()
    clocks: tuple[Clock, ...] = ()
    attached: int = 0
    promised_at: datetime | None = None
    hunch: tuple[tuple[str, str], ...] = ()
    version: int = 1

    @property
    def is_done(self) -> bool:
        """True when nothing is left to do: resolved or closed."""
        return self.status in (Status.RESOLVED, Status.CLOSED)

    def own_field(self, name: str) -> str:
        """What the desk's own field of that name says, ``""`` when nothing."""
        return dict(self.extras).get(name, "")

    def guessed(self, what: str) -> str:
        """What the desk guesses of it, ``""`` when nothing."""
        return dict(self.hunch).get(what, "")


class Kinship(StrEnum):
    """What a ticket is of another; merged: the other has its messages now."""

    RELATED = "related"
    CHILD = "child"
    DUPLICATE = "duplicate"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Link:
    """``ticket_id`` is ``kind`` of ``other_id``; ``moved`` are the messages that a merge took.

    Of two that are related the one with the lower key comes first.
    """

    workspace_id: int
    ticket_id: int
    kind: Kinship
    other_id: int
    at: datetime
    moved: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachedThread:
    """A Slack thread elsewhere whose words are notes of a ticket; ``by_id`` attached it."""

    workspace_id: int
    channel_id: int
    thread_ts: str
    ticket_id: int
    at: datetime
    by_id: int | None


class Owner(StrEnum):
    """Whose tickets a queue holds, where it is not one person."""

    ANYBODY = "anybody"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Queue:
    """Which live tickets: all, or those of one owner, status, category, channel or channels.

    ``owner`` is our key of a person. ``is_to_do`` leaves out what waits for the customer or rests.
    What is None is not asked about.
    """

    owner: int | Owner = Owner.ANYBODY
    status: Status | None = None
    category: str | None = None
    channel_id: int | None = None
    channel_ids: tuple[int, ...] | None = None
    is_to_do: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a queue: where the ticket stood that a page ended with."""

    due_at: datetime | None
    priority: Priority
    opened_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Load:
    """``count`` live tickets of one owner (None: nobody), status and category."""

    owner_id: int | None
    status: Status
    category: str
    count: int


@dataclass(frozen=True, slots=True)
class Weight:
    """``count`` live tickets of one owner (None: nobody), status and priority."""

    owner_id: int | None
    status: Status
    priority: Priority
    count: int


@light(frozen=True, slots=True)
class Change:
    """A row of a ticket's history: who did what when; ``before`` and ``after`` are short words."""

    workspace_id: int
    id: int
    ticket_id: int
    at: datetime
    actor_id: int | None
    act: str
    before: str = ""
    after: str = ""
