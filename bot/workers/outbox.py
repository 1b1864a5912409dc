"""Sends what the outbox holds, lane by lane in order: everything is shown once and stays right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import Conflict, Fact, SendFailed
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.workers.inbox import LaneKey
from bot.workers.naming import FileNamer
from bot.workers.pace import Paces
from bot.workers.paging import Pager
from bot.workers.sender import Sender
from bot.workers.sending import PAUSE, Batch, Turn, next_batches, next_size, write_down
from bot.workers.turns import Turns
from storage import lanes, outbox
from storage.outbox import Sent
from storage.presence import Presence
from storage.records.boxes import Post, PostState
from storage.unit import Unit
from storage.writer import Full

log = structlog.get_logger()

POLL_SECONDS = 1.0
MOST_LANES = 256
# A lane of a dead process is freed within a second (storage.presence). The lease only ends the hold
# of one that hangs; it is long, for the clocks of two machines may differ while Slack is away.
LEASE_SECONDS = 120
BATCH_SECONDS = 20.0
LEARN_AGAIN = timedelta(seconds=5)
UNFINISHED = frozenset({PostState.WAITING, PostState.SENDING})


@dataclass(eq=False)
class OutboxWorker:
    """Works the lanes of the outbox, of which each is held by one process at a time.

    ``presence`` is this process's among replicas; its ``holder`` is 0 where it is alone (SQLite).
    ``learn`` asks Slack for a fact and writes it down.
    """

    desk: Desk
    clock: Clock
    ways: Ways
    renderer: Renderer
    paces: Paces
    presence: Presence
    arrived: Callable[[], None]
    learn: Callable[[int, Fact], Awaitable[None]]
    pager: Pager | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _hinted: set[LaneKey] = field(default_factory=set)
    _active: set[LaneKey] = field(default_factory=set)
    _resting: dict[LaneKey, datetime] = field(default_factory=dict)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self.files = FileNamer(self.clock, self.learn, self.wake)
        self.sender = Sender(self.desk, self.clock, self.renderer, self.pager)
        self._turns = Turns(self._next)

    @property
    def holder(self) -> int:
        return self.presence.holder

    def wake(self, lanes: set[LaneKey]) -> None:
        """These lanes have something new: a hint, nothing more."""
        self._hinted |= lanes
        self._news.set()

    def stop(self) -> None:
        """Finish the batches at hand, then end."""
        self._stopping = True
        self.files.stop()
        self._news.set()

    @property
    def is_idle(self) -> bool:
        """True when no lane is being worked and no hint is pending."""
        return not self._active and not self._hinted and self.files.is_idle

    def rests(self, workspace_id: int, lane: str) -> bool:
        """True when the lane was looked at, and has nothing to do before desk time has moved on."""
        until = self._resting.get((workspace_id, lane))
        return until is not None and until > self.clock.now()

    async def run(self) -> None:
        """Until stopped."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.files.run(), name="files")
            swept_at = 0.0
            while not self._stopping:
                if time.monotonic() - swept_at >= POLL_SECONDS:
                    await self._sweep()
                    swept_at = time.monotonic()
                self._start_lanes(group)
                await self._rest()

    async def _sweep(self) -> None:
        """Correctness does not depend on hints: look at what is open."""
        try:
            found = await self.desk.read_all(outbox.lanes)
        except (SQLAlchemyError, Full) as error:
            if not self.desk.outage.explains(error):
                log.exception("outbox: no lane was found")
            return
        self._hinted |= {(each.workspace_id, each.name) for each in found}

    def _start_lanes(self, group: asyncio.TaskGroup) -> None:
        now = self.clock.now()
        for key in [key for key, at in self._resting.items() if at <= now]:
            del self._resting[key]
            self._hinted.add(key)
        for key in sorted(self._hinted - self._active):
            if len(self._active) >= MOST_LANES:
                return
            self._hinted.discard(key)
            self._active.add(key)
            group.create_task(self._work_lane(key), name=f"lane {key}")

    async def _rest(self) -> None:
        wait = POLL_SECONDS
        if self._resting:
            until = min(self._resting.values()) - self.clock.now()
            wait = min(wait, max(0.0, until.total_seconds()))
        try:
            async with asyncio.timeout(wait):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    async def _work_lane(self, key: LaneKey) -> None:
        try:
            at = await self._drain(key)
            if at is not None:
                self._resting[key] = at
        except Conflict as error:
            log.warning("outbox: a lane waits", workspace=key[0], lane=key[1], error=repr(error))
        except Exception as error:
            if not self.desk.outage.explains(error):
                log.exception("outbox: a lane failed", workspace=key[0], lane=key[1])
            await self.desk.outage.rest()
        finally:
            self._active.discard(key)
            self._news.set()

    async def _drain(self, key: LaneKey) -> datetime | None:
        """Batch after batch until the lane is empty; when to come back, None if nothing is open."""
        workspace_id, _ = key
        way = await self.ways.to(workspace_id)
        if not self.presence.is_sure:
            return None
        if way is None:
            return self.clock.now() + PAUSE
        turn = Turn(key[1])
        while True:
            self._hinted.discard(key)
            batch = await self._turns.next(workspace_id, turn)
            if batch is None or batch.is_empty:
                return await self._come_back(key, batch) if batch else None
            began = time.monotonic()
            results, posts = await self._work_batch(way, batch)
            if self._stopping or not self.presence.is_sure:
                await self._finish(key, results, posts)
                return None
            taken = sum(each.state not in UNFINISHED for each in results)
            most = next_size(turn.most, taken, time.monotonic() - began)
            turn = Turn(key[1], results, posts, most)

    async def _come_back(self, key: LaneKey, batch: Batch) -> datetime | None:
        """When to look at the lane again: at once if Slack says what the next post lacks."""
        if batch.files:
            await self.files.ask(key, batch.files)
            self._hinted.add(key)
            return None
        if batch.lacks is None:
            return batch.next_at
        try:
            await self.learn(key[0], batch.lacks)
        except (NotSent, Unsure, RateLimited, Paused, SendFailed) as error:
            log.warning("outbox: a fact is lacking", fact=repr(batch.lacks), error=repr(error))
            return self.clock.now() + LEARN_AGAIN
        self._hinted.add(key)
        return None

    async def _next(self, workspace_id: int, turns: Sequence[Turn]) -> list[Batch | None]:
        """The next batches, None for a lane that another process holds."""
        asked = self.files.asked(workspace_id)

        def step(unit: Unit) -> dict[str, Batch]:
            held = self._lease(unit, [turn.lane for turn in turns])
            ours = [turn for turn in turns if turn.lane in held]
            batches = next_batches(unit, ours, now=self.clock.now(), paces=self.paces, asked=asked)
            found = {turn.lane: batch for turn, batch in zip(ours, batches, strict=True)}
            if self.holder:
                empty = [lane for lane, batch in found.items() if batch.is_empty]
                lanes.release_all(unit, empty, holder=self.holder)
            return found

        found = await self.desk.write(workspace_id, step)
        if any(batch.has_arrivals for batch in found.values()):
            self.arrived()
        return [found.get(turn.lane) for turn in turns]

    def _lease(self, unit: Unit, names: Sequence[str]) -> Collection[str]:
        """Those of the lanes that this process holds now."""
        if not self.holder:
            return names
        now = int(self.clock.machine())
        return lanes.lease_all(
            unit, names, holder=self.holder, machine_now=now, machine_until=now + LEASE_SECONDS
        )

    async def _finish(self, key: LaneKey, results: Sequence[Sent], posts: Sequence[Post]) -> None:
        """Write the last results down without claiming more."""
        workspace_id, lane = key

        def step(unit: Unit) -> None:
            if not self._lease(unit, [lane]):
                return  # another process took us for dead, and has looked for itself
            write_down(unit, results, posts, self.clock.now())
            if self.holder:
                lanes.release(unit, lane, holder=self.holder)

        await self.desk.write(workspace_id, step)

    async def _work_batch(self, way: Gateway, batch: Batch) -> tuple[list[Sent], list[Post]]:
        if batch.unsure:
            return await self.sender.settle(way, batch.unsure)
        deadline = time.monotonic() + BATCH_SECONDS
        results: list[Sent] = []
        for outgoing in batch.ready:
            if results and (self._stopping or results[-1].state in UNFINISHED):
                break
            if time.monotonic() > deadline or not self.presence.is_sure:
                break
            await self.desk.lull()
            if self.sender.is_limited(outgoing):
                break
            results.append(await self.sender.send(way, outgoing))
        untouched = batch.ready[len(results) :]
        results += [self._untried(each.post) for each in untouched]
        return results, [each.post for each in batch.ready]

    def _untried(self, post: Post) -> Sent:
        """It was claimed but never sent: as if it had waited all the time, since it was due."""
        waiting = PostState.WAITING
        key = (post.workspace_id, post.id)
        return Sent(*key, waiting, post.shown, post.ts, post.due_at, is_spared=True)
