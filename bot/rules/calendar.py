"""Business time: how much of it passes between two moments, and when so much will have passed.

Open time is the union of the week's spans less the days that are closed. What the clock on the wall
shows counts: a day of 23 hours opens at nine as well, and a night that loses an hour is an hour
shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from storage.records.hours import DAY, Hours

Open = tuple[datetime, datetime]

_NONE = timedelta()
_ONE_DAY = timedelta(days=1)
_PIECE = timedelta(days=14)
_NEVER = (datetime.min.replace(tzinfo=UTC),) * 2


def add_open_time(start: datetime, span: timedelta, hours: Hours) -> datetime:
    """The UTC instant at which ``span`` of open time has passed since ``start`` (aware).

    A span that ends with the day ends at closing time, not at the next opening. No span, no change.
    """
    left = span
    end = start.astimezone(UTC)
    if left <= _NONE:
        return end
    for opens, closes in _spans(start, hours):
        begin = max(opens, start)
        end = min(closes, begin + left)
        left -= end - begin
        if left <= _NONE:
            break
    return end


def open_time(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How much open time passes between two aware moments; negative if ``end`` is the earlier."""
    if end < start:
        return -open_time(end, start, hours)
    passed = _NONE
    for opens, closes in _spans(start, hours):
        if opens >= end:
            break
        passed += min(closes, end) - max(opens, start)
    return passed


def open_spans(start: datetime, end: datetime, hours: Hours) -> Iterator[Open]:
    """The open stretches between two aware moments, in UTC and in order, cut at both."""
    for opens, closes in _spans(start, hours):
        if opens >= end or end <= start:
            break
        yield max(opens, start), min(closes, end)


def opens_next(at: datetime, hours: Hours) -> datetime:
    """The first open UTC instant at or after ``at`` (aware): ``at`` itself while it is open."""
    opens, _ = next(_spans(at, hours))
    return max(opens, at.astimezone(UTC))


def closes_next(at: datetime, hours: Hours) -> datetime:
    """When the span ends that is open at ``at`` (aware), else the next one. UTC."""
    _, closes = next(_spans(at, hours))
    return closes


def is_open(at: datetime, hours: Hours) -> bool:
    """True from the minute of opening up to, not including, that of closing."""
    return opens_next(at, hours) == at


def is_working_day(day: date, hours: Hours) -> bool:
    """True when somebody begins to work on that day."""
    return bool(hours.week[day.weekday()]) and not _is_closed(day, hours)


def zone_of(hours: Hours) -> ZoneInfo:
    """The zone of these hours; UTC when there is no such zone, so that a slip costs no promise."""
    return zone_named(hours.zone)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The zone of that name, UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, a folder, or no name at all
        return ZoneInfo("UTC")


def _spans(since: datetime, hours: Hours) -> Iterator[Open]:
    """Open spans in UTC that end after ``since``, in order, without end.

    They are apart, but what never closes comes in pieces.
    """
    zone, opening = zone_of(hours), _opening(hours)
    # A night shift that began the day before may still be open.
    day = since.astimezone(zone).date() - _ONE_DAY
    held = _NEVER
    while True:
        for opens, closes in opening(day):
            if closes <= held[1]:
                continue
            if opens <= held[1] < held[0] + _PIECE:
                held = held[0], closes
                continue
            if held[1] > since:
                yield held
            held = max(opens, held[1]), closes
        day += _ONE_DAY


@lru_cache(maxsize=256)
def _opening(hours: Hours) -> Callable[[date], tuple[Open, ...]]:
    """What begins on each day. Hours are hashed once for many days: that costs most of it all."""
    return lru_cache(maxsize=2048)(partial(_spans_of, hours=hours, zone=zone_of(hours)))


def _spans_of(day: date, hours: Hours, zone: ZoneInfo) -> tuple[Open, ...]:
    """What begins on a day, in UTC; what goes past midnight is cut where a closed day begins."""
    found = []
    for opens, closes in sorted(hours.week[day.weekday()]):
        until = closes if closes > opens else closes + DAY
        parts = ((day, opens, min(until, DAY)), (day + _ONE_DAY, 0, until - DAY))
        found += [
            (_instant(on, begin, zone), _instant(on, end, zone))
            for on, begin, end in parts
            if end > begin and not _is_closed(on, hours)
        ]
    return tuple((opens, closes) for opens, closes in found if closes > opens)


def _is_closed(day: date, hours: Hours) -> bool:
    return day in hours.closed or bool(hours.country and _is_holiday(day, hours.country))


@lru_cache(maxsize=4096)
def _is_holiday(day: date, country: str) -> bool:
    return day in _holidays(country, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a part of it. Raises ValueError for no country."""
    import holidays  # noqa: PLC0415 - it is large, and many desks have none

    code, _, part = country.upper().partition("-")
    try:
        return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))
    except NotImplementedError as error:
        raise ValueError(f"there is no country or part of one like {country}") from error


def check_country(country: str) -> None:
    """Raises ValueError for a country, or part of one, whose holidays nobody knows."""
    _holidays(country, 2026)


@lru_cache(maxsize=4096)
def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Wall time to UTC."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)
