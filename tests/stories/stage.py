"""A stage for stories: a local Slack and the whole program in one loop, joined by real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware

import app
from bot.clock import Clock
from bot.config import Settings
from bot.patience import Patience
from handlers import serving as inbound
from sandbox import page
from sandbox.local import Sandbox
from sandbox.people.presses import Spot
from sandbox.server import serving
from sandbox.world import Channel, Json, Message, View, World
from storage.cipher import new_key
from tests.stories.worlds import world_at
from web.serving import serving as listening

SAME_TIME = 0.1  # seconds: what a clock's answer may be old
# A story leaves no key in the folder where it runs: that one may be somebody's own.
KEYS = (SecretStr(new_key()),)
UNHURRIED = 60  # machine seconds: no story is about how fast the machine is
OUTSIDE = app.Outside(patience=Patience(*[UNHURRIED] * 5))


@dataclass(frozen=True)
class Stage:
    """``slack`` is where people act; ``program`` is the desk, ``others`` its replicas."""

    slack: Sandbox
    program: app.Program
    others: tuple[app.Program, ...] = ()

    @property
    def people(self) -> Any:
        return self.slack.people

    async def quiet(self) -> None:
        """Wait until nothing moves any more, on either side."""
        async with asyncio.timeout(UNHURRIED):
            calm = 0
            while calm < 2:
                await self.slack.idle()
                calm = calm + 1 if await self._is_idle() else 0
                await asyncio.sleep(0.005)

    async def _is_idle(self) -> bool:
        for each in (self.program, *self.others):
            if not await each.crew.is_idle():
                return False
        return True

    def messages(self, channel: str) -> list[Message]:
        """All that stands in a channel, oldest first."""
        found = next(c for c in self.slack.world.channels.values() if c.name == channel)
        return sorted(found.messages.values(), key=lambda message: message.ts)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies of one thread, oldest first."""
        return [m for m in self.messages(channel) if m.thread_ts == ts and m.ts != ts]

    async def press(self, person: str, action_id: str, message: Message) -> None:
        """Press a button and wait for all that follows."""
        await self.people.press(person, Spot(channel=message.channel, ts=message.ts), action_id)
        await self.quiet()

    async def choose(self, person: str, message: Message, act: str) -> None:
        """Choose from the menu behind the three dots and wait for all that follows."""
        menu = next(b["accessory"] for b in message.blocks if "accessory" in b)
        value = next(o["value"] for o in menu["options"] if o["value"].startswith(f"{act}:"))
        spot = Spot(channel=message.channel, ts=message.ts)
        await self.people.press(person, spot, menu["action_id"], chosen=value)
        await self.quiet()

    def open_views(self) -> list[View]:
        """Forms that somebody has in front of them."""
        return [view for view in self.slack.world.views.values() if view.is_open]

    async def reply(self, person: str, card: Message, text: str, *, wait: bool = True) -> None:
        """Answer by the Reply form; ``wait`` also lets the time for undo pass."""
        await self.press(person, "act:reply", card)
        view = next(v for v in self.slack.world.views.values() if v.is_open)
        await self.people.submit(person, view.id, {"text": text})
        await self.quiet()
        if wait:
            await self.later(11)

    async def later(self, seconds: float) -> None:
        """Let desk time pass, on both sides, and wait for all that follows."""
        self.slack.world.clock.move(seconds)
        async with asyncio.timeout(UNHURRIED):
            while not self._is_same_time():  # noqa: ASYNC110 - clocks agree, which none announces
                await asyncio.sleep(0.001)
        await self.quiet()

    def _is_same_time(self) -> bool:
        theirs = self.slack.world.clock.now()
        late = (each.clock.now() - theirs for each in (self.program, *self.others))
        return all(abs(each.total_seconds()) <= SAME_TIME for each in late)

    def cards(self) -> list[Message]:
        """The cards of tickets in triage."""
        posts = [m for m in self.messages("triage") if m.bot_id and not m.is_reply]
        return [m for m in posts if "act:menu" in str(m.blocks)]


@asynccontextmanager
async def stage(
    database_url: str,
    *,
    world: World | None = None,
    rate: float = 0,
    limits: bool = False,
    help_button: bool = False,
    **more: Any,
) -> AsyncIterator[Stage]:
    """Everything runs until the block ends. ``more`` are other settings, by name.

    The desk says only what it is asked, if not ``suggestions=True``, ``daily_digest="09:00"``.
    """
    async with serving(world or world_at(), patience=UNHURRIED, more=page.routes) as slack:
        slack.limits.enabled = limits
        at = at_work(slack, database_url, rate=rate, help_button=help_button, **more)
        async with at as it:
            yield it


@asynccontextmanager
async def at_work(
    slack: Sandbox,
    database_url: str,
    *,
    rate: float = 0,
    help_button: bool = False,
    outside: app.Outside = OUTSIDE,
    middleware: Sequence[Middleware] = (),
    clock: Clock | None = None,
    **more: Any,
) -> AsyncIterator[Stage]:
    """The desk runs in front of a Slack that was there before, and goes on without it.

    It follows that Slack's clock, if not its own ``clock``. ``outside`` and ``middleware`` stand
    between the desk and what it calls, and is called by.
    """
    settings = _settings(database_url, slack, rate, help_button=help_button, **more)
    running = app.running(settings, clock, outside=outside)
    async with running as program, _http(program, middleware) as url:
        program.crew.suggester.rest = 0.01
        assert slack.world.app is not None
        slack.world.app.request_url = url
        yield Stage(slack, program)


@asynccontextmanager
async def replicas(slack: Sandbox, database_url: str) -> AsyncIterator[Stage]:
    """Two desks on one database; Slack calls the second, and both tick."""
    one, other = at_work(slack, database_url), at_work(slack, database_url)
    async with one as first, other as second:
        yield replace(second, others=(first.program,))


def _settings(
    database_url: str, slack: Sandbox, rate: float, *, help_button: bool, **more: Any
) -> Settings:
    assert slack.world.app is not None
    return Settings.given(
        slack_bot_token=SecretStr(slack.world.app.bot_token),
        slack_signing_secret=SecretStr("sandbox-signing-secret"),
        slack_api_url=f"{slack.url}/api/",
        database_url=database_url,
        triage_channel="#triage",
        tech_channel="#tech-support",
        public_support_channel="#help",
        help_button=help_button,
        specialists_usergroup="@specialists",
        leads_usergroup="@leads",
        managers_usergroup="@managers",
        slack_post_rate=rate,
        clock_url=f"{slack.url}/control/clock",
        **{
            "agents_usergroup": "@support",
            "digest_channel": "#digests",
            "daily_digest": "",
            "suggestions": False,
            "knowledge_engine": "words",
            "encryption_keys": KEYS,
            **more,
        },
    )


@asynccontextmanager
async def _http(program: app.Program, middleware: Sequence[Middleware]) -> AsyncIterator[str]:
    secret, now = "sandbox-signing-secret", program.clock.machine
    slack = inbound.route(program.bolt, secret, program.acked, now=now)
    web = Starlette(routes=[slack], middleware=middleware)
    async with listening(web, host="127.0.0.1", port=0) as url:
        yield f"{url}{inbound.PATH}"


@contextmanager
def held_back(it: Stage) -> Iterator[None]:
    """What is said in the block reaches the desk after it, the last first."""
    events, kept = it.slack.delivery.events, list[tuple[Json, Channel | None, str | None]]()

    def keep(event: Json, channel: Channel | None, team: str | None) -> None:
        kept.append((event, channel, team))

    listeners = it.slack.world.listeners
    listeners[listeners.index(events.hear)] = keep
    yield
    listeners[listeners.index(keep)] = events.hear
    for each in reversed(kept):
        events.hear(*each)
