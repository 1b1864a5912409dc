"""The ladder: whom a level asks, where, and what happens when nobody there accepts in time."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access
from bot.rules import assignment as presence
from bot.rules import escalation as rules
from bot.usecases import announce, duty, hands, waking
from bot.usecases.bells import Bell
from bot.usecases.inputs import PacketDue
from bot.usecases.work import Work
from storage import assignment, escalations
from storage.records.channels import TeamChannel
from storage.records.escalations import Escalation, Level, Stage, Step
from storage.records.people import Person
from storage.records.tickets import Ticket

NO_LADDER = "This desk has no ladder, so there is nobody to escalate to. `[[ladder]]` sets it up."


def next_level(work: Work, ticket: Ticket) -> Level | None:
    """Who is next for a ticket: the first level, or that after the one asked last."""
    ladder = work.settings.ladder
    if not ticket.level:
        return ladder[0] if ladder else None
    return rules.above(ladder, ticket.level) or rules.level_named(ladder, ticket.level)


def wanted(work: Work, ticket: Ticket, name: str) -> Level:
    """The level of that name, or who is next where none is named. Raises Refused."""
    ladder = work.settings.ladder
    found = rules.level_named(ladder, name) if name.strip() else next_level(work, ticket)
    if found is None and ladder and name.strip():
        names = ", ".join(each.name for each in ladder)
        raise Refused(f"There is no such level. The ladder has: {names}.", field="level")
    if found is None:
        raise Refused(NO_LADDER)
    return found


def place_of(work: Work, level: Level) -> TeamChannel:
    """Where a level is asked: in triage where its own channel is not to be had.

    Raises Unknown when Slack must be asked.
    """
    channel = work.channel(work.settings.channel_of(level))
    try:
        place = access.team_channel(channel, work.settings)
    except Refused:
        return work.triage()
    is_there = channel.is_found and channel.is_member and not channel.is_archived
    return place if is_there else work.triage()


def people_of(work: Work, level: Level) -> list[Person]:
    """Whom a level asks, as far as they are known by name; those on call first.

    Raises Unknown when Slack must be asked.
    """
    team, staff = work.team, work.tenant.staff
    found = duty.on_call(work, level.rota) if level.rota else []
    ids = set(duty.ids(level.people))
    if staff is not None:
        ids |= staff.in_group(level.usergroup) if level.usergroup else frozenset()
        ids |= staff.having(level.role) if level.role else frozenset()
    named = work.persons(sorted(ids))
    said = [person for word in level.people if (person := duty.called(work, word))]
    everybody = {person.id: person for person in (*found, *named, *said)}
    return [person for person in everybody.values() if access.is_staff(person, team)]


def is_there(work: Work, person: Person) -> bool:
    """False while somebody is away, by their word or by their status, or has left us."""
    absence = assignment.absences(work.unit).get(person.id)
    is_away = presence.is_absent(absence, work.at) or presence.is_away_by_status(person, work.at)
    return not (is_away or person.is_deleted)


def may_answer(work: Work, person: Person, level: Level | None) -> bool:
    """Who has a role at the desk, or is one of those whom the level asks."""
    if access.roles(person, work.team):
        return True
    return level is not None and any(each.id == person.id for each in people_of(work, level))


def reached(work: Work, level: Level) -> tuple[Level, list[Level]]:
    """The first level, from this one on, in which somebody is there; and those passed over.

    Where nobody is there at all it stays with the one that was meant: somebody will come back.
    """
    ladder = work.settings.ladder
    passed: list[Level] = []
    here: Level | None = level
    while here is not None:
        asked = people_of(work, here)
        if any(is_there(work, each) for each in asked) or not (asked or here.rota):
            return here, passed
        passed.append(here)
        here = rules.above(ladder, here.name)
    return level, []


def ask(work: Work, ticket: Ticket, escalation: Escalation, *, step: Step, by: int | None) -> None:
    """Keep a new packet and post it; who is on call is called. The ticket says which level."""
    escalations.add(work.unit, escalation)
    hands.handed(work, ticket, escalation, step, by=by)
    announce.packet(work, ticket, escalation)
    level = rules.level_named(work.settings.ladder, escalation.level)
    if level and level.rota:
        announce.call(work, ticket, duty.on_call(work, level.rota), "packet")


BELL = Bell(escalations.TIMER, lambda due, now: PacketDue(due.id, due.about, due.at, now))


def came(work: Work, item: PacketDue) -> str:
    """Nobody has done anything about it in time: the next is asked, or whoever has it reminded."""
    found = escalations.by_id(work.unit, item.escalation_id)
    if found is None or not found.is_live or found.due_at is not None:
        return "not its time any more"
    ticket = work.ticket(found.ticket_id)
    if found.stage is Stage.ASKED:
        return _unaccepted(work, ticket, found)
    if found.stage is Stage.ACCEPTED:
        return _still_there(work, ticket, found)
    return _reminded(work, ticket, found)


def _unaccepted(work: Work, ticket: Ticket, found: Escalation) -> str:
    above = rules.above(work.settings.ladder, found.level)
    if above is not None:
        up = pass_on(work, ticket, found, above)
        return f"passed on to {up.level}"
    kept = _look_again(work, found)
    announce.in_packet(work, ticket, kept, "unaccepted")
    hands.noted(work, ticket, kept, "unaccepted")
    announce.call(work, ticket, duty.leads(work), "unaccepted")
    return "nobody accepts it, and nobody is above"


def pass_on(work: Work, ticket: Ticket, found: Escalation, above: Level) -> Escalation:
    """Ask the level above by a packet of its own; the old one says so."""
    level, _ = reached(work, above)
    over = rules.passed_on(found, now=work.at)
    kept = escalations.save(work.unit, found, over)
    up = replace(
        kept,
        id=new_id(),
        level=level.name,
        channel_id=place_of(work, level).id,
        asked_at=work.at,
        stage=Stage.ASKED,
        holder_id=None,
        due_at=rules.look_at(level, Stage.ASKED, hands.hours_of(work, level), work.at),
        previous_id=kept.id,
        ended_at=None,
        version=1,
    )
    after = waking.save(work, ticket, replace(ticket, level=level.name))
    ask(work, after, up, step=Step.PASSED, by=None)
    announce.packet(work, after, kept)
    hands.noted(work, after, up, "passed-on")
    return up


def _still_there(work: Work, ticket: Ticket, found: Escalation) -> str:
    holder = work.person_by_id(found.holder_id) if found.holder_id else None
    if holder is not None and is_there(work, holder):
        _look_again(work, found)
        return "somebody works on it"
    returned(work, ticket, found)
    return "whoever had it is away"


def _reminded(work: Work, ticket: Ticket, found: Escalation) -> str:
    kept = _look_again(work, found)
    hands.noted(work, ticket, kept, "reminder")
    return "the agent is reminded"


def _look_again(work: Work, found: Escalation) -> Escalation:
    level = rules.level_named(work.settings.ladder, found.level)
    again = rules.look_at(level, found.stage, hands.hours_of(work, level), work.at)
    return escalations.save(work.unit, found, replace(found, due_at=again))


def returned(work: Work, ticket: Ticket, found: Escalation) -> None:
    """Whoever had a packet is away: the whole level is asked again."""
    after = rules.returned(found)
    kept = hands.moved(work, ticket, found, after, step=Step.RETURNED, by=None)
    announce.in_packet(work, ticket, kept, "returned")


def left(work: Work, person: Person) -> int:
    """Somebody goes away: what they had accepted is their levels' again; how many that was."""
    mine = [
        each
        for each in escalations.live(work.unit).values()
        if each.holder_id == person.id and each.stage is Stage.ACCEPTED
    ]
    for each in mine:
        returned(work, work.ticket(each.ticket_id), each)
    return len(mine)


def agent_of(work: Work, ticket: Ticket, escalation: Escalation) -> Person:
    """To whom comes back what a level says: the owner, else whoever asked."""
    return work.person_of(ticket.owner_id or escalation.asked_by)


def ticket_of(work: Work, escalation_id: int) -> tuple[Ticket, Escalation]:
    """An escalation and its ticket. Raises Missing."""
    found = escalations.by_id(work.unit, escalation_id)
    if found is None:
        raise Missing("That escalation is not there any more.")
    return work.ticket(found.ticket_id), found
