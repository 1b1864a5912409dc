"""The tenant, its installation in Slack, and the settings kept for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from storage.records.csat import POLLING, Polling
from storage.records.escalations import LADDER, Level
from storage.records.hours import OFFICE, Hours
from storage.records.people import NO_STAFF, Staff, TeamRole
from storage.records.policies import POLICIES, Policy
from storage.records.rotas import Rota


class Mode(StrEnum):
    """How messages of a channel become tickets (PRODUCT 1.1)."""

    AUTO = "auto"
    COMMUNITY = "community"
    ON_DEMAND = "on-demand"
    OFF = "off"


class Answer(StrEnum):
    """How a customer hears that the message has arrived (PRODUCT 1.5)."""

    MESSAGE = "message"
    REACTION = "reaction"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One tenant: our own id for a Slack team (or an organisation).

    ``url`` is its home in Slack.
    """

    id: int
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """The app installed for a workspace. Slack's empty ids are kept as ``""``, never None."""

    workspace_id: int
    enterprise_id: str
    team_id: str
    app_id: str
    bot_id: str
    bot_user_id: str
    token: str = field(repr=False)
    is_active: bool = True


class ExtraKind(StrEnum):
    """What a field of the desk's own may hold."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Extra:
    """A field of the desk's own on every ticket; ``choices`` is empty but for CHOICE."""

    name: str
    kind: ExtraKind = ExtraKind.TEXT
    choices: tuple[str, ...] = ()


class Way(StrEnum):
    """How a queue finds owners for its tickets (PRODUCT 5.1). Who answers first owns it, too."""

    HAND = "by hand"
    TURNS = "round-robin"
    LOAD = "least loaded"
    ROTA = "on-call rota"


@dataclass(frozen=True, slots=True)
class DeskQueue:
    """The tickets of one category, ``""`` for all that have no queue of their own.

    ``members`` are Slack ids, none for all agents. ``capacity`` is how many points of work one of
    them may have, ``pass_on`` after how many open minutes without an answer the next is asked; 0:
    no limit, never. ``owner_first``: the account's owner comes before all others.
    """

    category: str = ""
    way: Way = Way.HAND
    owner_first: bool = False
    members: tuple[str, ...] = ()
    capacity: int = 0
    pass_on: int = 0


TIERS = ("Standard", "Premium", "Enterprise")
CATEGORIES = ("Technical", "Billing", "Pre-sales", "Warranty and repair", "Other")


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """A workspace's own settings, stored in versions.

    A customer who says nothing to our answer is asked after ``nudge`` (zero: never), and if there
    is no word for ``give_up`` after that, the ticket is resolved.
    Channels and usergroups are Slack ids, ``""`` when not set. ``staff`` are those whom a lead has
    given a role by hand, beside the members of the usergroups. ``reactions`` are the emoji of acts,
    by act, where they are not those of the act table. ``tiers`` are those of accounts, the
    least first. Of the ``policies`` the first that fits a ticket is the one.
    ``ladder`` are the levels of escalation, the nearest first. ``has_pager``: whoever is on call is
    also called by an outside pager, whose address is the operator's alone.
    ``csat`` says how customers are asked whether they are satisfied. ``suggests``: what
    is known is shown to the team with each new ticket. ``group_names`` are the usergroups of the
    operator's settings, ``@handle`` to Slack id, as they were called when they were looked up.
    """

    version: int = 0
    triage_channel: str = ""
    tech_channel: str = ""
    digest_channel: str = ""
    public_channel: str = ""
    agents_usergroup: str = ""
    specialists_usergroup: str = ""
    leads_usergroup: str = ""
    managers_usergroup: str = ""
    staff: Staff = NO_STAFF
    tiers: tuple[str, ...] = TIERS
    customer_mode: Mode = Mode.AUTO
    answer: Answer = Answer.MESSAGE
    grouping: timedelta = timedelta(minutes=5)
    undo: timedelta = timedelta(seconds=10)
    reopen: timedelta = timedelta(days=14)
    nudge: timedelta = timedelta(days=3)
    give_up: timedelta = timedelta(days=4)
    hours: Hours = OFFICE
    policies: tuple[Policy, ...] = POLICIES
    categories: tuple[str, ...] = CATEGORIES
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extras: tuple[Extra, ...] = ()
    queues: tuple[DeskQueue, ...] = ()
    ladder: tuple[Level, ...] = LADDER
    rotas: tuple[Rota, ...] = ()
    has_pager: bool = False
    csat: Polling = POLLING
    suggests: bool = True
    group_names: Mapping[str, str] = field(default_factory=dict)

    def queue_of(self, category: str) -> DeskQueue:
        """The queue in which tickets of that category wait; by hand where nobody said how."""
        known = {queue.category: queue for queue in self.queues}
        return known.get(category) or known.get("") or DeskQueue()

    def usergroup_of(self, role: TeamRole) -> str:
        """The usergroup whose members have that role, ``""`` when there is none."""
        found: str = getattr(self, f"{role}s_usergroup")
        return found

    @property
    def usergroups_named(self) -> frozenset[str]:
        """Slack ids of the usergroups that ladder and rotas name."""
        of_levels = {each.usergroup for each in self.ladder}
        of_shifts = {shift.usergroup for rota in self.rotas for shift in rota.shifts}
        return frozenset((of_levels | of_shifts) - {""})

    @property
    def team_channels(self) -> frozenset[str]:
        """Slack ids of the internal channels that are set."""
        own = {self.triage_channel, self.tech_channel, self.digest_channel}
        return frozenset((own | self.tech_channels) - {""})

    @property
    def tech_channels(self) -> frozenset[str]:
        """Slack ids of the channels in which levels of the ladder are asked."""
        return frozenset({self.tech_channel, *(each.channel for each in self.ladder)} - {""})

    def channel_of(self, level: Level) -> str:
        """Slack id of where a level is asked: in triage, where nothing else is set."""
        return level.channel or self.tech_channel or self.triage_channel

    def rota_named(self, name: str) -> Rota | None:
        """The rota of that name, however it is written; None when there is none."""
        said = name.strip().casefold()
        return next((each for each in self.rotas if each.name.casefold() == said), None)
