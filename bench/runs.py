"""One run: the floor, then the desk on one database, and what was measured of both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import child, load
from bench.child import Child
from bench.load import Talk, burst, paced, request
from bench.slack import TRIAGE, InstantSlack, Shown, instant

AT_ONCE = 50
WARM_UP = 100
PER_SECOND = 10.0
SECONDS_TO_SHOW = 60.0
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


@dataclass(frozen=True, slots=True)
class Size:
    """How many messages: acked by the floor, made tickets of in a burst, and sent one by one."""

    floor: int
    burst: int
    paced: int


@dataclass(frozen=True, slots=True)
class Floor:
    """Of the bare app: events per second, ack p50 and p99 in ms, CPU seconds per 1,000 events."""

    events_per_second: float
    ack_p50: float
    ack_p99: float
    cpu_per_1000: float


@dataclass(frozen=True, slots=True)
class Desk(Floor):
    """The same of the desk, all of it durable, and its CPU for the whole road; latencies in ms.

    ``shown_per_second``: tickets whose card and receipt are both there, from the first message of
    a burst to the last of its posts. ``calls_per_ticket``: Slack methods called.
    """

    card_p50: float
    card_p95: float
    shown_per_second: float
    calls_per_ticket: float


async def floor(size: Size) -> Floor:
    """Measure the bare Bolt app."""
    async with (
        instant() as (_, api_url),
        child.running(["-m", "bench.floor"], {"SLACK_API_URL": api_url}) as app,
    ):
        await burst(app.port, _requests(Talk(), size.floor // 10), AT_ONCE)
        before = app.cpu()
        taken, acks = await burst(app.port, _requests(Talk(), size.floor), AT_ONCE)
        cpu = app.cpu() - before
    return Floor(
        size.floor / taken, _at(acks, 50) * 1e3, _at(acks, 99) * 1e3, cpu / size.floor * 1e3
    )


def _requests(talk: Talk, count: int) -> list[bytes]:
    return [request(talk.newcomer()[1]) for _ in range(count)]


async def desk(size: Size, database_url: str, folder: Path) -> Desk:
    """Measure the desk on an empty database; ``folder`` is where it runs."""
    async with instant() as (slack, api_url):
        settings = SETTINGS | {"SLACK_API_URL": api_url, "DATABASE_URL": database_url}
        async with child.running([str(PROGRAM), "run"], settings, folder) as app:
            trial = _Trial(app, slack)
            await trial.warm_up()
            cards = await trial.cards(size.paced)
            return await trial.whole_road(size.burst, cards)


@dataclass(eq=False)
class _Trial:
    """A running desk, the Slack that it tells, and the customers who write."""

    app: Child
    slack: InstantSlack
    talk: Talk = field(default_factory=Talk)
    tickets: int = 0

    async def warm_up(self) -> None:
        """Regulars and channels are known then: the desk asks Slack once for each."""
        messages = [request(self.talk.regular()[1]) for _ in range(WARM_UP)]
        await paced(self.app.port, messages, per_second=200)
        await self._all_shown(WARM_UP)

    async def cards(self, count: int) -> list[float]:
        """From each message, one after the other, to its card being here: seconds."""
        before = len(self.slack.posts)
        said = [self.talk.regular() for _ in range(count)]
        messages = [request(payload) for _, payload in said]
        sent = await paced(self.app.port, messages, per_second=PER_SECOND)
        await self._all_shown(count)
        there = _cards_by_mark(self.slack.posts[before:])
        return [there[mark] - at for (mark, _), at in zip(said, sent, strict=True)]

    async def whole_road(self, count: int, cards: Sequence[float]) -> Desk:
        """A burst, until all that it leads to is shown; with the latencies measured before."""
        messages, calls_before = _requests(self.talk, count), sum(self.slack.calls.values())
        cpu, start = await self._calm(), time.perf_counter()
        taken, acks = await burst(self.app.port, messages, AT_ONCE)
        last = await self._all_shown(count)
        return Desk(
            events_per_second=count / taken,
            ack_p50=_at(acks, 50) * 1e3,
            ack_p99=_at(acks, 99) * 1e3,
            cpu_per_1000=(await self._calm() - cpu) / count * 1e3,
            card_p50=_at(cards, 50) * 1e3,
            card_p95=_at(cards, 95) * 1e3,
            shown_per_second=count / (last - start),
            calls_per_ticket=(sum(self.slack.calls.values()) - calls_before) / count,
        )

    async def _all_shown(self, more: int) -> float:
        """Wait for a card and a receipt for each ticket; the moment of the last."""
        self.tickets += more
        posts = self.slack.posts
        async with asyncio.timeout(SECONDS_TO_SHOW):
            while len(posts) < 2 * self.tickets:  # noqa: ASYNC110 - the least that can disturb
                await asyncio.sleep(0.01)
        assert len(posts) == 2 * self.tickets, "something was posted twice"
        return posts[-1].at

    async def _calm(self) -> float:
        """Wait until the desk has written all that it had to; the CPU that it has used by then."""
        before, now = -1.0, self.app.cpu()
        while now - before > 0.01:
            await asyncio.sleep(0.2)
            before, now = now, self.app.cpu()
        return now


def _cards_by_mark(posts: Sequence[Shown]) -> dict[str, float]:
    cards = {}
    for post in posts:
        told = post.told()
        if told["channel"] == TRIAGE:
            _, _, rest = told["text"].partition("case")
            cards[f"case{rest[:6]}"] = post.at
    return cards


def _at(seconds: Sequence[float], percent: int) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
