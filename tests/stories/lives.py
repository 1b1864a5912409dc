"""The lives of a program under test: each ends, or stumbles, where somebody has said it shall."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

MARK = "as somebody has said it shall"
"""Stands in every error of ours, so that it can be told from those of the program."""

Fate = Literal["passed", "crashed", "stumbled"]
Tally = Counter[tuple[str, Fate]]


class Over(Exception):
    """The program is dead: nothing that it does has an effect any more."""


class Stumbled(Exception):
    """What it wanted failed, or the answer was lost; it lives on."""


@dataclass(frozen=True)
class Doom:
    """What happens at the nth passing of a point (1: the next): the end, or a lost connection."""

    point: str
    passing: int
    is_end: bool


@dataclass(eq=False)
class Life:
    """One process's life. ``over`` is set on the loop when it has ended; ``tally`` outlives it.

    Points may be passed on any thread. ``remains`` are what the system closes for the dead.
    """

    tally: Tally
    doom: Doom | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False
    has_stumbled: bool = False
    remains: list[Callable[[], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def goes_on(self) -> None:
        """Raises Over where nothing may have an effect any more."""
        if self.is_over:
            raise Over(MARK)

    def passes(self, point: str) -> None:
        """The program is at that point. Raises Over or Stumbled."""
        with self._lock:
            self.goes_on()
            self.tally[point, "passed"] += 1
            is_end = self._strikes(point)
            if is_end is None:
                return
            self.tally[point, "crashed" if is_end else "stumbled"] += 1
            self.has_stumbled |= not is_end
            if is_end:
                self._end()
        raise Over(MARK) if is_end else Stumbled(MARK)

    def _strikes(self, point: str) -> bool | None:
        """Whether doom ends this life here; None when it lets it pass."""
        doom = self.doom
        if doom is None or doom.point != point:
            return None
        if doom.passing > 1:
            self.doom = Doom(point, doom.passing - 1, doom.is_end)
            return None
        self.doom = None
        return doom.is_end

    def end(self) -> None:
        """Pull the plug, wherever it is just now."""
        with self._lock:
            self._end()

    def bury(self) -> None:
        """Close what it has left open. Its threads have ended."""
        for close in self.remains:
            close()

    def _end(self) -> None:
        self.is_over = True
        self._loop.call_soon_threadsafe(self.over.set)


LIFE: ContextVar[Life | None] = ContextVar("LIFE", default=None)
"""Whose task this is: inherited by all that a program starts."""


def is_of_the_living(told: str) -> bool:
    """False for errors that only tell of our own doing, or that a dead program logs."""
    life = LIFE.get()
    return MARK not in told and not (life is not None and life.is_over)
