"""All loops together: they start together, hear of each other, and stop together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.clock import Clock
from bot.desk import Desk
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.usecases import rota
from bot.workers.asking import Asker
from bot.workers.bookshelf import Bookshelf
from bot.workers.comparing import Comparer
from bot.workers.inbox import InboxWorker, LaneKey
from bot.workers.indexing import Indexer
from bot.workers.learning import Learner
from bot.workers.mending import Mender
from bot.workers.outbox import OutboxWorker
from bot.workers.pace import Paces
from bot.workers.paging import Pager
from bot.workers.reconcile import Reconciler
from bot.workers.rolling import Roller
from bot.workers.schedule import BELLS, Schedule
from bot.workers.succession import Succession
from bot.workers.suggesting import Suggester
from bot.workers.watch import Watch
from storage import inbox, outbox
from storage.outbox import LaneDue
from storage.presence import Presence

if TYPE_CHECKING:
    from bot.knowledge.meaning import Meaning


@dataclass(eq=False)
class Crew:
    """All the workers of one process.

    ``rate``: posts per second and channel (0: no limits). ``presence`` was begun.
    ``meaning`` makes the model by which articles are found as well, None where words are to do.
    """

    desk: Desk
    clock: Clock
    ways: Ways
    renderer: Renderer
    rate: float
    presence: Presence
    pager: Pager | None = None
    meaning: Callable[[], Meaning] | None = None

    def __post_init__(self) -> None:
        self.asker = Asker(self.desk, self.ways, self.clock)
        self.outbox = OutboxWorker(
            self.desk,
            self.clock,
            self.ways,
            self.renderer,
            Paces(self.rate),
            self.presence,
            arrived=self._arrived,
            learn=self.asker.learn,
            pager=self.pager,
        )
        self.inbox = InboxWorker(self.desk, self.clock, self.asker, self._announced)
        self.watch = Watch(self.presence, self.desk.outage)
        self.comparer = Comparer(
            self.desk,
            self.clock,
            self.ways,
            self.asker,
            Paces(self.rate),
            self.presence,
            arrived=self._arrived,
        )
        self.mender = Mender(self.desk, self.clock, self.ways, self.asker)
        self.indexer = Indexer(self.desk, lambda: self.inbox.is_rushed)
        self.bookshelf = Bookshelf(self.desk, self.clock, self.asker)
        self.roller = Roller(self.desk, self.clock)
        self.suggester = Suggester(self.desk, self.clock)
        self.learner = Learner(self.desk, self.meaning, self.suggester.by_meaning)
        self.reconciler = Reconciler(self.desk, self.clock, self.comparer)
        self.schedule = Schedule(self.desk, self.clock, ticked=self._ticked)
        self.succession = Succession(self.desk, superseded=self.stop)
        self.desk.woken = self._arrived

    def _arrived(self) -> None:
        self.inbox.wake()

    def _announced(self, lanes: set[LaneKey]) -> None:
        self.outbox.wake(lanes)
        self.suggester.wake()

    def _ticked(self) -> None:
        self.inbox.wake()
        self.outbox.wake(set())
        self.mender.wake()

    async def run(self) -> None:
        """Until ``stop``; what is claimed is finished first."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.inbox.run(), name="inbox")
            group.create_task(self.outbox.run(), name="outbox")
            group.create_task(self.schedule.run(), name="schedule")
            group.create_task(self.watch.run(), name="watch")
            group.create_task(self.reconciler.run(), name="catch-up")
            group.create_task(self.mender.run(), name="mending")
            group.create_task(self.indexer.run(), name="indexing")
            group.create_task(self.bookshelf.run(), name="articles")
            group.create_task(self.roller.run(), name="figures")
            group.create_task(self.suggester.run(), name="suggesting")
            group.create_task(self.learner.run(), name="learning")
            group.create_task(self.succession.run(), name="succession")

    def stop(self) -> None:
        """Ask all loops to end."""
        for worker in (self.inbox, self.outbox, self.schedule, self.watch, self.reconciler):
            worker.stop()
        self.mender.stop()
        self.indexer.stop()
        self.bookshelf.stop()
        self.roller.stop()
        self.suggester.stop()
        self.learner.stop()
        self.succession.stop()

    async def is_idle(self) -> bool:
        """True when nothing waits that could be done now; for the demo and for tests."""
        if not self._at_rest():
            return False
        now = self.clock.now()
        is_due, lanes = await self.desk.read_all(partial(_waiting, now=now))
        if is_due or not self._at_rest():  # what was claimed meanwhile is due no more
            return False
        return not any(
            each.due_at <= now and not self.outbox.rests(each.workspace_id, each.name)
            for each in lanes
        )

    def _at_rest(self) -> bool:
        posts = (self.inbox, self.outbox, self.schedule)
        looks = (self.reconciler, self.mender, self.suggester)
        return all(loop.is_idle for loop in (*posts, *looks))


def _waiting(connection: Connection, now: datetime) -> tuple[bool, list[LaneDue]]:
    """Whether a time has come or the inbox has work, and what lies in the outbox."""
    asks = (*(bell.is_due for bell in BELLS.values()), rota.is_due, inbox.has_due)
    return any(is_due(connection, now) for is_due in asks), outbox.lanes(connection)
