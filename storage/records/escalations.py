"""Escalations: a question of one ticket to a level of the ladder, and who had it in hand when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.records.people import TeamRole
from storage.records.tickets import Priority


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the ladder (PRODUCT 7.2).

    ``channel`` and ``usergroup`` are Slack ids, ``""`` for the technical channel and for none.
    Whom it asks are the ``people`` (Slack ids or names), those with the ``role``, the members of
    the usergroup, and who is on call by the ``rota``. ``accept`` is in open minutes; 0: it never
    goes on by itself.
    """

    name: str
    channel: str = ""
    usergroup: str = ""
    people: tuple[str, ...] = ()
    rota: str = ""
    role: TeamRole | None = None
    accept: int = 60


LADDER = (
    Level("Technical", role=TeamRole.SPECIALIST, accept=60),
    Level("Engineering", role=TeamRole.SPECIALIST, accept=120),
    Level("Manager", role=TeamRole.MANAGER, accept=240),
)


class Stage(StrEnum):
    """How far an escalation is; the first five are live, and each says who has it."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    ASKED_BACK = "asked back"
    ANSWERED = "answered"
    CLOSING = "closing the loop"
    DECLINED = "declined"
    PASSED = "passed on"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


LIVE = frozenset({Stage.ASKED, Stage.ACCEPTED, Stage.ASKED_BACK, Stage.ANSWERED, Stage.CLOSING})


class Hand(StrEnum):
    """Whose turn a ticket is within the team."""

    LEVEL = "level"
    SPECIALIST = "specialist"
    AGENT = "agent"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A packet: what is asked of one level. ``question``, ``tried`` and ``setup`` are escaped.

    ``holder_id`` has accepted it; ``due_at`` is when the desk looks at it by itself. ``said_id`` is
    the message that its stage is about: what was asked back, the draft, why it was declined.
    ``reply_id`` is the reply by which the draft goes to the customer. ``previous_id`` is the packet
    from which it was passed on.
    """

    workspace_id: int
    id: int
    ticket_id: int
    level: str
    channel_id: int
    asked_by: int
    asked_at: datetime
    question: str
    tried: str = ""
    setup: str = ""
    severity: Priority = Priority.NORMAL
    needed_at: datetime | None = None
    stage: Stage = Stage.ASKED
    holder_id: int | None = None
    due_at: datetime | None = None
    said_id: int | None = None
    reply_id: int | None = None
    previous_id: int | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def is_live(self) -> bool:
        """True until the customer has the answer, or nobody is asked any more."""
        return self.stage in LIVE


class Step(StrEnum):
    """By what an escalation went from one hand into another."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ASKED_BACK = "asked back"
    TOLD = "told"
    DECLINED = "declined"
    PASSED = "passed on"
    ANSWERED = "answered"
    SENT_BACK = "sent back"
    DISCUSSED = "discussed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    ENDED = "ended"


BOUNCES = frozenset({Step.ASKED_BACK, Step.DECLINED, Step.SENT_BACK, Step.RETURNED})


@dataclass(frozen=True, slots=True)
class HandOff:
    """From ``at`` on the ticket is in ``hand``: that of a person, or of all of a level."""

    workspace_id: int
    id: int
    ticket_id: int
    escalation_id: int
    at: datetime
    step: Step
    by_id: int | None
    hand: Hand
    person_id: int | None
    level: str


@dataclass(frozen=True, slots=True)
class HandFigures:
    """Of some tickets: packets asked, hand-offs, bounces, and how long each hand had them."""

    asked: int = 0
    hand_offs: int = 0
    bounces: int = 0
    passed: int = 0
    spent: tuple[tuple[Hand, timedelta], ...] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """A colleague without a role at the desk, asked by direct message for one ticket."""

    workspace_id: int
    id: int
    ticket_id: int
    person_id: int
    by_id: int
    said_id: int
    since: datetime
    ended_at: datetime | None = None
    version: int = 1
