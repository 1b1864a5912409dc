"""What the desk suggests by itself: to whom, of what, and how sure it has to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules import courtesy
from bot.usecases.events import Event, Moved
from storage.records.channels import Channel
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Source, Status, Ticket
from storage.records.workspaces import Answer, DeskSettings

SURE_FOR_TEAM = 0.25
"""How sure an article or a solved ticket has to be to be shown to the team."""

SURE_FOR_CUSTOMER = 0.8
"""How sure an article has to be to be told to a customer before anybody of us has looked."""

SURE_OF_TWIN = 0.6
SURE_OF_CATEGORY = 0.5
LATE = timedelta(minutes=15)
TWIN, CATEGORY = "twin", "category"
ANSWERED, PERSON = "answered-by-article", "person"
"""The history's words for what the desk did, and for what the customer then asked."""


def is_worth(ticket: Ticket, opening: Message | None) -> bool:
    """Whether anybody needs to hear what is known: not of what is old, answered or says nothing."""
    if opening is None or opening.deleted_at or opening.found_at or not opening.text.strip():
        return False
    if ticket.status not in (Status.NEW, Status.OPEN) or ticket.first_answer_at is not None:
        return False
    is_late = ticket.opened_at - opening.said_at > LATE
    return not is_late and not courtesy.is_courtesy(opening.text)


def may_answer(ticket: Ticket, channel: Channel, settings: DeskSettings) -> bool:
    """Whether the desk may answer the customer by itself, where it is sure enough."""
    is_first = ticket.first_answer_at is None and not ticket.is_done
    is_theirs = ticket.source is not Source.FORM and bool(ticket.thread_ts)
    return channel.answers and settings.answer is not Answer.SILENT and is_first and is_theirs


def with_hunch(ticket: Ticket, what: str, guess: str) -> Ticket:
    """The ticket with that guess instead of what was guessed before; ``""`` for none."""
    others = tuple(each for each in ticket.hunch if each[0] != what)
    return replace(ticket, hunch=((*others, (what, guess)) if guess else others))


def check_asker(ticket: Ticket, actor: Person) -> None:
    """Refused, unless it is who asked: nobody else knows whether it helped."""
    if actor.id != ticket.requester_id:
        raise Refused(
            "Only the person who asked can say so. Just write in the thread, and we will see it."
        )


def taken(suggestion: Suggestion, article_id: int, *, by: int) -> Suggestion:
    """One of the articles, or another one, was sent to the customer."""
    return replace(suggestion, fate=Fate.TAKEN, sent_id=article_id, by_id=by)


def refused(suggestion: Suggestion, *, by: int) -> Suggestion:
    """Nothing of it fits. Refused where it was used already."""
    if suggestion.fate is not Fate.OFFERED:
        raise Refused("Somebody has said already what became of these.")
    return replace(suggestion, fate=Fate.REFUSED, by_id=by)


def handed_over(ticket: Ticket, suggestion: Suggestion, *, by: int, now: datetime) -> Event:
    """The customer wants a person. Refused where that was settled before."""
    if ticket.is_done:
        n = ticket.number
        raise Refused(f"#{n} is solved. If something is still wrong, just write in its thread.")
    if suggestion.told is Told.PERSON:
        raise Refused("Somebody of us knows already. Just write here if there is more to say.")
    return Moved(ticket, now, by, act=PERSON, before="", after="")


def numbers(found: Iterable[str]) -> list[int]:
    """Keys that were kept as text."""
    return [int(each) for each in found if each.isdecimal()]
