"""What an address asks for, which days and which tickets; and addresses that ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlencode

from bot.errors import Missing
from bot.rules import spans
from bot.rules.spans import Span
from bot.usecases.figures import By, Where

MOST_DAYS = 5 * 366
MOST_KEY = 2**63 - 1
MOST_WORDS = 200
DAYS, WEEKS = 31, 400


class Range(StrEnum):
    """Which days, until yesterday where they are not of today or one's own."""

    TODAY = "today"
    WEEK = "7d"
    MONTH = "28d"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"


TITLES: Mapping[Range, str] = MappingProxyType(
    {
        Range.TODAY: "Today, so far",
        Range.WEEK: "Last 7 days",
        Range.MONTH: "Last 28 days",
        Range.QUARTER: "Last quarter (13 weeks)",
        Range.YEAR: "Last year (52 weeks)",
        Range.OWN: "Own dates",
    }
)
_LENGTHS = {Range.WEEK: 7, Range.MONTH: 28, Range.QUARTER: 91, Range.YEAR: 364}


@dataclass(frozen=True, slots=True)
class Asked:
    """``hint`` says what could not be read and is shown otherwise. ``extra`` is a page's own."""

    range: Range
    span: Span
    where: Where
    hint: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def step(self) -> By:
        """Into what charts cut the days."""
        if self.span.days <= DAYS:
            return By.DAY
        return By.WEEK if self.span.days <= WEEKS else By.MONTH

    def to(self, path: str, **more: object) -> str:
        """The address of a page that is about the same days and tickets; ``""`` drops a part."""
        told = {**self._days(), **self._tickets(), **{k: str(v) for k, v in more.items()}}
        query = urlencode({name: value for name, value in told.items() if value != ""})
        return f"/dashboard/{path}" + (f"?{query}" if query else "")

    def again(self, path: str, **more: object) -> str:
        """The same, in the same order, too."""
        return self.to(path, **{**self.extra, **more})

    def _days(self) -> dict[str, str]:
        if self.range is not Range.OWN:
            return {"range": self.range}
        return {"range": "own", "from": str(self.span.first), "to": str(self.span.last)}

    def _tickets(self) -> dict[str, str]:
        where = self.where
        keys = {"account": where.account, "agent": where.agent, "channel": where.channel}
        told = {name: str(key) for name, key in keys.items() if key is not None}
        # "" is a category of its own: that of tickets without one.
        return told if where.category is None else told | {"category": where.category or NONE}


NONE = "-"


def read(told: Mapping[str, str], now: datetime, zone: str) -> Asked:
    """What an address asks for. Dates that are none give seven days and a hint.

    Raises Missing for keys that are none.
    """
    where = Where(
        account=_key(told.get("account", "")),
        agent=_key(told.get("agent", "")),
        category=_category(told.get("category", "")),
        channel=_key(told.get("channel", "")),
    )
    try:
        chosen = Range(told.get("range") or Range.WEEK)
        return Asked(chosen, _span(chosen, told, now, zone), where)
    except ValueError as error:
        hint = f"{error} Here are the last 7 days."
        return Asked(Range.WEEK, spans.last_days(now, zone, 7), where, hint)


def _key(told: str) -> int | None:
    if not told:
        return None
    if not (told.isascii() and told.isdecimal()) or int(told[:20]) > MOST_KEY:
        raise Missing
    return int(told)


def _category(told: str) -> str | None:
    if len(told) > MOST_WORDS or "\x00" in told:  # which PostgreSQL would not even compare
        raise Missing
    return None if not told else "" if told == NONE else told


def _span(chosen: Range, told: Mapping[str, str], now: datetime, zone: str) -> Span:
    """Raises ValueError with a sentence for people."""
    if chosen is Range.TODAY:
        return spans.today(now, zone)
    if chosen is not Range.OWN:
        return spans.last_days(now, zone, _LENGTHS[chosen])
    first, last = _date(told.get("from", "")), _date(told.get("to", ""))
    latest = spans.day_of(now, zone)
    if last < first:
        raise ValueError("The last day is before the first one.")
    if first > latest:
        raise ValueError("Those days are still to come.")
    if (last - first).days >= MOST_DAYS:
        raise ValueError("That is more than five years.")
    return Span(first, min(last, latest), zone)


def _date(told: str) -> date:
    try:
        found = date.fromisoformat(told)
    except ValueError:
        raise ValueError("Please choose both days.") from None
    if not date(2000, 1, 1) <= found <= date(2000, 1, 1) + timedelta(days=36_525):
        raise ValueError("That day is out of reach.")
    return found
