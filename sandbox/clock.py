"""Desk time of the local Slack: real time, moved on by people and tests, or frozen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch; ``version`` rises with every move so that followers notice."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.frozen_at: float | None = None
        self.version = 1
        self._moved = asyncio.Event()

    def time(self) -> float:
        """Desk time in seconds since the epoch."""
        return self.frozen_at if self.frozen_at is not None else time.time() + self.offset

    def now(self) -> datetime:
        """Desk time as an aware UTC datetime."""
        return datetime.fromtimestamp(self.time(), UTC)

    def move(self, seconds: float) -> None:
        """Go forward by ``seconds``; going back is refused with ValueError, as time is."""
        if seconds < 0:
            raise ValueError("the clock does not go back")
        if self.frozen_at is not None:
            self.frozen_at += seconds
        self.offset += seconds
        self._announce()

    def freeze(self, at: float | None = None) -> None:
        """Stand still, now or at ``at`` (epoch seconds)."""
        self.frozen_at = self.time() if at is None else at
        self._announce()

    def run(self) -> None:
        """Go on from where the clock stands."""
        if self.frozen_at is not None:
            self.offset = self.frozen_at - time.time()
            self.frozen_at = None
            self._announce()

    async def moved_beyond(self, version: int, *, timeout: float) -> int:  # noqa: ASYNC109
        """Wait at most ``timeout`` machine seconds for a move after ``version``; the newest one."""
        if self.version <= version:
            await self._a_move(timeout)
        return self.version

    def release(self) -> None:
        """Let everybody go who waits for a move, though there was none: the server stops."""
        self._wake()

    async def reach(self, at: float) -> None:
        """Return once desk time is ``at`` (epoch seconds); a frozen clock waits for a move."""
        while (left := at - self.time()) > 0:
            await self._a_move(None if self.frozen_at is not None else left)

    async def _a_move(self, patience: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._moved.wait()

    def _announce(self) -> None:
        self.version += 1
        self._wake()

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
