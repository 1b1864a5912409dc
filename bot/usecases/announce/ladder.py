"""Escalations: to a level in its channel, to the card's thread, and to people by message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.ids import new_id
from bot.usecases import duty
from bot.usecases import notices as say
from bot.usecases.announce.places import enqueue, note_key, put, row_of, to_triage, under_card
from bot.usecases.work import Work
from storage import escalations, outbox
from storage.records.boxes import Post
from storage.records.channels import TeamChannel
from storage.records.escalations import Escalation, Guest
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.tickets import Ticket


def packet(work: Work, ticket: Ticket, escalation: Escalation) -> None:
    """Ask a level in its channel, or draw anew what stands there."""
    _in_tech(work, ticket, escalation, say.Packet(escalation.id))


def in_packet(
    work: Work, ticket: Ticket, escalation: Escalation, reason: str, **about: int | None
) -> None:
    """Say something in the thread of a packet."""
    _in_tech(work, ticket, escalation, say.PacketNote(escalation.id, reason, **about))


def _in_tech(work: Work, ticket: Ticket, escalation: Escalation, notice: say.Notice) -> None:
    channel = work.channel_by_id(escalation.channel_id)
    if channel is not None:  # whether it is still ours alone is checked when it is sent
        put(work, notice, TeamChannel(channel.id, channel.slack_id), ticket=ticket)


def packet_post(work: Work, escalation_id: int) -> Post | None:
    """Where a packet stands, or is to stand."""
    return outbox.by_picture(work.unit, f"{say.Packet.kind}:{escalation_id}")


def mirrored(work: Work, ticket: Ticket, message: Message) -> None:
    """Show words of the team under the card that were not written there."""
    under_card(work, ticket, say.Mirror(ticket.id, message.id))


def call(work: Work, ticket: Ticket, people: Sequence[Person], reason: str) -> None:
    """Call each of them by direct message; where there is an outside pager, that is called, too."""
    for each in people:
        _directly(work, ticket, each.slack_id, say.Page(ticket.id, each.slack_id, reason))
    if work.settings.has_pager:
        who = tuple(each.id for each in people)
        notice = say.OutsidePage(ticket.id, reason, work.at.isoformat(), who)
        enqueue(work, replace(row_of(work, notice, lane="pager"), ticket_id=ticket.id))


def urgent(work: Work, ticket: Ticket) -> None:
    """Who is on call hears it by direct message; where nobody is, those who decide do.

    A desk without rotas has the note under the card alone, and its pager. Raises Unknown.
    """
    on_call = duty.on_any(work)
    leads = duty.leads(work) if work.settings.rotas and not on_call else ()
    call(work, ticket, on_call or leads, "urgent-lead" if leads else "urgent")


def invitation(work: Work, ticket: Ticket, guest: Guest) -> None:
    """Ask a colleague by direct message to help with a ticket, or draw anew what asks."""
    who = work.person_of(guest.person_id)
    _directly(work, ticket, who.slack_id, say.Invitation(who.slack_id, guest.id))


def invitations_again(work: Work, ticket: Ticket, message: Message) -> None:
    """Words that colleagues were shown follow what becomes of them, also when that is over."""
    for guest in escalations.guests_of(work.unit, ticket.id):
        if message.id in (ticket.opening_id, guest.said_id):
            invitation(work, ticket, guest)


def notes_again(work: Work, ticket: Ticket, message: Message) -> None:
    """Words that were passed on between a ticket and its packet follow what becomes of them."""
    live = escalations.of_live(work.unit, ticket.id)
    if live is not None and live.said_id == message.id:
        packet(work, ticket, live)
    kinds = (say.PacketNote.kind, say.EscalationNote.kind)
    shown = outbox.by_pictures(work.unit, [note_key(each, message.id) for each in kinds])
    for post in shown.values():
        enqueue(work, replace(post, id=new_id()))


def hand_over(work: Work, notice: say.HandOverNote) -> None:
    """Show the team what was left open at the end of a shift."""
    to_triage(work, notice)


def _directly(work: Work, ticket: Ticket, person: str, notice: say.Notice) -> None:
    post = row_of(work, notice, lane=f"person:{person}")
    enqueue(work, replace(post, ticket_id=ticket.id))
