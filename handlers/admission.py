"""Says whether one more payload may wait at the desk, or is better sent away at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FEW, SOME, MOST = 4, 100, 1000
"""How many may wait: at the least, at first, at the most."""

PATIENCE = 1.0
"""Seconds that one may have to wait; Slack gives three for the whole way (FACTS 1)."""


@dataclass(eq=False)
class Admission:
    """A waiting line that is bounded by number and by waiting time.

    Who had to wait too long halves the line, once for all who waited beside; who was served in time
    while it was nearly full makes it longer by one. ``now`` is machine time in seconds.
    """

    now: Callable[[], float] = time.monotonic
    waiting: int = 0
    limit: int = SOME
    _shortened_at: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether one more may wait."""
        return self.waiting < self.limit

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait, and be answered, as long as the block lasts."""
        began = self.now()
        self.waiting += 1
        try:
            yield
        finally:
            self._learn(began)
            self.waiting -= 1

    def _learn(self, began: float) -> None:
        now = self.now()
        if now - began < PATIENCE:
            if self.waiting * 2 > self.limit:
                self.limit = min(MOST, self.limit + 1)
        elif began >= self._shortened_at:
            self.limit = max(FEW, min(self.limit, self.waiting) // 2)
            self._shortened_at = now
