"""Why a message became a ticket, or did not: its end in plain words, and how to change that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import Missing
from bot.rules import access, intake
from bot.usecases import acting, look
from bot.usecases.inputs import Acted, Place
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import channels, inbox, messages, outbox
from storage.records.boxes import Progress
from storage.records.channels import Channel, Role
from storage.records.messages import End, Message
from storage.records.workspaces import Mode
from storage.unit import Unit

NEVER_SEEN = (
    "I have never seen it. It was written before I came into this channel,"
    " or where nobody has invited me."
)
NOT_YET = "It has come just now and is still being worked on. Ask again in a moment."
FAILED = "It could not be worked on because of a fault of mine. `/desk health` says more."
OWN = "It is a post of mine."


@dataclass(frozen=True, slots=True)
class WhyScene:
    """``words`` say why; ``end`` is ``""`` for what has none yet.

    ``scene`` is its ticket. ``mode`` is how the channel is tracked, None where nobody tracks.
    ``can_track``: tracking it by hand would make a ticket of it.
    """

    words: str
    end: str
    scene: TicketScene | None
    channel: str
    mode: Mode | None
    can_track: bool
    is_deleted: bool = False


def explained(unit: Unit, item: Acted, now: datetime) -> WhyScene:
    """The message that is meant by its menu, its link or its ticket's number.

    Raises Missing with a sentence that says how to name one.
    """
    work = look.working(unit, now)
    channel, message, place = _meant(work, item)
    found = acting.by_place(work, place)
    words, end = _ended(message) if message else _unknown(work, channel, place)
    return WhyScene(
        words=words,
        end=end,
        scene=look.scene(work, found) if found else None,
        channel=channel.name if channel else "",
        mode=_mode(work, channel),
        can_track=found is None and end not in (End.OPENED, End.JOINED) and words != OWN,
        is_deleted=bool(message and message.deleted_at),
    )


def told(unit: Unit, item: Acted, now: datetime) -> str:
    """The same in one line, for whoever asks in a thread. Raises Missing."""
    scene = explained(unit, item, now)
    number = f" of #{scene.scene.ticket.number}" if scene.scene else ""
    gone = " It was deleted meanwhile." if scene.is_deleted else ""
    return f"{scene.end.capitalize() or 'That message'}{number}: {scene.words}{gone}"


def _meant(work: Work, item: Acted) -> tuple[Channel | None, Message | None, Place]:
    if item.place.ts:
        channel = channels.by_slack(work.unit, item.place.channel)
        message = messages.by_ts(work.unit, channel.id, item.place.ts) if channel else None
        return channel, message, item.place
    return _opening(work, item.text)


def _opening(work: Work, said: str) -> tuple[Channel | None, Message | None, Place]:
    number = said.strip().removeprefix("#")
    if not (number.isdecimal() and len(number) < 10):
        raise Missing(
            "Add the link of the message, or a ticket’s number, such as `/ticket why 12`."
            " Or choose *Why (not) a ticket?* from the menu of the message."
        )
    found = look.by_number(work.unit, int(number), work.at)
    place = Place(found.channel.slack_id, found.opening.ts)
    return found.channel, found.opening, place


def _ended(message: Message) -> tuple[str, str]:
    return intake.REASONS.get(message.reason, ""), message.end


def _unknown(work: Work, channel: Channel | None, place: Place) -> tuple[str, str]:
    if channel is not None and outbox.by_place(work.unit, channel.id, place.ts):
        return OWN, ""
    row = inbox.progress_by_key(work.unit, f"said:{place.channel}:{place.ts}")
    if row is Progress.FAILED:
        return FAILED, End.FAILED
    return (NOT_YET if row is Progress.WAITING else NEVER_SEEN), ""


def _mode(work: Work, channel: Channel | None) -> Mode | None:
    if channel is None or access.role_of(channel, work.settings) not in (
        Role.CUSTOMER,
        Role.PUBLIC,
    ):
        return None
    return access.mode_of(channel, work.settings)
