"""The first page: every figure beside that of the time before, and how it went day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from bot.rules.figures import BY_KEY, FIGURES, Figure, Unit, compared, said
from bot.rules.tallies import Value
from bot.usecases import figures
from bot.usecases.figures import By, Line, Report
from storage.unit import Unit as Transaction
from web.dashboard import behind, worded
from web.dashboard.asked import Asked
from web.dashboard.chart import SECONDS, Chart, Frame, Series, bars, lines, seconds

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Work": ("opened", "resolved", "reopened", "backlog", "age_p50", "age_max"),
        "How soon": ("first_p50", "first_p90", "resolution_p50", "resolution_p90"),
        "Promises": ("sla", "promises"),
        "Customers": ("csat", "csat_response", "knowledge"),
        "Escalation": ("escalated", "hand_offs", "bounces", "accepted_p50", "specialist_p50"),
    }
)
# Each chart: how it is drawn, its title, and the figures in it with what they are called there.
CHARTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("bars", "Opened and resolved tickets", (("opened", "opened"), ("resolved", "resolved"))),
    ("lines", "Backlog at the end", (("backlog", "not done"),)),
    ("lines", "Time to the first answer", (("first_p50", "half"), ("first_p90", "9 of 10"))),
    ("lines", "SLA met and satisfied customers", (("sla", "SLA met"), ("csat", "satisfied"))),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One figure as it is shown: now, before, what changed, and where its tickets are.

    ``is_none``: there is nothing of which to tell it.
    """

    figure: Figure
    now: str
    before: str
    changed: str
    judged: str
    link: str
    is_none: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All of the page; ``is_empty``: nothing happened and nothing waits.

    ``is_so_far``: the days are not over yet, those before are.
    """

    days: str
    before_days: str
    groups: tuple[tuple[str, tuple[Card, ...]], ...]
    charts: tuple[Chart, ...]
    is_empty: bool
    is_so_far: bool


def read(unit: Transaction, asked: Asked, now: datetime) -> Overview:
    """What the page shows of the days and tickets that are asked for."""
    report = figures.read(unit, asked.span, now=now, by=asked.step, where=asked.where)
    before = figures.read(unit, asked.span.before(), now=now, where=asked.where)
    return Overview(
        worded.days(report.span),
        worded.days(before.span),
        _groups(asked, report, before),
        tuple(_chart(report, *each) for each in CHARTS) if len(report.lines) > 1 else (),
        is_empty=not any(report.total.tally.counts.values()) and not report.total.tally.lasted,
        is_so_far=asked.span.until > now,
    )


def _groups(asked: Asked, now: Report, before: Report) -> tuple[tuple[str, tuple[Card, ...]], ...]:
    named = {key for keys in GROUPS.values() for key in keys}
    rest = tuple(each.key for each in FIGURES if each.key not in named)
    groups = {**GROUPS, "More": rest} if rest else GROUPS
    return tuple(
        (title, tuple(_card(asked, BY_KEY[key], now, before) for key in keys if key in BY_KEY))
        for title, keys in groups.items()
    )


def _card(asked: Asked, figure: Figure, now: Report, before: Report) -> Card:
    change = compared(figure, now.total.tally, before.total.tally)
    return Card(
        figure,
        said(figure, change.now),
        said(figure, change.before),
        worded.changed(figure, change),
        worded.judged(change),
        behind.link(asked, figure, change.now),
        is_none=change.now is None,
    )


def _chart(report: Report, kind: str, title: str, shown: Sequence[tuple[str, str]]) -> Chart:
    steps = tuple(_step(report.by, line.key) for line in report.lines)
    rows = [_series(BY_KEY[key], name, report.lines) for key, name in shown]
    key, unit = shown[0][0], BY_KEY[shown[0][0]].unit
    counted = SECONDS if unit in (Unit.BUSINESS_TIME, Unit.WALL_TIME) else unit
    frame = Frame(key, f"{title}, by {report.by}", counted, steps)
    return (bars if kind == "bars" else lines)(frame, *rows)


def _step(by: By, first: object) -> tuple[str, str]:
    assert isinstance(first, date)  # noqa: S101 - the key of a day, week or month
    return worded.step(by, first), worded.step_in_full(by, first)


def _series(figure: Figure, name: str, rows: Sequence[Line]) -> Series:
    values = [row.value(figure) for row in rows]
    return Series(
        name,
        tuple(_drawable(value) for value in values),
        tuple(said(figure, value) for value in values),
    )


def _drawable(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else seconds(value)
