"""What a step works with: one unit, the desk's facts, and the moment of the Input."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.errors import ChannelFact, DirectFact, Missing, PeopleFact, PersonFact, StaffFact, Unknown
from bot.rules import sla
from storage import accounts, channels, people, remembered, tenants, tickets
from storage.records.accounts import Account
from storage.records.boxes import Post
from storage.records.channels import Channel, TeamChannel
from storage.records.csat import Poll, Recovery
from storage.records.hours import Hours
from storage.records.messages import Message
from storage.records.people import Person, Staff, Team
from storage.records.policies import Policy
from storage.records.tickets import Link, Priority, Ticket
from storage.records.workspaces import DeskSettings, Installation, Workspace
from storage.unit import Unit

FACT_KEEPS = timedelta(hours=1)


@dataclass(frozen=True)
class TenantFacts:
    """A workspace with its installation and settings, as they are in this transaction.

    ``last_staff`` is who does what, by usergroup or by hand, as Slack told last; None when it was
    never asked. What follows from these is made once: it is asked for with each message.
    """

    workspace: Workspace
    installation: Installation
    settings: DeskSettings
    last_staff: Staff | None
    is_staff_doubted: bool = False
    _policies: dict[tuple[str, Priority, str], Policy] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _hours: dict[str, Hours] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def staff(self) -> Staff | None:
        """The same, None when Slack is to be asked (again) before anybody may do anything."""
        return None if self.is_staff_doubted else self.last_staff

    @property
    def agents(self) -> frozenset[str] | None:
        """Slack ids of the agents as it told last, None when it was never asked."""
        return None if self.last_staff is None else self.last_staff.agents

    @cached_property
    def team(self) -> Team:
        """Who we are, for rules that tell us from others."""
        own, staff = self.installation, self.staff
        ids = (own.team_id, own.enterprise_id, own.bot_user_id, own.bot_id, own.app_id)
        if staff is None:
            return Team(*ids)
        return Team(*ids, staff.agents, staff.specialists, staff.leads, staff.managers)

    def policy(self, tier: str, priority: Priority, zone: str) -> Policy:
        """What is promised to an account of that tier on whose wall hangs that zone, or ``""``."""
        asked = (tier, priority, zone)
        found = self._policies.get(asked)
        if found is None:
            fitting = sla.match(self.settings.policies, tier, priority)
            found = self._policies[asked] = sla.placed(fitting, self.settings.hours, zone)
        return found

    def hours_in(self, zone: str) -> Hours:
        """Our hours on a wall in that zone, on our own for ``""``."""
        found = self._hours.get(zone)
        if found is None:
            own = self.settings.hours
            found = self._hours[zone] = replace(own, zone=zone) if zone else own
        return found


def tenant(unit: Unit) -> TenantFacts:
    """The unit's workspace with all that rules may want to know of it."""
    known = remembered.facts(unit)
    found: TenantFacts | None = known.get(TenantFacts)
    if found is None:
        workspace, installation, settings, told, is_doubted = tenants.read(unit)
        staff = told.joined_by(settings.staff) if told else None
        found = TenantFacts(workspace, installation, settings, staff, is_doubted)
        known[TenantFacts] = found
    return found


@dataclass(slots=True)
class Ahead:
    """What was read of several tickets at once, for a transaction that changes none of them.

    ``cards`` are read when the first one is asked for.
    """

    tickets: dict[int, Ticket]
    openings: dict[int, Message]
    more: dict[int, int]
    links: list[Link]
    others: dict[int, Ticket]
    polls: dict[int, Poll]
    recoveries: dict[int, Recovery]
    cards: dict[str, Post] | None = None


@dataclass(slots=True)
class Work:
    """One step of one workspace.

    ``row_id`` is the key of the Input's row, its text and its message. ``at`` is the Input's own
    time and what rules call now; ``is_missed``: catch-up found it, and perhaps its answers with it;
    ``found_at``: when, or when Slack told us late.
    ``ended`` are rows that were worked before it in the same transaction, and wait in name alone.
    ``lanes`` gathers where notices went. ``ahead`` was read before it is asked for, if at all.
    """

    unit: Unit
    tenant: TenantFacts
    row_id: int
    at: datetime
    is_missed: bool = False
    found_at: datetime | None = None
    ended: Collection[int] = frozenset()
    lanes: set[str] = field(default_factory=set)
    ahead: Ahead | None = None

    @property
    def workspace_id(self) -> int:
        return self.unit.workspace_id

    @property
    def settings(self) -> DeskSettings:
        return self.tenant.settings

    @property
    def team(self) -> Team:
        """Who we are. Raises Unknown when Slack must be asked (again) who does what."""
        if self.tenant.staff is None:
            raise Unknown(StaffFact())
        return self.tenant.team

    def channel(self, slack_id: str) -> Channel:
        """The channel, found or not. Raises Unknown when Slack must be asked (again)."""
        known = remembered.facts(self.unit)
        channel = known.get((Channel, slack_id)) or channels.by_slack(self.unit, slack_id)
        if channel is None or self._is_stale(channel.fetched_at, is_found=channel.is_found):
            raise Unknown(ChannelFact(slack_id))
        known[Channel, slack_id] = known[Channel, channel.id] = channel
        return channel

    def direct(self, slack_id: str) -> Channel:
        """Where we talk with somebody alone: Slack takes their id for that of the channel, too.

        Raises Unknown when Slack must be asked (again), also where it has not told its own id yet.
        """
        known = remembered.facts(self.unit)
        found = known.get((Channel, slack_id)) or channels.by_slack(self.unit, slack_id)
        is_told = found is not None and found.is_found and found.slack_id != slack_id
        if found is None or self._is_stale(found.fetched_at, is_found=is_told):
            raise Unknown(DirectFact(slack_id))
        known[Channel, slack_id] = known[Channel, found.id] = found
        return found

    def channel_by_id(self, channel_id: int) -> Channel | None:
        """The channel of that key, as it is known."""
        known = remembered.facts(self.unit)
        found = known.get((Channel, channel_id)) or channels.by_id(self.unit, channel_id)
        if found is not None:
            known[Channel, channel_id] = found
        return found

    def channel_of(self, ticket: Ticket) -> Channel:
        """The customer's channel of a ticket."""
        channel = self.channel_by_id(ticket.channel_id)
        if channel is None:
            raise Missing("The channel of this ticket is gone.")
        return channel

    def account_of(self, channel: Channel) -> Account | None:
        """Whose channel it is, None while nobody has said."""
        if channel.account_id is None:
            return None
        known = remembered.facts(self.unit)
        found = known.get((Account, channel.account_id))
        if found is None and (found := accounts.by_id(self.unit, channel.account_id)):
            known[Account, channel.account_id] = found
        return found

    def person(self, slack_id: str) -> Person:
        """The person, found or not. Raises Unknown when Slack must be asked (again)."""
        person = self._person(slack_id)
        if person is None:
            raise Unknown(PersonFact(slack_id))
        return person

    def persons(self, slack_ids: Iterable[str]) -> list[Person]:
        """The same of many people, in their order: all who must be asked for are one fact."""
        found = {slack_id: self._person(slack_id) for slack_id in slack_ids}
        lacking = tuple(slack_id for slack_id, person in found.items() if person is None)
        if lacking:
            raise Unknown(PeopleFact(lacking))
        return [person for person in found.values() if person is not None]

    def _person(self, slack_id: str) -> Person | None:
        """None when Slack must be asked (again)."""
        known = remembered.facts(self.unit)
        person = known.get((Person, slack_id)) or people.by_slack(self.unit, slack_id)
        if person is None or self._is_stale(person.fetched_at, is_found=person.is_found):
            return None
        known[Person, slack_id] = known[Person, person.id] = person
        return person

    def person_by_id(self, person_id: int) -> Person | None:
        """The person of that key, as they are known."""
        known = remembered.facts(self.unit)
        found = known.get((Person, person_id)) or people.by_id(self.unit, person_id)
        if found is not None:
            known[Person, person_id] = found
        return found

    def person_of(self, person_id: int) -> Person:
        """The person of that key, who is known because our own rows point there."""
        person = self.person_by_id(person_id)
        if person is None:
            raise Missing("That person is not known any more.")
        return person

    def triage(self) -> TeamChannel:
        """Where cards go. Whether it is still ours alone is checked when something is sent."""
        channel = self.channel(self.settings.triage_channel)
        return TeamChannel(channel.id, channel.slack_id)

    def team_channel_of(self, channel_id: int) -> int | None:
        """Our key of where the account of a customer's channel has its cards; None: in triage."""
        channel = self.channel_by_id(channel_id)
        account = self.account_of(channel) if channel else None
        if account is None or not account.team_channel:
            return None
        named = self.channel(account.team_channel)
        is_there = named.is_found and named.is_member and not named.is_archived
        return named.id if named.is_team and is_there and not named.has_outsiders else None

    def place_of(self, ticket: Ticket) -> TeamChannel:
        """Where a ticket's card and internal thread are."""
        if ticket.team_channel_id is None:
            return self.triage()
        channel = self.channel_by_id(ticket.team_channel_id)
        return TeamChannel(channel.id, channel.slack_id) if channel else self.triage()

    def ticket(self, ticket_id: int) -> Ticket:
        """The ticket of that key. Raises Missing."""
        found = self.ahead.tickets.get(ticket_id) if self.ahead else None
        found = found or tickets.by_id(self.unit, ticket_id)
        if found is None:
            raise Missing("That ticket is not there any more.")
        return found

    def _is_stale(self, fetched_at: datetime | None, *, is_found: bool) -> bool:
        if fetched_at is None:
            return True
        return not is_found and fetched_at + FACT_KEEPS < self.at
