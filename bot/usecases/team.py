"""Who does what at the desk: shown, given by hand and taken away again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.rules import access
from bot.rules import team as rules
from bot.usecases import announce, look
from bot.usecases.acting import Acting
from bot.usecases.notices import Whisper
from bot.usecases.work import Work, tenant
from storage import people, queues, workspaces
from storage.records.people import NO_STAFF, Person, Staff, Team, TeamRole
from storage.records.tickets import Queue
from storage.unit import Unit

NO_LEAD = " Nobody is lead or manager, so every agent may do what those may."


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a role. ``is_by_hand``: given by a lead, whatever Slack's groups say.

    ``counts`` is False for who is listed but never has rights: a guest, an outsider, a leaver.
    """

    person: Person
    is_by_hand: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class RoleScene:
    """One role with all who have it; ``group`` is the Slack id of its usergroup, ``""`` if none."""

    role: TeamRole
    group: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class TeamScene:
    """The whole team. ``is_led`` False: no lead or manager yet, agents may do what those may."""

    roles: tuple[RoleScene, ...]
    is_led: bool


def listed(unit: Unit) -> TeamScene:
    """Everybody with a role. Raises Unknown when Slack was not asked yet."""
    work = look.working(unit, look.LONG_AGO)
    team, settings = work.team, work.settings
    staff = work.tenant.staff or NO_STAFF
    roles = tuple(
        RoleScene(
            role,
            settings.usergroup_of(role),
            _members(unit, team, staff.having(role), settings.staff.having(role)),
        )
        for role in TeamRole
    )
    return TeamScene(roles, access.has_lead(team))


def _members(
    unit: Unit, team: Team, slack_ids: Iterable[str], by_hand: frozenset[str]
) -> tuple[Member, ...]:
    """By name; our own bot, which sits in the triage channel too, is nobody's colleague."""
    known = ((slack_id, people.by_slack(unit, slack_id)) for slack_id in slack_ids)
    found = [
        Member(
            person or Person(unit.workspace_id, 0, slack_id, team.team_id),
            slack_id in by_hand,
            person is None or access.is_staff(person, team),
        )
        for slack_id, person in known
        if slack_id != team.bot_user_id
    ]
    return tuple(sorted(found, key=lambda member: (member.person.name, member.person.slack_id)))


def add(work: Work, acting: Acting) -> str:
    """Give a role by hand."""
    slack_id, named = rules.named(acting.item.text)
    role = named or TeamRole.AGENT
    rules.check_may_give(acting.actor, role, work.team)
    person = work.person(slack_id)
    rules.check_fits(person, work.team)
    if role in access.roles(person, work.team):
        return f"{person.name} is {rules.CALLED[role]} already."
    _save(work, work.settings.staff.with_role(person.slack_id, role))
    _tell(work, person, f"{acting.actor.name} made you {rules.CALLED[role]} of the support desk.")
    return f"{person.name} is {rules.CALLED[role]} now."


def remove(work: Work, acting: Acting) -> str:
    """Take a role away that was given by hand; without a role named, all of them."""
    slack_id, role = rules.named(acting.item.text)
    person = work.person(slack_id)
    told = people.staff(work.unit) or NO_STAFF
    left, roles = rules.taken(work.settings.staff, told, person, role)
    for each in roles:
        rules.check_may_give(acting.actor, each, work.team)
    _save(work, left)
    what = " or ".join(rules.CALLED[each] for each in roles)
    _tell(work, person, f"{acting.actor.name} noted that you are not {what} of the desk any more.")
    return f"{person.name} is not {what} any more.{_left_open(work, person)}{_unled(work)}"


def _left_open(work: Work, person: Person) -> str:
    """What nobody works on now, unless somebody gives it away."""
    count = 0 if access.is_agent(person, work.team) else queues.count(work.unit, Queue(person.id))
    if not count:
        return ""
    named = "One open ticket still belongs" if count == 1 else f"{count} open tickets still belong"
    return f" {named} to them: give it away with `/assign #12 @ana`."


def _save(work: Work, staff: Staff) -> None:
    workspaces.save_settings(work.unit, replace(work.settings, staff=staff), work.at)
    work.tenant = tenant(work.unit)


def _unled(work: Work) -> str:
    return "" if access.has_lead(work.team) else NO_LEAD


def _tell(work: Work, person: Person, words: str) -> None:
    """The person hears it in a direct message, and their home shows what they may do now."""
    announce.whisper(work, Whisper(words=words, person=person.slack_id, channel=""))
    announce.home(work, person.id)
