"""Sends what the outbox holds, lane by lane in order: everything is shown once and stays right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from jinja2 import TemplateError
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import Conflict, Fact, SendFailed
from bot.slack.families import MENDED_BY_PEOPLE, Family, family_of
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.kit import Misplaced
from bot.slack.limits import TooMuch
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.usecases.tell import Outgoing
from bot.workers.inbox import LaneKey
from bot.workers.naming import FileNamer
from bot.workers.pace import Paces, backoff, jitter
from bot.workers.sending import (
    FEW,
    HISTORY,
    MANY,
    PAUSE,
    POSTING,
    SETTLE,
    UPDATING,
    Batch,
    Turn,
    next_batches,
    write_down,
)
from bot.workers.turns import Turns
from storage import gates, outbox
from storage.outbox import Sent
from storage.presence import Presence
from storage.records.boxes import Delivery, Post, PostState
from storage.records.trouble import INSTALLATION, of_channel, of_method
from storage.unit import Unit
from storage.writer import Full

log = structlog.get_logger()

POLL_SECONDS = 1.0
MOST_LANES = 256
# A lane of a dead process is freed within a second (storage.presence). The lease only ends the hold
# of one that hangs; it is long, for the clocks of two machines may differ.
LEASE_SECONDS = 120
BATCH_SECONDS = 20.0
# A batch grows while Slack takes it so fast, for each costs a transaction; what is claimed and then
# takes long would be told as it was.
QUICK_SECONDS = 0.5
UNFINISHED = frozenset({PostState.WAITING, PostState.SENDING})
# Slack's words for: the thread is not there, so nothing of ours can be in it.
NO_THREAD = frozenset({"thread_not_found", "message_not_found"})
WINDOW = timedelta(minutes=5)
LOOK_AGAIN, LOOK_LATEST = timedelta(seconds=5), timedelta(seconds=60)
SAYING = frozenset({POSTING, UPDATING})
MOST_PAUSES = 10
NO_MESSAGE = "message_not_found"


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
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _hinted: set[LaneKey] = field(default_factory=set)
    _active: set[LaneKey] = field(default_factory=set)
    _resting: dict[LaneKey, datetime] = field(default_factory=dict)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self.files = FileNamer(self.clock, self.learn, self.wake)
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
            is_quick = time.monotonic() - began < QUICK_SECONDS and len(posts) >= turn.most
            turn = Turn(key[1], results, posts, min(MANY, 2 * turn.most) if is_quick else FEW)

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
            return self.clock.now() + LOOK_AGAIN
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
                outbox.release_all(unit, empty, holder=self.holder)
            return found

        found = await self.desk.write(workspace_id, step)
        if any(batch.has_arrivals for batch in found.values()):
            self.arrived()
        return [found.get(turn.lane) for turn in turns]

    def _lease(self, unit: Unit, lanes: Sequence[str]) -> Collection[str]:
        """Those of the lanes that this process holds now."""
        if not self.holder:
            return lanes
        now = int(time.time())
        return outbox.lease_all(
            unit, lanes, holder=self.holder, machine_now=now, machine_until=now + LEASE_SECONDS
        )

    async def _finish(self, key: LaneKey, results: Sequence[Sent], posts: Sequence[Post]) -> None:
        """Write the last results down without claiming more."""
        workspace_id, lane = key

        def step(unit: Unit) -> None:
            if not self._lease(unit, [lane]):
                return  # another process took us for dead, and has looked for itself
            write_down(unit, results, posts, self.clock.now())
            if self.holder:
                outbox.release(unit, lane, holder=self.holder)

        await self.desk.write(workspace_id, step)

    async def _work_batch(self, way: Gateway, batch: Batch) -> tuple[list[Sent], list[Post]]:
        if batch.unsure:
            return await self._settle(way, batch.unsure)
        deadline = time.monotonic() + BATCH_SECONDS
        results: list[Sent] = []
        for outgoing in batch.ready:
            if results and (self._stopping or results[-1].state in UNFINISHED):
                break
            if time.monotonic() > deadline or not self.presence.is_sure:
                break
            results.append(await self._send(way, outgoing))
        untouched = batch.ready[len(results) :]
        results += [self._untried(each.post) for each in untouched]
        return results, [each.post for each in batch.ready]

    def _untried(self, post: Post) -> Sent:
        """It was claimed but never sent: as if it had waited all the time."""
        state = PostState.WAITING
        return Sent(post.workspace_id, post.id, state, post.shown, post.ts, self.clock.now())

    async def _settle(
        self, way: Gateway, unsure: Sequence[Outgoing]
    ) -> tuple[list[Sent], list[Post]]:
        """Nobody knows whether these landed: look, before anything is sent again (FACTS 8)."""
        places: dict[tuple[str, str], list[Post]] = {}
        for each in unsure:
            place = (each.arguments["channel"], each.arguments.get("thread_ts", ""))
            places.setdefault(place, []).append(each.post)
        results: list[Sent] = []
        for (channel, thread_ts), posts in places.items():
            results += await self._look_for(way, channel, thread_ts, posts)
        return results, [each.post for each in unsure]

    async def _look_for(
        self, way: Gateway, channel: str, thread_ts: str, posts: Sequence[Post]
    ) -> list[Sent]:
        since = min(post.tried_at or post.due_at for post in posts) - WINDOW
        try:
            landed = await way.find(
                channel,
                frozenset(post.nonce for post in posts),
                thread_ts=thread_ts,
                oldest=f"{since.timestamp():.6f}",
            )
        except SendFailed as failed:
            if failed.code not in NO_THREAD:
                return self._unseen(posts, failed, PAUSE, _place(posts[0], failed.code, HISTORY))
            landed = []
        except Paused as paused:
            return self._unseen(posts, paused, PAUSE, _place(posts[0], str(paused), HISTORY))
        except RateLimited as limited:
            await self._block(posts[0].workspace_id, limited)
            return self._unseen(posts, limited, timedelta(seconds=limited.retry_after))
        except (NotSent, Unsure) as error:
            return self._unseen(posts, error, self._longer(posts))
        there = {each.nonce: each.ts for each in landed}
        return [self._landed(post, there.get(post.nonce, "")) for post in posts]

    def _longer(self, posts: Sequence[Post]) -> timedelta:
        """Until the next look: about as long as they have waited since they were tried."""
        tried = min(post.tried_at or post.due_at for post in posts)
        return min(max(LOOK_AGAIN, self.clock.now() - tried), LOOK_LATEST) * jitter()

    def _unseen(
        self, posts: Sequence[Post], error: Exception, wait: timedelta, place: str = ""
    ) -> list[Sent]:
        """Slack does not let us look, and what is not looked up must not be sent again."""
        for post in posts:
            log.warning("outbox: cannot look whether it landed", **_row(post), error=repr(error))
        until = self.clock.now() + wait
        told = [self._sent(p, PostState.SENDING, due_at=until, error=str(error)) for p in posts]
        return [replace(each, place=place) for each in told]

    def _landed(self, post: Post, ts: str) -> Sent:
        """A picture that was found shows its first generation; what was not is sent again."""
        if ts:
            return self._sent(post, PostState.SHOWN, ts=ts, shown=1)
        return self._sent(post, PostState.WAITING, due_at=self.clock.now())

    async def _send(  # noqa: PLR0911 - a call ends in that many ways, and each has its line
        self, way: Gateway, outgoing: Outgoing
    ) -> Sent:
        post = outgoing.post
        try:
            ts = await self._tell(way, outgoing)
        except RateLimited as limited:
            until = await self._block(post.workspace_id, limited)
            return self._sent(post, PostState.WAITING, due_at=until, error=str(limited))
        except NotSent as error:
            return self._again(post, str(error))
        except Unsure as error:
            return self._unsure(post, str(error))
        except Paused as paused:
            return self._paused(outgoing, str(paused))
        except SendFailed as failed:
            return self._refused(outgoing, failed.code)
        except (TemplateError, TooMuch, Misplaced, ValueError) as error:
            log.exception("outbox: a template failed", **_row(post))
            return self._sent(post, PostState.FAILED, error=f"template: {error}"[:300])
        return self._sent(post, PostState.SHOWN, ts=ts, shown=post.wanted)

    async def _tell(self, way: Gateway, outgoing: Outgoing) -> str:
        """Render and send; the ts of what is shown now, ``""`` where there is none."""
        post, arguments = outgoing.post, dict(outgoing.arguments)
        if outgoing.method == "response_url":
            words = self.renderer.message(outgoing.template, **outgoing.fields).text
            await way.respond(arguments["url"], words)
            return ""
        if outgoing.method == "views.publish":
            arguments["view"] = self.renderer.home(outgoing.template, **outgoing.fields)
        elif outgoing.template:
            text, blocks = self.renderer.message(outgoing.template, **outgoing.fields)
            arguments |= {"text": text, "blocks": blocks}
        if outgoing.method == "chat.postMessage":
            return await way.post(arguments, post.nonce)
        if outgoing.method == "chat.update":
            await way.update(arguments)
        else:
            await way.call(outgoing.method, arguments)
        return post.ts

    async def _block(self, workspace_id: int, limited: RateLimited) -> datetime:
        """Slack's Retry-After holds for the method, in all processes and after a restart."""
        until = self.clock.now() + timedelta(seconds=limited.retry_after)
        gate = f"method:{limited.method}"
        await self.desk.write(workspace_id, lambda unit: gates.block(unit, gate, until))
        return until

    def _again(self, post: Post, error: str) -> Sent:
        """It surely is not there: try again, later and later."""
        until = self.clock.now() + backoff(post.tries)
        return self._sent(post, PostState.WAITING, due_at=until, error=error)

    def _unsure(self, post: Post, error: str) -> Sent:
        if post.delivery is Delivery.ONCE:
            return self._sent(post, PostState.DROPPED, error=error)
        if post.delivery is Delivery.IDEMPOTENT or post.ts:
            return self._again(post, error)
        until = self.clock.now() + max(SETTLE, backoff(post.tries))
        return self._sent(post, PostState.SENDING, due_at=until, error=error)

    def _paused(self, outgoing: Outgoing, code: str) -> Sent:
        """Something is out of reach, and somebody has to mend that first: ever longer tries."""
        post, place = outgoing.post, _place(outgoing.post, code, outgoing.method)
        if post.delivery is Delivery.ONCE:
            return replace(self._sent(post, PostState.DROPPED, error=code), place=place)
        log.warning("outbox: paused", **_row(post), code=code)
        until = self.clock.now() + PAUSE * min(post.tries + 1, MOST_PAUSES)
        paused = self._sent(post, PostState.WAITING, due_at=until, error=code)
        # What marks, deletes or draws a home may come late; what is said has its order.
        aside = family_of(code) is Family.METHOD and outgoing.method not in SAYING
        return replace(paused, place=place, stands_aside=aside)

    def _refused(self, outgoing: Outgoing, code: str) -> Sent:
        post, family = outgoing.post, family_of(code)
        if family in MENDED_BY_PEOPLE:
            return self._paused(outgoing, code)
        if family is Family.DONE or (code == NO_MESSAGE and post.kind == "withdrawal"):
            return self._sent(post, PostState.SHOWN, shown=post.wanted)
        if code == NO_MESSAGE and post.kind == "card":
            # Somebody deleted our card: the team needs one, so it is posted anew.
            return replace(self._sent(post, PostState.WAITING, due_at=self.clock.now()), ts="")
        if family is Family.GONE and post.kind != "reply":
            # What we would answer or change was deleted: nobody is left to read it.
            return self._sent(post, PostState.DROPPED, error=code)
        log.warning("outbox: given up", **_row(post), code=code)
        return self._sent(post, PostState.FAILED, error=code)

    def _sent(
        self,
        post: Post,
        state: PostState,
        *,
        ts: str = "",
        shown: int | None = None,
        due_at: datetime | None = None,
        error: str = "",
    ) -> Sent:
        ended = state in (PostState.DROPPED, PostState.FAILED)
        generation = post.wanted if ended else post.shown if shown is None else shown
        return Sent(
            post.workspace_id,
            post.id,
            state,
            generation,
            ts or post.ts,
            due_at or post.due_at,
            error,
        )


def _place(post: Post, code: str, method: str) -> str:
    """What has to be mended before the post can be sent, ``""`` when that concerns it alone."""
    family = family_of(code)
    if family is Family.INSTALLATION:
        return INSTALLATION
    if family is Family.METHOD:
        return of_method(method)
    if family is Family.CHANNEL and post.channel_id is not None:
        return of_channel(post.channel_id)
    return ""


def _row(post: Post) -> dict[str, Any]:
    """By which fields a line of the log tells whose row it is about."""
    return {
        "workspace": post.workspace_id,
        "ticket": post.ticket_id,
        "outbox": post.id,
        "kind": post.kind,
    }
