"""Who somebody is to the desk, what a channel is, and who may do what where."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.errors import Refused, StaffFact, Unknown
from storage.records.channels import Channel, CustomerChannel, Role, TeamChannel
from storage.records.people import Person, Team, TeamRole
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings, Mode

_OPEN_TO_CUSTOMERS = frozenset({Role.CUSTOMER, Role.PUBLIC})


class Who(StrEnum):
    """Who may do an act; each row of the act table names one.

    STAFF are all colleagues, whether they have a role or not.
    """

    AGENT = "agent"
    SPECIALIST = "specialist"
    LEAD = "lead"
    MANAGER = "manager"
    STAFF = "staff"
    REQUESTER = "requester"
    ANYONE = "anyone"


_MAY: Mapping[Who, frozenset[TeamRole]] = {
    Who.AGENT: frozenset({TeamRole.AGENT, TeamRole.LEAD, TeamRole.MANAGER}),
    Who.SPECIALIST: frozenset(TeamRole),
    Who.LEAD: frozenset({TeamRole.LEAD, TeamRole.MANAGER}),
    Who.MANAGER: frozenset({TeamRole.MANAGER}),
}
"""Which roles may do what asks for one: leads what agents may, managers all."""


def is_of_our_company(person: Person, team: Team) -> bool:
    """True by company alone: guests, bots and leavers too. Companies are T… or E… ids (FACTS 5)."""
    ours = {team.team_id, team.enterprise_id} - {""}
    return person.team_id in ours or person.enterprise_id in ours


def is_staff(person: Person, team: Team) -> bool:
    """A colleague: of our company, and no guest, who may well be a customer (FACTS 5)."""
    is_one_of_us = not (person.is_guest or person.is_bot or person.is_deleted)
    return is_one_of_us and is_of_our_company(person, team)


def is_agent(person: Person, team: Team) -> bool:
    """A colleague who works on tickets: an agent or a lead.

    Raises Unknown(StaffFact) when that is to be asked first.
    """
    return not {TeamRole.AGENT, TeamRole.LEAD}.isdisjoint(roles(person, team))


def roles(person: Person, team: Team) -> frozenset[TeamRole]:
    """All that somebody does at the desk; nobody but our own colleagues ever does anything there.

    Raises Unknown(StaffFact) when that is to be asked first.
    """
    if not is_staff(person, team):
        return frozenset()
    if team.agents is None:
        raise Unknown(StaffFact())
    named = {
        TeamRole.AGENT: team.agents,
        TeamRole.SPECIALIST: team.specialists,
        TeamRole.LEAD: team.leads,
        TeamRole.MANAGER: team.managers,
    }
    return frozenset(role for role, ids in named.items() if person.slack_id in ids)


def has_lead(team: Team) -> bool:
    """False while nobody was made lead or manager: then agents may do what those may."""
    return bool(team.leads or team.managers)


def is_one_of(person: Person, who: Who, team: Team) -> bool:
    """True for a colleague with a role that may do what asks for ``who``.

    Raises Unknown(StaffFact) when that is to be asked first.
    """
    able = _MAY[who]
    if who is Who.MANAGER and not team.managers:
        able = _MAY[Who.LEAD]
    if not has_lead(team):
        able |= {TeamRole.AGENT}
    return not able.isdisjoint(roles(person, team))


def is_own_bot(bot_id: str, app_id: str, author: str, team: Team) -> bool:
    """True for our own posts, by any mark: those under an agent's name lack some (FACTS 8)."""
    marks = ((bot_id, team.bot_id), (app_id, team.app_id), (author, team.bot_user_id))
    return any(told and told == own for told, own in marks)


def is_private(slack_id: str) -> bool:
    """True for the id of a talk among somebody and us: nobody else reads along."""
    return slack_id.startswith("D")


def role_of(channel: Channel, settings: DeskSettings) -> Role:
    """What the channel is. Outsiders outweigh settings: a shared triage channel is theirs."""
    if channel.is_direct:
        return Role.DIRECT
    if channel.slack_id == settings.public_channel:
        return Role.PUBLIC
    if channel.has_outsiders:
        return Role.CUSTOMER
    return _role_by_settings(channel, settings)


def _role_by_settings(channel: Channel, settings: DeskSettings) -> Role:
    if channel.slack_id == settings.triage_channel or channel.is_team:
        return Role.TRIAGE
    if channel.slack_id in settings.tech_channels:
        return Role.TECH
    if channel.slack_id == settings.digest_channel:
        return Role.DIGEST
    # Customers who are our guests sit in channels that are not shared: a mode set by hand says so.
    return Role.OTHER if channel.mode in (None, Mode.OFF) else Role.CUSTOMER


def mode_of(channel: Channel, settings: DeskSettings) -> Mode:
    """How messages of the channel become tickets; OFF wherever customers are not at home."""
    role = role_of(channel, settings)
    if role not in _OPEN_TO_CUSTOMERS:
        return Mode.OFF
    if channel.mode is not None:
        return channel.mode
    return Mode.COMMUNITY if role is Role.PUBLIC else settings.customer_mode


def customer_channel(channel: Channel, settings: DeskSettings) -> CustomerChannel:
    """The proof that customers belong here, else Refused."""
    if role_of(channel, settings) not in _OPEN_TO_CUSTOMERS:
        raise Refused(
            "This is not a customer channel. Choose a channel that is shared with a customer,"
            " or the public support channel."
        )
    return CustomerChannel(channel.id, channel.slack_id)


def is_of_team(channel: Channel, settings: DeskSettings) -> bool:
    """True for the channels of the desk itself, whoever else reads there by now."""
    return channel.is_team or channel.slack_id in settings.team_channels


def fit_for_cards(channel: Channel, settings: DeskSettings) -> bool:
    """True where an account's cards may go: a channel of ours alone that the bot is in."""
    if not (channel.is_found and channel.is_member) or channel.is_archived:
        return False
    is_theirs = role_of(channel, settings) in _OPEN_TO_CUSTOMERS or channel.account_id is not None
    return not (is_theirs or channel.is_direct)


def team_channel(channel: Channel, settings: DeskSettings) -> TeamChannel:
    """The proof that only our own people read here, else Refused."""
    if channel.has_outsiders or channel.slack_id == settings.public_channel:
        raise Refused(
            "Customers can read this channel, so nothing internal goes here."
            " Choose a channel of our own company that is not shared."
        )
    if not is_of_team(channel, settings) or channel.is_direct:
        raise Refused(
            "This is not one of the team’s channels."
            " Set it as the triage, technical or digest channel first."
        )
    return TeamChannel(channel.id, channel.slack_id)


def may(
    person: Person,
    who: Who,
    team: Team,
    ticket: Ticket | None,
    *,
    requester: Person | None = None,
) -> None:
    """Refused, politely, unless the person is one of ``who``; who is AGENT is REQUESTER, too.

    ``requester`` is the ticket's asker; when given, people of the asker's company count as well.
    """
    if who is Who.ANYONE:
        return
    if who is Who.STAFF:
        _need_staff(person, team)
    elif who in _MAY:
        _need_role(person, who, team)
    elif not _is_asking(person, team, ticket, requester) and not is_one_of(person, Who.AGENT, team):
        raise Refused(
            "Only the person who asked can do this. Just write in the thread and we will see it."
        )


def _need_staff(person: Person, team: Team) -> None:
    if not is_staff(person, team):
        raise Refused(
            "Only the support team can do this."
            " Just write in the channel or in the thread, and we will see it."
        )


def _need_role(person: Person, who: Who, team: Team) -> None:
    _need_staff(person, team)
    if not is_one_of(person, who, team):
        raise Refused(_ONLY[who])


_ONLY: Mapping[Who, str] = {
    Who.AGENT: "Only agents of the support team can do this."
    " Ask a lead to add you to the agents, or write in the thread.",
    Who.SPECIALIST: "Only specialists and agents of the support team can do this."
    " Ask a lead to add you; `/desk team` shows who they are.",
    Who.LEAD: "Only leads and managers of the support team can do this."
    " `/desk team` shows who they are.",
    Who.MANAGER: "Only managers of the support team can do this. `/desk team` shows who they are.",
}


def _is_asking(person: Person, team: Team, ticket: Ticket | None, requester: Person | None) -> bool:
    if ticket is not None and person.id == ticket.requester_id:
        return True
    if requester is None or is_of_our_company(requester, team):
        # Guests of two customers, and all colleagues, share our own team id: it proves nothing.
        return False
    return is_same_company(person, requester)


def is_same_company(one: Person, other: Person) -> bool:
    """True when both are of the same team or organisation, whatever that is."""
    if one.team_id and one.team_id == other.team_id:
        return True
    return bool(one.enterprise_id) and one.enterprise_id == other.enterprise_id
