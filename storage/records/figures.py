"""The figures of a span of time: what came, what was done, how long customers waited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Waits:
    """How long ``count`` customers waited for a first answer, by the clock on the wall.

    ``median`` and ``p90`` are waits that somebody had (the nearest rank), None when nobody had one.
    """

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """How often tickets were opened, resolved and reopened, and the first answers of that time.

    A ticket that was resolved twice counts twice, so that what was told of a day stays true.
    """

    opened: int = 0
    resolved: int = 0
    reopened: int = 0
    waits: Waits = field(default_factory=Waits)


@dataclass(frozen=True, slots=True)
class Figures:
    """From ``since`` up to, not including, ``until``. ``backlog``: how many were live at its end.

    Channels and owners (None: nobody) are keys of ours, those that the tickets have now.
    """

    since: datetime
    until: datetime
    total: Line
    backlog: int
    by_channel: Mapping[int, Line]
    by_owner: Mapping[int | None, Line]
