"""The front door: reads settings, puts the parts together, runs them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from slack_bolt.async_app import AsyncApp

from bot.clock import Clock, FollowedClock
from bot.config import Settings
from bot.desk import Desk
from bot.slack.gateway import TIMEOUT_SECONDS
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.workers.crew import Crew
from bot.workers.opening import Opening, Seed
from handlers import app as bolt
from handlers.front import Front
from storage.cipher import Cipher, new_key
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.presence import Presence


@dataclass(frozen=True, slots=True)
class Program:
    """The running parts, for those who serve, watch or test them."""

    desk: Desk
    crew: Crew
    clock: Clock
    bolt: AsyncApp
    ways: Ways
    front: Front
    workspace_id: int


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Program]:
    """Everything but the way in: database, workers, listeners. Stops in order when the block ends."""
    upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    presence = Presence(engine)
    presence.begin()
    try:
        presence.free_dead()
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS), trust_env=False
        ) as session:
            desk = Desk(engine, _cipher(settings))
            async with _working(settings, desk, session, presence.holder, clock) as program:
                yield program
    finally:
        presence.end()
        engine.dispose()


@asynccontextmanager
async def _working(
    settings: Settings,
    desk: Desk,
    session: aiohttp.ClientSession,
    holder: int,
    clock: Clock | None,
) -> AsyncIterator[Program]:
    clock = clock or (FollowedClock(settings.clock_url) if settings.clock_url else Clock())
    await clock.catch_up()
    renderer = Renderer(settings.templates_dir)
    ways = Ways(desk, session, settings.slack_api_url)
    crew = Crew(desk, clock, ways, renderer, settings.slack_post_rate, holder)
    front = Front(desk, renderer, clock, ways.of, crew.asker.learn, Counter())
    desk.start()
    try:
        workspace_id = await Opening(desk, ways, crew.asker, clock).open(_seed(settings))
        async with asyncio.TaskGroup() as group:
            group.create_task(crew.run(), name="crew")
            following = group.create_task(clock.follow(), name="clock")
            try:
                yield Program(desk, crew, clock, bolt.build(front), ways, front, workspace_id)
            finally:
                crew.stop()
                following.cancel()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await desk.stop()


def _seed(settings: Settings) -> Seed:
    return Seed(
        token=settings.slack_bot_token.get_secret_value(),
        triage_channel=settings.triage_channel,
        tech_channel=settings.tech_channel,
        digest_channel=settings.digest_channel,
        public_channel=settings.public_support_channel,
        agents_usergroup=settings.agents_usergroup,
    )


def _cipher(settings: Settings) -> Cipher:
    """With the operator's keys, else with one of our own kept beside the database or in ``var/``."""
    if settings.encryption_keys:
        return Cipher([key.get_secret_value() for key in settings.encryption_keys])
    path = Path("var/threadkeeper.key")
    if settings.database_url.startswith("sqlite:///"):
        path = Path(settings.database_url.removeprefix("sqlite:///")).with_suffix(".key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(new_key())
    return Cipher([path.read_text().strip()])
