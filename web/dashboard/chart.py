"""Charts as drawings: what is told by numbers becomes places on paper, in a template's hands.

All lengths are in the drawing's own units; pages scale it to the room that they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from math import ceil

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 14, 40
MOST_LABELS = 5
_ROOM = WIDTH - LEFT - RIGHT
_TALL = HEIGHT - TOP - BOTTOM
_MINUTES, _HOURS, _DAYS = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Series:
    """A row of values, one for each step, None where there is nothing to tell.

    ``said`` are the same in words. Durations are in seconds.
    """

    name: str
    values: tuple[float | None, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One value: a bar with its upper left corner at (x, y), or a dot there without a size."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series on paper; ``lines`` are the polylines between dots, broken where nothing is told."""

    name: str
    marks: tuple[Mark, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what stands there."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``unit`` is what the axis counts; ``rows`` is the table under it: a step, then its values."""

    key: str
    title: str
    unit: str
    is_bars: bool
    drawn: tuple[Drawn, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to draw."""
        return not any(each.marks for each in self.drawn)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chart is about. ``steps`` are each a short and a long word."""

    key: str
    title: str
    unit: str
    steps: tuple[tuple[str, str], ...]


def bars(frame: Frame, *series: Series) -> Chart:
    """Bars side by side."""
    return _chart(frame, series, is_bars=True)


def lines(frame: Frame, *series: Series) -> Chart:
    """Lines with a dot for each value."""
    return _chart(frame, series, is_bars=False)


def _chart(frame: Frame, series: Sequence[Series], *, is_bars: bool) -> Chart:
    values = [value for each in series for value in each.values if value is not None]
    size, unit = _scale(max(values, default=0), frame.unit)
    top = _round_up(max(values, default=0) / size)
    paper = _Paper(frame.steps, len(series), top * size)
    drawn = tuple(paper.drawn(n, each, is_bars=is_bars) for n, each in enumerate(series))
    up = tuple(Tick(paper.y(top * n / 4 * size), _number(top * n / 4)) for n in range(5))
    rows = tuple(
        (step, *(each.said[n] for each in series)) for n, (_, step) in enumerate(frame.steps)
    )
    across = paper.across()
    return Chart(frame.key, frame.title, unit, is_bars, drawn, across, up, rows)


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where things go, ``top`` being the highest value that there is room for."""

    steps: tuple[tuple[str, str], ...]
    series: int
    top: float

    @property
    def step(self) -> float:
        return _ROOM / max(len(self.steps), 1)

    def y(self, value: float) -> float:
        return round(TOP + _TALL * (1 - value / self.top), 1)

    def across(self) -> tuple[Tick, ...]:
        """Few enough labels that they do not touch, on a phone either."""
        every = ceil(len(self.steps) / MOST_LABELS) or 1
        return tuple(
            Tick(round(LEFT + (n + 0.5) * self.step, 1), short)
            for n, (short, _) in enumerate(self.steps)
            if n % every == 0
        )

    def drawn(self, n: int, series: Series, *, is_bars: bool) -> Drawn:
        """The ``n``th series."""
        words = [f"{long}: {said}, {series.name}" for (_, long), said in self._told(series)]
        place = self._bar if is_bars else self._dot
        marks = [
            None if value is None else place(n, at, value, words[at])
            for at, value in enumerate(series.values)
        ]
        there = tuple(mark for mark in marks if mark is not None)
        return Drawn(series.name, there, () if is_bars else _between(marks))

    def _told(self, series: Series) -> Iterator[tuple[tuple[str, str], str]]:
        return zip(self.steps, series.said, strict=True)

    def _bar(self, n: int, at: int, value: float, words: str) -> Mark:
        gap = self.step * 0.18
        width = (self.step - 2 * gap) / self.series
        x, y = LEFT + at * self.step + gap + n * width, self.y(value)
        return Mark(round(x, 1), y, round(width, 1), round(TOP + _TALL - y, 1), words)

    def _dot(self, _: int, at: int, value: float, words: str) -> Mark:
        return Mark(round(LEFT + (at + 0.5) * self.step, 1), self.y(value), 0, 0, words)


def _between(marks: Iterable[Mark | None]) -> tuple[str, ...]:
    """The dots of each stretch without a gap, as a polyline has them."""
    stretches = groupby(marks, key=lambda mark: mark is None)
    return tuple(
        " ".join(f"{mark.x},{mark.y}" for mark in stretch if mark is not None)
        for is_gap, stretch in stretches
        if not is_gap
    )


def _scale(most: float, unit: str) -> tuple[float, str]:
    """How many seconds, or things, the axis counts as one, and what they are called."""
    if unit != SECONDS:
        return 1.0, unit
    for size, name in ((_DAYS, "days"), (_HOURS, "hours")):
        if most >= 2 * size:
            return size, name
    return _MINUTES, "minutes"


SECONDS = "seconds"
_NICE = (4, 8, 12, 16, 20, 24, 32, 40, 60, 80, 100)


def _round_up(most: float) -> float:
    """A round number of at least that, a quarter of which is round, too."""
    size = 1.0
    while most > _NICE[-1] * size:
        size *= 10
    return next(nice * size for nice in map(float, _NICE) if nice * size >= most)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def seconds(value: object) -> float | None:
    """A duration, or nothing, as a chart takes it."""
    return value.total_seconds() if isinstance(value, timedelta) else None
