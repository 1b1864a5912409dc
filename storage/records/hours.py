"""Opening hours: at which times of a week somebody is there, and on which days nobody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

DAY = 24 * 60  # minutes

Span = tuple[int, int]
"""From and to, as minutes after midnight; one that does not end after it began ends a day later."""

Week = tuple[tuple[Span, ...], ...]
"""The spans that begin on each day, Monday first."""

NINE, FIVE = 9 * 60, 17 * 60


def office_week(opens: int = NINE, closes: int = FIVE) -> Week:
    """The same hours from Monday to Friday."""
    return (((opens, closes),),) * 5 + ((),) * 2


OFFICE_WEEK = office_week()


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a week in one zone, an IANA name.

    ``country`` is one whose public holidays are closed, as ISO 3166 has it, with or without a part
    of it: ``DE``, ``DE-BE``. ``closed`` are days of our own. Raises ValueError for hours that never
    open.
    """

    zone: str = "UTC"
    week: Week = OFFICE_WEEK
    country: str = ""
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("opening hours need a span on at least one of seven days")

    @classmethod
    def office(cls, zone: str = "UTC", opens: int = NINE, closes: int = FIVE) -> Self:
        """The same hours from Monday to Friday, without holidays."""
        return cls(zone, office_week(opens, closes))

    @classmethod
    def always(cls) -> Self:
        """Round the clock, every day."""
        return cls("UTC", (((0, 0),),) * 7)

    @property
    def opens(self) -> int:
        """When a day of work begins: the earliest opening of the week."""
        return min(opens for day in self.week for opens, _ in day)

    @property
    def closes(self) -> int:
        """When a day of work ends: the latest closing of the week, midnight at the latest."""
        return max(
            min(closes if closes > opens else DAY, DAY) for d in self.week for opens, closes in d
        )


OFFICE = Hours()
