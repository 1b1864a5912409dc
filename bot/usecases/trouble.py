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
from bot.usecases import announce, catchup
from bot.usecases.work import Work, tenant
from storage import channels, outbox, people, trouble
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
    """Slack refused something for it: the trouble when it is new or back, None when it is known.

    When Slack gives another reason than before, the note that tells of it is drawn again; so it is
    when the trouble is back, for it was told already.
    """
    known = trouble.at_place(unit, place)
    if known is not None:
        _met_again(unit, known, code, now)
        return None
    ended = trouble.last_at_place(unit, place)
    if ended is not None and rules.is_the_same(ended, code, now):
        found = replace(ended, ended_at=None, met_at=now, look_at=rules.next_look(ended, now))
        is_news = trouble.reopen(unit, found)
    else:
        found = Trouble(unit.workspace_id, new_id(), place, code, now, now, now + rules.SOONEST)
        is_news = trouble.begin(unit, found)
    if is_news:
        announce.troubled(_work(unit, now), found)
    return found if is_news else None


def _met_again(unit: Unit, known: Trouble, code: str, now: datetime) -> None:
    again = replace(known, code=code, met_at=now)
    trouble.meet(unit, again)
    if known.code != code:
        announce.troubled(_work(unit, now), again)


def taken(unit: Unit, post: Post, now: datetime) -> Trouble | None:
    """Slack took a post that a trouble had kept back: the trouble, if that has ended it."""
    found = trouble.at_place(unit, post.kept_by)
    return found if found is not None and _over(unit, found, now) else None


def _over(unit: Unit, ended: Trouble, now: datetime) -> bool:
    """What waited for it is due now, and what could not be read is; False when it was known."""
    if not trouble.end(unit, ended, now):
        return False
    _doubt(unit, ended)
    outbox.hasten(unit, ended.place, now)
    if rules.may_deafen(ended):
        catchup.let_in(unit, ended.channel_id, now)
    announce.troubled(_work(unit, now), replace(ended, ended_at=now))
    return True


def _doubt(unit: Unit, ended: Trouble) -> None:
    """What was held as we knew it, for Slack did not tell, is asked for when it is needed next."""
    if _kept_staff(unit, ended):
        people.doubt_staff(unit)
    since = ended.began_at - rules.SOONEST  # another process's clock may be a little behind
    if ended.method == rules.USER_INFO:
        people.doubt_since(unit, since)
    if ended.method == rules.CHANNEL_INFO:
        channels.doubt_since(unit, since)


def _kept_staff(unit: Unit, ended: Trouble) -> bool:
    """True when Slack may not have told meanwhile who the agents are."""
    triage = channels.by_slack(unit, tenant(unit).settings.triage_channel)
    return ended.is_of_installation or (triage is not None and ended.channel_id == triage.id)


def installed(unit: Unit, now: datetime) -> Trouble | None:
    """There is a token that Slack accepts: the trouble that this has ended.

    It may have more scopes than the one before, so what waits for one is tried, too.
    """
    for each in trouble.opened(unit):
        if each.method:
            outbox.hasten(unit, each.place, now)
            trouble.look_soon(unit, each.place, now)
    found = trouble.at_place(unit, INSTALLATION)
    return found if found is not None and looked(unit, found, now) else None


def looked(unit: Unit, at: Trouble, now: datetime) -> bool:
    """After Slack was asked, or need not be: True when the trouble is over.

    While anything is kept back it is not, however good it looks: then that is due now, and proves
    it by being taken.
    """
    if at.method in rules.TELLING:
        return _over_if_quiet(unit, at.id, now)  # no post waits for it
    channel = channels.by_id(unit, at.channel_id) if at.channel_id is not None else None
    if at.channel_id is not None and channel is None:
        return _over(unit, at, now)  # the channel itself is not known any more
    is_seen = rules.is_seen(at)
    if is_seen and not rules.seems_mended(at, channel):
        return False
    if not outbox.is_kept(unit, at.place):
        return _over_if_quiet(unit, at.id, now)
    if is_seen:
        outbox.hasten(unit, at.place, now)
    return False


def _over_if_quiet(unit: Unit, trouble_id: int, now: datetime) -> bool:
    """Since it was read to be looked at, it may have been met once more."""
    found = trouble.by_id(unit, trouble_id)
    if found is None or found.ended_at:
        return False
    if rules.is_quiet(found, now):
        return _over(unit, found, now)
    trouble.look_soon(unit, found.place, found.met_at + rules.QUIET)
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


def named(found: Trouble) -> dict[str, object]:
    """By which fields a line of the log tells which it is."""
    return {"workspace": found.workspace_id, "place": found.place, "code": found.code}


def logged(unit: Unit, found: Trouble) -> dict[str, object]:
    """The same, with what is wrong and how to mend it."""
    told = scene(unit, found).remedy
    return named(found) | {"wrong": told.wrong, "mend": told.mend}


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
