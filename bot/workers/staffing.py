"""Who does what at the desk, asked of Slack; where it refuses, who it told last goes on."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.errors import SendFailed
from bot.rules.trouble import GROUPS, MEMBERS, is_open
from bot.slack.gateway import STOPPED, Gateway, Paused
from bot.usecases.work import tenant
from bot.workers import noting
from storage import channels, people, trouble
from storage.records.people import Staff, TeamRole
from storage.records.trouble import CHANNEL, INSTALLATION, of_channel, of_method
from storage.records.workspaces import DeskSettings
from storage.unit import Unit

log = structlog.get_logger()


class Untold(Exception):
    """Slack refuses to tell by ``method``, and will until somebody has done something."""

    def __init__(self, method: str, refusal: SendFailed | Paused) -> None:
        super().__init__(f"{method}: {refusal}")
        self.method = method
        self.refusal = refusal

    @property
    def code(self) -> str:
        """Slack's error."""
        return str(self.refusal)

    @property
    def is_of_triage(self) -> bool:
        """True when perhaps we are out of the channel that names the agents."""
        is_of_place = isinstance(self.refusal, Paused) and self.code not in STOPPED
        return self.method == MEMBERS and is_of_place


async def told(gateway: Gateway, settings: DeskSettings) -> Staff:
    """Everybody with a role. Raises Untold, NotSent, RateLimited or Unsure."""
    found = await told_by(GROUPS, gateway, settings) | await told_by(MEMBERS, gateway, settings)
    return Staff(**{name: frozenset(members) for name, members in found.items()})


async def told_by(method: str, gateway: Gateway, settings: DeskSettings) -> dict[str, list[str]]:
    """What one method tells, by the names of `Staff`; nothing where it is not needed. Raises so."""
    try:
        return await (_by_group if method == GROUPS else _in_triage)(gateway, settings)
    except (SendFailed, Paused) as refusal:
        raise Untold(method, refusal) from refusal


async def _in_triage(gateway: Gateway, settings: DeskSettings) -> dict[str, list[str]]:
    """Without a usergroup its members are the agents."""
    if settings.agents_usergroup:
        return {}
    return {"agents": await gateway.pages(MEMBERS, "members", channel=settings.triage_channel)}


async def _by_group(gateway: Gateway, settings: DeskSettings) -> dict[str, list[str]]:
    groups = {role: settings.usergroup_of(role) for role in TeamRole}
    found = {f"{role}s": await _members(gateway, group) for role, group in groups.items()}
    found["grouped"] = [
        f"{group} {member}"
        for group in sorted(settings.usergroups_named)
        for member in await _members(gateway, group)
    ]
    return found


async def _members(gateway: Gateway, usergroup: str) -> list[str]:
    """Slack ids of a usergroup's members, none of no group."""
    if not usergroup:
        return []
    answer = await gateway.read(GROUPS, {"usergroup": usergroup})
    return list(answer.get("users", ()))


def hold(unit: Unit, untold: Untold, now: datetime, *, doubts: int) -> bool:
    """Let who it was last go on, and note why; False when nobody was ever known.

    A desk whose staff nobody knows serves no customer either. ``doubts`` were there before Slack
    was asked.
    """
    if not people.trust_staff(unit, now, doubts=doubts):
        return False
    place = _place(unit, untold)
    if not place.startswith(CHANNEL) or trouble.at_place(unit, place) is None:
        noting.met(unit, place, untold.code, now)  # else posts have met it, and know it better
    about = {"workspace": unit.workspace_id, "method": untold.method, "code": untold.code}
    log.warning("staff: not told, so it is who it was", **about)
    return True


def _place(unit: Unit, untold: Untold) -> str:
    """Triage is in trouble where Slack shows that, too; else it is the method alone."""
    if untold.code in STOPPED:
        return INSTALLATION
    triage = channels.by_slack(unit, tenant(unit).settings.triage_channel)
    if untold.is_of_triage and triage is not None and not is_open(triage):
        return of_channel(triage.id)
    return of_method(untold.method)
