"""A colleague without a role at the desk: pulled in by direct message for one ticket, let go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access
from bot.rules import escalation as rules
from bot.usecases import announce, hands, look, packet
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import escalations, messages
from storage.records.escalations import Guest
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.tickets import Ticket
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class GuestScene:
    """Who is asked for one ticket, by whom, with which words."""

    guest: Guest
    scene: TicketScene
    by: Person
    asked: Message | None


def scene(work: Work, guest_id: int) -> GuestScene:
    """An invitation. Raises Missing."""
    ticket, found = _named(work, guest_id)
    by = work.person_by_id(found.by_id) or look.NOBODY
    return GuestScene(found, look.scene(work, ticket), by, messages.by_id(work.unit, found.said_id))


def form(unit: Unit, item: Acted, now: datetime) -> GuestScene:
    """The form in which a guest says something. Raises Refused and Missing."""
    work = look.working(unit, now)
    shown = scene(work, key(item))
    _check_here(shown.guest, work.person(item.person))
    return shown


def key(item: Acted) -> int:
    """Which invitation an act is about."""
    told = item.fields.get("guest", "")
    return int(told) if told.isdecimal() else 0


def _named(work: Work, guest_id: int) -> tuple[Ticket, Guest]:
    found = escalations.guest(work.unit, guest_id)
    if found is None:
        raise Missing("That is over.")
    return work.ticket(found.ticket_id), found


def pull_in(work: Work, acting: Acting) -> str:
    """Ask one colleague about this ticket, by direct message."""
    ticket, who = acting.on, work.person(acting.item.fields.get("who", ""))
    _check_free(work, ticket)
    _check_colleague(work, who)
    message = packet.keep(work, acting, ticket, acting.item.text)
    guest = Guest(
        work.workspace_id, new_id(), ticket.id, who.id, acting.actor.id, message.id, work.at
    )
    escalations.invite(work.unit, guest)
    announce.mirrored(work, ticket, message)
    hands.guested(work, ticket, guest, "guest-in", by=acting.actor.id)
    return f"{who.name or 'Your colleague'} is asked by direct message."


def _check_free(work: Work, ticket: Ticket) -> None:
    if ticket.is_done:
        raise Refused(f"#{ticket.number} is {ticket.status}. Reopen it first.")
    there = escalations.guest_of(work.unit, ticket.id)
    if there is not None:
        name = (work.person_by_id(there.person_id) or look.NOBODY).name
        raise Refused(f"{name} helps with #{ticket.number} already. Let {name} go first.")


def _check_colleague(work: Work, who: Person) -> None:
    """Our own people alone read what the team says of a customer."""
    if not access.is_staff(who, work.team):
        raise Refused(
            "Choose a colleague of our own company: what is asked is for the team alone.",
            field="who",
        )


def says(work: Work, acting: Acting) -> str:
    """What a guest says is a note of the ticket, and read by the level that is asked."""
    ticket, found = _named(work, key(acting.item))
    _check_here(found, acting.actor)
    message = packet.keep(work, acting, ticket, acting.item.text)
    announce.mirrored(work, ticket, message)
    asked = escalations.of_live(work.unit, ticket.id)
    if asked is not None:
        announce.in_packet(work, ticket, asked, "guest-says", message_id=message.id)
    return "Thanks, the team reads it now."


def _check_here(found: Guest, actor: Person) -> None:
    if found.ended_at is not None:
        raise Refused("You have been let go: nobody waits for an answer any more. Thank you.")
    if found.person_id != actor.id:
        raise Refused("Somebody else was asked this.")


def let_go(work: Work, acting: Acting) -> str:
    """The guest is not asked any more: by an agent, or by the guest."""
    ticket, found = _named(work, key(acting.item))
    is_own = found.person_id == acting.actor.id
    if not (is_own or access.is_one_of(acting.actor, access.Who.AGENT, work.team)):
        raise Refused("Only agents of the support team can do this.")
    _gone(work, ticket, found, by=acting.actor.id)
    return ""


def _gone(work: Work, ticket: Ticket, found: Guest, *, by: int | None) -> None:
    if found.ended_at is not None:
        raise Refused("That is over already.")
    escalations.save_guest(work.unit, found, replace(found, ended_at=work.at))
    hands.guested(work, ticket, found, "guest-out", by=by)


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with a form of a guest. Raises Refused."""
    rules.check_words(item.text, field="text", what="what you want to know")
    if item.act == "pull_in":
        work = look.working(unit, look.LONG_AGO)
        who = work.person(item.fields.get("who", ""))
        _check_colleague(work, who)
        if item.ticket_id is not None:
            _check_free(work, work.ticket(item.ticket_id))
