"""The real app over the real desk, on SQLite; only Slack and the clock are stood in for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from bot.clock import SetClock
from bot.desk import Desk
from bot.patience import Patience
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.usecases.codec import from_arrival
from bot.usecases.inputs import Input
from bot.workers.asking import Asker
from handlers import serving
from handlers.app import build
from handlers.front import Front
from storage import channels, inbox, messages, people, texts, tickets, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.records.people import Person, Staff
from storage.records.tickets import Status, Ticket
from storage.records.workspaces import DeskSettings, Installation
from storage.unit import Unit, writing
from tests.conftest import RUN
from tests.handlers.slack import SECRET, Delivery, WebApi

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = timedelta(minutes=1)
UNHURRIED = Patience(*[30.0] * 5)  # no test is about how fast the machine is
WORKSPACE = 1
TICKET, OTHER_TICKET = 700, 701
INSTALLATION = Installation(WORKSPACE, "", "T_DESK", "A1", "B_BOT", "U_BOT", "xoxb-desk")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLite only: what differs between databases is storage's to test."""
    with request.config.stash[RUN].copy("sqlite", upgrade) as url:
        yield url


@dataclass
class Scene:
    """A desk that serves, what Slack sees of it, and the inbox as the workers will find it."""

    desk: Desk
    front: Front
    slack: WebApi
    post: Delivery
    clock: SetClock
    address: str

    async def inbox(self) -> list[Input]:
        """What is waiting to be done, oldest first."""
        rows = await self.desk.write_all(lambda c: inbox.take(c, NOW, most=100))
        return [from_arrival(row) for row in rows]

    def anew(self) -> Delivery:
        """The same door with an app that is built only now."""
        return _door(self.front)

    def at_another_time(self, now: Callable[[], float]) -> Delivery:
        """The same door by a clock of its own."""
        return _door(self.front, now)

    async def another_ticket(self, slack_channel: str) -> None:
        """One more open ticket of Carla's in that channel."""

        def add(unit: Unit) -> None:
            channel = channels.by_slack(unit, slack_channel)
            assert channel is not None
            _ticket(unit, 702, number=3, channel_id=channel.id, ts="1700000000.000300")

        await self.desk.write(WORKSPACE, add)

    async def save_nothing_more(self) -> None:
        """From now on the database is as good as gone; who the tenants are is remembered."""
        await self.desk.tenant("", "T_DESK")
        await asyncio.to_thread(self.desk._writer.stop)

    async def refuse_arrivals(self) -> None:
        """From now on the database takes no arrival; who the tenants are is remembered."""
        await self.desk.tenant("", "T_DESK")
        gone = text("ALTER TABLE inbox RENAME TO inbox_gone")
        await self.desk.write_all(lambda connection: connection.execute(gone))

    async def lose_the_tenants(self, *, known: bool) -> None:
        """From now on nobody can look up whose a delivery is; ``known``: but it was, long ago."""
        if known:
            found = await self.desk.tenant("", "T_DESK")
            self.desk._tenants["", "T_DESK"] = (0.0, found)
        gone = text("ALTER TABLE installation RENAME TO installation_gone")
        await self.desk.write_all(lambda connection: connection.execute(gone))

    async def carla_adds(self, words: str) -> None:
        """One more message of Carla's in the ticket's thread."""

        def add(unit: Unit) -> None:
            texts.put(unit, 900, words)
            opening = messages.by_id(unit, TICKET + 100)
            assert opening is not None
            more = replace(opening, id=900, text_id=900, ts="1700000001.000100", end=End.JOINED)
            messages.add(unit, replace(more, thread_ts=opening.ts, said_at=NOW + LATER))

        await self.desk.write(WORKSPACE, add)

    async def lose_the_thread(self) -> None:
        """The ticket is one of the team alone now."""

        def change(unit: Unit) -> None:
            ticket = tickets.by_id(unit, TICKET)
            assert ticket is not None
            tickets.save(unit, ticket, replace(ticket, thread_ts=""))

        await self.desk.write(WORKSPACE, change)

    async def lose_the_tickets(self) -> None:
        """From now on every question about tickets fails in the database."""
        await self.desk.tenant("", "T_DESK")
        gone = text("ALTER TABLE ticket RENAME TO ticket_gone")
        await self.desk.write_all(lambda connection: connection.execute(gone))

    async def unreadable(self) -> list[str]:
        """Why payloads were kept as failed."""
        return [row.outcome for row in await self.desk.read(WORKSPACE, inbox.failed)]


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    engine = open_engine(database_url)
    desk = Desk(engine, Cipher.fresh(), patience=UNHURRIED)
    with engine.begin() as connection:
        workspaces.install(
            connection,
            INSTALLATION,
            name="Desk",
            url="https://desk.slack.com/",
            cipher=desk.cipher,
        )
    with writing(engine, WORKSPACE) as unit:
        _furnish(unit)
    desk.start()
    slack = WebApi()
    async with slack.serving() as address, aiohttp.ClientSession() as session:
        clock = SetClock(NOW)
        ways = Ways(desk, session, f"{address}api/")
        front = Front(desk, Renderer(), clock, ways.of, Asker(desk, ways, clock).learn)
        yield Scene(desk, front, slack, _door(front), clock, address)
    await desk.stop()
    engine.dispose()


def _door(front: Front, now: Callable[[], float] = time.time) -> Delivery:
    return Delivery(Starlette(routes=[serving.route(build(front), SECRET, now=now)]))


def _furnish(unit: Unit) -> None:
    """Ana and Ben are agents, Olga a colleague, Carla a customer with two open tickets."""
    wanted = DeskSettings(triage_channel="C_TRIAGE", public_channel="C_HELP")
    workspaces.save_settings(unit, wanted, NOW)
    for key, (slack_id, team) in enumerate(
        [("U_CARLA", "T_ACME"), ("U_ANA", "T_DESK"), ("U_BEN", "T_DESK"), ("U_OLGA", "T_DESK")], 500
    ):
        name = slack_id[2:].capitalize()
        person = Person(WORKSPACE, key, slack_id, team, name=name, fetched_at=NOW)
        people.put(unit, person)
    people.put_staff(unit, Staff(agents=frozenset(["U_ANA", "U_BEN"])), NOW)
    acme = Channel(WORKSPACE, 600, "C_ACME", "acme", "Acme", is_ext_shared=True, fetched_at=NOW)
    channels.put(unit, acme)
    for key, name in ((601, "triage"), (602, "help")):
        channel = Channel(WORKSPACE, key, f"C_{name.upper()}", name, fetched_at=NOW)
        channels.put(unit, channel)
    _ticket(unit, TICKET, number=1, channel_id=600, ts="1700000000.000100")
    _ticket(unit, OTHER_TICKET, number=2, channel_id=602, ts="1700000000.000200")


def _ticket(unit: Unit, key: int, *, number: int, channel_id: int, ts: str) -> None:
    texts.put(unit, key + 100, "The export is slow")
    messages.add(
        unit,
        Message(
            workspace_id=WORKSPACE,
            id=key + 100,
            channel_id=channel_id,
            ts=ts,
            thread_ts="",
            author_id=500,
            side=Side.CUSTOMER,
            end=End.OPENED,
            said_at=NOW,
            text_id=key + 100,
            ticket_id=key,
        ),
    )
    ticket = Ticket(
        workspace_id=WORKSPACE,
        id=key,
        number=number,
        channel_id=channel_id,
        thread_ts=ts,
        opening_id=key + 100,
        requester_id=500,
        opened_at=NOW,
        status=Status.NEW,
    )
    tickets.add(unit, ticket)
