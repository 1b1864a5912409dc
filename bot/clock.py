"""Desk time: the real one, one that is set by hand, or one followed from another process.

Everything that people see or wait for goes by desk time. Leases, timeouts and signatures go by the
machine's own clock, ``time.monotonic`` and ``time.time``, which nobody moves.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

log = logging.getLogger(__name__)

LONG_POLL = 20.0
PATIENCE_AFTER_FAILURE = 1.0


class Clock:
    """The machine's own time, which never jumps."""

    def now(self) -> datetime:
        """Desk time as aware UTC."""
        return datetime.now(UTC)

    async def wait_moved(self) -> None:
        """Return at the next jump after the call; never for time that merely passes."""
        await asyncio.get_running_loop().create_future()

    async def catch_up(self) -> None:
        """Learn the right time before the first use."""

    async def follow(self) -> None:
        """Keep the right time, until cancelled; returns at once when there is nothing to follow."""


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
