"""Compares Slack's history of each channel with ours and takes in what was missed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import ChannelFact, Conflict, SendFailed
from bot.rules import catchup as rules
from bot.rules.catchup import Missed, Told
from bot.rules.trouble import HISTORY, OWN_CHANNELS, REPLIES
from bot.slack import history
from bot.slack.families import Family, family_of
from bot.slack.gateway import STOPPED, Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.ways import Ways
from bot.usecases import catchup, facts
from bot.usecases.catchup import MOST_AT_ONCE, Plan
from bot.workers import noting, refusals
from bot.workers.asking import Asker
from bot.workers.pace import Paces
from bot.workers.refusals import CHANNEL_TYPES
from storage import channels, gates, lanes
from storage.presence import Presence
from storage.records.catchup import Gap
from storage.records.channels import Channel
from storage.records.trouble import of_method
from storage.unit import Unit
from storage.writer import Full

log = structlog.get_logger()

AT_ONCE = 4
PAGE = 500
LONG = 2000
BEFORE = 100  # among them is one at least that is no coming or going
LANE = "desk:catch-up"
LEASE_SECONDS = 120
LONGEST_NAP = 1.0
MOST_TRIES = 4
# What passes by itself: the gap stays open, and is tried again.
PASSING = (NotSent, Unsure, RateLimited, SQLAlchemyError, Full, Conflict)
Json = Mapping[str, Any]

NO_THREAD = frozenset({"thread_not_found", "message_not_found"})


@dataclass(eq=False)
class Comparer:
    """``arrived`` hears when something was taken in, ``found`` how much.

    ``presence`` is this process's among replicas; its ``holder`` is 0 where it is alone (SQLite).
    """

    desk: Desk
    clock: Clock
    ways: Ways
    asker: Asker
    paces: Paces
    presence: Presence
    arrived: Callable[[], None]
    found: Callable[[int], None] = lambda count: None
    _at_work: int = 0
    _waiting: int = 0
    _stopping: bool = False

    @property
    def is_waiting(self) -> bool:
        """True when nothing can be done before desk time has moved on."""
        return self._waiting > 0 and self._waiting >= self._at_work

    def stop(self) -> None:
        """End at the next call to Slack; what is left is compared another time."""
        self._stopping = True

    async def catch_up(self, workspace_id: int) -> bool:
        """Close all open gaps of a workspace; False when that has to be tried again later."""
        if await self._plan(workspace_id) is None:
            return True
        try:
            async with self._alone(workspace_id) as is_ours:
                return is_ours and await self._all_channels(workspace_id)
        except (*PASSING, SendFailed, Paused) as error:
            if not self.desk.outage.explains(error):
                log.warning("catch-up: not now", workspace=workspace_id, error=repr(error))
            return False

    async def _plan(self, workspace_id: int) -> Plan | None:
        now = self.clock.now()
        return await self.desk.read(workspace_id, lambda unit: catchup.plan(unit, now))

    async def _all_channels(self, workspace_id: int) -> bool:
        way = await self.ways.to(workspace_id)
        if way is None:
            return False
        slack = _Slack(self, way, workspace_id)
        is_told = await self._learn_channels(slack)
        plan = await self._plan(workspace_id)
        if plan is None:
            return True
        if not await self._each_channel(slack, plan):
            return False
        now = self.clock.now()
        gaps = plan.gaps if is_told else _out_of_mind(plan, now)
        await self.desk.write(workspace_id, lambda unit: catchup.close(unit, gaps, now))
        if gaps != plan.gaps:
            return False
        log.info("caught up", workspace=workspace_id, gaps=len(gaps))
        return True

    async def _learn_channels(self, slack: _Slack) -> bool:
        """The bot may have been invited, or channels shared and renamed, while nobody listened.

        False where Slack refused to tell all of that: what is known is compared all the same.
        """
        known = await self.desk.read(slack.workspace_id, channels.tracked)
        pages = slack.pages(OWN_CHANNELS, "channels", types=CHANNEL_TYPES)
        try:
            changed = [each async for page in pages for each in _changed(page, known)]
        except (SendFailed, Paused) as refused:
            await self._refused(slack.workspace_id, OWN_CHANNELS, refused)
            return False
        learned = [await self._learn_channel(slack.workspace_id, each) for each in changed]
        return all(learned)

    async def _learn_channel(self, workspace_id: int, listed: Json) -> bool:
        """False where Slack refuses to tell of it."""
        slack_id = str(listed["id"])
        if _is_shared(listed):
            await self.desk.write(workspace_id, lambda unit: facts.seen_shared(unit, slack_id))
        try:
            await self.asker.learn(workspace_id, ChannelFact(slack_id))
        except (SendFailed, Paused) as refused:
            if str(refused) in STOPPED:
                raise
            log.warning("catch-up: a channel is not told", channel=slack_id, error=str(refused))
            return False
        return True

    async def _refused(self, workspace_id: int, method: str, refused: SendFailed | Paused) -> None:
        """Have people told; a token that opens nothing ends the round."""
        code, now = str(refused), self.clock.now()
        if code in STOPPED:
            raise refused
        await self.desk.write(
            workspace_id, lambda unit: noting.met(unit, of_method(method), code, now)
        )

    async def _each_channel(self, slack: _Slack, plan: Plan) -> bool:
        """Those of customers first; what cannot be read now keeps no other of them waiting.

        Ours wait until they are done, or for as long as nothing is made of silence.
        """
        is_done = await self._all_of(slack, plan, plan.channels)
        if not is_done:
            look = partial(catchup.unread_by, channels=plan.channels)
            unread = await self.desk.read(slack.workspace_id, look)
            if rules.may_wait(unread, self.clock.now()):
                return False
        return await self._all_of(slack, plan, plan.ours) and is_done

    async def _all_of(self, slack: _Slack, plan: Plan, left: Iterable[Channel]) -> bool:
        """Several at once: they share their gates, so that Slack's tiers hold for all together."""
        places = asyncio.Semaphore(AT_ONCE)

        async def in_turn(channel: Channel) -> bool:
            async with places:
                self._at_work += 1
                try:
                    return await self._channel(slack, plan, channel)
                finally:
                    self._at_work -= 1

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(in_turn(each), name=f"compare {each.id}") for each in left]
        return all(task.result() for task in tasks)

    async def _channel(self, slack: _Slack, plan: Plan, channel: Channel) -> bool:
        """One channel's trouble keeps no other waiting; where we may not read, we need not wait."""
        try:
            return await self._compared(slack, plan, channel)
        except PASSING as error:
            if not self.desk.outage.explains(error):
                log.warning("catch-up: a channel waits", channel=channel.id, error=repr(error))
            return False

    async def _compared(self, slack: _Slack, plan: Plan, channel: Channel) -> bool:
        """False when Slack lets nobody in with our token."""
        try:
            await self._compare(slack, plan, channel)
        except (SendFailed, Paused) as refused:
            code = str(refused)
            if code in STOPPED:
                return False
            await self.desk.write(
                slack.workspace_id,
                lambda unit: catchup.unreadable(unit, channel, plan.window, code),
            )
            if await self._is_refused_of_all(slack, plan, code):
                await self._refused(slack.workspace_id, HISTORY, refused)
        return True

    async def _is_refused_of_all(self, slack: _Slack, plan: Plan, code: str) -> bool:
        """Whether it is histories that Slack refuses, not the one of this channel."""
        family = family_of(code)
        if family is not Family.UNKNOWN:
            return family is Family.METHOD
        return await refusals.is_refused(slack.way, HISTORY, plan.tenant, code)

    async def _compare(self, slack: _Slack, plan: Plan, channel: Channel) -> None:
        # Until its turn came, words were taken back that were there when the plan was made.
        plan = replace(plan, window=plan.window_of(channel, self.clock.now()))
        async with AsyncExitStack() as turn:
            listed = await slack.listed(channel, plan.window, turn)
            await self._compare_with(listed, slack, plan, channel)

    async def _compare_with(
        self, listed: dict[str, Told], slack: _Slack, plan: Plan, channel: Channel
    ) -> None:
        """Slack's side first, ours after it: then what comes in between is known to us."""
        window, team = plan.window, plan.tenant.team
        told = rules.of_people(listed, team)
        threads = rules.threads_to_read(listed, await self._our_side(plan, channel), window)
        for thread_ts in threads:
            told |= rules.of_people(await slack.thread(channel, thread_ts, window), team)
        ours, read = await self._our_side(plan, channel, threads), frozenset(threads)
        away = rules.absences(listed.values(), bot=team.bot_user_id)
        here, kept = channel.slack_id, rules.oldest_kept(listed.values())
        if rules.in_doubt(told, ours, read=read, window=window, kept=kept):
            kept = rules.oldest_kept(await slack.before(channel, window)) or kept
        missed = rules.missed(
            told, ours, channel=here, read=read, window=window, away=away, kept=kept
        )
        found = await self._take_in(plan, slack.workspace_id, missed)
        theirs = rules.tally(told, ours, read=read, window=window, away=away, kept=kept)
        await self.desk.write(
            slack.workspace_id,
            lambda unit: catchup.compared(unit, channel, window, found=found, theirs=theirs),
        )

    async def _our_side(
        self, plan: Plan, channel: Channel, read: Collection[str] = ()
    ) -> rules.Side:
        reopen = plan.tenant.settings.reopen
        return await self.desk.read(
            channel.workspace_id,
            lambda unit: catchup.our_side(unit, channel, plan.window, reopen, read=read),
        )

    async def _take_in(self, plan: Plan, workspace_id: int, missed: list[Missed]) -> int:
        """In order, and in pieces, so that nobody waits long for the writer."""
        found = 0
        for start in range(0, len(missed), MOST_AT_ONCE):
            piece = missed[start : start + MOST_AT_ONCE]
            found += await self._take_piece(plan, workspace_id, piece)
            self.arrived()
        if found:
            self.found(found)
        return found

    async def _take_piece(self, plan: Plan, workspace_id: int, piece: list[Missed]) -> int:
        gap_ids, now = [gap.id for gap in plan.gaps], self.clock.now()
        return await self.desk.write(
            workspace_id, lambda unit: catchup.take_in(unit, piece, gap_ids, now)
        )

    async def read(
        self, way: Gateway, workspace_id: int, method: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """As fast as Slack allows, after a 429 when it says so. NotSent when we are to stop.

        A page that Slack does not give is asked for again a few times: else one of a hundred
        threads would bring us back to the first.
        """
        tries = 0
        while not self._stopping:
            until = await self.desk.write(workspace_id, lambda unit: self._gate(unit, method))
            if until is None:
                try:
                    return await way.read(method, arguments)
                except RateLimited as limited:
                    until = await self._block(workspace_id, limited)
                except (NotSent, Unsure):
                    tries += 1
                    if tries == MOST_TRIES:
                        raise
                    until = self.clock.now() + timedelta(seconds=tries)
            await self._wait(until)
        raise NotSent("we are stopping")

    def _gate(self, unit: Unit, method: str) -> datetime | None:
        if self.presence.holder and not self._lease(unit):
            raise Conflict("another process compares")
        return gates.passes(unit, self.paces.gates(method, None, 0), self.clock.now())

    async def _block(self, workspace_id: int, limited: RateLimited) -> datetime:
        until = self.clock.now() + timedelta(seconds=limited.retry_after)
        gate = f"method:{limited.method}"
        await self.desk.write(workspace_id, lambda unit: gates.block(unit, gate, until))
        return until

    async def _wait(self, until: datetime) -> None:
        """Until then in desk time, which may be moved, or until we are to stop."""
        self._waiting += 1
        try:
            while not self._stopping and (left := (until - self.clock.now()).total_seconds()) > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, LONGEST_NAP)):
                        await self.clock.wait_moved()
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def _alone(self, workspace_id: int) -> AsyncIterator[bool]:
        """Of several processes one compares; the others look again in a while."""
        if not self.presence.holder:
            yield True
            return
        is_ours = await self.desk.write(workspace_id, self._lease)
        try:
            yield is_ours
        finally:
            if is_ours:
                with contextlib.suppress(Full, SQLAlchemyError):
                    await self.desk.write(workspace_id, self._release)

    def _lease(self, unit: Unit) -> bool:
        now, holder = int(self.clock.machine()), self.presence.holder
        return lanes.lease(
            unit, LANE, holder=holder, machine_now=now, machine_until=now + LEASE_SECONDS
        )

    def _release(self, unit: Unit) -> None:
        lanes.release(unit, LANE, holder=self.presence.holder)


@dataclass(frozen=True, slots=True)
class _Slack:
    """Slack's side of one workspace, read page by page through the gates."""

    comparer: Comparer
    way: Gateway
    workspace_id: int
    long: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def listed(
        self, channel: Channel, window: rules.Window, turn: AsyncExitStack
    ) -> dict[str, Told]:
        """What stands at the top level of a channel, and replies that were sent there, too.

        Of channels with very much to compare one has its ``turn`` at a time: memory is bounded.
        """
        found: dict[str, Told] = {}
        is_long = False
        async for page in self._told(HISTORY, channel, window):
            found |= page
            if len(found) > LONG and not is_long:
                is_long = True
                await turn.enter_async_context(self.long)
        return found

    async def before(self, channel: Channel, window: rules.Window) -> list[Told]:
        """Some of what stands in a channel from before the window, in one call."""
        here = channel.slack_id
        before = self.pages(HISTORY, "messages", channel=here, latest=window.oldest, limit=BEFORE)
        async for page in before:
            return list(history.all_told(here, page))
        return []

    async def thread(
        self, channel: Channel, thread_ts: str, window: rules.Window
    ) -> dict[str, Told]:
        """A thread with its first message, wholly if it began before the window; none when gone."""
        found: dict[str, Told] = {}
        oldest = min(thread_ts, window.oldest)
        pages = self._told(REPLIES, channel, window, ts=thread_ts, oldest=oldest)
        try:
            async for page in pages:
                found |= page
        except SendFailed as failed:
            if failed.code not in NO_THREAD:
                raise
            return {}
        return found

    async def _told(
        self, method: str, channel: Channel, window: rules.Window, **arguments: str
    ) -> AsyncIterator[dict[str, Told]]:
        """The messages of the window. A page as Slack writes it takes five times what we keep."""
        bounds = {"oldest": window.oldest, "latest": rules.stamp(window.until), "inclusive": True}
        here = channel.slack_id
        pages = self.pages(method, "messages", channel=here, **bounds | arguments)
        async for page in pages:
            yield {each.said.ts: each for each in history.all_told(channel.slack_id, page)}

    async def pages(self, method: str, key: str, **arguments: Any) -> AsyncIterator[list[Json]]:
        """The items of a method that lists, page by page. Raises as ``Gateway.read``."""
        cursor: dict[str, str] = {}
        while True:
            asked = {"limit": PAGE, **arguments, **cursor}
            answer = await self.comparer.read(self.way, self.workspace_id, method, asked)
            yield answer.get(key) or []
            following = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not following:
                return
            cursor = {"cursor": following}


def _out_of_mind(plan: Plan, now: datetime) -> tuple[Gap, ...]:
    """Gaps from before all that we go on to list: nobody waits any longer for a channel not told.

    Else each night would list a day more than the last.
    """
    oldest = now - plan.tenant.settings.reopen
    return tuple(gap for gap in plan.gaps if gap.began_at < oldest)


def _changed(told: Iterable[Json], known: Iterable[Channel]) -> list[Json]:
    """The channels that we do not know as Slack lists them now."""
    as_known = {each.slack_id: (each.name, each.has_outsiders) for each in known}
    return [
        each
        for each in told
        if as_known.get(each["id"]) != (each.get("name"), _is_shared(each))
        and not each.get("is_archived")
    ]


def _is_shared(told: Json) -> bool:
    return bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared"))
