"""Whether the database serves us: said once when it fails and once when it is well again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from storage.errors import in_short, is_trouble
from storage.writer import Full

log = structlog.get_logger()

# All in machine seconds.
QUIET_SECONDS = 3.0
"""A full disk still takes what needs no room: one success between failures mends nothing."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0


@dataclass(eq=False)
class Outage:
    """Told by the desk, on the event loop's thread, how reading and writing go.

    Between begin and end there is no other line in the log about it, whoever runs into it.
    """

    now: Callable[[], float] = time.monotonic
    why: str = ""
    _began_at: float | None = None
    _failed_at: float = 0.0
    _served_at: float | None = None  # for the first time since it failed last
    _failures: int = 0
    _served: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def seconds(self) -> float | None:
        """For how long it has lasted, None while all is well."""
        return None if self._began_at is None else self.now() - self._began_at

    @property
    def words(self) -> str:
        """What is wrong and since when; ``""`` while all is well."""
        if self._began_at is None:
            return ""
        lately = self.now() - self._failed_at
        return f"has failed for {self.seconds:.0f} s, last {lately:.0f} s ago: {self.why}"

    @staticmethod
    def explains(error: BaseException | None) -> bool:
        """True when the error is the database's, so that the log has its line about it."""
        return isinstance(error, Full) or is_trouble(error)

    def failed(self, error: BaseException) -> None:
        """Something could not be read or written, and the database is to blame."""
        self._failed_at = self.now()
        self._failures += 1
        self._served_at = None
        self._served.clear()
        self.why = in_short(error)
        if self._began_at is None:
            self._began_at = self._failed_at
            log.warning("the database does not serve us", error=self.why)

    def served(self) -> None:
        """Something was written."""
        if self._began_at is None:
            return
        self._served.set()
        if self._served_at is None:
            self._served_at = self.now()
        if self.now() - self._failed_at < QUIET_SECONDS:
            return
        seconds = round(self._served_at - self._began_at, 1)
        log.info("the database serves us again", seconds=seconds, failures=self._failures)
        self._began_at, self._failures, self.why = None, 0, ""

    async def rest(self) -> None:
        """Wait before the next try: the longer it lasts the longer, until somebody succeeds."""
        lasted = self.seconds or 0.0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE + lasted / 4)
        jitter = random.uniform(0.7, 1.0)  # noqa: S311 - it spreads the tries, it guards nothing
        try:
            async with asyncio.timeout(pause * jitter):
                await self._served.wait()
        except TimeoutError:
            pass
