"""Rotas as people use them: who is on call, who stands in, and what is handed over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access, calendar, lifecycle, when, whom
from bot.rules import rota as rules
from bot.rules.rota import Duty
from bot.usecases import announce, duty, look, waking
from bot.usecases.acting import Acting
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Acted, Door, RotaDue
from bot.usecases.notices import HandOverNote, Whisper
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import inbox, queues, rotas, workspaces
from storage.records.people import Person
from storage.records.rotas import HandOver, Override, Rota, Watch
from storage.records.tickets import Queue
from storage.unit import Unit

MOST_LINES = 40
LOOK_AGAIN = timedelta(days=1)
A_DAY = timedelta(days=1)
NO_ROTAS = "This desk has no rotas. `[[rota]]` in `threadkeeper.toml` sets them up."


@dataclass(frozen=True, slots=True)
class SwapScene:
    """Who comes in place of whom; None for nobody."""

    override: Override
    into: Person | None
    out: Person | None


@dataclass(frozen=True, slots=True)
class RotaScene:
    """One rota: who is on call ``until`` when, and who comes next; ``key`` names it in buttons."""

    key: int
    rota: Rota
    who: tuple[Person, ...]
    until: datetime | None
    after: tuple[Person, ...]
    after_at: datetime | None
    swaps: tuple[SwapScene, ...] = ()


@dataclass(frozen=True, slots=True)
class RotasScene:
    """All rotas of the desk."""

    rotas: tuple[RotaScene, ...]


@dataclass(frozen=True, slots=True)
class SwapFormScene:
    """The form in which a shift is changed."""

    key: int
    rota: Rota


@dataclass(frozen=True, slots=True)
class LineScene:
    """One ticket that is handed over, and who has accepted it."""

    line: HandOver
    scene: TicketScene
    by: Person | None


@dataclass(frozen=True, slots=True)
class HandOverScene:
    """All that was left open at the end of a shift, for ``who`` is on call now."""

    rota: str
    at: datetime
    who: tuple[Person, ...]
    lines: tuple[LineScene, ...]


def listed(unit: Unit, now: datetime) -> RotasScene:
    """All rotas with who is on call. Raises Unknown when Slack has to be asked."""
    work = look.working(unit, now)
    named = enumerate(work.settings.rotas, 1)
    return RotasScene(tuple(_scene(work, key, rota) for key, rota in named))


def _scene(work: Work, key: int, rota: Rota) -> RotaScene:
    plan = duty.plan_of(work, rota)
    now, after = rules.now(plan, work.at), rules.comes_next(plan, work.at)
    return RotaScene(
        key=key,
        rota=rota,
        who=tuple(duty.persons(work, now.who)),
        until=now.until,
        after=tuple(duty.persons(work, after.who)) if after else (),
        after_at=after.since if after else None,
        swaps=tuple(_swap(work, each) for each in plan.overrides),
    )


def _swap(work: Work, override: Override) -> SwapScene:
    into = work.person(override.into) if override.into else None
    return SwapScene(override, into, work.person(override.out) if override.out else None)


def form(unit: Unit, key: int) -> SwapFormScene:
    """The form of the rota of that number. Raises Missing."""
    work = look.working(unit, look.LONG_AGO)
    return SwapFormScene(key, _keyed(work, key))


def _keyed(work: Work, key: int) -> Rota:
    known = dict(enumerate(work.settings.rotas, 1))
    if not known:
        raise Missing(NO_ROTAS)
    if key not in known:
        raise Missing("That rota is not there any more. `/desk rota` shows them all.")
    return known[key]


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with the form while it is still open. Raises Refused, Missing, Unknown."""
    _wanted(look.working(unit, item.at), item)


def swap(work: Work, acting: Acting) -> str:
    """Somebody stands in for somebody else."""
    wanted = _wanted(work, acting.item)
    rotas.add_override(work.unit, wanted)
    _look_anew(work)
    shown = _swap(work, wanted)
    comes = shown.into.name if shown.into else "Nobody"
    instead = f" instead of {shown.out.name}" if shown.out else " in addition"
    by = waking.asked(acting.actor, work.settings, work.at)
    since, until = when.said(wanted.since, by), when.said(wanted.until, by)
    return f"{comes} is on call{instead} in {wanted.rota}, from {since} until {until}."


def unswap(work: Work, acting: Acting) -> str:
    """The shift is as the rota says again."""
    told = acting.item.fields.get("swap", "")
    if not (told.isdecimal() and rotas.remove_override(work.unit, int(told))):
        raise Missing("That change is not there any more.")
    _look_anew(work)
    return "The shift is as the rota says again."


def _look_anew(work: Work) -> None:
    item = RotaDue(work.at)
    inbox.put(work.unit.connection, [to_arrival(work.workspace_id, item)])


def _wanted(work: Work, item: Acted) -> Override:
    by = waking.asked(work.person(item.person), work.settings, work.at)
    if item.door is Door.FORM:
        told = item.fields.get("rota", "")
        rota = _keyed(work, int(told) if told.isdecimal() else 0)
        into, out = item.fields.get("into", ""), item.fields.get("out", "")
        since = _time(item.fields.get("since", ""), by, field="since")
        until = _time(item.fields.get("until", ""), by, field="until")
    else:
        said = rules.swapped(item.text)
        into, out = _named(work, said.into, item.person), _named(work, said.out, item.person)
        rota = _meant(work, out, said.rota)
        since, until = _day(_time(said.when, by, field="since"), by)
    rules.check_override(since, until, out=out, into=into)
    for slack_id in filter(None, (into, out)):
        _check_colleague(work, work.person(slack_id))
    me = work.person(item.person).id
    return Override(work.workspace_id, new_id(), rota.name, out, into, since, until, me)


def _meant(work: Work, out: str, named: str) -> Rota:
    """Without a name it is the only one, or the only one in which somebody's shifts are."""
    if not work.settings.rotas:
        raise Missing(NO_ROTAS)
    plans = [(rota, duty.plan_of(work, rota)) for rota in work.settings.rotas]
    return rules.meant([(rota, rules.has(plan, out)) for rota, plan in plans], named)


def _time(said: str, by: when.Asked, *, field: str) -> datetime:
    try:
        return by.now if said.strip().casefold() in ("now", "today") else when.parse(said, by)
    except Refused as refused:
        raise Refused(str(refused), field=field) from None


def _day(at: datetime, by: when.Asked) -> tuple[datetime, datetime]:
    """The whole of that day, where whoever says so is."""
    zone = calendar.zone_named(by.zone)
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = midnight.astimezone(by.now.tzinfo)
    end = (midnight.replace(tzinfo=None) + A_DAY).replace(tzinfo=zone)
    return max(begin, by.now), end.astimezone(by.now.tzinfo)


def _named(work: Work, word: str, by: str) -> str:
    said = whom.read(word)
    if said.kind == "me":
        return by
    found = duty.called(work, said.slack_id or said.name)
    if found is None:
        raise Refused(
            f"I know nobody called {said.name[:40]}. Type @ and choose from Slack’s list."
        )
    return found.slack_id


def _check_colleague(work: Work, person: Person) -> None:
    if not access.is_staff(person, work.team):
        raise Refused("Only colleagues of our own company can be on call.", field="into")


def begin(connection: Connection, now: datetime) -> None:
    """Look at the rotas of those workspaces that nobody has looked at so far."""
    for workspace_id in workspaces.ids(connection):
        unit = Unit(workspace_id, connection)
        named = {each.name for each in workspaces.settings(unit).rotas}
        if named - rotas.watched(unit).keys():
            inbox.put(connection, [to_arrival(workspace_id, RotaDue(now))])


def is_due(connection: Connection, now: datetime) -> bool:
    """True when somebody else may be on call."""
    at = rotas.next_at(connection)
    return at is not None and at <= now


def ring(connection: Connection, now: datetime) -> None:
    """Put every workspace with such a rota into the inbox."""
    due = rotas.due(connection, now)
    for workspace_id in due:
        rotas.rest(Unit(workspace_id, connection), now, until=now + timedelta(minutes=1))
    if due:
        inbox.put(connection, [to_arrival(each, RotaDue(now)) for each in due])


def came(work: Work, item: RotaDue) -> str:
    """Where somebody else is on call by now, what was left open is handed over."""
    seen = rotas.watched(work.unit)
    changed = [rota.name for rota in work.settings.rotas if _looked(work, rota, seen)]
    return f"changed: {', '.join(changed)}" if changed else "as before"


def _looked(work: Work, rota: Rota, seen: dict[str, Watch]) -> bool:
    now = rules.now(duty.plan_of(work, rota), work.at)
    before = seen.get(rota.name)
    is_new = before is None or set(before.who) != set(now.who)
    since = work.at if before is None or is_new else before.since
    again = now.until or work.at + LOOK_AGAIN
    rotas.watch(work.unit, Watch(work.workspace_id, rota.name, now.who, since, again))
    if before is None or not is_new:
        return False
    _handed_over(work, rota, before.who, now)
    return True


def _handed_over(work: Work, rota: Rota, before: tuple[str, ...], now: Duty) -> None:
    gone = duty.persons(work, [each for each in before if each not in now.who])
    come = duty.persons(work, [each for each in now.who if each not in before])
    lines = [
        HandOver(work.workspace_id, new_id(), rota.name, ticket.id, person.id, work.at)
        for person in gone
        for ticket in queues.page(work.unit, Queue(person.id, is_to_do=True), limit=MOST_LINES)
    ]
    if lines:
        rotas.hand_over(work.unit, lines)
        announce.hand_over(work, _note(rota.name, work.at))
    for person in come:
        _tell(work, person, rota.name, until=now.until, count=len(lines))


def _note(rota: str, at: datetime) -> HandOverNote:
    return HandOverNote(rota, at.isoformat(), f"{rota}:{at.isoformat()}")


def _tell(work: Work, person: Person, rota: str, *, until: datetime | None, count: int) -> None:
    by = waking.asked(person, work.settings, work.at)
    end = f" until {when.said(until, by)}" if until else ""
    many = "One open ticket is" if count == 1 else f"{count} open tickets are"
    left = f" {many} handed over in triage." if count else ""
    words = f"You are on call now ({rota}){end}.{left}"
    announce.whisper(work, Whisper(words=words, person=person.slack_id, channel=""))


def scene(work: Work, rota: str, at: datetime) -> HandOverScene:
    """What was left open at the end of a shift, as it is now."""
    lines = rotas.lines_of(work.unit, rota, at)
    return HandOverScene(
        rota, at, tuple(duty.on_call(work, rota)), tuple(_line(work, each) for each in lines)
    )


def _line(work: Work, line: HandOver) -> LineScene:
    by = work.person_by_id(line.accepted_by) if line.accepted_by else None
    return LineScene(line, look.scene(work, work.ticket(line.ticket_id)), by)


def accept_line(work: Work, acting: Acting) -> str:
    """The ticket is the actor's now."""
    told = acting.item.fields.get("line", "")
    line = rotas.line(work.unit, int(told)) if told.isdecimal() else None
    if line is None:
        raise Missing("That is not handed over any more.")
    if line.accepted_at is not None:
        raise Refused("Somebody has accepted that already.")
    before, me = work.ticket(line.ticket_id), acting.actor.id
    after = replace(line, accepted_at=work.at, accepted_by=me)
    rotas.save_line(work.unit, line, after)
    if before.owner_id != me and not before.is_done:
        ticket, events = lifecycle.take(before, by=me, now=work.at)
        waking.save(work, before, ticket)
        announce.tell(work, events)
    announce.hand_over(work, _note(line.rota, line.at))
    return ""
