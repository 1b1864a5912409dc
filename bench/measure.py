"""What every measurement is made of: where it runs, which figures it gives, how these are told."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BARE = "bare Bolt"
SQLITE = "SQLite"
POSTGRESQL = "PostgreSQL"

Figures = Mapping[str, float]
Run = Mapping[str, Figures]
"""The figures of one run, by column (a database, or the bare app) and key."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where measurements run: a ``home`` on a real disk, and what makes an empty database there.

    ``databases``: by column, each call gives the URL of a new one.
    """

    home: Path
    databases: Mapping[str, Callable[[], str]]
    is_quick: bool = False

    def size(self, full: int, quick: int) -> int:
        """How many, in this run."""
        return quick if self.is_quick else full


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. ``ratio_to``: the column that others are compared with; "": none."""

    key: str
    label: str
    form: str = "{:.0f}"
    aim: str = ""
    ratio_to: str = ""
    ratio_form: str = "{:.2f} x"


@dataclass(frozen=True, slots=True)
class Measurement:
    """``about`` ends the sentence "how fast the desk …"; ``repeats`` False: once is enough."""

    name: str
    about: str
    figures: Sequence[Figure]
    run: Callable[[Site], Awaitable[Run]]
    repeats: bool = True


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    return {
        column: {key: statistics.median(run[column][key] for run in runs) for key in figures}
        for column, figures in runs[0].items()
    }


def ratios(runs: Sequence[Run], figure: Figure) -> Figures:
    """By column: the median of each run's own ratio, for neighbours slow down both sides alike."""
    if figure.key not in runs[0].get(figure.ratio_to, {}):
        return {}
    columns = [
        column
        for column, figures in runs[0].items()
        if column != figure.ratio_to and figure.key in figures
    ]
    return {
        column: statistics.median(
            run[column][figure.key] / run[figure.ratio_to][figure.key] for run in runs
        )
        for column in columns
    }


def at(seconds: Sequence[float], percent: int) -> float:
    """The value below which so many percent of the values lie."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
