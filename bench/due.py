"""A thousand clocks run out in the same minute: how soon each is written down and the team told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import Engine, func, select

from bench.measure import Figure, Figures, Measurement, Run, Site
from bench.talk import Talk, team
from bench.trial import Trial, desk
from storage.engine import open_engine
from storage.records.clocks import Goal, Step
from storage.sla import ledger_table
from storage.tickets import ticket_table

PEOPLE, CHANNELS = 50, 44
SECOND = timedelta(seconds=1)
PATIENCE = 120.0  # seconds
HOLD = 10.0  # seconds: how long a clock that nobody moves lets who follows it wait
OFTEN = 0.02  # seconds between two looks


@dataclass(eq=False)
class Hands:
    """A clock that is put forward (sandbox/README.md, ``GET clock``); ``ahead`` in seconds."""

    ahead: float = 0.0
    version: int = 1
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, at: datetime) -> None:
        """It is that late from now on."""
        self.ahead = at.timestamp() - time.time()
        self.version += 1
        self.moved.set()
        self.moved = asyncio.Event()

    async def tell(self, asked: web.Request) -> web.Response:
        if asked.query.get("since") == str(self.version):
            with suppress(TimeoutError):
                async with asyncio.timeout(HOLD):
                    await self.moved.wait()
        now = time.time() + self.ahead
        told: dict[str, Any] = {"version": self.version, "offset": self.ahead, "now": now}
        return web.json_response(told | {"frozen": False})


@asynccontextmanager
async def clock() -> AsyncIterator[tuple[Hands, str]]:
    """A clock, and its address for ``CLOCK_URL``."""
    hands, app = Hands(), web.Application()
    app.router.add_get("/clock", hands.tell)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield hands, f"http://127.0.0.1:{runner.addresses[0][1]}/clock"
    finally:
        await runner.cleanup()


async def measure(site: Site) -> Run:
    """The desk on each database."""
    return {column: await _desk(site, make()) for column, make in site.databases.items()}


async def _desk(site: Site, database_url: str) -> Figures:
    talk, count = Talk([team(CHANNELS)], PEOPLE), site.size(1000, 100)
    engine = open_engine(database_url)
    async with clock() as (hands, url), desk(database_url, site.home, talk, clock_url=url) as trial:
        await trial.warm_up(PEOPLE)
        await trial.rush(trial.questions(count))
        figures = {
            str(step): await _run_out(trial, engine, hands, step)
            for step in (Step.WARNED, Step.MISSED)
        }
    engine.dispose()
    return {"tickets": count + PEOPLE} | figures


async def _run_out(trial: Trial, engine: Engine, hands: Hands, step: Step) -> float:
    """Seconds until all first answers are written down as nearly due, or as missed."""
    hands.put(await asyncio.to_thread(_latest, engine) + SECOND)
    start = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_stepped, engine, step) < trial.tickets:  # noqa: ASYNC110 - it is asked of another process
            await asyncio.sleep(OFTEN)
    taken = time.perf_counter() - start
    await trial.calm()
    return taken


def _latest(engine: Engine) -> datetime:
    """When the last of all tickets is to be looked at next."""
    with engine.connect() as connection:
        at: datetime = connection.execute(select(func.max(ticket_table.c.wake_at))).scalar_one()
    return at


def _stepped(engine: Engine, step: Step) -> int:
    """For how many tickets that was written down of the first answer."""
    ledger = ledger_table.c
    of_first = ledger.step == step, ledger.goal == Goal.FIRST
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(*of_first)).scalar_one()


DUE = Measurement(
    "due",
    "writes down what 1,000 clocks tell that run out in the same minute",
    (
        Figure(str(Step.WARNED), "seconds until all are warned of", "{:.2f}", aim="5"),
        Figure(str(Step.MISSED), "seconds until all are missed", "{:.2f}", aim="5"),
        Figure("tickets", "tickets", "{:,.0f}"),
    ),
    measure,
)
