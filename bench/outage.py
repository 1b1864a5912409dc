"""A day without Slack's API: tickets are made and changed all the same, then all of it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Engine, TextClause, text

from bench.load import request, rush
from bench.measure import Figure, Figures, Measurement, Run, Site
from bench.slack import AGENT, TRIAGE
from bench.talk import Asked, Talk, payload, team
from bench.trial import Trial, desk
from storage.engine import open_engine

PEOPLE, CHANNELS = 50, 41
CHANGES: tuple[Callable[[Talk, Asked], bytes], ...] = (
    Talk.edited,
    Talk.edited,
    lambda talk, asked: talk.reacted(asked, "eyes", by=AGENT),  # takes it
    Talk.replied,
    Talk.edited,
)
SECONDS_TO_DRAIN = 600.0
_OPEN = text("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")
_WANTED = text("SELECT sum(wanted) FROM outbox")
TOLD = ("chat.postMessage", "chat.update")


async def measure(site: Site) -> Run:
    """The desk on each database."""
    return {column: await _desk(site, make()) for column, make in site.databases.items()}


async def _desk(site: Site, database_url: str) -> Figures:
    talk, count = Talk([team(CHANNELS)], PEOPLE), site.size(2000, 200)
    engine = open_engine(database_url)
    async with desk(database_url, site.home, talk, complains=False) as trial:
        await trial.warm_up(PEOPLE)
        told, wanted = _told(trial), await _ask(engine, _WANTED)
        trial.slack.is_away = True
        asked = [talk.ask() for _ in range(count)]
        await rush(trial.ports, _day(talk, asked))
        await trial.worked()
        trial.slack.is_away = False
        first, drained = await _drain(trial, engine)
        changes = await _ask(engine, _WANTED) - wanted
        figures = {"calls": float(_told(trial) - told), "changes": float(changes)}
    engine.dispose()
    assert _cards(trial) == count + PEOPLE, "a card is missing, or there twice"
    return figures | {
        "tickets": count,
        "first": first,
        "drained": drained,
        "share": figures["calls"] / changes,
        "refused": trial.slack.refused,
    }


def _day(talk: Talk, asked: Sequence[Asked]) -> Iterator[bytes]:
    """Everybody asks; then everything changes, round after round."""
    yield from (request(payload(each)) for each in asked)
    for change in CHANGES:
        yield from (request(change(talk, each)) for each in asked)


async def _drain(trial: Trial, engine: Engine) -> tuple[float, float]:
    """Seconds until the first call was answered, and until nothing was left to tell."""
    start, before = time.perf_counter(), trial.slack.called
    first = 0.0
    async with asyncio.timeout(SECONDS_TO_DRAIN):
        while await _ask(engine, _OPEN):
            if not first and trial.slack.called > before:
                first = time.perf_counter() - start
            await asyncio.sleep(0.1)
    return first, time.perf_counter() - start


async def _ask(engine: Engine, query: TextClause) -> int:
    def ask() -> int:
        with engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    return await asyncio.to_thread(ask)


def _told(trial: Trial) -> int:
    return sum(trial.slack.calls.get(method, 0) for method in TOLD)


def _cards(trial: Trial) -> int:
    posts = [post.told() for post in trial.slack.posts]
    return sum(post["channel"] == TRIAGE and not post.get("thread_ts") for post in posts)


OUTAGE = Measurement(
    "outage",
    "tells what happened while Slack's API was away: 2,000 tickets, each changed five times",
    (
        Figure("share", "calls for each change to be shown", "{:.2f}"),
        Figure("drained", "seconds until all was told", "{:.1f}"),
        Figure("first", "seconds until the first call after it was back", "{:.1f}"),
        Figure("changes", "changes to be shown", "{:,.0f}"),
        Figure("calls", "calls made for them", "{:,.0f}"),
        Figure("refused", "calls that were refused meanwhile", "{:,.0f}"),
        Figure("tickets", "tickets", "{:,.0f}"),
    ),
    measure,
    repeats=False,
)
