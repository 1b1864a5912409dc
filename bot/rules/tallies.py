"""Tallies: how often things happened and how long they took, made so that they add up.

Tallies of days add up to those of weeks, those of channels to those of accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

Value = int | float | timedelta | None
"""None: nothing happened of which one could tell it."""

Lasted = Mapping[int, int]
"""How many things lasted so many minutes, as `rounded` has them."""

Told = dict[str, int | dict[str, int]]
"""A tally as JSON has it: counts as they are, and by minutes, as text, how many lasted so long."""

MINUTE = timedelta(minutes=1)
EXACT = 128  # minutes: below, each counts; above, less than 1/64 is lost


@dataclass(frozen=True, slots=True)
class Tally:
    """``counts`` say how often, ``lasted`` how long: both by what happened."""

    counts: Mapping[str, int] = field(default_factory=dict)
    lasted: Mapping[str, Lasted] = field(default_factory=dict)

    def count(self, name: str) -> int:
        """How often it happened."""
        return self.counts.get(name, 0)


NOTHING = Tally(MappingProxyType({}), MappingProxyType({}))


def rounded(lasted: timedelta) -> int:
    """Minutes, as they are kept: whole ones up to two hours, then less than 1/64 is lost."""
    minutes = max(lasted // MINUTE, 0)
    step = max(minutes.bit_length() - EXACT.bit_length() + 1, 0)
    return minutes >> step << step


class Sum:
    """Adds up what happened, as plain values that can be written down and read again."""

    __slots__ = ("told",)

    def __init__(self) -> None:
        self.told: Told = {}

    def once(self, name: str) -> None:
        """It happened once more."""
        self.told[name] = self.told.get(name, 0) + 1  # type: ignore[operator]

    def lasting(self, name: str, lasted: timedelta) -> None:
        """It happened once more, and took so long."""
        minutes, known = str(rounded(lasted)), self.told.setdefault(name, {})
        assert isinstance(known, dict)  # noqa: S101 - a name is counted or lasts, never both
        known[minutes] = known.get(minutes, 0) + 1

    def add(self, told: Told) -> None:
        """All that another sum was told."""
        mine = self.told
        for name, found in told.items():
            known = mine.get(name)
            if isinstance(found, int):
                mine[name] = found + known if isinstance(known, int) else found
            elif isinstance(known, dict):
                for minutes, many in found.items():
                    known[minutes] = known.get(minutes, 0) + many
            else:
                mine[name] = dict(found)

    def tally(self) -> Tally:
        """What it comes to."""
        found = self.told.items()
        return Tally(
            {name: many for name, many in found if isinstance(many, int) and many},
            {
                name: {int(minutes): many for minutes, many in lasted.items()}
                for name, lasted in found
                if isinstance(lasted, dict)
            },
        )


def rank(lasted: Lasted, percent: int) -> timedelta | None:
    """The shortest time that ``percent`` of all do not exceed (the nearest rank)."""
    place = -(-sum(lasted.values()) * percent // 100)
    for minutes in sorted(lasted):
        place -= lasted[minutes]
        if place <= 0:
            return minutes * MINUTE
    return None


def counted(name: str) -> Callable[[Tally], Value]:
    """Reads how often it happened."""
    return lambda tally: tally.count(name)


def ranked(name: str, percent: int) -> Callable[[Tally], Value]:
    """Reads the `rank` of how long it took."""
    return lambda tally: rank(tally.lasted.get(name, {}), percent)


def share(part: str, *others: str) -> Callable[[Tally], Value]:
    """Reads how many of a hundred are ``part``, of that and the ``others``."""

    def read(tally: Tally) -> Value:
        whole = sum(map(tally.count, (part, *others)))
        return 100 * tally.count(part) / whole if whole else None

    return read
