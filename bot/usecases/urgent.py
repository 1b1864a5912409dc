"""Urgent: the customer says so, is asked why in two short questions, and hears what happens now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.rules import calendar, lifecycle
from bot.slack import mrkdwn
from bot.usecases import announce, duty, look, waking, written
from bot.usecases.acting import Acting
from bot.usecases.events import Event
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import messages
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.tickets import Priority, Ticket
from storage.unit import Unit

REASON = "urgent"


@dataclass(frozen=True, slots=True)
class UrgentScene:
    """``asks``: nobody has said yet why it is urgent. ``back_at`` is when the team is there again,
    None while it is there, or while somebody is on call: ``on_call``."""

    scene: TicketScene
    asks: bool
    back_at: datetime | None
    on_call: Person | None = None


def form(unit: Unit, item: Acted, now: datetime) -> TicketScene:
    """The two questions. Raises Refused where they make no sense, and Missing."""
    look.authorised(unit, item.person, item.act, item.ticket_id)
    work = look.working(unit, now)
    ticket = work.ticket(item.ticket_id or 0)
    lifecycle.made_urgent(ticket, by=0, now=now)
    return look.scene(work, ticket)


def urgent(work: Work, acting: Acting) -> str:
    """It cannot wait; the answers to our questions are the customer's words like any others.

    Whoever says so twice is refused, unless it is to say why.
    """
    before, words = acting.on, mrkdwn.escaped(acting.item.text.strip())
    told, events = before, tuple[Event, ...]()
    if not words or before.priority is not Priority.URGENT:
        told, events = lifecycle.made_urgent(before, by=acting.actor.id, now=work.at)
    if words:
        message = _answers(work, acting, words)
        told, said = lifecycle.customer_wrote(told, message, courtesy=False, now=work.at)
        events = (*events, *said)
    waking.save(work, before, told)
    announce.tell(work, events)
    return ""


def _answers(work: Work, acting: Acting, words: str) -> Message:
    ticket = acting.on
    return written.keep(
        work,
        acting.actor.id,
        words,
        channel_id=ticket.channel_id,
        thread_ts=ticket.thread_ts,
        side=Side.CUSTOMER,
        end=End.JOINED,
        reason=REASON,
        ticket_id=ticket.id,
    )


def scene(work: Work, ticket: Ticket) -> UrgentScene:
    """What the customer is told."""
    back = calendar.opens_next(work.at, work.settings.hours)
    is_told = any(each.reason == REASON for each in messages.of_ticket(work.unit, ticket.id))
    called = duty.on_any(work)
    own = next((each for each in called if each.id == ticket.owner_id), None)
    back_at = back if back > work.at and not called else None
    shown = look.posted(work, ticket)
    return UrgentScene(shown, not is_told, back_at, own or next(iter(called), None))
