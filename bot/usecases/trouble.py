"""Troubles with Slack that people have to mend: noted once, told once, and over by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import Missing
from bot.ids import new_id
from bot.rules import trouble as rules
from bot.rules.trouble import Remedy
from bot.usecases import announce
from bot.usecases.work import Work, tenant
from storage import channels, outbox, trouble
from storage.records.boxes import Post
from storage.records.channels import Channel
from storage.records.trouble import INSTALLATION, Trouble, of_channel
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class TroubleScene:
    """A trouble for people: ``channel`` is the one concerned, ``waiting`` how many posts wait."""

    trouble: Trouble
    channel: Channel | None
    waiting: int
    remedy: Remedy


def met(unit: Unit, place: str, code: str, now: datetime) -> Trouble | None:
    """A post met it: the trouble when it is new, None when it is known.

    When Slack gives another reason than before, the note that tells of it is drawn again.
    """
    known = trouble.at_place(unit, place)
    if known is not None and known.code == code:
        return None
    new = Trouble(unit.workspace_id, new_id(), place, code, now, now + rules.SOONEST)
    if known is not None:
        new = replace(known, code=code)
        trouble.recode(unit, new)
    elif not trouble.begin(unit, new):
        return None
    announce.troubled(_work(unit, now), new)
    return None if known else new


def taken(unit: Unit, post: Post, now: datetime) -> None:
    """Slack took a post that had failed before: whatever had kept it is over."""
    for each in trouble.opened(unit):
        if rules.is_disproved(each, post):
            over(unit, each, now)


def over(unit: Unit, ended: Trouble, now: datetime) -> bool:
    """What waited for it is due now; False when somebody else has seen that first."""
    if not trouble.end(unit, ended, now):
        return False
    outbox.hasten(unit, ended.channel_id, now)
    announce.troubled(_work(unit, now), replace(ended, ended_at=now))
    return True


def installed(unit: Unit, now: datetime) -> None:
    """There is a token that Slack accepts."""
    found = trouble.at_place(unit, INSTALLATION)
    if found is not None:
        over(unit, found, now)


def looked(unit: Unit, at: Trouble, now: datetime) -> bool:
    """After Slack was asked about the channel, or need not be: True when the trouble is over."""
    anything_waits = outbox.is_waiting(unit, at.code, at.channel_id)
    if at.channel_id is None:
        return not anything_waits and over(unit, at, now)
    channel = channels.by_id(unit, at.channel_id)
    is_gone = channel is None
    if is_gone or (channel and rules.is_mended(at, channel, anything_waits=anything_waits)):
        return over(unit, at, now)
    return False


def scenes(unit: Unit) -> Sequence[TroubleScene]:
    """All that is not mended yet, oldest first."""
    return tuple(scene(unit, each) for each in trouble.opened(unit))


def of_all(connection: Connection) -> list[TroubleScene]:
    """The same of all workspaces."""
    return [scene(Unit(t.workspace_id, connection), t) for t in trouble.all_open(connection)]


def scene(unit: Unit, found: Trouble) -> TroubleScene:
    """A trouble with its channel and its remedy."""
    channel = channels.by_id(unit, found.channel_id) if found.channel_id else None
    waiting = outbox.count_waiting(unit, found.channel_id)
    name = channel.name if channel else ""
    return TroubleScene(found, channel, waiting, rules.remedy(found, name))


def logged(unit: Unit, found: Trouble) -> dict[str, object]:
    """By which fields a line of the log tells of it."""
    told = scene(unit, found).remedy
    ids = {"workspace": found.workspace_id, "place": found.place, "code": found.code}
    return ids | {"wrong": told.wrong, "mend": told.mend}


def by_id(unit: Unit, trouble_id: int) -> TroubleScene:
    """The trouble of that key. Raises Missing."""
    found = trouble.by_id(unit, trouble_id)
    if found is None:
        raise Missing("That trouble is not known any more.")
    return scene(unit, found)


def why_waiting(unit: Unit, channel_id: int) -> str:
    """Why nothing can be posted in a channel now, in plain words, ``""`` when it can."""
    found = trouble.at_place(unit, of_channel(channel_id))
    return scene(unit, found).remedy.wrong if found else ""


def _work(unit: Unit, now: datetime) -> Work:
    return Work(unit, tenant(unit), 0, now)
