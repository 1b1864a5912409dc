"""Figures in words: what changed since the span before, and which days are meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from bot.rules.figures import Change, Figure, Unit, lasting
from bot.rules.spans import Span
from bot.usecases.figures import By

MINUS = "−"
MOST_PERCENT = 1_000
_JUDGED: Mapping[bool | None, str] = MappingProxyType({True: "better", False: "worse", None: ""})


def judged(change: Change) -> str:
    """``better``, ``worse``, or ``""``: said in words, not by a colour alone."""
    return _JUDGED[change.is_better]


def changed(figure: Figure, change: Change) -> str:
    """Against before: ``+3 (+12 %)``, ``−20 min``, ``+4 points``; ``""`` where one is lacking."""
    delta = change.delta
    if delta is None:
        return ""
    if isinstance(delta, timedelta):
        return "the same" if not delta else _sign(delta.total_seconds()) + lasting(abs(delta))
    if not delta:
        return "the same"
    if figure.unit is Unit.PERCENT:
        return f"{_sign(delta)}{abs(delta)} {'point' if abs(delta) == 1 else 'points'}"
    return f"{_sign(delta)}{abs(delta):,}{_percent(change.percent)}"


def _percent(part: float | None) -> str:
    """Beside a count; of what was next to nothing before it would say nothing."""
    if part is None or abs(part) >= MOST_PERCENT:
        return ""
    return f" ({_sign(part)}{abs(part):.0f} %)"


def _sign(number: float) -> str:
    return "+" if number > 0 else MINUS


def days(span: Span) -> str:
    """``Wed 4 Mar 2026``, or ``Thu 26 Feb to Wed 4 Mar 2026``."""
    if span.first == span.last:
        return f"{span.first:%a %-d %b %Y}"
    year = "" if span.first.year == span.last.year else f" {span.first.year}"
    return f"{span.first:%a %-d %b}{year} to {span.last:%a %-d %b %Y}"


def step(by: By, first: date) -> str:
    """A day, week or month on an axis: ``4 Mar``, ``Mar 2026``."""
    return f"{first:%b %Y}" if by is By.MONTH else f"{first:%-d %b}"


def step_in_full(by: By, first: date) -> str:
    """The same in a table."""
    match by:
        case By.MONTH:
            return f"{first:%B %Y}"
        case By.WEEK:
            return f"Week of {first:%-d %b %Y}"
    return f"{first:%a %-d %b %Y}"
