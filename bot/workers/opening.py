"""Opens the desk: who we are in Slack, which channels are meant, and what must be known first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bot import standby
from bot.clock import Clock
from bot.desk import Desk
from bot.errors import ChannelFact, PersonFact, SendFailed, StaffFact, Unknown
from bot.ids import new_id
from bot.rules.subscribing import minutes_of
from bot.slack.gateway import STOPPED, Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.ways import Ways
from bot.usecases import ask, catchup, digest, macro, trouble
from bot.workers.asking import Asker
from storage import channels, people, workspaces
from storage.errors import in_short, is_trouble, passes_by_itself
from storage.migrate import Newer, upgrade
from storage.records.people import Staff, TeamRole
from storage.records.workspaces import DeskSettings, Installation
from storage.unit import Unit
from storage.writer import Full

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # machine seconds
LONGEST_DATABASE_WAIT = 5.0  # it is near, and nobody counts how often we ask
MOST_NAMES = 50
FACTS_OF_DIGEST = 3  # at most: its channel, our own bot, and then it is begun
CHANNELS = ("triage_channel", "tech_channel", "digest_channel", "public_channel")
NONE_MET: Mapping[str, str] = MappingProxyType({})


class CannotOpen(Exception):
    """A setting names something that Slack does not show us; ``str()`` says what to do."""


async def migrated(url: str) -> None:
    """Bring the database up to date, as soon as it lets us.

    Raises CannotOpen for what waiting does not mend, such as a wrong password, or a database
    of a newer version.
    """
    wait, why = FIRST_WAIT, ""
    while True:
        try:
            await asyncio.to_thread(_upgraded, url)
        except DBAPIError as error:
            if not is_trouble(error):
                raise
            if not passes_by_itself(error):
                raise CannotOpen(f"DATABASE_URL does not let us in: {in_short(error)}.") from error
            if not why:
                log.warning("the database cannot be reached yet", error=in_short(error))
            why = in_short(error)
        else:
            if why:
                log.info("the database is there", last_error=why)
            return
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_DATABASE_WAIT)


def _upgraded(url: str) -> None:
    try:
        upgrade(url)
    except Newer as error:
        raise CannotOpen(str(error)) from None


@dataclass(frozen=True, slots=True)
class Seed:
    """What the environment says of the first workspace.

    Channels: id or ``#name``; ``""``: not set. ``daily_digest`` is the time of day at which the
    digest of a desk that never had any comes, ``""``: none does. ``customs`` are other settings of
    the desk, by name.
    """

    token: str
    triage_channel: str
    tech_channel: str = ""
    digest_channel: str = ""
    public_channel: str = ""
    agents_usergroup: str = ""
    specialists_usergroup: str = ""
    leads_usergroup: str = ""
    managers_usergroup: str = ""
    daily_digest: str = ""
    help_button: bool = False
    customs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Opening:
    """The steps of a start: ``open`` needs Slack, ``known`` only what an earlier start kept."""

    desk: Desk
    ways: Ways
    asker: Asker
    clock: Clock

    async def known(self, seed: Seed) -> int | None:
        """The workspace that this token opened before; it can work while ``open`` renews it."""
        for installed in await self.desk.installations():
            kept = await self.desk.read(installed.workspace_id, workspaces.settings)
            if installed.token == seed.token and kept.triage_channel:
                return installed.workspace_id
        return None

    async def open(self, seed: Seed) -> int:
        """Install or renew the seed's workspace, and learn what it needs; the workspace's id.

        Tries until Slack and the database answer. Raises CannotOpen when a token, channel or
        usergroup is wrong.
        """
        wait = FIRST_WAIT
        while True:
            try:
                return await self._open(seed)
            except (SQLAlchemyError, Full) as error:
                if not self.desk.outage.explains(error):
                    raise
            except (NotSent, Unsure, RateLimited) as error:
                wait = max(wait, getattr(error, "retry_after", 0.0))
                log.warning("Slack cannot be reached yet", error=str(error), again_after=wait)
            except Paused as stopped:
                raise CannotOpen(_refusal(str(stopped))) from stopped
            except SendFailed as failed:
                raise CannotOpen(f"Slack does not let us in: {failed.code}.") from failed
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _open(self, seed: Seed) -> int:
        way = Gateway(self.ways.client(seed.token), self.ways.note)
        who = await way.read("auth.test", {})
        workspace_id = await self._install(way, who, seed.token)
        wanted = await self._settings(way, seed, workspace_id)
        now = self.clock.now()
        await self.desk.write(workspace_id, lambda unit: _save(unit, wanted, now))
        ended = await self.desk.write(workspace_id, lambda unit: trouble.installed(unit, now))
        if ended is not None:
            log.info("slack: mended", **trouble.named(ended))
        with contextlib.suppress(IntegrityError):  # another replica was first: then they are there
            await self.desk.write(workspace_id, lambda unit: macro.furnish(unit, now))
        await self._learn(workspace_id, wanted)
        if seed.daily_digest:
            await self._begin_digest(workspace_id, minutes_of(seed.daily_digest))
        if seed.help_button:
            await self.desk.write(workspace_id, lambda unit: ask.begin(unit, now))
        return workspace_id

    async def _install(self, way: Gateway, who: Mapping[str, Any], token: str) -> int:
        app_id = await _app_id(way, str(who.get("bot_id", "")))
        installation = Installation(
            workspace_id=new_id(),
            enterprise_id=who.get("enterprise_id") or "",
            team_id=who["team_id"],
            app_id=app_id,
            bot_id=who.get("bot_id") or "",
            bot_user_id=who["user_id"],
            token=token,
        )
        name, url, cipher = who.get("team", ""), who.get("url", ""), self.desk.cipher

        def step(connection: Connection) -> int:
            return workspaces.install(connection, installation, name=name, url=url, cipher=cipher)

        try:
            workspace_id = await self.desk.write_all(step)
        except IntegrityError:  # another replica was first: then there is one to renew
            workspace_id = await self.desk.write_all(step)
        self.desk.forget_tenants()
        self.ways.forget()
        return workspace_id

    async def _settings(self, way: Gateway, seed: Seed, workspace_id: int) -> dict[str, Any]:
        told = {name: getattr(seed, name) for name in CHANNELS}
        met = await self.desk.read(workspace_id, channels.slack_ids)
        ids = await channel_ids(way, list(told.values()), met)
        found = {name: ids.get(value, value) for name, value in told.items()}
        kept = await self.desk.read(workspace_id, workspaces.settings)
        roles = {name: getattr(seed, name) for name in (f"{role}s_usergroup" for role in TeamRole)}
        named = {*roles.values(), *_standing_groups(seed)} - {""}
        groups = await usergroup_ids(way, sorted(named), kept.group_names)
        found |= {name: groups.get(told, told) for name, told in roles.items()}
        found |= {**seed.customs, **await _standing_by(way, seed, met, groups)}
        return found | {"group_names": {name: groups[name] for name in groups if name[0] == "@"}}

    async def _learn(self, workspace_id: int, wanted: Mapping[str, Any]) -> None:
        """Facts that every first message would lack."""
        for name in CHANNELS:
            if wanted[name]:
                await self._learn_channel(workspace_id, wanted[name])
        await self.asker.learn(workspace_id, StaffFact())
        for slack_id in await self.desk.read(workspace_id, _strangers):
            # Who they are can be asked when they are met.
            with contextlib.suppress(RateLimited, SendFailed):
                await self.asker.learn(workspace_id, PersonFact(slack_id))

    async def _learn_channel(self, workspace_id: int, slack_id: str) -> None:
        """Where Slack refuses to tell, one that is known is what it was."""
        try:
            await self.asker.learn(workspace_id, ChannelFact(slack_id))
        except SendFailed:
            known = partial(channels.by_slack, slack_id=slack_id)
            if await self.desk.read(workspace_id, known) is None:
                raise

    async def _begin_digest(self, workspace_id: int, minutes: int) -> None:
        now = self.clock.now()
        for _ in range(FACTS_OF_DIGEST):
            try:
                await self.desk.write(workspace_id, lambda unit: digest.furnish(unit, minutes, now))
            except Unknown as unknown:
                await self.asker.learn(workspace_id, unknown.fact)
            except IntegrityError:
                return  # another replica was first: then it is there
            else:
                return


def _strangers(unit: Unit) -> list[str]:
    """Of the team, whose names we do not know; agents first: the first card is to name them."""
    staff = people.staff(unit) or Staff()
    named = dict.fromkeys(each for role in TeamRole for each in sorted(staff.having(role)))
    return [each for each in named if people.by_slack(unit, each) is None][:MOST_NAMES]


def _refusal(code: str) -> str:
    if code in STOPPED:
        return (
            f"Slack does not accept SLACK_BOT_TOKEN ({code})."
            " Take the Bot User OAuth Token (xoxb-…) from your app’s OAuth page."
        )
    return f"Slack does not let us in: {code}. Invite the bot to the channels of your settings."


async def _app_id(way: Gateway, bot_id: str) -> str:
    """Our app's id, one more mark of our own posts; ``""`` where Slack does not say."""
    try:
        answer = await way.read("bots.info", {"bot": bot_id})
    except SendFailed:
        return ""
    return str(answer.get("bot", {}).get("app_id", ""))


def _save(unit: Unit, wanted: Mapping[str, Any], now: Any) -> DeskSettings:
    catchup.first(unit, now)
    settings: Any = workspaces.settings(unit)
    return workspaces.save_settings(unit, replace(settings, **wanted), now)


async def channel_ids(
    way: Gateway, told: list[str], met: Mapping[str, str] = NONE_MET
) -> dict[str, str]:
    """``#name`` to id, among the channels that the bot is in; ids are left out.

    ``met`` are those that the desk knows, names to ids: who has put the bot out of one of them has
    not switched off the desk of all others. Raises CannotOpen.
    """
    names = [name for name in told if name.startswith("#")]
    if not names:
        return {}
    found = await way.pages(
        "users.conversations", "channels", types="public_channel,private_channel"
    )
    ids = {f"#{each['name']}": str(each["id"]) for each in found}
    out_of = {name: met[name[1:]] for name in names if name not in ids and name[1:] in met}
    if out_of:
        log.warning("the bot was put out of channels of its settings", channels=list(out_of))
    missing = [name for name in names if name not in ids and name not in out_of]
    if missing:
        raise CannotOpen(
            f"The bot is in no channel called {', '.join(missing)}."
            " Invite it there with /invite, or correct the name."
        )
    return ids | out_of


def _standing_groups(seed: Seed) -> set[str]:
    """Usergroups that ladder and rotas name."""
    levels, rotas = seed.customs.get("ladder") or (), seed.customs.get("rotas") or ()
    return {each.usergroup for each in (*levels, *(shift for r in rotas for shift in r.shifts))}


async def _standing_by(
    way: Gateway, seed: Seed, met: Mapping[str, str], groups: Mapping[str, str]
) -> dict[str, Any]:
    """Ladder and rotas, as far as they are said, with Slack ids for names. Raises CannotOpen."""
    found: dict[str, Any] = {}
    levels, rotas = seed.customs.get("ladder"), seed.customs.get("rotas")
    if levels is not None:
        places = await channel_ids(way, [each.channel for each in levels], met)
        found["ladder"] = standby.with_ids(levels, places, groups)
    if rotas is not None:
        found["rotas"] = standby.rotas_with_ids(rotas, groups)
    return found


async def usergroup_ids(
    way: Gateway, told: Collection[str], met: Mapping[str, str] = NONE_MET
) -> dict[str, str]:
    """Each ``@handle`` with its id; ids stand for themselves.

    ``met`` are the ids that handles had before: who renames a group has not switched off the desk.
    Raises CannotOpen.
    """
    if not any(each.startswith("@") for each in told):
        return {each: each for each in told}
    answer = await way.read("usergroups.list", {})
    now = {str(each["id"]): f"@{each.get('handle')}" for each in answer.get("usergroups", ())}
    ids = {handle: group for group, handle in now.items()}
    for name in told:
        if name not in ids and met.get(name) in now:
            ids[name] = met[name]
            log.warning("a usergroup of the settings was renamed", told=name, now=now[met[name]])
    missing = [each for each in told if each.startswith("@") and each not in ids]
    if missing:
        raise CannotOpen(
            f"There is no usergroup {', '.join(missing)}. Correct the setting, or leave it empty."
        )
    return {each: ids.get(each, each) for each in told}
