"""How a ticket's clocks lie in its own row: read with it, saved with it, under its version."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from storage import quickjson
from storage.base import EPOCH, MICROSECOND
from storage.records.clocks import Clock, ClockState, Goal

NOTHING = "[]"

_GOALS = {str(goal): goal for goal in Goal}
_STATES = {str(state): state for state in ClockState}


def _span(value: timedelta) -> int:
    return value // MICROSECOND


def _instant(value: datetime | None) -> int | None:
    return None if value is None else (value - EPOCH) // MICROSECOND


def _to_span(value: int) -> timedelta:
    return timedelta(microseconds=value)


def _to_instant(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


def _row(clock: Clock) -> list[Any]:
    times = (clock.since, clock.warn_at, clock.due_at, clock.warned_at, clock.missed_at)
    return [
        clock.goal,
        clock.policy,
        clock.state,
        _span(clock.span),
        _span(clock.spent),
        _instant(clock.began_at),
        *map(_instant, (*times, clock.ended_at)),
    ]


def _clock(row: list[Any]) -> Clock:
    goal, policy, state, span, spent, *times = row
    began_at, since, warn_at, due_at, warned_at, missed_at, ended_at = map(_to_instant, times)
    return Clock(
        goal=_GOALS[goal],
        policy=policy,
        span=_to_span(span),
        began_at=began_at or EPOCH,
        state=_STATES[state],
        spent=_to_span(spent),
        since=since,
        warn_at=warn_at,
        due_at=due_at,
        warned_at=warned_at,
        missed_at=missed_at,
        ended_at=ended_at,
    )


# What was written or read last: a ticket's card is drawn right after its clocks were written, and a
# step reads its ticket several times.
_known: dict[str, tuple[Clock, ...]] = {}
MOST_KNOWN = 512  # under 1 MB


def _remembered(text: str, clocks: tuple[Clock, ...]) -> tuple[Clock, ...]:
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[text] = clocks
    return clocks


def _clocks(text: str) -> tuple[Clock, ...]:
    return _known.get(text) or _remembered(text, tuple(map(_clock, quickjson.read(text))))


class ClockTexts(TypeDecorator[tuple[Clock, ...]]):
    """Clocks as compact JSON text; spans and instants in microseconds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Clock, ...] | None, dialect: Dialect) -> str:
        if not value:
            return NOTHING
        text = quickjson.text([_row(each) for each in value])
        _remembered(text, tuple(value))
        return text

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Clock, ...]:
        return () if value is None or value == NOTHING else _clocks(value)
