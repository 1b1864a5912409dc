"""The day so far for those who manage the desk: what to decide, how it goes, who is there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules import access, assignment
from bot.rules import digest as slots
from bot.rules.spans import Span, today
from bot.usecases import assignment as candidates_of
from bot.usecases import briefing, decisions, duty
from bot.usecases.briefing import FigureScene
from bot.usecases.decisions import DecisionScene
from bot.usecases.work import Work
from storage.records.people import Person, TeamRole
from storage.records.workspaces import DeskQueue

MOST_DECISIONS = 5
DAYS_SHOWN = 14
STEPS = "▁▂▃▄▅▆▇█"
MANAGING = frozenset({TeamRole.LEAD, TeamRole.MANAGER})


@dataclass(frozen=True, slots=True)
class TrendScene:
    """One figure of the last days as small bars, oldest first, and the number of the last one."""

    name: str
    bars: str
    last: int
    total: int


@dataclass(frozen=True, slots=True)
class ThereScene:
    """One agent: ``load`` in points of work, ``why`` they are not there, ``""`` when they are."""

    person: Person
    load: int
    why: str


@dataclass(frozen=True, slots=True)
class TodayScene:
    """``day`` and the one with which its figures are compared, as people write them.

    ``on_call`` is who is on call by any rota; ``has_rotas`` is False for a desk without one.
    """

    day: str
    day_before: str
    decisions: tuple[DecisionScene, ...]
    more: int
    figures: tuple[FigureScene, ...]
    trends: tuple[TrendScene, ...]
    there: tuple[ThereScene, ...]
    away: tuple[ThereScene, ...]
    on_call: tuple[Person, ...]
    has_rotas: bool


def is_managing(work: Work, person: Person) -> bool:
    """True for leads and managers, by role: where nobody is, agents do not become managers here."""
    return not MANAGING.isdisjoint(access.roles(person, work.team))


def scene(work: Work) -> TodayScene:
    """All of it, as things are. Raises Unknown."""
    hours = work.settings.hours
    span, until = today(work.at, hours.zone), slots.horizon(work.at, hours)
    found = decisions.gathered(work, until)
    people = _people(work)
    return TodayScene(
        briefing.said_days(span.first, span.last),
        briefing.said_days(span.before().first, span.before().last),
        decisions.fresh(work, found[:MOST_DECISIONS], until),
        len(found[MOST_DECISIONS:]),
        briefing.beside(work, span),
        _trends(work, span),
        tuple(each for each in people if not each.why),
        tuple(each for each in people if each.why),
        tuple(duty.on_any(work)),
        bool(work.settings.rotas),
    )


def _trends(work: Work, span: Span) -> tuple[TrendScene, ...]:
    """Whole days, up to yesterday."""
    drawn = briefing.days(work, span.moved(-1), DAYS_SHOWN)
    found = []
    for each in drawn.series:
        values = [int(value or 0) for value in each.values]
        found.append(TrendScene(each.name, bars(values), values[-1], sum(values)))
    return tuple(found)


def bars(values: list[int]) -> str:
    """Small bars, the highest for the largest value."""
    most = max(values, default=0) or 1
    return "".join(STEPS[round(value * (len(STEPS) - 1) / most)] for value in values)


def _people(work: Work) -> list[ThereScene]:
    anywhere = DeskQueue()
    found = candidates_of.candidates(work, anywhere)
    told = [
        ThereScene(
            each.person,
            each.load,
            assignment.unfit(each, anywhere, work.settings.hours, now=work.at),
        )
        for each in found
    ]
    return sorted(told, key=lambda each: (each.person.name.casefold(), each.person.id))
