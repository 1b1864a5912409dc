"""A ticket as it is shown, alone, in lists and with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.rules import ballots, catchup
from storage.records.accounts import Account, AccountNote
from storage.records.channels import Channel
from storage.records.clocks import Clock, Goal
from storage.records.csat import Poll, Recovery
from storage.records.escalations import Escalation
from storage.records.light import light
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.tickets import Change, Ticket


@dataclass(frozen=True, slots=True)
class Kin:
    """Another ticket to which one belongs: ``word`` such as ``related to``, its number, its thread.

    ``goes_on``: the other is where the work goes on, or went on until it was done.
    """

    word: str
    number: int
    link: str
    goes_on: bool = False
    is_done: bool = False


@light(frozen=True, slots=True)
class TicketScene:
    """A ticket with everybody and everything that a card, receipt or list line may show.

    ``link`` leads to the customer's thread (``""`` while there is none), ``card_link`` to the card.
    ``due_at`` is when the next of all that was promised is due, None while nothing is. ``previous``
    is the number of the ticket that this one follows. ``told_at`` is when the customer first heard
    of us, where that matters; ``closes_at`` when silence will close it. ``opening`` holds the words
    and files of the request; ``more`` counts the customer's further messages. ``account`` and
    ``warnings`` are for the team alone, and so are ``kin`` and ``fields``, the desk's own that are
    filled in. ``writers`` have a reply under their hands; ``threads`` are the attached threads
    elsewhere, each by its channel's name and its link. ``escalation`` is under way, and ``holder``
    has accepted it; ``next_level`` is whom to ask next, ``""`` without a ladder. ``poll`` is the
    last one that whoever asked was asked in, ``recovery`` what a low score called for; both are
    shown of tickets that are done.
    """

    ticket: Ticket
    channel: Channel
    requester: Person
    owner: Person | None
    opening: Message
    company: str
    link: str
    card_link: str
    due_at: datetime | None
    more: int
    previous: int | None
    now: datetime
    told_at: datetime | None = None
    closes_at: datetime | None = None
    account: Account | None = None
    warnings: tuple[AccountNote, ...] = ()
    kin: tuple[Kin, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    writers: tuple[Person, ...] = ()
    threads: tuple[tuple[str, str], ...] = ()
    escalation: Escalation | None = None
    holder: Person | None = None
    next_level: str = ""
    poll: Poll | None = None
    recovery: Recovery | None = None

    @property
    def opinion(self) -> str:
        """What the customer wrote beside a vote, Slack's mrkdwn; for the team alone."""
        return ballots.bare(self.poll.comment) if self.poll else ""

    @property
    def answer_due_at(self) -> datetime | None:
        """When the customer can expect our next answer, None where that is past or not promised."""
        found = (each.due_at for each in self._running if each.goal is not Goal.RESOLUTION)
        due_at = min(filter(None, found), default=None)
        return due_at if due_at and due_at > self.now else None

    @property
    def due_clock(self) -> Clock | None:
        """The first clock to be due, also when that is past, None while none runs."""
        return min(self._running, key=lambda each: each.due_at or self.now, default=None)

    @property
    def is_paused(self) -> bool:
        """True while what was promised waits for the customer."""
        return any(each.is_live and not each.is_running for each in self.ticket.clocks)

    @property
    def _running(self) -> list[Clock]:
        return [each for each in self.ticket.clocks if each.is_running and each.due_at]

    @property
    def goes_on(self) -> Kin | None:
        """The ticket that this one was merged into or is a duplicate of, None while there is none.

        It is of the same customer.
        """
        found = next((each for each in self.kin if each.goes_on), None)
        return found if self.ticket.is_done else None

    @property
    def is_told_late(self) -> bool:
        """True when a first word as if on time would be a lie: we missed it, or Slack was away."""
        told_late = self.told_at and catchup.is_late(self.ticket.opened_at, self.told_at)
        return self.found_late or bool(told_late)

    @property
    def found_late(self) -> bool:
        """True when the request lay in Slack's history for a while before the desk saw it."""
        return catchup.is_late(self.opening.said_at, self.opening.found_at)


@dataclass(frozen=True, slots=True)
class HistoryScene:
    """Who changed what, oldest first, with those who did: a page of ``total`` changes.

    ``older`` is the key of the change before which there are more, ``""`` when there are none.
    ``names`` are the owners that the changes speak of, by our key as the changes have it;
    ``moments`` the times, by the words for them there.
    """

    scene: TicketScene
    changes: tuple[tuple[Change, Person | None], ...]
    names: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, datetime] = field(default_factory=dict)
    total: int = 0
    older: str = ""


@dataclass(frozen=True, slots=True)
class ListScene:
    """Tickets for a private list; ``total`` counts all that match, ``title`` says which."""

    title: str
    tickets: tuple[TicketScene, ...]
    total: int
