"""The one list of figures: what each is called and counts, and how those of two spans compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.rules.tallies import MINUTE, Tally, Value, counted, ranked, share


class Unit(StrEnum):
    """In what a figure is counted; a person reads it beside the number."""

    TICKETS = "tickets"
    TIMES = "times"
    ANSWERS = "answers"
    BUSINESS_TIME = "business time"
    WALL_TIME = "time"
    PERCENT = "%"


COUNTED = frozenset({Unit.TICKETS, Unit.TIMES, Unit.ANSWERS})


class Better(StrEnum):
    """Which way a figure should go."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Figure:
    """``help`` is what people read of it.

    ``read`` makes it of a tally. ``is_standing``: how things stand at the end, not what happened.
    """

    key: str
    title: str
    unit: Unit
    help: str
    better: Better
    read: Callable[[Tally], Value]
    is_standing: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A figure beside that of a span before. ``delta`` is now less before, None without both.

    ``percent`` is that of the value before, None where that is nothing, and for shares, whose delta
    is in whole points already. ``is_better`` is None where nothing changed or neither is better.
    """

    now: Value
    before: Value
    delta: Value = None
    percent: float | None = None
    is_better: bool | None = None


def compared(figure: Figure, now: Tally, before: Tally) -> Change:
    """A figure now and before, and whether that is better."""
    one, other = figure.read(now), figure.read(before)
    if one is None or other is None:
        return Change(one, other)
    left, right = _number(one), _number(other)
    is_share = figure.unit is Unit.PERCENT
    if is_share:  # between what is shown: of 72.6 and 75.4 people see 73 and 75
        left, right = round(left), round(right)
    delta = timedelta(seconds=left - right) if isinstance(one, timedelta) else left - right
    percent = None if is_share or not right else 100 * (left - right) / right
    return Change(one, other, delta, percent, _is_better(figure, left - right))


def _number(value: float | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _is_better(figure: Figure, delta: float) -> bool | None:
    if figure.better is Better.NEITHER or not delta:
        return None
    return (delta > 0) is (figure.better is Better.MORE)


def said(figure: Figure, value: Value) -> str:
    """The value with its unit, as people read it: ``12 tickets``, ``1 h 5 min``, ``87 %``."""
    if value is None:
        return "none yet" if figure.unit is not Unit.PERCENT else "nothing to count"
    if isinstance(value, timedelta):
        return lasting(value)
    if figure.unit is Unit.PERCENT:
        return f"{value:.0f} %"
    unit = figure.unit.removesuffix("s") if value == 1 else figure.unit
    return f"{value:,} {unit}"


def lasting(span: timedelta) -> str:
    """How long, in two units at most: ``under 1 min``, ``5 min``, ``3 h 20 min``, ``12 d 4 h``.

    A day is one of 24 hours.
    """
    minutes = span // MINUTE
    if minutes < 1:
        return "under 1 min"
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    first = next(place for place, (many, _) in enumerate(parts) if many)
    return " ".join(f"{many} {unit}" for many, unit in parts[first : first + 2] if many)


_HOURS = "Time counts in the desk’s opening hours only."
_OF_TICKET = "Counted under the account, owner and category that the ticket has now."

FIGURES: tuple[Figure, ...] = (
    Figure(
        "opened",
        "Opened",
        Unit.TICKETS,
        "Tickets that were opened in this time, also those that turned out to be no request.",
        Better.NEITHER,
        counted("opened"),
    ),
    Figure(
        "resolved",
        "Resolved",
        Unit.TICKETS,
        "How often a ticket was done: resolved by us or the customer, ended by silence, merged, "
        "a duplicate or no request. One that was resolved twice counts twice.",
        Better.MORE,
        counted("resolved"),
    ),
    Figure(
        "reopened",
        "Reopened",
        Unit.TICKETS,
        "How often a ticket that was done came back, by a word of the customer or by hand.",
        Better.LESS,
        counted("reopened"),
    ),
    Figure(
        "backlog",
        "Backlog",
        Unit.TICKETS,
        "Tickets that were not done at the end of this time, snoozed and waiting ones included.",
        Better.LESS,
        counted("backlog"),
        is_standing=True,
    ),
    Figure(
        "age_p50",
        "Age, half",
        Unit.WALL_TIME,
        "Half of the tickets in the backlog were opened at most so long before the end of this "
        "time, by the clock on the wall. Known of the last 31 days.",
        Better.LESS,
        ranked("age", 50),
        is_standing=True,
    ),
    Figure(
        "age_max",
        "Age, oldest",
        Unit.WALL_TIME,
        "How long before the end of this time the oldest ticket in the backlog was opened, by the "
        "clock on the wall. Known of the last 31 days.",
        Better.LESS,
        ranked("age", 100),
        is_standing=True,
    ),
    Figure(
        "first_p50",
        "First answer, half",
        Unit.BUSINESS_TIME,
        f"Half of the tickets that had their first answer in this time had it so soon. {_HOURS}",
        Better.LESS,
        ranked("first", 50),
    ),
    Figure(
        "first_p90",
        "First answer, 9 of 10",
        Unit.BUSINESS_TIME,
        "Nine of ten tickets that had their first answer in this time had it so soon. " + _HOURS,
        Better.LESS,
        ranked("first", 90),
    ),
    Figure(
        "resolution_p50",
        "Resolution, half",
        Unit.BUSINESS_TIME,
        "Half of what was resolved in this time took at most so long since it was opened, waiting "
        f"for the customer included; without merged ones, duplicates and no requests. {_HOURS}",
        Better.LESS,
        ranked("resolution", 50),
    ),
    Figure(
        "resolution_p90",
        "Resolution, 9 of 10",
        Unit.BUSINESS_TIME,
        "Nine of ten of what was resolved in this time took at most so long since it was opened, "
        "waiting for the customer included; without merged ones, duplicates and no requests. "
        + _HOURS,
        Better.LESS,
        ranked("resolution", 90),
    ),
    Figure(
        "sla",
        "SLA met",
        Unit.PERCENT,
        "Of all that was promised by policy and became due or was done in this time (first and "
        "next answers, resolutions), how much was done in time.",
        Better.MORE,
        share("sla_met", "sla_missed"),
    ),
    Figure(
        "csat",
        "Satisfied",
        Unit.PERCENT,
        "Of those who voted on polls that were sent in this time, how many gave 4 or 5 of 5.",
        Better.MORE,
        share("csat_good", "csat_poor"),
    ),
    Figure(
        "csat_response",
        "Polls answered",
        Unit.PERCENT,
        "Of the polls that were sent in this time, how many have a vote by now.",
        Better.MORE,
        share("csat_voted", "csat_silent"),
    ),
    Figure(
        "escalated",
        "Escalated",
        Unit.TIMES,
        "How often somebody asked a level of the ladder for help.",
        Better.NEITHER,
        counted("escalated"),
    ),
    Figure(
        "hand_offs",
        "Hand-offs",
        Unit.TIMES,
        "How often an escalated ticket went from one hand into another.",
        Better.NEITHER,
        counted("hand_offs"),
    ),
    Figure(
        "bounces",
        "Bounces",
        Unit.TIMES,
        "How often an escalated ticket came back without an answer: asked back, declined, returned "
        "or sent back.",
        Better.LESS,
        counted("bounces"),
    ),
    Figure(
        "accepted_p50",
        "Until a specialist had it, half",
        Unit.BUSINESS_TIME,
        "Half of the escalated tickets that left a level’s hand in this time had lain there at "
        f"most so long before somebody took them. {_HOURS}",
        Better.LESS,
        ranked("in_level", 50),
    ),
    Figure(
        "specialist_p50",
        "In a specialist’s hand, half",
        Unit.BUSINESS_TIME,
        "Half of the escalated tickets that left a specialist’s hand in this time had been there "
        f"at most so long. {_HOURS}",
        Better.LESS,
        ranked("in_specialist", 50),
    ),
    Figure(
        "promises",
        "Promises kept",
        Unit.PERCENT,
        "Of the updates that were promised to customers and became due or were given in this "
        "time, how many came by then.",
        Better.MORE,
        share("promises_kept", "promises_broken"),
    ),
    Figure(
        "knowledge",
        "Knowledge used",
        Unit.TIMES,
        "How often an article was sent to a customer, or helped, of those looked for in this time "
        "for a ticket.",
        Better.MORE,
        counted("knowledge"),
    ),
)

BY_KEY: Mapping[str, Figure] = MappingProxyType({each.key: each for each in FIGURES})
