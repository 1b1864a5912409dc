"""Directions for who writes to the desk alone, where nobody of the team reads."""

from __future__ import annotations

from datetime import timedelta

from bot.rules import access
from bot.usecases import announce
from bot.usecases.inputs import Said
from bot.usecases.notices import Whisper
from bot.usecases.work import Work
from storage import channels, messages
from storage.records.channels import Channel
from storage.records.messages import End
from storage.records.people import Person

REASON = "direct"
"""Why such words are no request (bot.rules.intake)."""

UNHEARD = f"{End.IGNORED}: {REASON}"
"""How they end, in the books' words."""

TALK = timedelta(minutes=10)
"""Within which somebody who writes on is not told the same again."""

TO_TEAM = (
    "Nobody reads what is written here: I listen in channels. `/ticket help` shows what I can do,"
    " here too, and *Home* above has your tickets."
)
TO_OTHERS = (
    "Nobody of the team reads what is written here. Write it in {where}, and they see it there."
)
BUTTONS = " Where I asked you something, its buttons bring them your answer."
SHARED = "the channel that your company shares with us"
OPEN = "a channel that they are in"


def give(work: Work, item: Said) -> None:
    """Tell who wrote to us alone where words are heard; what catch-up found is too old for that.

    Raises Unknown for people.
    """
    channel = work.channel(item.channel)
    if item.found_at is None and not _is_told(work, channel, item):
        words = _words(work, work.person(item.author)) + BUTTONS
        announce.whisper(work, Whisper(words, item.author, ""))


def _is_told(work: Work, channel: Channel, item: Said) -> bool:
    since = item.at - TALK
    return messages.is_any_since(work.unit, channel.id, REASON, since, before=item.ts)


def _words(work: Work, author: Person) -> str:
    if access.roles(author, work.team):
        return TO_TEAM
    if not access.is_of_our_company(author, work.team):
        return TO_OTHERS.format(where=SHARED)
    public = channels.by_slack(work.unit, work.settings.public_channel)
    return TO_OTHERS.format(where=f"#{public.name}" if public and public.name else OPEN)
