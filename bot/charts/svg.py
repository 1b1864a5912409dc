"""A chart as SVG: bars on a light card of its own, which is readable on light and dark Slack."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bot.charts.chart import Chart, said

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 104, 52  # around the bars
FONT = "Inter"
CARD, EDGE, GRID = "#f8f8fa", "#d3d6dc", "#dfe2e8"
INK, FAINT = "#1d1c1d", "#54585f"
COLORS = ("#1264a3", "#2b8a5f", "#b8860b")
"""Told apart by those who do not see red and green, too; each at 4.5:1 or nearly on the card."""

LETTER = 0.6  # of the size of the font: a little more than Inter's letters have on average
GAP = 0.28  # of the room of a label: what stays free between its bars and the next
STEPS = 4
MOST_TITLE, MOST_LABEL = 60, 12


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places on the card: 0 lies at the bottom, ``top`` is the last line."""

    top: float
    step: float

    def y(self, value: float) -> float:
        room = HEIGHT - TOP - BOTTOM
        return HEIGHT - BOTTOM - room * value / self.top


def drawn(chart: Chart) -> str:
    """The whole picture; ``bot.charts.png`` makes pixels of it."""
    scale = _scale(chart.highest)
    parts = [*_frame(chart), *_grid(scale), *_legend(chart), *_bars(chart, scale), *_labels(chart)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}">{"".join(parts)}</svg>'
    )


def _scale(highest: float) -> Scale:
    """Lines at round numbers, and whole ones where little is counted."""
    rough = max(highest, 1) / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough)
    step = max(step, 1.0) if highest == int(highest) else step
    return Scale(step * max(1, math.ceil(highest / step)), step)


def _frame(chart: Chart) -> Iterator[str]:
    yield (
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="14" fill="{CARD}"'
        f' stroke="{EDGE}" stroke-width="2"/>'
    )
    yield _text(28, 42, _short(chart.title, MOST_TITLE), size=22, ink=INK, weight=600)
    yield _text(28, 70, f"in {_short(chart.unit, MOST_TITLE)}", size=15, ink=FAINT)


def _grid(scale: Scale) -> Iterator[str]:
    for number in range(round(scale.top / scale.step) + 1):
        value = number * scale.step
        y = scale.y(value)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GRID}" stroke-width="1"/>'
        yield _text(LEFT - 10, y + 5, said(value), size=14, ink=FAINT, anchor="end")


def _legend(chart: Chart) -> Iterator[str]:
    """From the right edge, beside the unit; the last kind stands outermost."""
    x = float(WIDTH - RIGHT)
    for each, color in reversed(list(zip(chart.series, COLORS, strict=False))):
        name = _short(each.name, MOST_TITLE // 3)
        x -= len(name) * 15 * LETTER
        yield _text(x, 70, name, size=15, ink=INK)
        x -= 20
        yield f'<rect x="{x:.1f}" y="58" width="13" height="13" rx="3" fill="{color}"/>'
        x -= 22


def _bars(chart: Chart, scale: Scale) -> Iterator[str]:
    room, many = _room(chart), max(1, len(chart.series))
    width = room * (1 - GAP) / many
    for number, each in enumerate(chart.series):
        for place, value in enumerate(each.values):
            x = LEFT + room * (place + GAP / 2) + width * number
            yield from _bar(scale, value, (x, width), COLORS[number % len(COLORS)])


def _bar(scale: Scale, value: float | None, at: tuple[float, float], color: str) -> Iterator[str]:
    if value is None:
        return
    (x, width), y = at, scale.y(value)
    height = max(HEIGHT - BOTTOM - y, 1.5)  # none at all is seen, too
    yield (
        f'<rect x="{x + 1:.1f}" y="{HEIGHT - BOTTOM - height:.1f}" width="{width - 2:.1f}"'
        f' height="{height:.1f}" rx="{min(3, width / 4):.1f}" fill="{color}"/>'
    )
    if len(said(value)) * 12 * LETTER <= width + 4:
        yield _text(x + width / 2, y - 5, said(value), size=12, ink=INK, anchor="middle")


def _labels(chart: Chart) -> Iterator[str]:
    """As many as there is room for; always the last, which is the one that people look for."""
    room = _room(chart)
    longest = max((len(_short(each, MOST_LABEL)) for each in chart.labels), default=1)
    every = max(1, math.ceil((longest * 13 * LETTER + 6) / room))
    for place, label in enumerate(chart.labels):
        if (len(chart.labels) - 1 - place) % every:
            continue
        x = LEFT + room * (place + 0.5)
        words = _short(label, MOST_LABEL)
        yield _text(x, HEIGHT - BOTTOM + 24, words, size=13, ink=FAINT, anchor="middle")


def _room(chart: Chart) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(chart.labels))


def _text(
    x: float, y: float, words: str, *, size: int, ink: str, anchor: str = "start", weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{ink}"'
        f' text-anchor="{anchor}">{escape(words)}</text>'
    )


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
