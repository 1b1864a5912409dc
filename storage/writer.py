"""Runs the steps of many callers in shared transactions: one commit wakes all who waited for it.

Arrivals for the inbox go first, in short transactions of their own. Other steps are grouped for at
most `GROUP_SECONDS`. On SQLite one thread writes; PostgreSQL has one for arrivals and one for
steps, which take turns with those of other processes.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from storage import driven, inbox
from storage.engine import to_write
from storage.errors import was_cut
from storage.records.boxes import Arrival
from storage.unit import Spoilt, hopefully

GROUP_SECONDS = 0.05
# When acks are asked for faster than one by one, all else waits for a lull, but not for long: Slack
# gives three seconds for an ack, and nobody misses a card that comes a quarter of a second later.
RUSH = 4  # arrivals that were waiting together
LULL_SECONDS = 0.005
LONGEST_RUSH = 0.25
BREATH_SECONDS = 0.05
STEPS = 7_268_364_503  # names the turn of all steps among PostgreSQL's advisory locks
SILENCE_MS = "15000"
_TURN = text(
    "SELECT pg_advisory_xact_lock(CAST(:lock AS bigint)),"
    " set_config('idle_in_transaction_session_timeout', CAST(:silence AS text), true)"
)
MOST_WAITING = 4000
MOST_ARRIVALS = 200


class Full(Exception):
    """More is waiting for the writer than may wait: come again later."""


@dataclass(slots=True)
class _Job:
    """A step or an arrival, and the future of the caller who waits for its commit."""

    work: Any
    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None


def _settle(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)


@dataclass(eq=False)
class Writer:
    """Writes for a whole process.

    ``start`` it inside the event loop that will wait for it, ``stop`` it before the engine is
    disposed. ``wrote`` hears, on the writing thread, of every transaction: arrivals or steps, how
    many shared it, and its seconds.
    """

    engine: Engine
    wrote: Callable[[str, int, float], None] = lambda what, size, seconds: None
    _arrivals: deque[_Job] = field(default_factory=deque)
    _steps: deque[_Job] = field(default_factory=deque)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopping: bool = False
    _rush_since: float = 0.0
    _rush_until: float = 0.0
    _stepped_at: float = 0.0

    def start(self) -> None:
        """Start the threads; the running event loop is the one whose callers are woken."""
        self._loop = asyncio.get_running_loop()
        if self.engine.dialect.name == "sqlite":
            self._spawn("writer", self._next_of_both)
            return
        self._spawn("writer-arrivals", self._next_arrivals)
        self._spawn("writer-steps", self._next_step)

    def stop(self) -> None:
        """Finish what is waiting, then end the threads. Blocks until they ended."""
        with self._news:
            self._stopping = True
            self._news.notify_all()
        for thread in self._threads:
            thread.join()

    def offer(self, arrival: Arrival) -> asyncio.Future[bool]:
        """Resolves when the arrival is durable: True when it is new, False for a duplicate.

        Raises Full.
        """
        return self._put(self._arrivals, arrival)

    def submit(self, step: Callable[[Connection], Any]) -> asyncio.Future[Any]:
        """Resolves with the step's value when its transaction is durable. Raises Full."""
        return self._put(self._steps, step)

    def _put(self, queue: deque[_Job], work: Any) -> asyncio.Future[Any]:
        if len(queue) >= MOST_WAITING or self._stopping:
            raise Full
        future: asyncio.Future[Any] = self._loop.create_future()
        with self._news:
            queue.append(_Job(work, future))
            self._news.notify_all()
        return future

    def _spawn(self, name: str, take: Callable[[], Callable[[], None] | None]) -> None:
        thread = threading.Thread(target=self._work, args=(take,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, take: Callable[[], Callable[[], None] | None]) -> None:
        while True:
            with self._news:
                todo = take()
                while todo is None and not self._stopping:
                    self._news.wait(LULL_SECONDS if self._steps else None)
                    todo = take()
            if todo is None:
                return
            todo()

    def _next_of_both(self) -> Callable[[], None] | None:
        return self._next_arrivals() or self._next_step()

    def _next_arrivals(self) -> Callable[[], None] | None:
        if not self._arrivals:
            return None
        jobs = [self._arrivals.popleft() for _ in range(min(len(self._arrivals), MOST_ARRIVALS))]
        return lambda: self._write_arrivals(jobs)

    def _next_step(self) -> Callable[[], None] | None:
        return self._write_group if self._steps and not self._is_rush() else None

    def _is_rush(self) -> bool:
        now = time.monotonic()
        return now < min(self._rush_until, self._stepped_at + LONGEST_RUSH) and not self._stopping

    @property
    def is_rushing(self) -> bool:
        """True while the interpreter should be left to acks, by who shares it with them.

        In a rush that lasts, all else gets a breath of every third of a second.
        """
        now = time.monotonic()
        since_breath = (now - self._rush_since) % (LONGEST_RUSH + BREATH_SECONDS)
        return now < self._rush_until and since_breath < LONGEST_RUSH and not self._stopping

    def _tell(self, jobs: Sequence[_Job]) -> None:
        self._loop.call_soon_threadsafe(_settle, jobs)

    def _write_arrivals(self, jobs: Sequence[_Job]) -> None:
        began = time.monotonic()
        try:
            new = self._save(jobs)
        except Exception as error:  # noqa: BLE001 - every caller is told, whatever it was
            for job in jobs:
                job.error = error
        else:
            for job in jobs:
                job.value = job.work.id in new
        self._tell(jobs)
        ended = time.monotonic()
        self.wrote("arrivals", len(jobs), ended - began)
        if len(jobs) >= RUSH:
            if self._rush_until < began - LULL_SECONDS:
                self._rush_since = began
            self._rush_until = ended + LULL_SECONDS

    def _save(self, jobs: Sequence[_Job]) -> set[int]:
        """The ids of those that were new. A connection that was lost is replaced, once."""
        try:
            return self._save_wanted(jobs)
        except DBAPIError as error:
            if not was_cut(error):
                raise
        return self._save_wanted(jobs)

    def _save_wanted(self, jobs: Sequence[_Job]) -> set[int]:
        """Whoever waited in vain was told that it is not saved, and may do it again: so it is not.

        It is asked last thing before the commit, for a lock may have held us up until there.
        """
        while True:
            with to_write(self.engine) as connection, connection.begin() as transaction:
                jobs = [job for job in jobs if not job.future.cancelled()]
                new = inbox.put(connection, [job.work for job in jobs]) if jobs else set()
                if not any(job.future.cancelled() for job in jobs):
                    return new
                transaction.rollback()

    def _write_group(self) -> None:
        jobs: list[_Job] = []
        began = time.monotonic()
        try:
            with to_write(self.engine) as connection, connection.begin():
                _take_turn(connection)
                self._run_while_young(connection, jobs)
        except Spoilt:
            self._one_by_one(jobs)
        except Exception as error:  # noqa: BLE001 - who caused it is told, the others try alone
            if len(jobs) < 2 and not (jobs and was_cut(error)):
                self._fail(jobs, error)
            else:
                self._one_by_one(jobs)
        self._stepped_at = time.monotonic()
        self._tell(jobs)
        self.wrote("steps", len(jobs), self._stepped_at - began)

    def _fail(self, jobs: list[_Job], error: Exception) -> None:
        if not jobs:  # the transaction could not even begin, nor could the next
            jobs.extend(iter(self._pop_step, None))
        for job in jobs:
            job.error = error

    def _one_by_one(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            job.value, job.error = None, None
            try:
                with to_write(self.engine) as connection, connection.begin():
                    _take_turn(connection)
                    job.value = job.work(connection)
            except Exception as error:  # noqa: BLE001 - its caller is told
                job.error = error

    def _run_while_young(self, connection: Connection, jobs: list[_Job]) -> None:
        end = time.monotonic() + GROUP_SECONDS
        while job := self._pop_step():
            jobs.append(job)
            _run(connection, job)
            if time.monotonic() > end or self._arrivals:
                return

    def _pop_step(self) -> _Job | None:
        try:
            return self._steps.popleft()
        except IndexError:
            return None


def _take_turn(connection: Connection) -> None:
    """Steps touch many rows, each in an order of its own: two at once end in deadlocks.

    So one writes at a time, in all processes together, as SQLite has it anyway. Who falls silent
    while it is his turn loses it with his transaction. Arrivals only add: they wait for nobody.
    """
    if connection.dialect.name == "postgresql":
        driven.run(connection, _TURN, {"lock": STEPS, "silence": SILENCE_MS})


def _run(connection: Connection, job: _Job) -> None:
    """An error is its step's own business while it wrote nothing; else the group is Spoilt."""
    try:
        with hopefully(connection):
            job.value = job.work(connection)
    except Spoilt:
        raise
    except Exception as error:  # noqa: BLE001 - its caller is told
        job.error = error
