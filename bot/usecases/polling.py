"""When and where customers are asked how we did: shown, and set by leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Missing, Refused
from bot.rules import mode as channels_named
from bot.rules.ballots import BEST
from bot.usecases import look
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.work import Work, tenant
from storage import channels, workspaces
from storage.records.channels import Channel
from storage.records.csat import Polling
from storage.unit import Unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YES = "yes"
MOST = {"delay": 240, "gap": 365, "remind": 30, "expire": 60}
ONE_MORE = "Say which channel, and nothing else: `/csat {word} #acme`."


@dataclass(frozen=True, slots=True)
class PollingScene:
    """How customers are asked; ``off`` names the channels in which nobody is."""

    polling: Polling
    off: tuple[str, ...]

    @property
    def hours(self) -> int:
        """The delay in hours."""
        return int(self.polling.delay / HOUR)


def form(unit: Unit, item: Acted, now: datetime) -> PollingScene:
    """The form, as things are. Raises Refused."""
    look.authorised(unit, item.person, item.act, None)
    polling = tenant(unit).settings.csat
    known = channels.many(unit, polling.off)
    return PollingScene(polling, tuple(sorted(each.name for each in known.values())))


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with the form while it is still open. Raises Refused."""
    wanted(item, tenant(unit).settings.csat)


def wanted(item: Acted, before: Polling) -> Polling:
    """What the form says. Raises Refused with the field."""
    fields = item.fields
    gap, remind, expire = (_number(fields, name) * DAY for name in ("gap", "remind", "expire"))
    if not expire:
        raise Refused("Give at least one day to answer.", field="expire")
    if remind >= expire:
        raise Refused("Remind before the poll is over, or leave it empty.", field="remind")
    return replace(
        before,
        is_on=fields.get("is_on") == YES,
        delay=_number(fields, "delay") * HOUR,
        gap=gap,
        remind=remind,
        expire=expire,
        low=_low(fields.get("low", "")),
    )


def _number(fields: dict[str, str], name: str) -> int:
    said = fields.get(name, "").strip() or "0"
    if not said.isdecimal() or int(said) > MOST[name]:
        raise Refused(f"Give a whole number from 0 to {MOST[name]}.", field=name)
    return int(said)


def _low(word: str) -> int:
    said = word.strip() or "0"
    if not said.isdecimal() or int(said) >= BEST:
        raise Refused(f"Give a score from 0 (never) to {BEST - 1}.", field="low")
    return int(said)


def save(work: Work, acting: Acting) -> str:
    """Ask as the form says from now on; polls that were planned keep their time."""
    polling = wanted(acting.item, work.settings.csat)
    _kept(work, polling)
    if not polling.is_on:
        return "Nobody is asked any more how we did."
    hours = int(polling.delay / HOUR)
    return f"Customers are asked {hours} opening hours after their ticket was solved."


def _kept(work: Work, polling: Polling) -> None:
    workspaces.save_settings(work.unit, replace(work.settings, csat=polling), work.at)
    work.tenant = tenant(work.unit)


def on(work: Work, acting: Acting) -> str:
    """Ask in a channel again."""
    channel, polling = _channel(work, acting, "on"), work.settings.csat
    if channel.id not in polling.off and polling.is_on:
        raise Refused(f"Customers in #{channel.name} are asked already.")
    left = tuple(each for each in polling.off if each != channel.id)
    _kept(work, replace(polling, off=left))
    if not polling.is_on:
        return f"#{channel.name} is on, but polls are off for all: `/csat settings` changes that."
    return f"Customers in #{channel.name} are asked again how we did."


def off(work: Work, acting: Acting) -> str:
    """Ask nobody in a channel."""
    channel, polling = _channel(work, acting, "off"), work.settings.csat
    if channel.id in polling.off:
        raise Refused(f"Nobody is asked in #{channel.name} already.")
    _kept(work, replace(polling, off=(*polling.off, channel.id)))
    return f"Nobody is asked in #{channel.name} any more. `/csat on #{channel.name}` undoes that."


def _channel(work: Work, acting: Acting, word: str) -> Channel:
    """The channel that is named, else where the actor stands. Raises Refused, Missing, Unknown."""
    slack_id, name, more = channels_named.named(acting.item.text)
    if more:
        raise Refused(ONE_MORE.format(word=word))
    if name:
        found = [each for each in channels.tracked(work.unit) if each.name == name.casefold()]
        if len(found) != 1:
            raise Missing(f"I am in no channel called #{name[:80]}. Choose it from Slack’s list.")
        channel = found[0]
    else:
        channel = work.channel(slack_id or acting.item.place.channel)
    channels_named.check(channel, work.settings)
    return channel
