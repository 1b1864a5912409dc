"""When people mean: ``tomorrow 9am``, ``2d``, ``next monday``, in the zone of whoever says it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Refused
from bot.rules import calendar

EXAMPLES = "`2d`, `3h`, `tomorrow 9am`, `next monday`, `friday 14:00` or `2026-12-01`"
LONGEST = timedelta(days=366)
EARLIEST = 7  # o'clock: a smaller number alone may mean the afternoon

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_UNITS = {
    "minutes": ("m", "min", "mins", "minute", "minutes"),
    "hours": ("h", "hr", "hrs", "hour", "hours"),
    "days": ("d", "day", "days"),
    "weeks": ("w", "wk", "wks", "week", "weeks"),
    "months": ("mo", "month", "months"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}
_HOURS_OF = {"noon": 12 * 60, "midday": 12 * 60, "afternoon": 14 * 60, "evening": 18 * 60}
_PRESETS = (
    *(("3h", "In 3 hours"), ("tomorrow", "Tomorrow"), ("2d", "In 2 days")),
    *(("next monday", "Next Monday"), ("1w", "In a week"), ("4w", "In 4 weeks")),
)
_FILLERS = frozenset({"until", "till", "til", "in", "for", "on", "at", "by", "the", "of", "about"})
_FILLERS |= {"this", "coming", "oclock", "o'clock", "and", "please", "pls"}
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PIECE = re.compile(
    rf"(\d{{1,4}}(?:[.,]\d)?|an?|half an?|(?:{'|'.join(_COUNTS)})(?= ))\s*([a-z]+)(?![a-z])"
)
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|h|)(?![\w.:/-])")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?(?![\d:])")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]{3,9})\.?(?:,? (\d{4}))?")
_MONTH_DAY = re.compile(
    r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?(?![\d:])(?! ?[ap]m)"
)
_SAYS_TIME = re.compile(r"\bat\b|o['’]?clock")
_ZONE = re.compile(
    r"\b(?:utc|gmt|bst|cet|cest|eet|eest|msk|ist|jst|est|edt|cst|cdt|mst|mdt|pst|pdt)\b"
    r"|\dz$|\d[+-]\d{2}:?\d{2}$"
)
_LIVE = re.compile(r"<[@#][^<>|]*(?:\|([^<>]*))?>")
_SLASHED = re.compile(r"\d{1,4}/\d{1,2}")


class NoTime(Refused):
    """The words are no time at all; other refusals are about a time that cannot be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The moment at which somebody speaks, where they are, and when their working day begins.

    ``now`` is aware; ``opens`` and ``closes`` are minutes after midnight.
    """

    now: datetime
    zone: str = "UTC"
    opens: int = 9 * 60
    closes: int = 17 * 60

    @property
    def tz(self) -> ZoneInfo:
        return calendar.zone_named(self.zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.tz).date()


def parse(words: str, asked: Asked) -> datetime:
    """The future moment that is meant, in UTC; a day without a time means when work begins.

    What the clock on the wall shows counts, so that ``2d`` is the same time of day whatever summer
    time does. Raises Refused with what can be said instead: for what is past, or more than a year
    ahead; NoTime for what makes no sense.
    """
    plain = _plain(words)
    if not plain:
        raise NoTime(f"Say until when, such as {EXAMPLES}.")
    found = _span(plain, asked) or _moment(
        plain, asked, is_time=_SAYS_TIME.search(words.casefold())
    )
    if found is None:
        raise NoTime(not_understood(words))
    return _checked(found, asked)


def is_unit(word: str) -> bool:
    """True for ``days`` and its like: the number before it is no ticket's."""
    return word.casefold().strip(".,!") in _UNIT


def said(at: datetime, asked: Asked) -> str:
    """The moment in plain words, as the clock on the wall of who asked will show it."""
    there = at.astimezone(asked.tz)
    if there.date() == asked.today:
        return f"today at {there:%H:%M}"
    if there.date() == asked.today + timedelta(days=1):
        return f"tomorrow at {there:%H:%M}"
    return _on_the_calendar(at, asked)


def presets(asked: Asked, offered: Sequence[tuple[str, str]] = _PRESETS) -> list[tuple[str, str]]:
    """What a form offers at once: words to parse, and what they come to."""
    found = ((words, label, parse(words, asked)) for words, label in offered)
    return [(words, f"{label}: {_on_the_calendar(at, asked)}") for words, label, at in found]


def _on_the_calendar(at: datetime, asked: Asked) -> str:
    there = at.astimezone(asked.tz)
    year = f" {there.year}" if there.year != asked.today.year else ""
    return f"{there:%a} {there.day} {there:%b}{year} at {there:%H:%M}"


def _plain(words: str) -> str:
    wide = unicodedata.normalize("NFKC", words).casefold()
    spread = re.sub(r"[\s,;!?*_`\"“”]+", " ", re.sub(r"(?<=\d),(?=\d)", ".", wide))
    spread = re.sub(r"(?<!\d)\.+$", "", spread.strip())
    spread = spread.replace("a.m", "am").replace("p.m", "pm")
    return " ".join(word for word in spread.split() if word not in _FILLERS)


def _span(plain: str, asked: Asked) -> datetime | None:
    """``2d``, ``1d 4h``, ``half an hour``: days on the wall's calendar, hours as they pass."""
    gone = _PIECE.sub("", plain).strip()
    pieces = [(_count(count), _UNIT.get(unit, "")) for count, unit in _PIECE.findall(plain)]
    if gone or not pieces or not all(unit for _, unit in pieces):
        return None
    total = {unit: sum(n for n, each in pieces if each == unit) for unit in _UNITS}
    days = timedelta(days=total["days"] + 7 * total["weeks"] + 30 * total["months"])
    there = asked.now.astimezone(asked.tz).replace(tzinfo=None) + days
    passed = timedelta(hours=total["hours"], minutes=total["minutes"])
    start = _on_the_wall(there, asked) if days else asked.now.astimezone(UTC)
    return start + passed


def _count(word: str) -> float:
    if word.startswith("half"):
        return 0.5
    if word in _COUNTS:
        return 1 + _COUNTS.index(word)
    return 1 if word in ("a", "an") else float(word.replace(",", "."))


def _moment(plain: str, asked: Asked, *, is_time: object) -> datetime | None:
    """A day, a time, or both in either order; beside a day a mere ``9`` is a time, too."""
    for read in _DAYS:
        if told := read(plain, asked):
            day, rest = told
            minutes = _minutes(rest.strip(), asked, is_hour=True)
            return None if minutes is None else _at(day, minutes, asked)
    minutes = _minutes(plain, asked, is_hour=bool(is_time))
    if minutes is None:
        return None
    today = _at(asked.today, minutes, asked)
    return today if today > asked.now else _at(asked.today + timedelta(days=1), minutes, asked)


Read = Callable[[str, Asked], tuple[date, str] | None]


def _by_name(plain: str, asked: Asked) -> tuple[date, str] | None:
    """Days that have a name of their own, as seen from today, and as people spell them."""
    first_of_month = (asked.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    monday = asked.today + timedelta(days=7 - asked.today.weekday())
    named = {
        "day after tom+or+ow": asked.today + timedelta(days=2),
        "tom+or+ow": asked.today + timedelta(days=1),
        "tmrw?": asked.today + timedelta(days=1),
        "yesterday": asked.today - timedelta(days=1),
        "today": asked.today,
        "tonight": asked.today,
        "next week": monday,
        "next month": first_of_month,
    }
    for name, day in named.items():
        if re.search(rf"\b{name}\b", plain):
            rest = re.sub(rf"\b{name}\b", "", plain, count=1)
            return day, f"{rest} evening" if name == "tonight" and not rest.strip() else rest
    return None


def _by_weekday(plain: str, asked: Asked) -> tuple[date, str] | None:
    """``friday`` is the next to come; ``next friday`` that of next week."""
    for match in re.finditer(r"(next )?\b([a-z]{3,9})\b", plain):
        weekday = _index(match[2], _WEEKDAYS)
        if weekday is None:
            continue
        rest = plain[: match.start()] + plain[match.end() :]
        if match[1]:
            ahead = 7 - asked.today.weekday() + weekday
        else:
            ahead = (weekday - asked.today.weekday()) % 7
        day = asked.today + timedelta(days=ahead)
        if not ahead and not _is_ahead(day, rest, asked):
            day += timedelta(days=7)
        return day, rest
    return None


def _is_ahead(day: date, rest: str, asked: Asked) -> bool:
    """Whether a time that was told is still to come; a day alone means not today."""
    minutes = _minutes(rest.strip(), asked) if rest.strip() else None
    return minutes is not None and _at(day, minutes, asked) > asked.now


def _by_date(plain: str, asked: Asked) -> tuple[date, str] | None:
    for pattern, parts in (
        (_ISO, (0, 1, 2)),
        (_DOTTED, (2, 1, 0)),
        (_DAY_MONTH, (2, 1, 0)),
        (_MONTH_DAY, (2, 0, 1)),
    ):
        match = pattern.search(plain)
        year, month, day = (match.groups()[part] for part in parts) if match else ("", "", "")
        number = int(month) if month.isdecimal() else (_index(month, _MONTHS) or 0) + 1
        if match is None or (month.isalpha() and _index(month, _MONTHS) is None):
            continue
        found = _date(int(year) if year else None, number, int(day), asked)
        return found, plain[: match.start()] + plain[match.end() :]
    return None


_DAYS: tuple[Read, ...] = (_by_name, _by_date, _by_weekday)


def _date(year: int | None, month: int, day: int, asked: Asked) -> date:
    """Without a year the next such day. Raises Refused where the calendar has none."""
    for tried in [year] if year else [asked.today.year, asked.today.year + 1]:
        try:
            found = date(tried, month, day)
        except ValueError:
            continue
        if year or found >= asked.today:
            return found
    raise Refused(f"There is no such day in the calendar. Say when, such as {EXAMPLES}.")


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Names may be cut after three letters or more, as in ``mon`` and ``sept``."""
    if len(word) < 3:
        return None
    return next((at for at, name in enumerate(names) if name.startswith(word)), None)


def _minutes(rest: str, asked: Asked, *, is_hour: bool = False) -> int | None:
    """A time of day as minutes after midnight: ``9am``, ``14:00``, ``noon``; None for no time.

    ``is_hour``: a mere number counts, too. Raises Refused where that may be two different times.
    """
    words = {**_HOURS_OF, "": asked.opens, "morning": asked.opens, "eod": asked.closes}
    words |= {"end day": asked.closes, "close business": asked.closes, "midnight": 0}
    if rest in words:
        return words[rest]
    if is_hour and rest.isdecimal() and len(rest) <= len("23"):
        return _hour(int(rest))
    match = _TIME.fullmatch(rest)
    if match is None or not (match[2] or match[3]):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _hour(hour: int) -> int | None:
    if 1 <= hour < EARLIEST:
        raise Refused(
            f"Is that in the morning or later? Say `{hour}am`, `{hour}pm` or `{hour + 12}:00`."
        )
    return hour * 60 if EARLIEST <= hour < 24 else None


def _at(day: date, minutes: int, asked: Asked) -> datetime:
    return _on_the_wall(datetime.combine(day, time()) + timedelta(minutes=minutes), asked)


def _on_the_wall(there: datetime, asked: Asked) -> datetime:
    """To UTC. A time that summer time leaves out is an hour later; of two equal ones the first."""
    return there.replace(tzinfo=asked.tz).astimezone(UTC)


def _checked(found: datetime, asked: Asked) -> datetime:
    if found <= asked.now:
        raise Refused(f"That is past. Say a time to come, such as {EXAMPLES}.")
    if found > asked.now + LONGEST:
        raise Refused(f"That is more than a year ahead. Say a nearer time, such as {EXAMPLES}.")
    return found.replace(second=0, microsecond=0) if found.second or found.microsecond else found


def not_understood(words: str) -> str:
    """What to say to words that are no time, with what is one."""
    if _ZONE.search(words.casefold().strip()):
        return (
            "Times are read as your own clock shows them. Leave the time zone away, as in"
            f" {EXAMPLES}."
        )
    if _SLASHED.search(words):
        return (
            "A date with slashes is another day in other countries."
            " Write it as `2026-12-01` or `1 Dec`."
        )
    if words.strip().isdecimal():
        return f"{words.strip()[:4]} of what? Say `3h` for hours, or `2d` for days."
    plain = _LIVE.sub(r"\1", words)
    shown = "".join(char for char in plain if char.isalnum() or char in " -:.")[:40].strip()
    what = f"“{shown}”" if shown else "that"
    return f"I do not understand when {what} is. Say it such as {EXAMPLES}."
