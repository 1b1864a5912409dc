"""Desks that die and are started again on the same database, before a Slack that stays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from sandbox.local import Sandbox
from sandbox.world import App
from tests.stories import breaking
from tests.stories.lives import LIFE, Doom, Life, Over, Tally
from tests.stories.stage import SAME_TIME, Stage, at_work

PATIENCE = 240  # machine seconds


@dataclass(eq=False)
class Keeper:
    """Keeps one desk running, as systemd does: when it has died, it is started again."""

    slack: Sandbox
    database_url: str
    tally: Tally
    begun: int = 0
    address: str = ""
    _life: Life | None = None
    _stage: Stage | None = None
    _leave: asyncio.Event = field(default_factory=asyncio.Event)
    _again: asyncio.Event = field(default_factory=asyncio.Event)
    _doom: Doom | None = None

    async def run(self) -> None:
        """Until ``leave``."""
        while not self._leave.is_set():
            self._again.clear()
            self._life = life = Life(self.tally, self._doom)
            self.begun += 1
            await self._live(life)
            life.bury()
            self._stage, self._doom = None, life.doom

    async def _live(self, life: Life) -> None:
        """One life, to its end, by whichever way."""
        living = asyncio.create_task(self._work(life), name="life")
        over = asyncio.create_task(life.over.wait())
        await asyncio.wait({living, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if life.is_over:
            living.cancel()
            await asyncio.wait({living})
        error = None if living.cancelled() else living.exception()
        if error and not life.is_over and not life.has_stumbled:
            raise error

    async def _work(self, life: Life) -> None:
        LIFE.set(life)
        way_in = breaking.way_in(life)
        desk = at_work(
            self.slack, self.database_url, outside=breaking.outside(life), middleware=[way_in]
        )
        async with desk as self._stage:
            self.address = self._app.request_url or ""
            either = {asyncio.create_task(each.wait()) for each in (self._leave, self._again)}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            for each in either:
                each.cancel()

    def be_called(self) -> None:
        """Let Slack bring everything to this one from now on."""
        if self.open:
            self._app.request_url = self.address

    @property
    def _app(self) -> App:
        assert self.slack.world.app is not None
        return self.slack.world.app

    def dooms(self, doom: Doom | None) -> None:
        """Say how this life, or one of the next, comes to its end."""
        self._doom = doom
        if self._life is not None:
            self._life.doom = doom

    def kill(self) -> None:
        """End it wherever it is."""
        if self._life is not None:
            self._life.end()

    def restart(self) -> None:
        """Stop it as an operator does, and start it again."""
        self._again.set()

    def leave(self) -> None:
        """Stop it for good."""
        self._leave.set()

    @property
    def open(self) -> Stage | None:
        """The desk that runs now, if it does."""
        is_dead = self._life is None or self._life.is_over or self._again.is_set()
        return None if is_dead else self._stage


@dataclass(eq=False)
class Desks:
    """One desk, or several on one database."""

    slack: Sandbox
    keepers: list[Keeper]

    async def open(self) -> list[Stage]:
        """All of them, once they run."""
        async with asyncio.timeout(PATIENCE):
            while not all(each.open for each in self.keepers):
                self._send_events_to_the_living()
                await asyncio.sleep(0.002)
        return [stage for each in self.keepers if (stage := each.open)]

    def _send_events_to_the_living(self) -> None:
        living = [each for each in self.keepers if each.open]
        app = self.slack.world.app
        if living and app and app.request_url not in {each.address for each in living}:
            living[0].be_called()

    async def quiet(self) -> None:
        """Wait until nothing moves any more, whoever dies meanwhile."""
        async with asyncio.timeout(PATIENCE):
            calm = 0
            while calm < 2:
                begun = self._begun()
                await self.slack.idle()
                is_calm = await self._is_calm()
                calm = calm + 1 if is_calm and begun == self._begun() else 0
                await asyncio.sleep(0.002)

    def _begun(self) -> list[int]:
        return [each.begun for each in self.keepers]

    async def _is_calm(self) -> bool:
        now = self.slack.world.clock.time()
        for desk in await self.open():
            try:
                async with asyncio.timeout(5):
                    if abs(desk.program.clock.now().timestamp() - now) > SAME_TIME:
                        return False
                    if not await desk.program.crew.is_idle():
                        return False
            except (SQLAlchemyError, TimeoutError, Over, RuntimeError):
                return False  # it has just died
        return True

    async def later(self, seconds: float) -> None:
        """Let desk time pass, and wait for all that follows."""
        self.slack.world.clock.move(seconds)
        await self.quiet()

    async def all_again(self) -> None:
        """Stop and start one after the other: each looks what was missed while it was away."""
        for each in self.keepers:
            each.dooms(None)
        for each in self.keepers:
            each.restart()
            await self.quiet()


@asynccontextmanager
async def desks(
    slack: Sandbox, database_url: str, tally: Tally, *, count: int = 1
) -> AsyncIterator[Desks]:
    """So many desks run until the block ends."""
    keepers = [Keeper(slack, database_url, tally) for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        for number, each in enumerate(keepers):
            group.create_task(each.run(), name=f"keeper {number}")
        with _left_at_the_end(keepers):
            it = Desks(slack, keepers)
            await it.open()
            yield it


@contextlib.contextmanager
def _left_at_the_end(keepers: list[Keeper]) -> Iterator[None]:
    try:
        yield
    finally:
        for each in keepers:
            each.leave()
