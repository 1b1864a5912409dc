"""``python -m bench figures``: what managers wait for, years of tickets in the database.

The whole program before an instant Slack: from a command to its digest in Slack, from a look at the
app's home to its picture, pages of the dashboard by a browser's own requests, and exports by the
command line, with the memory that they take. ``--tickets`` says how many; ``--database`` names one
that was filled before: it is counted, and kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import ClientSession, DummyCookieJar
from cryptography.fernet import Fernet

from bench import desk, filling, past
from bench.child import Child
from bench.data import count, read_all
from bench.desk import Bar
from bench.load import request
from bench.measure import POSTGRESQL, SQLITE, at
from bench.people import MANAGER, Asked, Work
from bench.table import machine
from bench.trial import PROGRAM, SETTINGS
from bot.usecases import dashboard
from bot.usecases.dashboard import Viewer
from storage import people
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.exports import Export
from storage.unit import writing

TICKETS = 100_000
TIMES = 9
PIECE = 2**18
MOST_ROWS = 300_000  # by then its speed and memory are known
DIGEST_MS, PAGE_MS, HOME_MS, EXPORT_ROWS, EXPORT_MB = 2_000, 500, 500, 20_000, 150
DASHBOARD = {
    "DASHBOARD_URL": "http://localhost:3000",
    "SLACK_CLIENT_ID": "1.1",
    "SLACK_CLIENT_SECRET": "bench",
    "SUGGESTIONS": "false",  # years of tickets would be learnt at once, while others are asked
}
ONE, ACCOUNT, AGENT = past.ACCOUNTS[0], past.ACCOUNTS[5], past.AGENTS[5]
PAGES: Mapping[str, str] = {
    "overview, today": "?range=today",
    "overview, a month": "?range=28d",
    "overview, a quarter": "?range=quarter",
    "overview, a year": "?range=year",
    "overview, two years": "?range=own&from=2024-03-02&to=2026-03-01",
    "overview, the busiest account’s year": f"?range=year&account={ONE}",
    "overview, an account’s year": f"?range=year&account={ACCOUNT}",
    "overview, an agent’s year": f"?range=year&agent={AGENT}",
    "overview, a category’s year": "?range=year&category=billing",
    "overview, an agent’s year of a category": f"?range=year&agent={AGENT}&category=billing",
    "accounts, a month": "accounts?range=28d",
    "accounts, a year": "accounts?range=year",
    "agents, a month": "agents?range=28d",
    "agents, a year": "agents?range=year",
    "agents, a category’s year": "agents?range=year&category=billing",
    "categories, a year": "categories?range=year",
    "categories, the busiest account’s year": f"categories?range=year&account={ONE}",
    "channels, a year": "channels?range=year",
    "tickets opened in a month": "tickets?range=28d&figure=opened",
    "tickets opened in a year": "tickets?range=year&figure=opened",
    "tickets that are not done": "tickets?range=7d&figure=backlog",
    "days.csv, a year": "days.csv?range=year",
    "what the figures mean": "help",
}

Waits = dict[str, list[float]]
"""Of each thing that is waited for, the milliseconds."""


@dataclass(frozen=True, slots=True)
class Exported:
    """``seconds`` by the clock, ``cpu`` of its process, ``megabytes`` the most that it held."""

    rows: int
    seconds: float
    cpu: float
    megabytes: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill or find, ask and print."""
    parser = argparse.ArgumentParser(prog="python -m bench figures", description=__doc__)
    parser.add_argument("--tickets", type=int, default=TICKETS, help=f"else {TICKETS:,}")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument("--database", default="", help="the URL of one that was filled before")
    parser.add_argument("--like", default="", help="only what is called so")
    parser.add_argument("--times", type=int, default=TIMES, help=f"else {TIMES}")
    wanted = parser.parse_args(arguments)
    if wanted.database:
        _told(wanted.database, wanted, Path("var"))
    else:
        for kind in (SQLITE, POSTGRESQL):
            if wanted.only in (None, kind.lower()):
                _filled(kind, wanted)
    print(machine())


def _filled(kind: str, wanted: argparse.Namespace) -> None:
    with filling.filled(kind, wanted.tickets) as (url, home):
        read_all(home)
        _told(url, wanted, home)


def _told(url: str, wanted: argparse.Namespace, home: Path) -> None:
    """Measure one database, and print it."""
    key = Fernet.generate_key().decode()
    desk.furnish(url, Cipher([key]))
    count(url)
    waits = uvloop.run(_waited(url, home, key, wanted))
    print(_table(url.partition(":")[0], waits), flush=True)
    aims = f"aims: {EXPORT_ROWS:,} rows/s, {EXPORT_MB} MB"
    print(f"{aims:44}{'rows/s':>10}{'a CPU s':>10}{'MB':>6}{'rows':>14}")
    for name, found in _exports(url, key, wanted.like):
        print(_export_line(name, found), flush=True)


async def _waited(url: str, home: Path, key: str, wanted: argparse.Namespace) -> Waits:
    serving = desk.serving(url, home, key, DASHBOARD, time_passes=True)
    async with serving as (bar, work), _browser(url, bar) as get:
        found: Waits = {}
        for name, wait in (*_from_slack(bar, work), *_pages(get)):
            if wanted.like in name:
                await wait()
                found[name] = [await wait() for _ in range(wanted.times)]
        return found


Wait = Callable[[], Coroutine[Any, Any, float]]


def _from_slack(bar: Bar, work: Work) -> Iterator[tuple[str, Wait]]:
    """Milliseconds until something is in Slack."""

    async def shown(queue: asyncio.Queue[float], asked: Asked) -> float:
        while not queue.empty():
            queue.get_nowait()
        start = time.perf_counter()
        await bar.line.ask(request(asked.body, asked.kind))
        async with asyncio.timeout(desk.PATIENCE):
            return (await queue.get() - start) * 1000

    begun: set[str] = set()

    async def digest(kind: str) -> float:
        if kind not in begun:
            begun.add(kind)
            asked = work.typed(MANAGER, f"/desk digest {kind} at 9:00")
            await bar.line.ask(request(asked.body, asked.kind))
            await asyncio.sleep(1)
        return await shown(bar.slack.posted, work.typed(MANAGER, f"/desk digest send {kind} now"))

    yield "a daily digest, in Slack", lambda: digest("daily")
    yield "a weekly digest, in Slack", lambda: digest("weekly")
    yield "App Home, a manager’s", lambda: shown(bar.slack.drawn, work.home(MANAGER))


def _pages(get: Callable[[str], Coroutine[Any, Any, float]]) -> Iterator[tuple[str, Wait]]:
    for name, address in PAGES.items():
        yield name, lambda address=address: get(address)  # type: ignore[misc]


@asynccontextmanager
async def _browser(
    url: str, bar: Bar
) -> AsyncIterator[Callable[[str], Coroutine[Any, Any, float]]]:
    """Somebody who is signed in: milliseconds until a page is here."""
    cookie = {"Cookie": f"desk_session={past.OURS}.{_signed_in(url)}"}
    async with ClientSession(headers=cookie, cookie_jar=DummyCookieJar()) as session:

        async def get(address: str) -> float:
            start = time.perf_counter()
            there = f"http://127.0.0.1:{bar.app.port}/dashboard/{address}"
            async with session.get(there, allow_redirects=False) as response:
                await response.read()
                assert response.status == 200, (address, response.status)
            return (time.perf_counter() - start) * 1000

        yield get


def _signed_in(url: str) -> str:
    """The secret of a manager's session."""
    engine, now = open_engine(url), datetime.now(UTC)
    with writing(engine, past.OURS) as unit:
        person = people.by_slack(unit, MANAGER)
        assert person is not None
        viewer = Viewer(past.OURS, "ours", person)
        secret = dashboard.begin(unit, viewer, attempt=str(now), at=now)
    engine.dispose()
    return secret


def _exports(url: str, key: str, like: str) -> Iterator[tuple[str, Exported]]:
    for what in Export:
        for form in ("csv", "jsonl"):
            name = f"export {what}, {form}"
            if like in name:
                yield name, _exported(url, key, str(what), form)


def _exported(url: str, key: str, what: str, form: str) -> Exported:
    """By ``app.py export``, as the operator would, from its first rows on."""
    environment = {**os.environ, **SETTINGS, "DATABASE_URL": url, "ENCRYPTION_KEYS": key}
    command = [sys.executable, str(PROGRAM), "export", what, "--format", form]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    child = Child(process.pid, 0)
    assert process.stdout.read(PIECE), f"nothing was exported: {what}"
    began, cpu, rows, peak = time.monotonic(), child.cpu(), 0, child.peak()
    while rows < MOST_ROWS and (piece := process.stdout.read(PIECE)):
        rows += piece.count(b"\n")
        peak = max(peak, child.peak())
    seconds, cpu = time.monotonic() - began, child.cpu() - cpu
    process.kill()
    process.wait()
    return Exported(rows, seconds, cpu, peak)


def _table(kind: str, waits: Waits) -> str:
    lines = [f"{kind + ', milliseconds':44}{'p50':>8}{'p95':>8}{'least':>8}{'aim':>8}"]
    for name, found in waits.items():
        cells = (statistics.median(found), at(found, 95), min(found), _aim(name))
        lines.append(f"{name:44}" + "".join(f"{each:8.0f}" for each in cells))
    return "\n".join([*lines, ""])


def _aim(name: str) -> int:
    if "digest" in name:
        return DIGEST_MS
    return HOME_MS if name.startswith("App Home") else PAGE_MS


def _export_line(name: str, found: Exported) -> str:
    a_second, of_cpu = found.rows / found.seconds, found.rows / found.cpu
    return f"{name:44}{a_second:10,.0f}{of_cpu:10,.0f}{found.megabytes:6.0f}{found.rows:14,}"


if __name__ == "__main__":
    main()
