"""What a template is given: plain values read from the truth at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.rules import ballots, catchup, labels
from bot.rules.leaks import Leak
from storage.records.accounts import Account, AccountNote
from storage.records.articles import Article
from storage.records.channels import Channel
from storage.records.clocks import Clock, Goal
from storage.records.csat import Poll, Recovery
from storage.records.escalations import Escalation
from storage.records.macros import Macro
from storage.records.messages import Message
from storage.records.people import Absence, Person
from storage.records.replies import Reply
from storage.records.tickets import Change, Ticket
from storage.records.workspaces import Extra, ExtraKind

if TYPE_CHECKING:
    from bot.usecases.today import TodayScene  # which is made of scenes of this module

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
class Kin:
    """Another ticket to which one belongs: ``word`` such as ``related to``, its number, its thread.

    ``goes_on``: the other is where the work goes on, or went on until it was done.
    """

    word: str
    number: int
    link: str
    goes_on: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class ReplyFormScene:
    """The Reply modal: where it goes and who reads there.

    ``last`` is the customer's newest message; ``theirs`` and ``ours`` are who reads there as far as
    we know them, ``more`` counts the others. ``preview`` is the text last previewed,
    ``macro`` what the words began as, ``leaks`` what in them is perhaps not for the customer.
    ``draft_of`` wrote the answer of an ``escalation`` that they began as, else they may have begun
    as an ``article``.
    """

    scene: TicketScene
    last: Message
    theirs: tuple[Person, ...] = ()
    ours: tuple[Person, ...] = ()
    more: int = 0
    others_writing: tuple[Person, ...] = ()
    text: str = ""
    preview: str = ""
    macro: Macro | None = None
    leaks: tuple[Leak, ...] = ()
    escalation: Escalation | None = None
    draft_of: Person | None = None
    article: Article | None = None

    @property
    def marks(self) -> str:
        """What says that exactly these leaks are none."""
        return " ".join(leak.mark for leak in self.leaks)


@dataclass(frozen=True, slots=True)
class MoreFormScene:
    """What else can be done with a ticket just now; ``choices`` are (act, label)."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LinkFormScene:
    """With which ticket? ``choices`` are (number, first words) of the same customer's open ones."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AttachFormScene:
    """To which ticket? ``choices`` are (number, first words) of open ones; ``channel`` a name."""

    channel: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DetachFormScene:
    """Which thread is to go? ``choices`` are (key, where it is and since when)."""

    scene: TicketScene
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FieldScene:
    """A field of the desk's own in a form; ``name`` is the input's, choices are (value, label)."""

    name: str
    label: str
    kind: ExtraKind
    value: str
    choices: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, extra: Extra, value: str = "") -> FieldScene:
        """The field as it is now; what is no choice any more may stay."""
        offered = (*extra.choices, *filter(None, [value])) if extra.choices else ()
        pairs = tuple((each, each) for each in dict.fromkeys(offered))
        return cls(labels.field_name(extra), extra.name, extra.kind, value, pairs)


@dataclass(frozen=True, slots=True)
class LabelsFormScene:
    """All labels of a ticket; choices are (value, label), ``hidden`` tags do not fit in."""

    scene: TicketScene
    categories: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]
    fields: tuple[FieldScene, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class SnoozeFormScene:
    """Until when? ``presets`` are words to parse, each with what it comes to where the agent is."""

    scene: TicketScene
    presets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewFormScene:
    """The request form. ``channels`` are (key, whose and name) of customer channels to choose from.

    The last one is no channel: a request that the team alone sees. ``fields`` are the desk's own.
    """

    channels: tuple[tuple[str, str], ...]
    channel: str = ""
    title: str = ""
    categories: tuple[str, ...] = ()
    fields: tuple[FieldScene, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The categories as choices."""
        return [(each, each) for each in self.categories]


@dataclass(frozen=True, slots=True)
class HomeSection:
    """One of the lists at home: mine, free (nobody's), waiting or snoozed.

    ``next_id`` is the ticket behind which the next page begins, 0 when this is the last.
    """

    name: str
    tickets: tuple[TicketScene, ...]
    total: int
    next_id: int = 0


@dataclass(frozen=True, slots=True)
class HomeScene:
    """The home of one person; who is no agent sees a friendly pointer only.

    ``shown`` is the section that is looked at alone, ``""`` for all; ``is_paged``: not its first
    page. ``filters`` are (value, label) of what can be looked at alone, ``only`` the value that was
    chosen. ``absence`` is set while the person is away, as they said. ``may_see_figures``: the
    dashboard would let them in; ``today`` is for those who manage the desk
    (`bot.usecases.today.TodayScene`).
    """

    person: Person
    now: datetime
    is_agent: bool = False
    is_staff: bool = False
    sections: tuple[HomeSection, ...] = ()
    shown: str = ""
    is_paged: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    only: str = ""
    absence: Absence | None = None
    is_away_by_status: bool = False
    may_see_figures: bool = False
    today: TodayScene | None = None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The filters as a list's values: they come back like a button's, behind a key."""
        return [(f"1={value}", label) for value, label in self.filters]

    @property
    def chosen(self) -> str:
        """That of the choices which holds now."""
        return f"1={self.only}"
