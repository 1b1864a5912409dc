"""Looks again and again whether what people have to mend is mended, and lets it be tried then."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import Conflict, SendFailed
from bot.rules import trouble as rules
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from bot.slack.ways import Ways
from bot.usecases import trouble as usecase
from bot.workers.asking import Asker
from storage import channels, trouble
from storage.records.trouble import Trouble

log = structlog.get_logger()

POLL_SECONDS = 1.0
# Slack is no better yet, or does not say.
STILL = (NotSent, Paused, RateLimited, SendFailed, Unsure)


@dataclass(eq=False)
class Mender:
    """Of several processes one looks at a trouble at a time."""

    desk: Desk
    clock: Clock
    ways: Ways
    asker: Asker
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _looking: bool = False
    _stopping: bool = False

    def wake(self) -> None:
        """Time has passed."""
        self._news.set()

    def stop(self) -> None:
        """End after the look at hand."""
        self._stopping = True
        self._news.set()

    @property
    def is_idle(self) -> bool:
        """True when nothing is being looked at, nor about to be."""
        return not self._looking and not self._news.is_set()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopping:
            try:
                await self.look()
            except Conflict as error:
                log.warning("mending: not now", error=repr(error))
            except Exception as error:
                if not self.desk.outage.explains(error):
                    log.exception("mending failed")
                await self.desk.outage.rest()
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    async def look(self) -> None:
        """Once at all that is due."""
        now = self.clock.now()
        self._looking = True
        try:
            for each in await self.desk.read_all(trouble.all_open):
                if each.look_at <= now and not self._stopping:
                    await self._look_at(each)
        finally:
            self._looking = False

    async def _look_at(self, at: Trouble) -> None:
        again = rules.next_look(at, self.clock.now())
        if not await self.desk.write(at.workspace_id, lambda u: trouble.put_off(u, at, again)):
            return  # another process does
        try:
            await self._ask(at)
        except STILL as error:
            log.warning("mending: not yet", place=at.place, code=at.code, error=str(error))
            return
        now = self.clock.now()
        if await self.desk.write(at.workspace_id, lambda unit: usecase.looked(unit, at, now)):
            log.info("slack: mended", **usecase.named(at))

    async def _ask(self, at: Trouble) -> None:
        """Let Slack tell how it is now. Raises what the gateway raises."""
        if at.is_of_installation:
            await self._try_token(at.workspace_id)
        elif at.channel_id is not None:
            await self._ask_channel(at.workspace_id, at.channel_id)
        elif at.method in rules.TELLING:
            await self.asker.try_again(at.workspace_id, at.method, at.code)

    async def _try_token(self, workspace_id: int) -> None:
        """Another process may have been given a new token meanwhile."""
        self.ways.forget()
        self.desk.forget_tenants()
        way = await self.ways.to(workspace_id)
        if way is None:
            raise NotSent("the app is not installed")
        await way.read("auth.test", {})

    async def _ask_channel(self, workspace_id: int, channel_id: int) -> None:
        found = await self.desk.read(workspace_id, lambda unit: channels.by_id(unit, channel_id))
        if found is not None:
            await self.asker.see(workspace_id, found.slack_id)
