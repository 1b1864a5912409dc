"""``python -m bench desk``: how soon people have their answer, years of tickets in the database.

Every command of the act table and the App Home, one after the other, in a desk of its own process
before an instant Slack. A time is from the first byte of the delivery to the answer: the words in
the ack, the form, the private message or the home, whichever it is. ``--tickets`` says how many.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import uvloop
from aiohttp import web
from cryptography.fernet import Fernet

from bench import child, filling, past
from bench.child import Child
from bench.data import count
from bench.load import Line, request
from bench.measure import POSTGRESQL, SQLITE, at
from bench.people import LEAD, MANAGER, TEAM, Deed, Work
from bench.slack import TRIAGE, Json, MockSlack, slack_like
from bench.table import machine
from bench.trial import PROGRAM, SETTINGS
from storage import channels, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.records.people import Staff
from storage.records.workspaces import DeskSettings, Installation
from storage.unit import Unit, writing

TICKETS = 100_000
ROUNDS, TIMES, QUICK_TIMES = 3, 10, 3
COMMAND_MS, HOME_MS = 300, 500
BESIDE = "/ticket help"
HOME = "App Home"
PRIVATE = frozenset({"respond", "chat.postEphemeral", "views.open"})
DRAWN = "views.publish"
PAUSE = 0.03  # seconds in which what an act leads to beside its answer is shown
PATIENCE = 20.0
SETTLING = 300.0
AT_REST = 0.25  # CPU seconds of a second
INSTALLED = Installation(past.OURS, "", TEAM, "A1", "B1", "UBOT", "xoxb-bench")
REFUSED = b"Only the support team"
HOLD = 10.0  # seconds: how long a clock that stands lets who follows it wait

Times = dict[str, list[float]]
"""Of each deed, the milliseconds."""


@dataclass(eq=False)
class Listener(MockSlack):
    """Knows the people of `bench.past`, and when somebody was answered or something was shown."""

    answered: asyncio.Queue[float] = field(default_factory=asyncio.Queue)
    drawn: asyncio.Queue[float] = field(default_factory=asyncio.Queue)
    posted: asyncio.Queue[float] = field(default_factory=asyncio.Queue)
    api_url: str = ""

    def answer(self, method: str, query: str, body: bytes) -> Json:
        told = super().answer(method, query, body) | _OWN.get(method, {})
        if method in PRIVATE:
            assert REFUSED not in body, body
            self.answered.put_nowait(time.perf_counter())
        if method == "chat.postMessage":
            self.posted.put_nowait(time.perf_counter())
        if method == DRAWN:
            self.drawn.put_nowait(time.perf_counter())
        if method == "views.open":
            told["view"] = json.loads(body)["view"] | {"id": "V1", "hash": "h1"}
        if method == "users.info":
            told["user"]["team_id"] = TEAM
        if method == "files.getUploadURLExternal":
            told |= {"upload_url": f"{self.api_url}upload", "file_id": "F1"}
        return told


_OWN: Mapping[str, Json] = {
    "auth.test": {"team_id": TEAM, "user_id": "UBOT", "bot_id": "B1", "url": "https://ours.test/"},
    "bots.info": {"bot": {"id": "B1", "app_id": "A1"}},
    "conversations.open": {"channel": {"id": "D1", "is_im": True}},
    "files.info": {"file": {"id": "F1", "mimetype": "image/png", "original_w": 1, "thumb_64": "x"}},
    "conversations.members": {"members": [*(f"U{key}" for key in past.AGENTS), "UBOT"]},
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One desk at which people act one after the other."""

    slack: Listener
    line: Line
    app: Child

    async def time(self, deed: Deed) -> float:
        """Milliseconds until there was an answer. TimeoutError where nobody got one."""
        answered = self.slack.drawn if deed.name.startswith(HOME) else self.slack.answered
        while not answered.empty():
            answered.get_nowait()
        asked = deed.ask()
        data = request(asked.body, asked.kind)
        start = time.perf_counter()
        said = await self.line.ask(data)
        acked = time.perf_counter()
        assert REFUSED not in said, (deed.name, said)
        is_refused = said[:1] not in (b"", b"{")
        if is_refused:  # mere words say that something is not available: as slow as that came
            print(f"{deed.name}: {said!r}", file=sys.stderr)
        if is_refused or b'"text"' in said:
            return (acked - start) * 1000
        try:
            async with asyncio.timeout(PATIENCE):
                return (await answered.get() - start) * 1000
        except TimeoutError as error:
            raise TimeoutError(f"{deed.name}: nobody was answered") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser(prog="python -m bench desk", description=__doc__)
    parser.add_argument("--tickets", type=int, default=TICKETS, help=f"else {TICKETS:,}")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument("--quick", action="store_true", help="a few times: did I break it?")
    wanted = parser.parse_args(arguments)
    times = QUICK_TIMES if wanted.quick else TIMES
    found = {
        kind: _measured(kind, wanted.tickets, times)
        for kind in (SQLITE, POSTGRESQL)
        if wanted.only in (None, kind.lower())
    }
    print(_table(found))
    print(machine())


def _measured(kind: str, tickets: int, times: int) -> list[Times]:
    with filling.filled(kind, tickets) as (url, home):
        key = Fernet.generate_key().decode()
        furnish(url, Cipher([key]))
        count(url)
        return uvloop.run(_rounds(url, home, key, times))


def furnish(url: str, cipher: Cipher) -> None:
    """A lead, a manager, and the cards’ channel. The channels are shared with their customers."""
    engine = open_engine(url)
    with writing(engine, past.OURS) as unit:
        workspaces.install(
            unit.connection, INSTALLED, name="ours", url="https://ours.test/", cipher=cipher
        )
        staff = Staff(leads=frozenset({LEAD}), managers=frozenset({MANAGER}))
        settings = DeskSettings(triage_channel=TRIAGE, staff=staff)
        workspaces.save_settings(unit, settings, past.NOW)
        for key in past.ACCOUNTS:
            _share(unit, key)
    engine.dispose()


def _share(unit: Unit, key: int) -> None:
    channel = channels.by_slack(unit, f"C{key}")
    assert channel is not None
    shared = replace(channel, is_ext_shared=True, is_member=True, fetched_at=past.NOW)
    channels.put(unit, shared)


async def _rounds(url: str, home: Path, key: str, times: int) -> list[Times]:
    async with serving(url, home, key) as (bar, work):
        deeds = [*work.deeds()]
        for deed in deeds:
            await bar.time(deed)
        return [await _round(bar, deeds, times) for _ in range(ROUNDS)]


async def _round(bar: Bar, deeds: Sequence[Deed], times: int) -> Times:
    found: Times = {deed.name: [] for deed in deeds}
    for deed in deeds:
        for _ in range(times):
            found[deed.name].append(await bar.time(deed))
            await asyncio.sleep(PAUSE)
    return found


@asynccontextmanager
async def serving(
    url: str,
    home: Path,
    key: str,
    more: Mapping[str, str] = MappingProxyType({}),
    *,
    time_passes: bool = False,
) -> AsyncIterator[tuple[Bar, Work]]:
    """The whole program, in whose eyes it is the moment at which the made up past ends.

    ``more`` are settings beside those of all benchmarks. Where no time passes nothing falls due
    meanwhile; what is sent once in a moment needs other moments.
    """
    async with AsyncExitStack() as stack:
        listener = Listener()
        _, api_url = await stack.enter_async_context(slack_like(listener))
        listener.api_url = api_url
        settings = (
            SETTINGS
            | dict(more)
            | {
                "SLACK_API_URL": api_url,
                "DATABASE_URL": url,
                "ENCRYPTION_KEYS": key,
                "CLOCK_URL": await stack.enter_async_context(_clock(time_passes=time_passes)),
            }
        )
        engine = open_engine(url)
        stack.callback(engine.dispose)
        # Years of tickets take a minute to read, in which neither Slack nor the clock would answer.
        work = Work(engine, f"{api_url}respond")
        app = await stack.enter_async_context(child.running([str(PROGRAM), "run"], settings, home))
        line = await Line(app.port).open()
        stack.callback(line.close)
        await _settled(app)
        yield Bar(listener, line, app), work


async def _settled(app: Child) -> None:
    """A desk that begins looks through all channels and learns from years: for a minute."""
    async with asyncio.timeout(SETTLING):
        while True:
            before = app.cpu()
            await asyncio.sleep(1)
            if app.cpu() - before < AT_REST:
                return


@asynccontextmanager
async def _clock(*, time_passes: bool) -> AsyncIterator[str]:
    """The address of a clock that begins where the past ends (sandbox/README.md, ``GET clock``)."""
    began = time.time()

    async def tell(asked: web.Request) -> web.Response:
        if asked.query.get("since") == "1":
            await asyncio.sleep(HOLD)
        now = past.NOW.timestamp()
        told: dict[str, Any] = {"version": 1, "offset": 0, "now": now, "frozen": True}
        if time_passes:
            told |= {"offset": now - began, "now": now - began + time.time(), "frozen": False}
        return web.json_response(told)

    app = web.Application()
    app.router.add_get("/clock", tell)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/clock"
    finally:
        await runner.cleanup()


def _table(found: Mapping[str, Sequence[Times]]) -> str:
    """Ratios to what asks the database for next to nothing first, then milliseconds and aims."""
    head = "".join(f"{kind + ' ratio':>18}{'p50':>8}{'p95':>8}" for kind in found)
    lines = [f"{'milliseconds':34}{head}{'aim':>8}"]
    for name in next(iter(found.values()))[0]:
        cells = "".join(_cells(rounds, name) for rounds in found.values())
        aim = HOME_MS if name.startswith(HOME) else COMMAND_MS
        lines.append(f"{name:34}{cells}{aim:8}")
    return "\n".join([*lines, ""])


def _cells(rounds: Sequence[Times], name: str) -> str:
    ratio = statistics.median(at(one[name], 50) / at(one[BESIDE], 50) for one in rounds)
    p50, p95 = (statistics.median(at(one[name], p) for one in rounds) for p in (50, 95))
    return f"{ratio:16.2f} x{p50:8.1f}{p95:8.1f}"
