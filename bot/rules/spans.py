"""Days, weeks and months as a workspace's own calendar has them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.rules.calendar import zone_named

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, from the ``first`` to the ``last``, in a zone (an IANA name)."""

    first: date
    last: date
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @property
    def since(self) -> datetime:
        """When its first day begins, in UTC."""
        return begin_of(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """When the day after its last begins, in UTC."""
        return begin_of(self.last + ONE_DAY, self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def each_day(self) -> Iterator[date]:
        """Its days in their order."""
        return (self.first + n * ONE_DAY for n in range(self.days))

    def moved(self, days: int) -> Span:
        """As many days later, or earlier."""
        by = timedelta(days=days)
        return replace(self, first=self.first + by, last=self.last + by)

    def before(self) -> Span:
        """What to compare it with: the same weekdays, as few whole weeks ago as it does not touch.

        Of a day that is the same one last week, of seven days the seven before.
        """
        return self.moved(-7 * -(-self.days // 7))


class Step(StrEnum):
    """Into what a span is cut."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    def begin(self, day: date) -> date:
        """The first day of what a day belongs to; weeks begin on Monday."""
        match self:
            case Step.WEEK:
                return day - day.weekday() * ONE_DAY
            case Step.MONTH:
                return day.replace(day=1)
            case Step.QUARTER:
                return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
        return day

    def after(self, begin: date) -> date:
        """When the next one begins."""
        match self:
            case Step.WEEK:
                return begin + 7 * ONE_DAY
            case Step.MONTH:
                return (begin.replace(day=28) + 4 * ONE_DAY).replace(day=1)
            case Step.QUARTER:
                return (begin.replace(day=28) + 66 * ONE_DAY).replace(day=1)
        return begin + ONE_DAY


def steps(span: Span, step: Step) -> list[Span]:
    """The span in pieces; the first and the last may be cut short."""
    found, begin = [], span.first
    while begin <= span.last:
        end = step.after(step.begin(begin)) - ONE_DAY
        found.append(replace(span, first=begin, last=min(end, span.last)))
        begin = end + ONE_DAY
    return found


def today(now: datetime, zone: str) -> Span:
    """The day that it is (``now`` is aware)."""
    day = day_of(now, zone)
    return Span(day, day, zone)


def yesterday(now: datetime, zone: str) -> Span:
    """The last day that is over."""
    return today(now, zone).moved(-1)


def last_days(now: datetime, zone: str, days: int) -> Span:
    """So many days that are over, the last one yesterday."""
    end = yesterday(now, zone)
    return replace(end, first=end.last - (days - 1) * ONE_DAY)


def until_today(now: datetime, zone: str, days: int) -> Span:
    """So many days, the last one today."""
    return last_days(now, zone, days).moved(1)


def this_week(now: datetime, zone: str) -> Span:
    """Monday to Sunday."""
    day = day_of(now, zone)
    begin = Step.WEEK.begin(day)
    return Span(begin, begin + 6 * ONE_DAY, zone)


def last_week(now: datetime, zone: str) -> Span:
    """The last week that is over, Monday to Sunday."""
    return this_week(now, zone).moved(-7)


def begin_of(day: date, zone: str) -> datetime:
    """When a day begins, in UTC; where its midnight never was, at the first moment after."""
    return datetime.combine(day, time(), zone_named(zone)).astimezone(UTC)


def day_of(at: datetime, zone: str) -> date:
    """The day on which something was (aware): the one that began last."""
    day = at.astimezone(zone_named(zone)).date()
    # Where clocks go back at midnight a moment of the new day is called by the old one's name.
    return day + ONE_DAY if begin_of(day + ONE_DAY, zone) <= at else day


class Days:
    """Finds the day of many moments of a span, each by looking among its midnights."""

    def __init__(self, span: Span) -> None:
        self._days = list(span.each_day())
        self._begins = [begin_of(day, span.zone) for day in self._days]

    def of(self, at: datetime) -> date:
        """The day of a moment that lies in the span."""
        return self._days[max(bisect_right(self._begins, at) - 1, 0)]
