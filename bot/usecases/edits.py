"""What somebody changed in their words: shown to one agent, so that nothing old stands anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import Missing
from bot.usecases import look
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from storage import messages, people
from storage.records.messages import Message
from storage.records.people import Person
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class EditsScene:
    """``older`` are the wordings before the present one, oldest first, each with its time.

    ``answered_at`` is when we last answered, None when we have not yet.
    """

    scene: TicketScene
    author: Person | None
    message: Message
    older: tuple[tuple[str, datetime], ...]
    answered_at: datetime | None


def changes(unit: Unit, item: Acted, now: datetime) -> EditsScene:
    """All wordings of a message of a ticket. Raises Refused and Missing."""
    look.authorised(unit, item.person, item.act, None)
    told = item.fields.get("message", "")
    message = messages.by_id(unit, int(told)) if told.isdecimal() else None
    if message is None or message.ticket_id is None:
        raise Missing("That message is not there any more.")
    if message.deleted_at:
        raise Missing("Its author has deleted that message, and all of its wordings with it.")
    scene = look.ticket(unit, message.ticket_id, now)
    who = people.by_id(unit, message.author_id) if message.author_id else None
    older = tuple((body, at) for body, at in messages.versions(unit, message.id) if body)
    return EditsScene(scene, who, message, older, scene.ticket.last_ours_at)
