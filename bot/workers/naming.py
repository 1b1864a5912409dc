"""Asks Slack what files are called, beside the sending: a card waits a moment for it, no longer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.errors import Conflict, Fact, FileFact, SendFailed, Unknown
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from bot.workers.inbox import LaneKey
from storage.writer import Full

log = structlog.get_logger()

GRACE_SECONDS = 1.0
POLL_SECONDS = 1.0
MOST_AT_ONCE = 4
TROUBLE = (
    *(NotSent, Paused, RateLimited, SendFailed, Unsure),
    *(Conflict, Full, SQLAlchemyError, Unknown),
)
WAITS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10))


@dataclass(eq=False, slots=True)
class Asking:
    """One file that is asked about for a lane; ``again_at`` (desk time): None while it is asked."""

    lane: LaneKey
    fact: FileFact
    failures: int = 0
    again_at: datetime | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class FileNamer:
    """Learns what files are called. What it knows is lost with the process, and found again.

    ``learn`` asks Slack and writes down, ``wake`` says that a lane may have something new.
    ``grace``: for how many seconds of machine time the first answer is worth waiting for.
    """

    clock: Clock
    learn: Callable[[int, Fact], Awaitable[None]]
    wake: Callable[[set[LaneKey]], None]
    grace: float = GRACE_SECONDS
    _asked: dict[tuple[int, FileFact], Asking] = field(default_factory=dict)
    _queue: deque[Asking] = field(default_factory=deque)
    _is_slow: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))
    _stopping: bool = False

    @property
    def is_idle(self) -> bool:
        """True when no answer is awaited; what is to be asked again later does not count."""
        return all(asking.again_at for asking in self._asked.values())

    def asked(self, workspace_id: int) -> frozenset[FileFact]:
        """What is being asked, or will be again: nothing has to wait for these any more."""
        return frozenset(fact for owner, fact in self._asked if owner == workspace_id)

    def stop(self) -> None:
        """Begin nothing new, then end."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Until stopped."""
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                self._ask_again()
                while self._queue:
                    asking = self._queue.popleft()
                    group.create_task(self._ask(asking), name=f"file {asking.fact.slack_id}")
                await self._rest()

    async def ask(self, lane: LaneKey, facts: Iterable[FileFact]) -> None:
        """Begin to ask, and wait for the answers a moment, unless Slack is slow already."""
        asking = [self._begin(lane, fact) for fact in facts]
        self._news.set()
        if self._is_slow:
            return
        try:
            async with asyncio.timeout(self.grace):
                for each in asking:
                    await each.answered.wait()
        except TimeoutError:
            self._is_slow = True
            log.warning("files: Slack is slow to say what they are", files=len(asking))

    def _begin(self, lane: LaneKey, fact: FileFact) -> Asking:
        known = self._asked.get((lane[0], fact))
        if known is not None:
            return known
        asking = self._asked[lane[0], fact] = Asking(lane, fact)
        self._queue.append(asking)
        return asking

    def _ask_again(self) -> None:
        now = self.clock.now()
        for asking in self._asked.values():
            if asking.again_at is not None and asking.again_at <= now:
                asking.again_at = None
                self._queue.append(asking)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    async def _ask(self, asking: Asking) -> None:
        async with self._turns:
            if self._stopping:
                return
            try:
                await self.learn(asking.lane[0], asking.fact)
            except TROUBLE as error:
                log.warning("files: not told", file=asking.fact.slack_id, error=repr(error))
                self._put_off(asking, error)
            except Exception as error:
                log.exception("files: not understood", file=asking.fact.slack_id)
                self._put_off(asking, error)
            else:
                self._is_slow = False
                self._forget(asking)
        asking.answered.set()
        self.wake({asking.lane})

    def _put_off(self, asking: Asking, error: Exception) -> None:
        if asking.failures == len(WAITS):
            self._forget(asking)
            return
        wait = WAITS[asking.failures]
        if isinstance(error, RateLimited):
            wait = max(wait, timedelta(seconds=error.retry_after))
        asking.failures += 1
        asking.again_at = self.clock.now() + wait

    def _forget(self, asking: Asking) -> None:
        del self._asked[asking.lane[0], asking.fact]
