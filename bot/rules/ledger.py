"""Why something is due then: the lines of the ledger, and what lay between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules import calendar
from storage.records.clocks import Clock, Entry, Step
from storage.records.hours import DAY, Hours, Span

COUNTED, CLOSED, DUE = "counted", "closed", "due"
LATE = timedelta(minutes=5)
MOST_LINES = 24
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_RUNS_AFTER = frozenset({Step.BEGAN, Step.RESUMED, Step.CHANGED, Step.WARNED, Step.MISSED})


@dataclass(frozen=True, slots=True)
class Line:
    """A step ``at`` a moment, or a stretch ``until`` another; ``used`` of its time by its end.

    ``what`` is a Step, or COUNTED, CLOSED or DUE. ``noticed_at`` is set where that was late.
    """

    at: datetime
    what: str
    used: str
    until: datetime | None = None
    why: str = ""
    policy: str = ""
    noticed_at: datetime | None = None


def unfolded(clock: Clock, entries: Sequence[Entry], hours: Hours, now: datetime) -> list[Line]:
    """All that explains when a clock is due, oldest first; of very much the latest part.

    ``entries`` are the ticket's. Of a clock that began several times only the last time counts.
    """
    own = [each for each in entries if each.goal is clock.goal]
    begins = [place for place, each in enumerate(own) if each.step is Step.BEGAN]
    own = own[begins[-1] :] if begins else own
    return list(_lines(clock, own, hours, now))[-MOST_LINES:]


def _lines(clock: Clock, entries: Sequence[Entry], hours: Hours, now: datetime) -> Iterator[Line]:
    for place, entry in enumerate(entries):
        yield _step(entry)
        is_last = place + 1 == len(entries)
        if is_last and not clock.is_running:
            return
        until = _end(clock, now) if is_last else entries[place + 1].at
        if entry.step in _RUNS_AFTER:
            yield from _stretches(entry, until, hours)
    if clock.is_running and clock.due_at and clock.due_at >= now:
        yield Line(clock.due_at, DUE, said(clock.span))


def _end(clock: Clock, now: datetime) -> datetime:
    """Up to when a clock that runs is told of: until it is due, or now, where that is past."""
    return max(clock.due_at or now, now) if clock.missed_at else clock.due_at or now


def _step(entry: Entry) -> Line:
    late = entry.noticed_at if entry.noticed_at - entry.at > LATE else None
    return Line(
        entry.at, entry.step, said(entry.spent), why=entry.why, policy=entry.policy, noticed_at=late
    )


def _stretches(entry: Entry, until: datetime, hours: Hours) -> Iterator[Line]:
    """Open and closed hours in turn; what was used up by the end of each open one."""
    at, used = entry.at, entry.spent
    for opens, closes in calendar.open_spans(entry.at, until, hours):
        if opens > at:
            yield Line(at, CLOSED, said(used), opens)
        used += closes - opens
        yield Line(opens, COUNTED, said(used), closes)
        at = closes
    if until > at:
        yield Line(at, CLOSED, said(used), until)


def said(span: timedelta) -> str:
    """``3 h 20 min``."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "")
    return " ".join(filter(None, parts))


def said_hours(hours: Hours) -> str:
    """``Mon to Fri 09:00-17:00, Europe/Berlin``."""
    if all((0, 0) in day for day in hours.week):
        return "round the clock, every day"
    runs: list[tuple[int, int]] = []
    for day, spans in enumerate(hours.week):
        if runs and hours.week[runs[-1][0]] == spans:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    told = [
        f"{_days(first, last)} {', '.join(map(_span, hours.week[first]))}"
        for first, last in runs
        if hours.week[first]
    ]
    holidays = ", closed on holidays" if hours.country or hours.closed else ""
    return f"{'; '.join(told)}, {hours.zone}{holidays}"


def _days(first: int, last: int) -> str:
    return _NAMES[first] if first == last else f"{_NAMES[first]} to {_NAMES[last]}"


def _span(span: Span) -> str:
    opens, closes = span[0], span[1] if span[1] > span[0] else span[1] + DAY
    return f"{opens // 60:02}:{opens % 60:02}-{closes % DAY // 60:02}:{closes % 60:02}"
