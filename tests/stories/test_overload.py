"""Far more than it can do: nobody waits too long, who is sent away comes back, nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from sandbox.local import Sandbox
from sandbox.server import serving
from storage import inbox, outbox
from storage.catchup import gap_table
from storage.engine import open_engine, to_read, to_write
from storage.messages import message_table
from tests.stories.processes import PATIENCE, Process, machine
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.both]

IS_LONG = bool(os.environ.get("THREADKEEPER_LONG"))
SECONDS = 60 if IS_LONG else 2
TIMES = 4
MEASURED = 200 if IS_LONG else 25  # messages by which we learn what it can do
AT_ONCE = 2000
LOOK_SECONDS = 0.5
MOST_GROWTH = 60_000_000  # bytes
PEOPLE = (("carla", "#acme-harbour"), ("zoe", "#globex-harbour"), ("kim", "#help"))

# A row that comes in takes as long as on a very slow disk.
_WORK = "BEGIN SELECT length(hex(randomblob(1500000))); END"
_SLEEP = "BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END"
SLOW = {
    "sqlite": [f"CREATE TRIGGER slow AFTER INSERT ON inbox {_WORK}"],
    "postgresql": [
        f"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ {_SLEEP} $$",
        "CREATE TRIGGER slow AFTER INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION slow()",
    ],
}
QUICK = {"sqlite": ["DROP TRIGGER slow"], "postgresql": ["DROP TRIGGER slow ON inbox"]}


@dataclass(eq=False)
class Flood:
    """People who write faster than the desk can take it in, and how Slack fares with it.

    ``answers`` counts deliveries by status, 0 for none within three seconds: on a busy machine it
    may be Slack that is late. What the desk did itself is in ``acks``.
    """

    slack: Sandbox
    desk: Process
    engine: Engine
    said: set[tuple[str, str]] = field(default_factory=set)
    answers: dict[int, int] = field(default_factory=dict)
    biggest: int = 0
    _seq: int = 0
    _poured: int = 0

    def say(self) -> None:
        """One word more: each tenth is a request."""
        number = len(self.said)
        person, channel = PEOPLE[number % len(PEOPLE)]
        words = "thanks!" if number % 10 else f"Number {number} is broken, can you help?"
        message = self.slack.people.say(person, channel, words)
        self.said.add((message.channel, message.ts))

    async def measure(self, count: int) -> float:
        """How many events it acks in a second."""
        began = time.monotonic()
        for _ in range(count):
            self.say()
        await self.slack.idle()
        return count / (time.monotonic() - began)

    async def pour(self, rate: float, seconds: float) -> None:
        """So many a second, whatever becomes of them."""
        began, looked_at = time.monotonic(), 0.0
        while (passed := time.monotonic() - began) < seconds:
            before = len(self.said)
            due = int(rate * passed) - self._poured
            for _ in range(due):
                self.say()
            self._poured += len(self.said) - before
            if passed - looked_at > LOOK_SECONDS:
                self.look()
                looked_at = passed
            await asyncio.sleep(0.02)

    def look(self) -> None:
        """Note what Slack heard since the last look, and how much memory the desk has."""
        for entry in self.slack.traffic.since(self._seq, kind="event."):
            self._seq = entry.seq
            self.answers[entry.status] = self.answers.get(entry.status, 0) + 1
        self.biggest = max(self.biggest, memory(self.desk))

    async def acks(self) -> dict[str, int]:
        """How many answers the desk gave, by how many seconds they took at most."""
        url = self.desk.address.replace("/slack/events", "/metrics")
        async with aiohttp.ClientSession(trust_env=False) as session, session.get(url) as answer:
            told = await answer.text()
        counted: Counter[str] = Counter()
        for seconds, count in re.findall(r'ack_seconds_bucket{le="([^"]+)"[^}]*} (\S+)', told):
            counted[seconds] += int(float(count))
        return counted

    async def alter(self, statements: list[str]) -> None:
        """Make its database slower, or quick again: whoever asks for a busy file asks again."""

        def run() -> None:
            with to_write(self.engine) as connection, connection.begin():
                for each in statements:
                    connection.execute(text(each))

        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(OperationalError):
                    await asyncio.to_thread(run)
                    return

    async def until_all_is_in(self) -> None:
        """Let time pass, retries and all, until the desk has every word and nothing to do."""
        async with asyncio.timeout(PATIENCE * (10 if IS_LONG else 1)):
            while not await asyncio.to_thread(self._is_in):
                self.look()
                self.slack.world.clock.move(2)
                await asyncio.sleep(0.05)

    def _is_in(self) -> bool:
        with to_read(self.engine) as connection, connection.begin():
            known = connection.execute(select(func.count()).select_from(message_table)).scalar_one()
            gaps = select(func.count()).where(gap_table.c.caught_up_at.is_(None))
            if known < len(self.said) or connection.execute(gaps).scalar_one():
                return False
            return not inbox.count_waiting(connection) and not outbox.count_open(connection)

    def stored(self) -> list[str]:
        """The ts of all that customers said, as the desk has it."""
        with to_read(self.engine) as connection, connection.begin():
            return list(connection.execute(select(message_table.c.ts)).scalars())


def memory(process: Process) -> int:
    """Bytes that a process has for itself: pages of the database that are mapped come and go."""
    pages = Path(f"/proc/{process.process.pid}/statm").read_text("ascii").split()
    resident, shared = int(pages[1]), int(pages[2])
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
async def flood(database_url: str, tmp_path: Path) -> AsyncIterator[Flood]:
    if database_url.startswith("sqlite") and not IS_LONG:
        pytest.skip("how slow a file is made depends on the machine")
    world, engine = world_at(), open_engine(database_url)
    async with (
        serving(world, at_once=AT_ONCE) as slack,
        machine(slack, database_url, tmp_path) as place,
    ):
        slack.limits.enabled = False
        yield Flood(slack, await place.open(), engine)
    engine.dispose()


async def test_of_four_times_what_it_can_do_nothing_waits_too_long_and_nothing_is_lost(
    flood: Flood,
) -> None:
    kind = flood.engine.dialect.name
    await flood.measure(1)
    await flood.alter(SLOW[kind])
    can_do = await flood.measure(MEASURED)
    before = flood.biggest = memory(flood.desk)
    await flood.pour(TIMES * can_do, SECONDS)
    await flood.slack.idle()
    flood.look()
    acks, slack = await flood.acks(), dict(flood.answers)
    told = f"it does {can_do:.0f} a second; Slack heard {slack}; acks by seconds {dict(acks)};"
    told += f" {before:,} bytes before, {flood.biggest:,} at most"
    await flood.alter(QUICK[kind])
    await flood.until_all_is_in()
    stored = flood.stored()
    assert len(stored) == len(set(stored)) == len(flood.said), told
    assert slack[503], told
    assert acks["3.0"] == acks["+Inf"] > 0, told
    assert flood.biggest - before < MOST_GROWTH, told
    if IS_LONG:
        print(told, "in the end", flood.answers, len(flood.said))  # noqa: T201 - who runs it reads it
