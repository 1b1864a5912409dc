"""Asks Slack for facts that a step lacked, and writes them down, each once at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import (
    ChannelFact,
    ChartFact,
    DirectFact,
    Fact,
    FileFact,
    MessageFact,
    PeopleFact,
    PersonFact,
    SendFailed,
    StaffFact,
    ThreadFact,
    Unknown,
)
from bot.rules.trouble import CHANNEL_INFO, GROUPS, HISTORY, MEMBERS, REPLIES, TELL_STAFF, USER_INFO
from bot.slack import reading
from bot.slack.families import Family, family_of
from bot.slack.gateway import STOPPED, Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.ways import Ways
from bot.usecases import facts
from bot.usecases.work import TenantFacts, tenant
from bot.workers import charting, noting, parents, refusals, staffing, threads
from bot.workers.refusals import Refusals
from storage import catchup, channels, gates, people
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.trouble import INSTALLATION
from storage.unit import Unit

log = structlog.get_logger()

Look = Callable[[Unit, str], Person | Channel | None]
Hold = Callable[[Unit], bool]
"""Lets what we know of a thing go on; False when that is nothing."""

MOST_COMPANIES = 3
PEOPLE_AT_ONCE = 8
# Slack's methods that tell a fact: a Retry-After for one of them is kept for all processes.
_ASKS: Mapping[type[Fact], tuple[str, ...]] = {
    PersonFact: (USER_INFO,),
    PeopleFact: (USER_INFO,),
    ChannelFact: (CHANNEL_INFO, "team.info"),
    DirectFact: ("conversations.open",),
    MessageFact: (REPLIES,),
    ThreadFact: (REPLIES,),
    FileFact: ("files.info",),
    StaffFact: (GROUPS, MEMBERS),
    ChartFact: charting.METHODS,
}
PARENT_LACKS = 4  # at most: its channel, its author, the agents, and one of them again


@dataclass(eq=False)
class Asker:
    """Learns facts from Slack, for many tasks at once.

    Who asks ``learn`` the same thing waits for the same answer.
    """

    desk: Desk
    ways: Ways
    clock: Clock
    _asked: dict[tuple[int, Fact], asyncio.Future[None]] = field(default_factory=dict)
    _refusals: Refusals = field(init=False)

    def __post_init__(self) -> None:
        self._refusals = Refusals(self.desk, self.clock)

    async def learn(self, workspace_id: int, fact: Fact) -> None:
        """Ask and write down.

        Raises NotSent, RateLimited, Unsure or Paused when Slack does not say.
        """
        key = (workspace_id, fact)
        if key in self._asked:
            await asyncio.shield(self._asked[key])
            return
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked[key] = answer
        try:
            await self._learn(workspace_id, fact)
        except BaseException as error:
            answer.set_exception(error)
            answer.exception()  # nobody may be waiting for it
            raise
        else:
            answer.set_result(None)
        finally:
            del self._asked[key]

    async def _learn(self, workspace_id: int, fact: Fact) -> None:
        async with self._way(workspace_id, _ASKS[type(fact)]) as gateway:
            try:
                await self._ask(gateway, workspace_id, fact)
            except IntegrityError:
                log.info("another process learned it in the same moment", fact=repr(fact))

    async def try_again(self, workspace_id: int, method: str, code: str) -> None:
        """Use a method that Slack refused with that code; raises like ``learn`` while it does.

        Who the agents are is learned by the way.
        """
        async with self._way(workspace_id, (method,)) as gateway:
            own = await self.desk.read(workspace_id, tenant)
            if method in TELL_STAFF:
                await self._staff_by(method, gateway, own)
                return
            unread = partial(_unread, method=method, code=code)
            where = await self.desk.read(workspace_id, unread)
            await refusals.prove(gateway, method, own, channel=where)

    async def see(self, workspace_id: int, channel: str) -> None:
        """Write down what Slack shows of a channel; raises like ``learn``, also of one we know."""
        async with self._way(workspace_id, _ASKS[ChannelFact]) as gateway:
            seen = await self._seen(workspace_id, channels.by_slack, channel)
            await self._channel(gateway, workspace_id, ChannelFact(channel), seen)

    @asynccontextmanager
    async def _way(self, workspace_id: int, methods: Sequence[str]) -> AsyncIterator[Gateway]:
        """To Slack, where nobody has to wait; that it says so, or refuses the token, is kept."""
        gateway = await self.ways.to(workspace_id)
        if gateway is None:
            raise NotSent("the app is not installed")
        await self._pass_gates(workspace_id, methods)
        try:
            yield gateway
        except RateLimited as limited:
            await self._block(workspace_id, limited)
            raise
        except Paused as paused:
            if (code := str(paused)) in STOPPED:
                await self._stopped(workspace_id, code)
            raise

    async def _pass_gates(self, workspace_id: int, methods: Sequence[str]) -> None:
        """Raises RateLimited where Slack has told us, or another process, to wait."""
        for method in methods:
            gate = partial(gates.blocked_until, name=f"method:{method}")
            until = await self.desk.read(workspace_id, gate)
            if until is not None and (left := (until - self.clock.now()).total_seconds()) > 0:
                raise RateLimited(method, left)

    async def _block(self, workspace_id: int, limited: RateLimited) -> None:
        until = self.clock.now() + timedelta(seconds=limited.retry_after)
        gate = f"method:{limited.method}"
        await self.desk.write(workspace_id, lambda unit: gates.block(unit, gate, until))

    async def _stopped(self, workspace_id: int, code: str) -> None:
        now = self.clock.now()
        await self.desk.write(workspace_id, lambda u: noting.met(u, INSTALLATION, code, now))

    async def _ask(self, gateway: Gateway, workspace_id: int, fact: Fact) -> None:
        match fact:
            case PersonFact(slack_id):
                await self._person(gateway, workspace_id, slack_id)
            case PeopleFact(slack_ids):
                await self._people(workspace_id, slack_ids)
            case ChannelFact() | DirectFact():
                await self._channel_or_hold(gateway, workspace_id, fact)
            case MessageFact(channel, ts):
                await self._parent(gateway, workspace_id, channel, ts)
            case ThreadFact():
                await self._thread(gateway, workspace_id, fact)
            case FileFact() | ChartFact():
                await self._of_files(gateway, workspace_id, fact)
            case StaffFact():
                await self._staff(gateway, workspace_id)

    async def _person(self, gateway: Gateway, workspace_id: int, slack_id: str) -> None:
        seen = await self._seen(workspace_id, people.by_slack, slack_id)
        hold = partial(facts.hold_person, slack_id=slack_id, at=self.clock.now(), seen=seen)
        try:
            answer = await self._found(gateway, workspace_id, USER_INFO, user=slack_id)
        except (SendFailed, Paused) as refused:
            await self._hold(workspace_id, refused, hold)
            return
        told, now = answer.get("user") if answer else None, self.clock.now()
        step = partial(facts.person, slack_id=slack_id, told=told, at=now, seen=seen)
        await self.desk.write(workspace_id, step)

    async def _seen(self, workspace_id: int, look: Look, slack_id: str) -> int:
        known = await self.desk.read(workspace_id, lambda unit: look(unit, slack_id))
        return facts.version_of(known)

    async def _people(self, workspace_id: int, slack_ids: Sequence[str]) -> None:
        """Each is kept as soon as it is known: where Slack says to wait, the others are left.

        Raises the first trouble when nobody is being asked about any more.
        """
        waiting = iter(slack_ids)

        async def ask_on() -> None:
            for slack_id in waiting:
                await self.learn(workspace_id, PersonFact(slack_id))

        asking = (ask_on() for _ in range(PEOPLE_AT_ONCE))
        for error in await asyncio.gather(*asking, return_exceptions=True):
            if error is not None:
                raise error

    async def _channel_or_hold(
        self, gateway: Gateway, workspace_id: int, fact: ChannelFact | DirectFact
    ) -> None:
        seen = await self._seen(workspace_id, channels.by_slack, fact.slack_id)
        hold = partial(facts.hold_channel, slack_id=fact.slack_id, at=self.clock.now(), seen=seen)
        try:
            await self._channel(gateway, workspace_id, fact, seen)
        except (SendFailed, Paused) as refused:
            await self._hold(workspace_id, refused, hold)

    async def _channel(
        self, gateway: Gateway, workspace_id: int, fact: ChannelFact | DirectFact, seen: int
    ) -> None:
        told = await self._conversation(gateway, workspace_id, fact)
        about: dict[str, Any] = {"slack_id": fact.slack_id, "told": told, "seen": seen}
        about["company"] = await self._company(gateway, workspace_id, told) if told else ""
        now = self.clock.now()
        await self.desk.write(workspace_id, lambda unit: facts.channel(unit, **about, at=now))

    async def _conversation(
        self, gateway: Gateway, workspace_id: int, fact: ChannelFact | DirectFact
    ) -> dict[str, Any] | None:
        """What Slack tells of a conversation; None where there is none for us."""
        if isinstance(fact, DirectFact):
            return await _opened(gateway, fact.slack_id)
        answer = await self._found(gateway, workspace_id, CHANNEL_INFO, channel=fact.slack_id)
        return answer.get("channel") if answer else None

    async def _company(self, gateway: Gateway, workspace_id: int, told: Mapping[str, Any]) -> str:
        """The names of the other companies in a channel, ``""`` where there are none."""
        own = (await self.desk.read(workspace_id, tenant)).installation
        teams = [*(told.get("connected_team_ids") or ()), told.get("conversation_host_id")]
        others = [team for team in dict.fromkeys(teams) if team and team != own.team_id]
        names = [await _team_name(gateway, team) for team in others[:MOST_COMPANIES]]
        return ", ".join(name for name in names if name)

    async def _parent(self, gateway: Gateway, workspace_id: int, channel: str, ts: str) -> None:
        """Take the parent in. It lacks facts of its own, like any message that comes first."""
        for _ in range(PARENT_LACKS):
            try:
                await self._take_parent(gateway, workspace_id, channel, ts)
            except Unknown as unknown:
                if isinstance(unknown.fact, MessageFact):
                    raise
                await self.learn(workspace_id, unknown.fact)
            else:
                return
        raise Unknown(MessageFact(channel, ts))

    async def _take_parent(
        self, gateway: Gateway, workspace_id: int, channel: str, ts: str
    ) -> None:
        now = self.clock.now()
        if await self.desk.write(workspace_id, lambda u: parents.sooner(u, channel, ts, now)):
            return
        there = {"channel": channel, "ts": ts}
        answer = await self._found(gateway, workspace_id, REPLIES, **there, limit=1)
        messages = answer.get("messages", ()) if answer else ()
        told = next((each for each in messages if _is_there(each, ts)), None)
        if told and int(told.get("reply_count") or 0) > 1:  # the reply that asks is one of them
            await self._thread(gateway, workspace_id, ThreadFact(channel, ts))
            return
        item = reading.said(channel, told) if told else None
        await self.desk.write(
            workspace_id, lambda u: parents.take_in(u, channel, ts, item, now=now)
        )

    async def _thread(self, gateway: Gateway, workspace_id: int, around: ThreadFact) -> None:
        """Take a whole thread in, quietly; it lacks its authors, one after the other."""
        thing = (REPLIES, around.slack_channel, around.ts)
        asking = threads.told(gateway, around)
        told = await self._refusals.told(gateway, workspace_id, thing, asking) or ()
        now = self.clock.now()
        for _ in range(threads.lacks(told)):
            try:
                await self.desk.write(
                    workspace_id, lambda unit: threads.take_in(unit, around, told, now)
                )
            except Unknown as unknown:
                await self.learn(workspace_id, unknown.fact)
            else:
                return
        raise Unknown(around)

    async def _of_files(
        self, gateway: Gateway, workspace_id: int, fact: FileFact | ChartFact
    ) -> None:
        """What somebody else's file is called, or a picture of ours that has to be there first."""
        if isinstance(fact, FileFact):
            await self._file(gateway, workspace_id, fact)
            return
        about = {"workspace_id": workspace_id, "digest_id": fact.digest_id}
        await charting.put_up(gateway, self.desk, **about, now=self.clock.now())

    async def _file(self, gateway: Gateway, workspace_id: int, fact: FileFact) -> None:
        """Every try counts, so that no file is asked about for ever."""
        try:
            answer = await _seen(gateway, "files.info", file=fact.slack_id)
        except (NotSent, Unsure, RateLimited, Paused):
            await self.desk.write(workspace_id, lambda unit: facts.file_untold(unit, fact))
            raise
        told, now = reading.file(answer["file"]) if answer else None, self.clock.now()
        await self.desk.write(workspace_id, lambda unit: facts.file(unit, fact, told, now))

    async def _found(
        self, gateway: Gateway, workspace_id: int, method: str, **arguments: Any
    ) -> dict[str, Any] | None:
        """Slack's answer, None when it says that there is no such thing for us.

        Raises SendFailed or Paused for other refusals.
        """
        thing = (method, *map(str, arguments.values()))
        asking = gateway.read(method, arguments)
        return await self._refusals.told(gateway, workspace_id, thing, asking)

    async def _hold(self, workspace_id: int, refused: SendFailed | Paused, step: Hold) -> None:
        """Whom or what we know goes on as it was; of others Slack's refusal is raised."""
        if str(refused) in STOPPED:
            raise refused
        if not await self.desk.write(workspace_id, step):
            raise refused

    async def _staff(self, gateway: Gateway, workspace_id: int) -> None:
        """Where Slack refuses to tell, who it was last goes on."""
        settings = (await self.desk.read(workspace_id, tenant)).settings
        doubts = await self.desk.read(workspace_id, people.staff_doubts)
        try:
            staff = await staffing.told(gateway, settings)
        except staffing.Untold as untold:
            if untold.is_of_triage:  # are we out of it, or is it the method alone?
                with suppress(SendFailed, Paused):
                    await self.learn(workspace_id, ChannelFact(settings.triage_channel))
            await self._hold_staff(workspace_id, untold, doubts)
            return
        now = self.clock.now()
        await self.desk.write(workspace_id, lambda u: facts.staff(u, staff, now, doubts=doubts))

    async def _staff_by(self, method: str, gateway: Gateway, own: TenantFacts) -> None:
        """All of the staff, if one of the methods that tell it is not refused any more."""
        try:
            await staffing.told_by(method, gateway, own.settings)
        except staffing.Untold as untold:
            raise untold.refusal from None
        await self._staff(gateway, own.workspace.id)

    async def _hold_staff(self, workspace_id: int, untold: staffing.Untold, doubts: int) -> None:
        now = self.clock.now()
        is_held = await self.desk.write(
            workspace_id, lambda unit: staffing.hold(unit, untold, now, doubts=doubts)
        )
        if not is_held:
            raise untold.refusal


def _is_there(told: Mapping[str, Any], ts: str) -> bool:
    """Slack leaves a tombstone, in a name of its own, where a thread has lost its first message."""
    return told.get("ts") == ts and told.get("subtype") != "tombstone"


def _unread(unit: Unit, method: str, code: str) -> str:
    """A channel whose messages Slack refused with that code when they were compared, else none."""
    if method != HISTORY:
        return ""
    done = catchup.compared(unit)
    mine = (each for each in channels.tracked(unit) if each.id in done)
    return next((each.slack_id for each in mine if done[each.id].error == code), "")


async def _seen(gateway: Gateway, method: str, **arguments: Any) -> dict[str, Any] | None:
    """Slack's answer, None where it gives none: no more than a name is lacking then."""
    try:
        return await gateway.read(method, arguments)
    except (SendFailed, Paused) as refused:
        if str(refused) in STOPPED:
            raise
        return None


async def _opened(gateway: Gateway, slack_id: str) -> dict[str, Any] | None:
    """The conversation with one person; None with whoever left us, or was never ours.

    Without its scope, or for a reason that we do not know, nobody goes uncalled: Slack takes their
    id for a post, though for no look.
    """
    try:
        answer = await gateway.call("conversations.open", {"users": slack_id, "return_im": True})
    except (SendFailed, Paused) as refused:
        if str(refused) in STOPPED:
            raise
        is_nobody = family_of(str(refused)) in (Family.REFUSED, Family.GONE)
        return None if is_nobody else {"id": slack_id, "is_im": True}
    return {"is_im": True} | dict(answer["channel"])


async def _team_name(gateway: Gateway, team: str) -> str:
    answer = await _seen(gateway, "team.info", team=team)
    return str((answer or {}).get("team", {}).get("name", ""))
