"""Two processes on one PostgreSQL beside one: what is lost, and who waits for whose locks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg

from bench.burst import CHANNELS, PEOPLE, WARM_UP, of_burst
from bench.measure import POSTGRESQL, Figure, Figures, Measurement, Run, Site
from bench.talk import Talk, team
from bench.trial import desk

TWO = f"{POSTGRESQL} x 2"
LOOK_SECONDS = 0.02
_WAITING = """
SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0)
FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@dataclass(slots=True)
class Locks:
    """What was seen by looking again and again: sessions that wait for a lock of another's."""

    looks: int = 0
    waiting: int = 0
    most: int = 0
    longest: float = 0.0
    deadlocks: int = 0


async def measure(site: Site) -> Run:
    """The same burst by one process, then by two that share its messages."""
    make = site.databases.get(POSTGRESQL)
    if make is None:
        return {}
    return {
        POSTGRESQL: await _burst(site, make(), processes=1),
        TWO: await _burst(site, make(), processes=2),
    }


async def _burst(site: Site, database_url: str, *, processes: int) -> Figures:
    talk = Talk([team(CHANNELS)], PEOPLE)
    async with desk(database_url, site.home, talk, processes=processes) as trial:
        await trial.warm_up(WARM_UP)
        questions = trial.questions(site.size(2000, 300))
        async with _watched(database_url) as locks:
            drained = await trial.rush(questions)
    return of_burst(drained) | {
        "waiting": locks.waiting / locks.looks,
        "most": locks.most,
        "longest": locks.longest * 1e3,
        "deadlocks": locks.deadlocks,
    }


@asynccontextmanager
async def _watched(database_url: str) -> AsyncIterator[Locks]:
    """Look at the server's sessions while the block lasts, from a thread."""
    locks, ended = Locks(), asyncio.Event()
    watching = asyncio.create_task(asyncio.to_thread(_watch, database_url, locks, ended))
    try:
        yield locks
    finally:
        ended.set()
        await watching


def _watch(database_url: str, locks: Locks, ended: asyncio.Event) -> None:
    with contextlib.closing(psycopg.connect(database_url, autocommit=True)) as connection:
        while not ended.is_set():
            _look(connection, locks)
            time.sleep(LOOK_SECONDS)
        row = connection.execute(_DEADLOCKS).fetchone()
        locks.deadlocks = int(row[0]) if row else 0


def _look(connection: psycopg.Connection, locks: Locks) -> None:
    row = connection.execute(_WAITING).fetchone()
    count, longest = row or (0, 0)
    locks.looks += 1
    locks.waiting += count
    locks.most = max(locks.most, count)
    locks.longest = max(locks.longest, float(longest))


REPLICAS = Measurement(
    "replicas",
    "shows the same burst with two processes on one PostgreSQL",
    (
        Figure(
            "shown",
            "tickets shown per second, by one and two",
            aim="100 %",
            ratio_to=POSTGRESQL,
            ratio_form="{:.0%}",
        ),
        Figure("acks", "acks per second, by one and two", ratio_to=POSTGRESQL, ratio_form="{:.0%}"),
        Figure("cpu", "CPU seconds per 1,000, all processes", "{:.2f}", ratio_to=POSTGRESQL),
        Figure("waiting", "sessions waiting for a lock, on average", "{:.3f}"),
        Figure("most", "… at most at once"),
        Figure("longest", "longest wait for a lock seen, ms", "{:.1f}"),
        Figure("deadlocks", "deadlocks"),
    ),
    measure,
)
