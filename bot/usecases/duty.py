"""Who is on call now, by the rotas of the settings and their overrides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.errors import Refused, StaffFact, Unknown
from bot.rules import rota as rules
from bot.rules import whom
from bot.usecases.work import Work
from storage import people, rotas
from storage.records.people import Person
from storage.records.rotas import Rota

MOST_NAMED = 10
MOST_CALLED = 5


def plan_of(work: Work, rota: Rota) -> rules.Plan:
    """A rota with people as Slack ids, as far as they are known. Raises Unknown."""
    shifts = tuple(_known(work, rota))
    staff = work.tenant.staff
    if staff is None:
        raise Unknown(StaffFact())
    groups = {each.usergroup for each in rota.shifts if each.usergroup}
    members = {group: staff.in_group(group) for group in groups}
    own = tuple(each for each in rotas.overrides(work.unit, work.at) if each.rota == rota.name)
    return rules.Plan(rules.with_people(rota, shifts), own, members)


def _known(work: Work, rota: Rota) -> list[tuple[str, ...]]:
    """The people of each shift as Slack ids; a name that nobody has is left out."""
    _introduce(work, [rota])
    return [
        tuple(found.slack_id for word in shift.people if (found := called(work, word)) is not None)
        for shift in rota.shifts
    ]


def _introduce(work: Work, planned: Iterable[Rota]) -> None:
    """Raises Unknown for all at once whom these rotas name by Slack ids."""
    work.persons(ids(word for rota in planned for shift in rota.shifts for word in shift.people))


def on_call(work: Work, name: str) -> list[Person]:
    """Who is on call by the rota of that name; nobody where there is none. Raises Unknown."""
    rota = work.settings.rota_named(name)
    if rota is None:
        return []
    return persons(work, rules.on(plan_of(work, rota), work.at))


def on_any(work: Work) -> list[Person]:
    """Who is on call by whichever rota, those of the first one first. Raises Unknown."""
    _introduce(work, work.settings.rotas)
    plans = [plan_of(work, rota) for rota in work.settings.rotas]
    found = persons(work, [each for plan in plans for each in rules.on(plan, work.at)])
    return list({person.id: person for person in found}.values())


def leads(work: Work) -> Sequence[Person]:
    """Who decides when all else fails: leads, else managers, else the agents. Raises Unknown."""
    team = work.team
    named = team.leads or team.managers or team.agents or frozenset()
    return work.persons(sorted(named)[:MOST_CALLED])


def persons(work: Work, who: Sequence[str]) -> list[Person]:
    """The people of these Slack ids, without those who have left us."""
    return [person for person in work.persons(who) if person.is_found and not person.is_deleted]


def ids(words: Iterable[str]) -> list[str]:
    """Those of the words of a setting that are Slack ids."""
    return [said for word in words if rules.IS_ID.fullmatch(said := _bare(word))]


def _bare(word: str) -> str:
    return word.strip().removeprefix("@")


def called(work: Work, word: str) -> Person | None:
    """Whom a setting means by a Slack id or a name: one of the desk, or a colleague we know.

    None where nobody, or more than one, is called so. Raises Unknown.
    """
    said = _bare(word)
    if rules.IS_ID.fullmatch(said):
        return work.person(said)
    team = work.team
    staff = (team.agents or frozenset()) | team.specialists | team.leads | team.managers
    own = [person for person in work.persons(sorted(staff)) if person.is_found]
    others = people.called(work.unit, said, most=MOST_NAMED)
    colleagues = [each for each in others if each.team_id == team.team_id and not each.is_bot]
    for known in (own, colleagues):
        try:
            return whom.agent_named(said, known)
        except Refused:
            continue
    return None
