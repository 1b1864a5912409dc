"""Satisfaction polls, and the tasks by which a low score is made good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PollState(StrEnum):
    """How a poll stands. Dropped: never asked, or taken back before anybody voted."""

    PLANNED = "planned"
    ASKED = "asked"
    VOTED = "voted"
    EXPIRED = "expired"
    DROPPED = "dropped"


class Ballot(StrEnum):
    """By what somebody voted."""

    BUTTON = "button"
    REPLY = "reply"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Poll:
    """``asker_id`` is asked how we did with a ticket, from ``asked_at`` on; ``score`` is 1 to 5.

    ``channel_id``, ``owner_id`` and ``category`` are the ticket's as it was solved: what a poll is
    counted under never changes afterwards. ``due_at`` is when the desk looks at it next: to ask, to
    remind, to end it. ``place_id`` is the channel, or direct talk, in which it is asked, None for
    that of the ticket. ``by_id`` sent it by hand. ``why`` it was dropped is one word.
    ``mark`` is the message of a vote by reply, or the emoji of one by reaction: of several, which
    spaces part, the last one counts. ``comment`` is Slack's mrkdwn, loaded by ``comment_id`` from
    the text table. Times are aware UTC.
    """

    workspace_id: int
    id: int
    ticket_id: int
    asker_id: int
    channel_id: int
    planned_at: datetime
    state: PollState = PollState.PLANNED
    owner_id: int | None = None
    category: str = ""
    due_at: datetime | None = None
    by_id: int | None = None
    place_id: int | None = None
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    score: int | None = None
    voted_at: datetime | None = None
    changed_at: datetime | None = None
    ballot: Ballot | None = None
    mark: str = ""
    comment_id: int | None = None
    why: str = ""
    ended_at: datetime | None = None
    version: int = 1
    comment: str = ""

    @property
    def is_open(self) -> bool:
        """True while it waits for the first vote."""
        return self.state is PollState.ASKED

    @property
    def is_shown(self) -> bool:
        """True once somebody was asked, and it was not taken back."""
        return self.state in (PollState.ASKED, PollState.VOTED, PollState.EXPIRED)


@dataclass(frozen=True, slots=True)
class PollCount:
    """``many`` polls that were asked on a ``day``, counted from 1970 in UTC, and how they stand.

    ``score`` is None for those without a vote: silence where they are EXPIRED, still open where
    they are ASKED.
    """

    day: int
    channel_id: int
    owner_id: int | None
    category: str
    state: PollState
    score: int | None
    many: int


class RecoveryState(StrEnum):
    """How far making good is."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Recovery:
    """After a low score somebody makes good with the customer by ``due_at``, and says how it went.

    ``look_at`` is when the desk looks whether that was done. ``outcome`` are an agent's words,
    loaded by ``outcome_id`` from the text table; ``by_id`` ended it.
    """

    workspace_id: int
    id: int
    ticket_id: int
    poll_id: int
    opened_at: datetime
    due_at: datetime
    owner_id: int | None = None
    state: RecoveryState = RecoveryState.OPEN
    look_at: datetime | None = None
    reminded_at: datetime | None = None
    outcome_id: int | None = None
    by_id: int | None = None
    ended_at: datetime | None = None
    version: int = 1
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        """True until somebody says how it went, or that nothing is to be done."""
        return self.state is RecoveryState.OPEN


@dataclass(frozen=True, slots=True)
class Polling:
    """How a desk asks its customers. ``off`` are our keys of channels in which nobody is asked.

    The poll comes ``delay`` of the customer's opening hours after the ticket was solved, nobody is
    asked twice within ``gap``, who says nothing is reminded once after ``remind`` (zero: never),
    and the poll ends after ``expire``. A score of ``low`` or less calls the leads (zero: never).
    """

    is_on: bool = True
    delay: timedelta = timedelta(hours=4)
    gap: timedelta = timedelta(days=14)
    remind: timedelta = timedelta(days=2)
    expire: timedelta = timedelta(days=7)
    low: int = 2
    off: tuple[int, ...] = ()


POLLING = Polling()
