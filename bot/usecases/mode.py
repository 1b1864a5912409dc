"""How a channel is tracked: shown, and changed by those who may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import ChannelFact, Missing, Unknown
from bot.rules import access
from bot.rules import mode as rules
from bot.usecases import look
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.work import Work
from storage import channels
from storage.records.channels import Channel
from storage.records.workspaces import Mode
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class ModeScene:
    """``mode`` is what holds now; ``is_own``: set for this channel, not inherited; ``answers`` says
    whether the desk answers there by itself."""

    channel: Channel
    mode: Mode
    is_own: bool
    words: str
    answers: str = ""


def change(work: Work, acting: Acting) -> str:
    """Set the mode of a channel: of the one that is named, else of where the actor stands."""
    channel, mode = _wanted(work, acting)
    rules.check(channel, work.settings)
    changed = replace(channel, mode=mode)
    channels.put(work.unit, changed)
    return rules.told(changed, work.settings)


def _wanted(work: Work, acting: Acting) -> tuple[Channel, Mode | None]:
    fields = acting.item.fields
    if key := fields.get("channel", ""):
        channel = channels.by_id(work.unit, int(key)) if key.isdecimal() else None
        if channel is None:
            raise Missing("That channel is not there any more.")
        return channel, rules.mode_of(fields.get("mode", ""))
    wanted = rules.parse(acting.item.text)
    here = acting.item.place.channel
    return _channel(work, wanted.channel, wanted.name, here), wanted.mode


def channel_meant(work: Work, item: Acted) -> tuple[Channel, str]:
    """The channel that a button or words name, else where somebody stands; and what else is said.

    Raises Refused, Missing, and Unknown for what Slack has to tell.
    """
    if key := item.fields.get("channel", ""):
        channel = channels.by_id(work.unit, int(key)) if key.isdecimal() else None
        if channel is None:
            raise Missing("That channel is not there any more.")
        return channel, ""
    slack_id, name, word = rules.named(item.text)
    return _channel(work, slack_id, name, item.place.channel), word


def _channel(work: Work, slack_id: str, name: str, here: str) -> Channel:
    if not name:
        return work.channel(slack_id or here)
    called = [each for each in channels.tracked(work.unit) if each.name == name.casefold()]
    if len(called) != 1:
        raise Missing(
            f"I am in no channel called #{name[:80]}. Type # and choose it from the list."
        )
    return called[0]


def shown(unit: Unit, text: str, here: str, now: datetime) -> ModeScene:
    """The mode of a channel. Raises Refused, Missing, and Unknown for what Slack has to tell."""
    work = look.working(unit, now)
    slack_id, name, word = rules.named(text)
    if word:
        raise Missing("Say which channel: `/desk channel #acme`. To change its mode: `/desk mode`.")
    channel = _channel(work, slack_id, name, here)
    if channel.fetched_at is None:
        raise Unknown(ChannelFact(channel.slack_id))
    rules.check(channel, work.settings)
    return ModeScene(
        channel,
        access.mode_of(channel, work.settings),
        channel.mode is not None,
        rules.told(channel, work.settings),
        rules.answers(channel),
    )
