"""Satisfaction polls: to whoever asked, and low scores to the team."""

from __future__ import annotations

import dataclasses

from bot.usecases import notices as say
from bot.usecases.announce.places import (
    enqueue,
    picture_key,
    row_of,
    to_customer,
    under_card,
)
from bot.usecases.work import Work
from storage import outbox
from storage.records.csat import Poll, Recovery
from storage.records.tickets import Ticket


def poll(work: Work, ticket: Ticket, poll: Poll) -> None:
    """Ask, or draw anew what stands there, with the reminder if there was one."""
    _to_asker(work, ticket, poll, say.CsatPost(ticket.id, poll.id))
    again = say.CsatReminder(ticket.id, poll.id)
    if poll.reminded_at and outbox.by_picture(work.unit, picture_key(again)):
        _to_asker(work, ticket, poll, again)


def poll_reminder(work: Work, ticket: Ticket, poll: Poll) -> None:
    """Ask once more."""
    _to_asker(work, ticket, poll, say.CsatReminder(ticket.id, poll.id))


def poll_post(work: Work, ticket: Ticket, poll: Poll) -> str:
    """The ts of where somebody was asked, ``""`` while Slack does not show it."""
    post = outbox.by_picture(work.unit, picture_key(say.CsatPost(ticket.id, poll.id)))
    return post.ts if post else ""


def _to_asker(work: Work, ticket: Ticket, poll: Poll, notice: say.Notice) -> None:
    """In the ticket's thread, or where the poll was put: among the two of us."""
    if poll.place_id is None:
        to_customer(work, ticket, notice)
        return
    post = row_of(work, notice, lane=f"channel:{poll.place_id}")
    enqueue(work, dataclasses.replace(post, channel_id=poll.place_id, ticket_id=ticket.id))


def recovery(work: Work, ticket: Ticket, recovery: Recovery) -> None:
    """Show the team that somebody has to make good, or how that went."""
    under_card(work, ticket, say.RecoveryNote(ticket.id, recovery.id))


def recovery_call(work: Work, ticket: Ticket, notice: say.RecoveryCall) -> None:
    """Let somebody hear of it by direct message."""
    post = row_of(work, notice, lane=f"person:{notice.person}")
    enqueue(work, dataclasses.replace(post, ticket_id=ticket.id))
