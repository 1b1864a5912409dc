"""Who gets which role: read from what a lead typed, and who may give it."""

from __future__ import annotations

import re

from bot.errors import Refused
from bot.rules import access
from bot.rules.access import Who
from storage.records.people import Person, Staff, Team, TeamRole

HELP = (
    "Say who and as what: `/desk team add @ben lead`."
    " Roles are agent, specialist, lead and manager; without one it means agent."
)
CALLED = {
    TeamRole.AGENT: "an agent",
    TeamRole.SPECIALIST: "a specialist",
    TeamRole.LEAD: "a lead",
    TeamRole.MANAGER: "a manager",
}

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_FILLERS = frozenset({"as", "a", "an", "to", "the", "team", "role", "from", "and", "please"})
_ROLES = {each: role for role in TeamRole for each in (str(role), f"{role}s")} | {
    "admin": TeamRole.MANAGER,
    "supervisor": TeamRole.LEAD,
    "engineer": TeamRole.SPECIALIST,
    "technical": TeamRole.SPECIALIST,
}


def named(rest: str) -> tuple[str, TeamRole | None]:
    """Whose role is meant (a Slack id), and which; None when none was named. Raises Refused."""
    people = _PERSON.findall(rest)
    if len(people) > 1:
        raise Refused(f"One person at a time, please. {HELP}")
    if not people:
        raise Refused(f"Type @ and choose the person from Slack’s list. {HELP}")
    said = [word.casefold().strip(".,;:!") for word in _PERSON.sub(" ", rest).split()]
    words = [word for word in said if word not in _FILLERS]
    if len(words) > 1 or (words and words[0] not in _ROLES):
        raise Refused(f"There is no such role. {HELP}")
    return people[0], _ROLES[words[0]] if words else None


def check_may_give(actor: Person, role: TeamRole, team: Team) -> None:
    """Managers are made, and unmade, by managers alone. Raises Refused."""
    access.may(actor, Who.MANAGER if role is TeamRole.MANAGER else Who.LEAD, team, None)


def check_fits(person: Person, team: Team) -> None:
    """A role needs a colleague: no guest, outsider, bot, nor anybody who has left. Else Refused."""
    if not access.is_staff(person, team):
        name = person.name or "That person"
        raise Refused(
            f"{name} is not one of our own colleagues (guests, people of other companies, bots and"
            " deactivated accounts never are), so nothing was changed."
        )


def taken(
    by_hand: Staff, told: Staff, person: Person, role: TeamRole | None
) -> tuple[Staff, tuple[TeamRole, ...]]:
    """The roles by hand without that one (None: without any), and which were taken.

    Raises Refused where the person has no such role, or has it from Slack.
    """
    roles = (role,) if role else tuple(TeamRole)
    given = tuple(each for each in roles if person.slack_id in by_hand.having(each))
    if not given:
        raise Refused(_not_by_hand(told, person, roles))
    for each in given:
        by_hand = by_hand.without_role(person.slack_id, each)
    return by_hand, given


def _not_by_hand(told: Staff, person: Person, roles: tuple[TeamRole, ...]) -> str:
    from_slack = [each for each in roles if person.slack_id in told.having(each)]
    name = person.name or "That person"
    if not from_slack:
        return f"{name} has no such role. `/desk team` shows who has which."
    return (
        f"{name} is {CALLED[from_slack[0]]} as a member of a user group or of the triage channel."
        " Take them out there, in Slack, and the role goes with it."
    )
