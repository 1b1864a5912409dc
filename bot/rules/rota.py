"""Who is on call by a rota: its shifts, whose turn it is, and who stands in for whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from bot.errors import Refused
from bot.rules import calendar
from storage.records.rotas import Override, Rota, Shift

WEEK = timedelta(days=7)
FARTHEST = timedelta(days=35)
"""How far ahead somebody is looked for: five weeks, so that holidays do not hide the next shift."""
MOST_STEPS = 500
IS_ID = re.compile(r"[UW][A-Z0-9]{2,}")
LONGEST = timedelta(days=60)
"""The longest that somebody may stand in for somebody else."""

Members = Mapping[str, Collection[str]]
"""The members (Slack ids) of usergroups, by id."""
NOBODY: Members = {}


@dataclass(frozen=True, slots=True)
class Duty:
    """``who`` (Slack ids or names as the rota has them) from ``since`` until ``until``, in UTC.

    ``until`` None: that does not change for weeks.
    """

    who: tuple[str, ...]
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A rota with what changes it: overrides, and the members of its usergroups."""

    rota: Rota
    overrides: tuple[Override, ...] = ()
    members: Members = field(default_factory=dict)


def with_people(rota: Rota, people: Sequence[tuple[str, ...]]) -> Rota:
    """The rota with these people in its shifts, one after the other."""
    shifts = zip(rota.shifts, people, strict=True)
    return replace(rota, shifts=tuple(replace(each, people=who) for each, who in shifts))


def on(plan: Plan, at: datetime) -> tuple[str, ...]:
    """Who is on call at ``at`` (aware), each once, in the order of the shifts."""
    found = [who for shift in plan.rota.shifts for who in _of_shift(shift, plan.members, at)]
    for each in _in_force(plan, at):
        if each.out:
            found = [who for who in found if who != each.out]
        if each.into:
            found.append(each.into)
    return tuple(dict.fromkeys(found))


def has(plan: Plan, slack_id: str) -> bool:
    """Whether somebody has a shift, or stands in for somebody who has."""
    people = {who for shift in plan.rota.shifts for who in shift.people}
    grouped = {who for members in plan.members.values() for who in members}
    return slack_id in people | grouped | {each.into for each in plan.overrides}


def now(plan: Plan, at: datetime) -> Duty:
    """Who is on call at ``at``, and until when just that is so."""
    who = on(plan, at)
    return Duty(who, at, _changes(plan, at, who))


def comes_next(plan: Plan, at: datetime) -> Duty | None:
    """Who comes after whoever is on call at ``at``; after a gap if need be; None if nobody does."""
    begin = now(plan, at).until
    while begin is not None and begin < at + FARTHEST:
        found = now(plan, begin)
        if found.who:
            return found
        begin = found.until
    return None


def gaps(plan: Plan, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """When nobody is on call between two moments."""
    found, at = [], since
    while at < until:
        duty = now(plan, at)
        end = min(duty.until or until, until)
        if not duty.who:
            found.append((at, end))
        at = end
    return found


def _of_shift(shift: Shift, members: Members, at: datetime) -> tuple[str, ...]:
    if not calendar.is_open(at, shift.hours):
        return ()
    grouped = tuple(sorted(members.get(shift.usergroup, ()))) if shift.usergroup else ()
    people = (*shift.people, *grouped)
    if not (shift.takes_turns and people):
        return people
    return (people[_week(shift, at) % len(people)],)


def _week(shift: Shift, at: datetime) -> int:
    """The number of the week of turns, counted by the wall clock of the shift's zone."""
    wall = at.astimezone(calendar.zone_of(shift.hours)).replace(tzinfo=None)
    begun = wall - timedelta(minutes=shift.turns_at)
    return (begun.date().toordinal() - 1) // 7  # day 1 was a Monday


def _in_force(plan: Plan, at: datetime) -> Iterable[Override]:
    return (each for each in plan.overrides if each.since <= at < each.until)


def _changes(plan: Plan, at: datetime, who: tuple[str, ...]) -> datetime | None:
    for moment in islice(_moments(plan, at), MOST_STEPS):
        if moment > at + FARTHEST:
            return None
        if set(on(plan, moment)) != set(who):
            return moment
    return None


def _moments(plan: Plan, at: datetime) -> Iterator[datetime]:
    """Each moment at which something may change, in order."""
    edges = sorted(edge for each in plan.overrides for edge in (each.since, each.until))
    while True:
        later = [_edge(shift, at) for shift in plan.rota.shifts]
        later += [edge for edge in edges if edge > at][:1]
        if not later:
            return
        at = min(later)
        yield at


def _edge(shift: Shift, at: datetime) -> datetime:
    """When a shift next begins, ends, or is the next one's turn."""
    hours = shift.hours
    is_open = calendar.is_open(at, hours)
    found = calendar.closes_next(at, hours) if is_open else calendar.opens_next(at, hours)
    return min(found, _turns(shift, at)) if shift.takes_turns else found


def _turns(shift: Shift, at: datetime) -> datetime:
    zone = calendar.zone_of(shift.hours)
    wall = at.astimezone(zone).replace(tzinfo=None)
    monday = datetime.combine(wall.date() - timedelta(days=wall.weekday()), time())
    turn = monday + timedelta(minutes=shift.turns_at)
    while turn.replace(tzinfo=zone).astimezone(UTC) <= at:
        turn += WEEK
    return turn.replace(tzinfo=zone).astimezone(UTC)


def check_override(since: datetime, until: datetime, *, out: str, into: str) -> None:
    """Refused for a time that ends before it begins, for one too long, and for no change at all."""
    if not out and not into:
        raise Refused("Say who comes, who goes, or both.", field="into")
    if out == into:
        raise Refused("That is the same person twice, so nothing would change.", field="into")
    if until <= since:
        raise Refused("It has to end after it begins.", field="until")
    if until - since > LONGEST:
        most = f"That is longer than {LONGEST.days} days. Change the rota itself."
        raise Refused(most, field="until")


_SWAP = re.compile(
    r"\s*(?:put\s+)?(?P<into>.+?)\s+(?:instead of|for|in place of|replaces)\s+(?P<out>.+?)"
    r"\s+(?:on|from|at)\s+(?P<when>.+?)(?:\s+in\s+(?P<rota>\D.*?))?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Swap:
    """Who comes, who goes, when, and in which rota, ``""`` where none is named."""

    into: str
    out: str
    when: str
    rota: str = ""


def swapped(words: str) -> Swap:
    """What ``Ana instead of Ben on friday in night`` says. Raises Refused."""
    found = _SWAP.fullmatch(words)
    if found is None:
        raise Refused(
            "Say it as `/desk rota swap Ana instead of Ben on friday`, or press *Change a shift*."
        )
    return Swap(found["into"], found["out"], found["when"], found["rota"] or "")


def meant(known: Sequence[tuple[Rota, bool]], named: str) -> Rota:
    """Of the rotas, each with whether it has the one who goes, the one that is meant.

    Raises Refused where that is not sure.
    """
    names = ", ".join(rota.name for rota, _ in known)
    if named:
        said = named.strip().casefold()
        found = [rota for rota, _ in known if rota.name.casefold() == said]
        words = f"There is no rota called {named[:40]}. There are: {names}."
    else:
        found = [rota for rota, has_them in known if has_them] or [rota for rota, _ in known]
        words = f"Say in which rota, such as `… on friday in {found[-1].name}`: {names}."
    if len(found) != 1:
        raise Refused(words)
    return found[0]
