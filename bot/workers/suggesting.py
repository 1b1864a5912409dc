"""Looks at new tickets, after they stand, for what is known of such; learns how they are sorted.

It works on machine time and leaves everybody else their turn: in a rush nothing is suggested, and a
ticket that was not looked at in ten minutes is left to people.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock
from bot.desk import Desk, NotSaved
from bot.ids import key_at
from bot.knowledge import past
from bot.knowledge.past import FEWEST_LEARNT, Memory
from bot.usecases import suggesting
from storage import suggestions, workspaces

if TYPE_CHECKING:
    from bot.knowledge.meaning import Meaning

log = structlog.get_logger()

POLL_SECONDS = 5.0
REST_SECONDS = 1.0  # between two looks, however much comes in
WINDOW_SECONDS = 600.0
RUSH = 20  # new tickets at once: their cards need the channels more
LEARN_SECONDS = 10.0
AT_ONCE = 32  # tickets whose meaning is learnt in one look: a fifth of a second


@dataclass(eq=False)
class Suggester:
    """``wake`` it when something came in. ``rest``: seconds between two looks, ``relearns`` between
    two lessons of how people sort tickets.
    """

    desk: Desk
    clock: Clock
    rest: float = REST_SECONDS
    relearns: float = LEARN_SECONDS
    _meaning: Meaning | None = None
    _memories: dict[int, Memory] = field(default_factory=lambda: defaultdict(Memory))
    _looked: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _learnt: dict[int, float] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _is_wanted: bool = False
    _is_busy: bool = False

    def wake(self) -> None:
        """Something came in: a hint, nothing more."""
        self._news.set()

    def by_meaning(self, meaning: Meaning) -> None:
        """From now on tickets are found, and sorted, by meaning as well."""
        self._meaning = meaning
        self._memories = defaultdict(self._new_memory)

    def _new_memory(self) -> Memory:
        return Memory() if self._meaning is None else past.by_meaning(self._meaning)

    def stop(self) -> None:
        """End after the ticket at hand."""
        self._stopped.set()
        self._news.set()

    @property
    def is_idle(self) -> bool:
        """True when no look is due that could suggest anything; for the demo and for tests."""
        return not self._is_wanted or not (self._is_busy or self._news.is_set())

    async def run(self) -> None:
        """Until stopped."""
        self._is_wanted = True
        self._news.set()
        while not self._stopped.is_set():
            await _within(self._news, POLL_SECONDS)
            self._news.clear()
            self._is_busy = True
            try:
                await self.work_round()
            except Exception as error:
                if not (isinstance(error, NotSaved) or self.desk.outage.explains(error)):
                    log.exception("suggesting failed")
                await self.desk.outage.rest()
            finally:
                self._is_busy = False
            await _within(self._stopped, self.rest)

    async def work_round(self) -> None:
        """Look at what is new in all workspaces."""
        known = await self.desk.read_all(workspaces.ids)
        wanted = [each for each in known if await self.desk.read(each, suggesting.is_wanted)]
        self._is_wanted = bool(wanted) or not known
        for workspace_id in wanted:
            await self._look(workspace_id)

    async def _look(self, workspace_id: int) -> None:
        memory, looked = self._memories[workspace_id], self._looked[workspace_id]
        after = key_at(time.time() - WINDOW_SECONDS)
        found = await self.desk.read(
            workspace_id, lambda unit: suggestions.unlooked(unit, after=after, most=10 * RUSH)
        )
        looked -= {each for each in looked if each < after}
        new = [each for each in found if each not in looked]
        if len(new) > RUSH:
            looked.update(new)  # they are left to people; who comes after them is not
            self._news.set()  # there may be more, and all are to be known once it is calm
            return
        await self._follow(workspace_id, memory)
        if memory.waiting:
            await asyncio.to_thread(memory.absorb, AT_ONCE)
        if memory.waiting:
            self._news.set()
        await self._learn(workspace_id, memory)
        for ticket_id in reversed(new):
            await self._suggest(workspace_id, ticket_id, memory)
            looked.add(ticket_id)

    async def _suggest(self, workspace_id: int, ticket_id: int, memory: Memory) -> None:
        await self.desk.lull()
        now = self.clock.now()
        item = await self.desk.read(
            workspace_id, lambda unit: suggesting.sought(unit, ticket_id, memory, now)
        )
        if item is not None:
            await self.desk.offer(workspace_id, item)

    async def _follow(self, workspace_id: int, memory: Memory) -> None:
        """Know the tickets that there are, step by step."""
        while not self._stopped.is_set():
            await self.desk.lull()
            if not await self.desk.read(workspace_id, memory.follow):
                return

    async def _learn(self, workspace_id: int, memory: Memory) -> None:
        """Learn anew from what people did, now and then: how sure to be, how tickets are sorted."""
        if time.monotonic() < self._learnt.get(workspace_id, 0.0) + self.relearns:
            return
        self._learnt[workspace_id] = time.monotonic()
        await self.desk.read(workspace_id, memory.calibrate)
        if await self.desk.read(workspace_id, memory.is_outdated):
            await self._sort(workspace_id, memory)

    async def _sort(self, workspace_id: int, memory: Memory) -> None:
        examples = await self.desk.read(workspace_id, memory.examples)
        if len(examples) < FEWEST_LEARNT:
            return
        sorter, began = type(memory.sorter)(memory.sorter.meaning), time.monotonic()
        await asyncio.to_thread(sorter.learn, examples)
        memory.sorter = sorter
        seconds = round(time.monotonic() - began, 3)
        log.info("learned how tickets are sorted", tickets=len(examples), seconds=seconds)


async def _within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
