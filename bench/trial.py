"""A running desk, the Slack that it tells, and the customers who write: what is measured here."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet

from bench import child, load
from bench.child import Child
from bench.load import evenly, request, rush
from bench.slack import APP_ID, BOT_ID, BOT_USER, TEAM, TRIAGE, MockSlack, slack_like
from bench.talk import Asked, Talk, Team, payload
from bot.ids import new_id
from storage import accounts, channels, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.workspaces import DeskSettings, Installation
from storage.unit import Unit

SECONDS_TO_SHOW = 300.0
PROGRAM = child.ROOT / "app.py"
SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-bench",
    "SLACK_APP_TOKEN": "",
    "SLACK_SIGNING_SECRET": load.SECRET,
    "TRIAGE_CHANNEL": TRIAGE,
    "SLACK_POST_RATE": "0",
    "HOST": "127.0.0.1",
    "PORT": "0",
    "LOG_LEVEL": "INFO",
}
METRICS = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Drained:
    """A rush of messages, each of which became a ticket.

    ``acks``: seconds of each; ``acked`` and ``shown``: seconds from the first message to the last
    ack, and to the last of all cards and receipts; ``cpu``: seconds until all was written down,
    ``load_cpu``: of this process beside it; ``calls``: of Slack's methods.
    """

    tickets: int
    acks: Sequence[float]
    acked: float
    shown: float
    cpu: float
    load_cpu: float
    calls: int


@dataclass(eq=False)
class Trial:
    """One or more processes of the desk on one database, and what surrounds them."""

    apps: Sequence[Child]
    slack: MockSlack
    talk: Talk
    tickets: int = 0

    @property
    def ports(self) -> list[int]:
        return [app.port for app in self.apps]

    def cpu(self) -> float:
        """CPU seconds of all its processes."""
        return sum(app.cpu() for app in self.apps)

    def questions(self, count: int, ask: Callable[[], Asked] | None = None) -> list[bytes]:
        """Requests that become as many tickets, by those who are known unless ``ask`` differs."""
        return [request(payload((ask or self.talk.ask)())) for _ in range(count)]

    async def warm_up(self, count: int) -> None:
        """Who has written and where is known then: the desk asks Slack once for each."""
        await rush(self.ports, self.questions(count), at_once=8)
        await self.all_shown(count)

    async def rush(self, questions: Sequence[bytes]) -> Drained:
        """All at once, until all that they lead to is shown."""
        calls, cpu = self.slack.called, await self.calm()
        load_cpu, start = time.process_time(), time.perf_counter()
        acked, acks = await rush(self.ports, questions)
        last = await self.all_shown(len(questions))
        return Drained(
            tickets=len(questions),
            acks=acks,
            acked=acked,
            shown=last - start,
            load_cpu=time.process_time() - load_cpu,
            cpu=await self.calm() - cpu,
            calls=self.slack.called - calls,
        )

    async def cards(self, count: int, *, per_second: float) -> list[float]:
        """From each message, one after the other, to its card being here: seconds."""
        before = len(self.slack.posts)
        asked = [self.talk.ask() for _ in range(count)]
        messages = [request(payload(each)) for each in asked]
        sent, _ = await evenly(self.ports, messages, per_second=per_second)
        await self.all_shown(count)
        there = {}
        for post in self.slack.posts[before:]:
            told = post.told()
            if told["channel"] == TRIAGE:
                there[_mark(told["text"])] = post.at
        return [there[each.mark] - at for each, at in zip(asked, sent, strict=True)]

    async def all_shown(self, more: int) -> float:
        """Wait for a card and a receipt for each ticket; the moment of the last."""
        self.tickets += more
        posts = self.slack.posts
        async with asyncio.timeout(SECONDS_TO_SHOW):
            while len(posts) < 2 * self.tickets:  # noqa: ASYNC110 - the least that can disturb
                await asyncio.sleep(0.01)
        assert len(posts) == 2 * self.tickets, "something was posted twice"
        return posts[-1].at

    async def calm(self) -> float:
        """Wait until the desk has written all that it had to; the CPU that it has used by then."""
        before, now = -1.0, self.cpu()
        while now - before > 0.01:
            await asyncio.sleep(0.2)
            before, now = now, self.cpu()
        return now

    async def worked(self) -> None:
        """Wait until nothing waits in the inbox."""
        while await self.waiting("inbox"):  # noqa: ASYNC110 - it is asked of another process
            await asyncio.sleep(0.2)

    async def waiting(self, box: str) -> int:
        """How many rows of a box are due, as the desk's own figures say."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[0])
        writer.write(METRICS)
        told = (await reader.read()).decode()
        writer.close()
        found = re.search(rf'threadkeeper_rows{{box="{box}",state="waiting"}} (\S+)', told)
        assert found, told
        return int(float(found[1]))


def _mark(text: str) -> str:
    _, mark, rest = text.partition("case")
    return mark + rest[:6]


@asynccontextmanager
async def desk(
    database_url: str,
    home: Path,
    talk: Talk,
    *,
    processes: int = 1,
    teams: Sequence[Team] = (),
    complains: bool = True,
    clock_url: str = "",
) -> AsyncIterator[Trial]:
    """The whole program on an empty database, in ``home``, with its own limits lifted.

    ``teams``: who has channels of their own for cards. ``complains`` False: its warnings are
    expected. ``clock_url``: whose time it goes by, if not the machine's.
    """
    async with slack_like() as (slack, api_url), AsyncExitStack() as stack:
        key = Fernet.generate_key().decode()
        settings = SETTINGS | {
            "SLACK_API_URL": api_url,
            "DATABASE_URL": database_url,
            "ENCRYPTION_KEYS": key,
            "CLOCK_URL": clock_url,
        }
        if teams:
            _install(database_url, teams, Cipher([key]))
        apps = [
            await stack.enter_async_context(
                child.running([str(PROGRAM), "run"], settings, home, complains=complains)
            )
            for _ in range(processes)
        ]
        yield Trial(apps, slack, talk)


def _install(database_url: str, teams: Sequence[Team], cipher: Cipher) -> None:
    """The workspace as its people have set it up: whose each channel is, who serves whom."""
    upgrade(database_url)
    installation = Installation(new_id(), "", TEAM, APP_ID, BOT_ID, BOT_USER, "xoxb-bench")
    engine = open_engine(database_url)
    try:
        with engine.begin() as connection:
            key = workspaces.install(
                connection, installation, name=TEAM, url="https://slack.com/", cipher=cipher
            )
            unit, now = Unit(key, connection), datetime.now(UTC)
            workspaces.save_settings(unit, DeskSettings(triage_channel=TRIAGE), now)
            for each in teams:
                _settle_in(unit, each, now)
    finally:
        engine.dispose()


def _settle_in(unit: Unit, team: Team, now: datetime) -> None:
    account = Account(unit.workspace_id, new_id(), team.triage, team.triage.lower(), now)
    accounts.add(unit, replace(account, team_channel=team.triage))
    place = Channel(unit.workspace_id, new_id(), team.triage, team.triage.lower(), fetched_at=now)
    channels.put(unit, replace(place, is_private=True, is_team=True))
    for name in team.channels:
        theirs = replace(place, id=new_id(), slack_id=name, name=name.lower(), is_ext_shared=True)
        channels.put(unit, replace(theirs, account_id=account.id, company="Acme Robotics"))
