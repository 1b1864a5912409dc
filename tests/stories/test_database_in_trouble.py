"""A database that is stopped, locked or full for a while: nothing is lost, doubled or stuck."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from sqlalchemy import Connection, func, select

from bot.usecases import desk as desk_books
from handlers.failures import NOT_AVAILABLE, NOT_SAVED
from sandbox.local import Sandbox
from sandbox.people import Spot
from sandbox.server import serving
from sandbox.world import Message, User
from storage import catchup, inbox, outbox
from storage.engine import open_engine, to_read
from storage.migrate import upgrade
from storage.records.catchup import Cause
from storage.tickets import ticket_table
from storage.unit import Unit
from storage.workspaces import workspace_table
from tests import postgres
from tests.conftest import RUN
from tests.databases import Run
from tests.stories import troubles
from tests.stories.processes import PATIENCE, Machine, Process, machine
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.slow]

IS_LONG = bool(os.environ.get("THREADKEEPER_LONG"))
MESSAGES = 1000 if IS_LONG else 15
SECONDS = 20.0 if IS_LONG else 0.5
RETRIES = (61, 310)  # desk seconds; Slack's second and third retry (FACTS 1)
ACME = "T00ACME"
PLACE = "#acme-harbour"
FEW_LINES = 15
UNDO_SECONDS = 11

KINDS = {
    "stopped": "postgresql",
    "hanging": "postgresql",
    "table locked": "postgresql",
    "no room for rows": "postgresql",
    "file locked": "sqlite",
    "no room on the disk": "sqlite",
}
OF_A_SERVER = frozenset({"stopped", "hanging"})


@dataclass(eq=False)
class Desk:
    """A desk at work, customers who write, and what befalls its database."""

    place: Machine
    process: Process
    kind: str
    server: postgres.Server | None
    said: list[Message] = field(default_factory=list)

    @property
    def slack(self) -> Sandbox:
        return self.place.slack

    def trouble(self) -> AbstractAsyncContextManager[None]:
        """What befalls the database, as long as the block lasts."""
        match self.kind:
            case "stopped":
                assert self.server
                return troubles.stopped(self.server)
            case "hanging":
                assert self.server
                return troubles.hanging(self.server)
            case "table locked":
                return troubles.table_locked(self.place.database_url)
            case "no room for rows":
                return troubles.no_more_rows(self.place.database_url)
            case "file locked":
                return troubles.file_locked(self.place.database_url)
        return troubles.no_more_files(self.process)

    async def write(self, count: int, seconds: float) -> None:
        """So many people write for the first time, so that each message is its own ticket."""
        for _ in range(count):
            number = len(self.said)
            person = f"U0ACME{number}"
            user = User(person, ACME, person.lower(), f"Acme {number}", "Customer")
            self.slack.world.users[person] = user
            self.slack.people.senses.channel(PLACE).members.append(person)
            words = f"Number {number} is broken, how do we mend it?"
            self.said.append(self.slack.people.say(person, PLACE, words))
            await asyncio.sleep(seconds / count)

    async def told(self, path: str) -> tuple[int, str]:
        """What is answered at one of the addresses for operators."""
        url = self.process.address.replace("/slack/events", path)
        async with aiohttp.ClientSession(trust_env=False) as session, session.get(url) as answer:
            return answer.status, await answer.text()

    async def quiet(self) -> None:
        """All is worked, told and compared, and the log says that the trouble is over."""
        for seconds in (*RETRIES, UNDO_SECONDS):
            await self.slack.idle()
            self.slack.world.clock.move(seconds)
        await self.process.says("the database serves us again")
        engine = open_engine(self.place.database_url)
        async with asyncio.timeout(2 * PATIENCE):
            while not await asyncio.to_thread(self._is_done, engine):
                await self.slack.idle()
                await asyncio.sleep(0.05)
        engine.dispose()

    def _is_done(self, engine: Any) -> bool:
        with to_read(engine) as connection, connection.begin():
            if inbox.count_waiting(connection) or outbox.count_open(connection):
                return False
            gaps = catchup.latest(_ours(connection), most=50)
            return _tickets(connection) >= len(self.said) and all(gap.caught_up_at for gap in gaps)

    def posts(self, channel: str) -> list[Message]:
        """What the desk has posted there."""
        found = self.slack.people.senses.channel(channel).messages.values()
        return [message for message in found if message.bot_id]

    async def open_reply(self) -> str:
        """Ana begins to answer the first ticket; the form she types in."""
        card = next(each for each in self.posts("#triage") if not each.is_reply)
        spot = Spot(channel=card.channel, ts=card.ts)
        await self.slack.people.press("ana", spot, "act:reply")
        return next(each.id for each in self.slack.world.views.values() if each.is_open)

    async def send_reply(self, view: str) -> dict[str, str]:
        """She sends it off; what Slack shows at the fields."""
        done = await self.slack.people.submit("ana", view, {"text": "Please restart it."})
        return dict(done.errors)


def _ours(connection: Connection) -> Unit:
    return Unit(connection.execute(select(workspace_table.c.id)).scalar_one(), connection)


def _tickets(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(ticket_table)).scalar_one())


@contextmanager
def _database(kind: str, run: Run) -> Iterator[tuple[str, postgres.Server | None]]:
    if kind not in OF_A_SERVER:
        with run.copy(KINDS[kind], upgrade) as url:  # type: ignore[arg-type]
            yield url, None
        return
    server = postgres.Server(run.folder / uuid4().hex)
    server.start()
    upgrade(server.url)
    yield server.url, server
    server.stop()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[postgres.Server]:
    """A PostgreSQL that was there once, and is stopped."""
    try:
        with _database("stopped", request.config.stash[RUN]) as (_, found):
            assert found
            found.stop()
            yield found
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with serving(world_at()) as slack:
        yield slack


@pytest.fixture(params=KINDS)
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    world = world_at()
    try:
        with _database(request.param, request.config.stash[RUN]) as (url, server):
            async with serving(world) as slack, machine(slack, url, tmp_path) as place:
                slack.limits.enabled = False
                desk = Desk(place, await place.open(), request.param, server)
                yield desk
                sys.stdout.write("\n".join(desk.process.log))  # shown when the test has failed
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")


async def test_what_comes_while_the_database_is_in_trouble_is_done_once_afterwards(
    desk: Desk,
) -> None:
    await desk.write(MESSAGES // 3, SECONDS)
    await _until_there_is_a_card(desk)
    form = await desk.open_reply()
    async with desk.trouble(), asyncio.TaskGroup() as group:
        group.create_task(desk.write(MESSAGES // 3, SECONDS))
        await _everybody_is_told(desk, form)
    assert await desk.send_reply(form) == {}
    await desk.write(MESSAGES // 3, SECONDS)
    await desk.quiet()
    _each_was_done_once(desk)
    _the_books_balance(desk)
    assert (await desk.told("/readyz"))[0] == 200
    _the_log_is_short(desk.process)


async def _until_there_is_a_card(desk: Desk) -> None:
    seq = 0
    async with asyncio.timeout(PATIENCE):
        while not desk.posts("#triage"):
            seq = await desk.slack.world.wait_beyond(seq, timeout=0.1)


async def _everybody_is_told(desk: Desk, form: str) -> None:
    """Each in their own way, and all at the same time: somebody may have to wait two seconds."""
    await desk.process.says("the database does not serve us")
    answer, errors, alive, (status, why), figures = await asyncio.gather(
        desk.slack.people.command("ana", "#triage", "/ticket", "take 1"),
        desk.send_reply(form),
        desk.told("/healthz"),
        desk.told("/readyz"),
        desk.told("/metrics"),
    )
    assert answer["text"] in (NOT_SAVED, NOT_AVAILABLE)
    assert list(errors.values()) in ([NOT_SAVED], [NOT_AVAILABLE])
    assert alive == (200, "ok")
    assert status == 503
    assert '"what":"database","is_ok":false' in why
    assert figures[0] == 200


def _each_was_done_once(desk: Desk) -> None:
    assert desk.slack.delivery.events.given_up == 0
    cards = [each for each in desk.posts("#triage") if not each.is_reply]
    assert len(cards) == len({card.text.partition(" ")[0] for card in cards}) == len(desk.said)
    said = desk.posts(PLACE)
    receipts = Counter(each.thread_ts for each in said if not each.username)
    assert receipts == Counter(each.ts for each in desk.said)
    assert [each.text for each in said if each.username] == ["Please restart it."]


def _the_books_balance(desk: Desk) -> None:
    engine = open_engine(desk.place.database_url)
    with to_read(engine) as connection, connection.begin():
        unit = _ours(connection)
        lines = desk_books.entries(unit)
        assert [line for line in lines if not line.balance.is_balanced] == []
        assert Cause.UNSAVED in {gap.cause for gap in catchup.latest(unit, most=50)}
        assert inbox.failed(unit) == []
        assert outbox.failed(unit) == []
        assert _tickets(connection) == len(desk.said)
    engine.dispose()


def _the_log_is_short(process: Process) -> None:
    assert process.is_open
    assert process.trouble == []
    assert len(process.log) < FEW_LINES, "\n".join(process.log)


async def test_at_its_start_it_waits_for_a_database_that_is_away(
    server: postgres.Server, slack: Sandbox, tmp_path: Path
) -> None:
    async with machine(slack, server.url, tmp_path) as place:
        process = await place.begin()
        await process.says("the database cannot be reached yet")
        await asyncio.to_thread(server.start)
        await process.says("the desk is open")
        assert process.trouble == []


async def test_while_it_waits_for_its_database_it_can_be_told_to_stop(
    server: postgres.Server, slack: Sandbox, tmp_path: Path
) -> None:
    async with machine(slack, server.url, tmp_path) as place:
        process = await place.begin()
        await process.says("the database cannot be reached yet")
        process.terminate()
        assert await process.end() == 0
        assert process.trouble == []


async def test_a_database_that_nobody_has_made_is_said_in_one_sentence(
    server: postgres.Server, slack: Sandbox, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.start)
    async with machine(slack, server.url.replace("/postgres?", "/desk?"), tmp_path) as place:
        process = await place.begin()
        assert await process.end() == 1
    assert "DATABASE_URL does not let us in" in process.log[-1]
    assert 'database "desk" does not exist' in process.log[-1]
    assert process.trouble == []
