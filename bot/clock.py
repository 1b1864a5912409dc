"""Desk time: the real one, one that is set by hand, or one followed from another process.

Everything that people see or wait for goes by desk time. Timeouts go by ``time.monotonic``, leases
and signatures by `Clock.machine`, which no demo moves.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import aiohttp

log = logging.getLogger(__name__)

LONG_POLL = 20.0
PATIENCE_AFTER_FAILURE = 1.0
MOST_SKEW_SECONDS = 30.0
"""Between our clock and Slack's. A date of HTTP has whole seconds, and an answer may be slow."""

LOOK_SECONDS = 1.0
SLACK_PATIENCE = 3.0

_boot = getattr(time, "CLOCK_BOOTTIME", None)
STEADY: Callable[[], float] = (
    time.monotonic if _boot is None else partial(time.clock_gettime, _boot)
)
"""Nobody sets it; where there is such a clock, it goes on while the machine sleeps."""


class Clock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Desk time as aware UTC."""
        return datetime.now(UTC)

    def machine(self) -> float:
        """The true time, seconds since 1970, whatever desk time shows."""
        return time.time()

    def hear(self, date: str) -> None:
        """Slack said what time it is: the ``Date`` of an answer."""

    async def wait_moved(self) -> None:
        """Return at the next jump after the call; never for time that merely passes."""
        await asyncio.get_running_loop().create_future()

    async def catch_up(self) -> None:
        """Learn the right time before the first use."""

    async def follow(self) -> None:
        """Keep the right time, until cancelled; returns at once when there is nothing to follow."""


class SlackClock(Clock):
    """Slack's time, as its answers tell it: whoever sets this machine's clock does not move us.

    Every ``ts`` is Slack's, so what it tells us and what we remember of it then go by one clock, in
    all processes. Until it was heard, and while it is away, this machine's own time has to do.
    ``url`` is any address of Slack's.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = STEADY,
    ) -> None:
        self._session = session
        self._url = url
        self._wall = wall
        self._steady = steady
        self._date = ""
        self._seen = self._offset = wall() - steady()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.machine(), UTC)

    def machine(self) -> float:
        return self._steady() + self._offset

    def hear(self, date: str) -> None:
        if date == self._date:  # of the hundreds of answers in a second one does
            return
        self._date = date
        try:
            behind = parsedate_to_datetime(date).timestamp() - self.machine()
        except ValueError:
            return
        if abs(behind) > MOST_SKEW_SECONDS:
            log.warning("our clock was %+.0f s off Slack’s: we go by Slack’s", -behind)
            self._offset += behind

    async def catch_up(self) -> None:
        await self._listen()

    async def follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Go along with what NTP does little by little; ask Slack when somebody set the clock."""
        seen = self._wall() - self._steady()
        step, self._seen = seen - self._seen, seen
        if abs(step) <= MOST_SKEW_SECONDS:
            self._offset += step
        elif not await self._listen():
            self._offset = seen

    async def _listen(self) -> bool:
        """False when Slack does not tell the time."""
        patience = aiohttp.ClientTimeout(total=SLACK_PATIENCE)
        try:
            async with self._session.head(
                self._url, timeout=patience, allow_redirects=False
            ) as answer:
                # Whoever says on the way that Slack is away may have another time.
                date = answer.headers.get("Date", "") if answer.status < 500 else ""
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
        self.hear(date)
        return bool(date)


class _Bell:
    """Wakes everybody who waits when it is rung, and nobody who comes later."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self) -> None:
        await self._rung.wait()


class SetClock(Clock):
    """Stands still until it is moved: for tests."""

    def __init__(self, at: datetime) -> None:
        self._now = _aware(at)
        self._bell = _Bell()

    def now(self) -> datetime:
        return self._now

    def set(self, at: datetime) -> None:
        """Jump to ``at``; raises ValueError when it has no time zone."""
        self._now = _aware(at)
        self._bell.ring()

    def advance(self, by: timedelta) -> None:
        """Jump on by ``by``."""
        self.set(self._now + by)

    async def wait_moved(self) -> None:
        await self._bell.wait()


class FollowedClock(Clock):
    """Shows the time of a clock kept at ``url`` (sandbox/README.md, ``GET clock``).

    Until the first answer, and while none comes, it goes on from what it last knew: at first the
    machine's time. ``catch_up`` asks once and raises ``aiohttp.ClientError`` or ``TimeoutError``;
    ``follow`` asks again and again and never raises.
    """

    def __init__(self, url: str, *, machine_time: Callable[[], float] = time.time) -> None:
        self._url = url
        self._machine_time = machine_time
        self._offset = 0.0
        self._stands_at: float | None = None
        self._version = 0
        self._bell = _Bell()

    def now(self) -> datetime:
        seconds = (
            self._machine_time() + self._offset if self._stands_at is None else self._stands_at
        )
        return datetime.fromtimestamp(seconds, UTC)

    async def wait_moved(self) -> None:
        await self._bell.wait()

    async def catch_up(self) -> None:
        async with _session() as session:
            self._take(await self._ask(session, wait=0))

    async def follow(self) -> None:
        async with _session() as session:
            while True:
                try:
                    self._take(await self._ask(session, wait=LONG_POLL))
                except (
                    aiohttp.ClientError,
                    TimeoutError,
                    KeyError,
                    TypeError,
                    ValueError,
                ) as error:
                    log.warning("the clock at %s does not answer: %r", self._url, error)
                    await asyncio.sleep(PATIENCE_AFTER_FAILURE)

    async def _ask(self, session: aiohttp.ClientSession, *, wait: float) -> Any:
        query = {"since": str(self._version), "wait": f"{wait:g}"}
        timeout = aiohttp.ClientTimeout(total=wait + 5)
        async with session.get(self._url, params=query, timeout=timeout) as answer:
            answer.raise_for_status()
            return await answer.json()

    def _take(self, told: Any) -> None:
        """``offset`` rather than ``now``: the answer's time on the way must not set us back."""
        version = int(told["version"])
        if version == self._version:
            return
        self._offset = float(told["offset"])
        self._stands_at = float(told["now"]) if told["frozen"] else None
        self._version = version
        self._bell.ring()


def _session() -> aiohttp.ClientSession:
    """A session that asks no proxy: the followed clock is a neighbour."""
    return aiohttp.ClientSession(trust_env=False)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("desk time needs a time zone")
    return at.astimezone(UTC)
