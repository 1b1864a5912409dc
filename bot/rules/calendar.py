"""Opening hours: when a first answer can be promised for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.records.workspaces import Hours

_DAY = 24 * 60
_SATURDAY = 5
_NONE = timedelta()


def add_open_time(start: datetime, span: timedelta, hours: Hours) -> datetime:
    """The UTC instant at which ``span`` of open time has passed since ``start`` (aware).

    A span that ends with the day ends at closing time, not at the next opening. No span, no change.
    """
    left = span
    end = start.astimezone(UTC)
    for opens, closes in _spans(start, hours):
        if left <= _NONE:
            break
        begin = max(opens, start)
        end = min(closes, begin + left)
        left -= end - begin
    return end


def opens_next(at: datetime, hours: Hours) -> datetime:
    """The first open UTC instant at or after ``at`` (aware): ``at`` itself while it is open."""
    opens, _ = next(_spans(at, hours))
    return max(opens, at.astimezone(UTC))


def is_open(at: datetime, hours: Hours) -> bool:
    """True from the minute of opening up to, not including, that of closing."""
    return opens_next(at, hours) == at


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


def _spans(since: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Open spans in UTC that end after ``since``, in order, without end."""
    zone = zone_of(hours)
    # A night shift that began the day before may still be open.
    day = since.astimezone(zone).date() - timedelta(days=1)
    while True:
        if day.weekday() < _SATURDAY:
            opens, closes = _span_of(day, hours, zone)
            if closes > max(opens, since):
                yield opens, closes
        day += timedelta(days=1)


@lru_cache(maxsize=1024)
def _span_of(day: date, hours: Hours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Hours that close before they open go past midnight; equal ones are a whole day."""
    closes = hours.closes if hours.closes > hours.opens else hours.closes + _DAY
    return _instant(day, hours.opens, zone), _instant(day, closes, zone)


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Wall time to UTC: what the clock shows counts, so a day of 23 hours opens at nine as well."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)
