"""Who somebody is to the desk, what a channel is, and who may do what where."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import Refused, StaffFact, Unknown
from storage.records.channels import Channel, CustomerChannel, Role, TeamChannel
from storage.records.people import Person, Team
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings, Mode

_OPEN_TO_CUSTOMERS = frozenset({Role.CUSTOMER, Role.PUBLIC})


class Who(StrEnum):
    """Who may do an act; each row of the act table names one."""

    AGENT = "agent"
    STAFF = "staff"
    REQUESTER = "requester"
    ANYONE = "anyone"


def is_of_our_company(person: Person, team: Team) -> bool:
    """True by company alone: guests, bots and leavers too. Companies are T… or E… ids (FACTS 5)."""
    ours = {team.team_id, team.enterprise_id} - {""}
    return person.team_id in ours or person.enterprise_id in ours


def is_staff(person: Person, team: Team) -> bool:
    """A colleague: of our company, and no guest, who may well be a customer (FACTS 5)."""
    is_one_of_us = not (person.is_guest or person.is_bot or person.is_deleted)
    return is_one_of_us and is_of_our_company(person, team)


def is_agent(person: Person, team: Team) -> bool:
    """A colleague of the support team. Raises Unknown(StaffFact) when that is to be asked first."""
    if not is_staff(person, team):
        return False
    if team.agents is None:
        raise Unknown(StaffFact())
    return person.slack_id in team.agents


def is_own_bot(bot_id: str, app_id: str, author: str, team: Team) -> bool:
    """True for our own posts, by any mark: those under an agent's name lack some (FACTS 8)."""
    marks = ((bot_id, team.bot_id), (app_id, team.app_id), (author, team.bot_user_id))
    return any(told and told == own for told, own in marks)


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
    if channel.slack_id == settings.triage_channel:
        return Role.TRIAGE
    if channel.slack_id == settings.tech_channel:
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


def team_channel(channel: Channel, settings: DeskSettings) -> TeamChannel:
    """The proof that only our own people read here, else Refused."""
    if channel.has_outsiders or channel.slack_id == settings.public_channel:
        raise Refused(
            "Customers can read this channel, so nothing internal goes here."
            " Choose a channel of our own company that is not shared."
        )
    if channel.slack_id not in settings.team_channels or channel.is_direct:
        raise Refused(
            "This is not one of the team's channels."
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
    """Refused, politely, unless the person is one of ``who``; the agents are REQUESTER, too.

    ``requester`` is the ticket's asker; when given, people of the asker's company count as well.
    """
    if who is Who.ANYONE:
        return
    if who is Who.STAFF:
        _need_staff(person, team)
    elif who is Who.AGENT:
        _need_agent(person, team)
    elif not _is_asking(person, team, ticket, requester) and not is_agent(person, team):
        raise Refused(
            "Only the person who asked can do this. Just write in the thread and we will see it."
        )


def _need_staff(person: Person, team: Team) -> None:
    if not is_staff(person, team):
        raise Refused(
            "Only the support team can do this."
            " Just write in the channel or in the thread, and we will see it."
        )


def _need_agent(person: Person, team: Team) -> None:
    _need_staff(person, team)
    if not is_agent(person, team):
        raise Refused(
            "Only agents of the support team can do this."
            " Ask a lead to add you to the agents, or write in the thread."
        )


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
