"""Times as people read them: in their own zone, near days by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def local(epoch: float, zone: ZoneInfo) -> datetime:
    """Epoch seconds as a datetime in ``zone``."""
    return datetime.fromtimestamp(epoch, UTC).astimezone(zone)


def clock_time(at: datetime) -> str:
    """``9:05 AM``, as Slack writes it."""
    return f"{(at.hour % 12) or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def ordinal(day: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    ending = "th" if day % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _near(at: datetime, now: datetime) -> str | None:
    days = (at.date() - now.astimezone(at.tzinfo).date()).days
    return {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get(days)


def day_name(at: datetime, now: datetime) -> str:
    """The words on the line between days."""
    return _near(at, now) or f"{at:%A}, {at:%B} {ordinal(at.day)}"


def ago(at: datetime, now: datetime) -> str:
    """``3 minutes ago``, ``2 days ago``."""
    seconds = int((now - at).total_seconds())
    if abs(seconds) < 60:
        return "just now"
    size, word = next(
        (s, w) for s, w in ((86400, "day"), (3600, "hour"), (60, "minute")) if abs(seconds) >= s
    )
    count = abs(seconds) // size
    text = f"{count} {word}{'s' if count != 1 else ''}"
    return f"{text} ago" if seconds > 0 else f"in {text}"


def _long(at: datetime) -> str:
    return f"{at:%A}, {at:%B} {ordinal(at.day)}, {at.year}"


def _short(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year}"


def _date(at: datetime) -> str:
    return f"{at:%B} {ordinal(at.day)}, {at.year}"


_Word = Callable[[datetime, datetime], str]
_WORDS: dict[str, _Word] = {
    "date_num": lambda at, now: f"{at:%Y-%m-%d}",
    "date_slash": lambda at, now: f"{at:%m/%d/%Y}",
    "date": lambda at, now: _date(at),
    "date_short": lambda at, now: _short(at),
    "date_long": lambda at, now: _long(at),
    "date_long_full": lambda at, now: _long(at),
    "date_pretty": lambda at, now: (_near(at, now) or "").lower() or _date(at),
    "date_short_pretty": lambda at, now: (_near(at, now) or "").lower() or _short(at),
    "date_long_pretty": lambda at, now: (_near(at, now) or "").lower() or _long(at),
    "day_divider_pretty": day_name,
    "time": lambda at, now: clock_time(at),
    "time_secs": lambda at, now: clock_time(at).replace(" ", f":{at:%S} "),
    "ago": ago,
}


def fill(pattern: str, at: datetime, now: datetime) -> str:
    """Slack's date pattern, such as ``{date_short_pretty} at {time}``, begun with a capital."""
    text = re.sub(
        r"\{(\w+)\}", lambda m: _WORDS[m[1]](at, now) if m[1] in _WORDS else m[0], pattern
    )
    return text[:1].upper() + text[1:] if pattern.startswith("{") else text


def next_morning(now: datetime, zone: ZoneInfo) -> timedelta:
    """How long until it is next nine o'clock in ``zone``."""
    here = now.astimezone(zone)
    nine = here.replace(hour=9, minute=0, second=0, microsecond=0)
    if nine <= here:
        nine = (nine + timedelta(days=1)).replace(hour=9)
    return nine.astimezone(UTC) - now
