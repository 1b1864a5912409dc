"""Reads opening hours as people write them: ``weekdays = "09:00-12:30, 13:30-18:00"``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from bot.rules import calendar
from storage.records.hours import DAY, Hours, Span

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEVERAL = {"weekdays": DAYS[:5], "weekend": DAYS[5:], "every_day": DAYS}
OTHERS = ("zone", "always", "holidays", "closed")
KEYS = (*DAYS, *SEVERAL, *OTHERS)
_SPAN = re.compile(r"(\d{1,2})(?::?(\d\d))?\s*(?:-|–|to)\s*(\d{1,2})(?::?(\d\d))?")
_NOBODY = ("", "closed", "none", "-")


class NotHours(ValueError):
    """What was written is no hours; ``mend`` says how to write it."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.mend = mend


def read_hours(told: Mapping[str, Any]) -> Hours:
    """The hours that a table of settings means. Raises NotHours.

    A day that is named alone goes before the days it is named among. ``always = true`` is round the
    clock; days that nobody names are closed, or Monday to Friday from nine to five if none is.
    """
    for name in told:
        if name not in KEYS:
            near = get_close_matches(name, KEYS, 1)
            mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(KEYS)}"
            raise NotHours(f"knows no {name}", mend)
    return Hours(
        zone=_zone(told.get("zone", "UTC")),
        week=_week(told),
        country=_country(told.get("holidays", "")),
        closed=frozenset(_day(each) for each in told.get("closed", ())),
    )


def _week(told: Mapping[str, Any]) -> tuple[tuple[Span, ...], ...]:
    if told.get("always"):
        return Hours.always().week
    spans: dict[str, tuple[Span, ...]] = {}
    for name in (*SEVERAL, *DAYS):  # what is said of one day goes last
        if name in told:
            spans |= dict.fromkeys(SEVERAL.get(name, (name,)), _spans(name, told[name]))
    if not spans:
        return Hours().week
    week = tuple(spans.get(day, ()) for day in DAYS)
    if not any(week):
        raise NotHours("never opens", "name the hours of at least one day")
    return week


def _spans(name: str, told: Any) -> tuple[Span, ...]:
    parts = told if isinstance(told, list) else str(told).split(",")
    words = [str(part).strip() for part in parts]
    if all(word.lower() in _NOBODY for word in words):
        return ()
    return tuple(sorted(_span(name, word) for word in words))


def _span(name: str, word: str) -> Span:
    found = _SPAN.fullmatch(word)
    if found is None:
        raise NotHours(
            f"has no such hours on {name} ({word[:40]})",
            'write them as "09:00-17:00", several parted by commas',
        )
    from_hour, from_minute, to_hour, to_minute = (int(part or 0) for part in found.groups())
    opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if opens >= DAY or closes > DAY or from_minute > 59 or to_minute > 59:
        raise NotHours(
            f"has no such time on {name} ({word[:40]})", "a day goes from 00:00 to 24:00"
        )
    return opens, closes % DAY if opens else closes


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(str(name)).key
    except (KeyError, OSError, ValueError):
        mend = "give a name such as Europe/Berlin or America/New_York"
        raise NotHours(f"knows no time zone {str(name)[:40]}", mend) from None


def _country(told: Any) -> str:
    code = str(told).strip().upper()
    try:
        if code:
            calendar.check_country(code)
    except ValueError:
        mend = "give a country as DE, or a part of one as DE-BE (ISO 3166)"
        raise NotHours(f"knows no holidays of {code[:40]}", mend) from None
    return code


def _day(told: Any) -> date:
    try:
        return told if isinstance(told, date) else date.fromisoformat(str(told).strip())
    except ValueError:
        mend = 'write each day as "2026-12-24"'
        raise NotHours(f"is closed on no such day ({str(told)[:40]})", mend) from None
