"""Replies that are being written: the card says so, and so does a second agent's form."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.usecases import announce
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Drafting
from bot.usecases.work import Work
from storage import drafts, inbox
from storage.records.people import Person

KEEPS = timedelta(minutes=10)
"""Slack does not tell of a form that went away with its window."""
MOST_AT_ONCE = 500


def drafting(work: Work, item: Drafting) -> str:
    """Somebody opened or closed a reply's form, or it was open too long; the card follows."""
    ticket = work.ticket(item.ticket_id)
    before = set(drafts.of(work.unit, ticket.id))
    if item.person and item.is_over:
        drafts.end(work.unit, ticket.id, work.person(item.person).id)
    elif item.person:
        drafts.put(work.unit, ticket.id, work.person(item.person).id, work.at + KEEPS)
    _forget(work, ticket.id)
    if set(drafts.of(work.unit, ticket.id)) == before:
        return "known"
    if not ticket.is_done:
        announce.refresh(work, ticket)
    return "the card says who writes"


def _forget(work: Work, ticket_id: int) -> None:
    for person_id, until in list(drafts.of(work.unit, ticket_id).items()):
        if until <= work.at:
            drafts.end(work.unit, ticket_id, person_id)


def sent(work: Work, ticket_id: int, person_id: int) -> None:
    """The reply is on its way, so nobody sits over it any more."""
    if drafts.end(work.unit, ticket_id, person_id):
        announce.refresh(work, work.ticket(ticket_id))


def writers(work: Work, ticket_id: int) -> tuple[Person, ...]:
    """Who writes on the ticket now, whoever began first comes first."""
    known = sorted(drafts.of(work.unit, ticket_id).items(), key=lambda each: each[1])
    found = (work.person_by_id(person_id) for person_id, until in known if until > work.at)
    return tuple(person for person in found if person is not None)


def is_due(connection: Connection, now: datetime) -> bool:
    """True when some form was open for too long."""
    at = drafts.next_at(connection)
    return at is not None and at <= now


def ring(connection: Connection, now: datetime) -> None:
    """Put all forms that were open for too long into the inbox."""
    found = drafts.over(connection, now, most=MOST_AT_ONCE)
    key = now.isoformat()
    if arrivals := [to_arrival(ws, Drafting(ticket, now, key)) for ws, ticket in found]:
        inbox.put(connection, arrivals)
