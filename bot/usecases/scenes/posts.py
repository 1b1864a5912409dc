"""What posts in threads are made of: what customers said, notes, clocks, replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.usecases.scenes.ticket import Kin, TicketScene
from storage.records.channels import Channel
from storage.records.clocks import Goal
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.replies import Reply
from storage.records.tickets import Ticket

REASONS = (
    "reopened",
    "urgent",
    "edited-after-answer",
    "follows",
    "solved-by-customer",
    "reply-failed",
    "assigned",
    "asker-left",
    "woken",
    "unanswered",
    "nudged",
    "unsolved",
    "merged-in",
    "passed-on",
    "nobody-free",
    "nobody-else",
    "thread-shared",
    "person",
)


@dataclass(frozen=True, slots=True)
class MirrorScene:
    """One message of the customer's thread for the internal thread.

    ``is_ours``: written by the team. ``company`` is the author's, ``""`` when not known.
    ``elsewhere`` is the ticket that the message belongs to by now, None while it is this one.
    ``reactions`` are customers' emoji on it and their names. ``heard_in`` is the channel of the
    attached thread in which it was said, ``""`` for all else.
    """

    ticket: Ticket
    message: Message
    author: Person | None
    is_ours: bool
    link: str
    company: str = ""
    elsewhere: TicketScene | None = None
    reactions: tuple[tuple[str, str], ...] = ()
    heard_in: str = ""


@dataclass(frozen=True, slots=True)
class NoteScene:
    """A line of the desk's own in the internal thread; ``reason`` is one of REASONS.

    ``group`` is the Slack id of the agents' usergroup when all of them are to hear it, else ``""``.
    ``other`` is the ticket that came along, ``message_id`` our key of the message that it is about.
    """

    ticket: Ticket
    reason: str
    person: Person | None
    link: str
    group: str = ""
    other: Kin | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClockScene:
    """What was promised of a ticket is nearly due, or ``is_missed``.

    ``leads`` or the usergroup ``group`` (a Slack id) are called where that is missed, the agents'
    ``group`` where nobody has the ticket.
    """

    ticket: Ticket
    goal: Goal
    is_missed: bool
    due_at: datetime
    owner: Person | None
    leads: tuple[Person, ...]
    group: str
    link: str


@dataclass(frozen=True, slots=True)
class LateLine:
    """What passed while the desk was down: a Goal, or a promise; ``is_over``: it was done since."""

    number: int
    place: str
    link: str
    goal: str
    due_at: datetime
    is_missed: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class LateScene:
    """All that passed while the desk was down, the longest due first, and who is to know."""

    lines: tuple[LateLine, ...]
    leads: tuple[Person, ...]
    group: str

    @property
    def missed(self) -> list[LateLine]:
        """What was missed."""
        return [each for each in self.lines if each.is_missed]

    @property
    def nearly(self) -> list[LateLine]:
        """What is not, but nobody was warned in time."""
        return [each for each in self.lines if not each.is_missed]


@dataclass(frozen=True, slots=True)
class ReplyScene:
    """A reply for the team or the customer. ``channel`` is where the customer reads it.

    ``desk`` is what our own company is called, ``""`` when not known. ``waits`` says in plain words
    why it cannot be sent just now, ``""`` when it can. ``is_due``: the time for undo is over.
    ``reactions`` are customers' emoji on it and their names.
    """

    ticket: Ticket
    reply: Reply
    author: Person
    channel: Channel
    desk: str = ""
    waits: str = ""
    is_due: bool = False
    reactions: tuple[tuple[str, str], ...] = ()
