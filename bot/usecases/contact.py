"""Contacts: who is at an account, noticed as they write, join and leave."""

from __future__ import annotations

from dataclasses import replace

from bot.ids import new_id
from bot.rules import access
from bot.usecases import announce
from bot.usecases import notices as say
from bot.usecases.work import Work
from storage import accounts, channels, queues, remembered
from storage.records.accounts import Contact
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.tickets import Queue

MOST_TICKETS = 20


def seen(work: Work, channel_id: int, person_id: int) -> None:
    """Somebody is there; colleagues and bots are nobody's contacts."""
    channel = work.channel_by_id(channel_id)
    if channel is None or channel.account_id is None:
        return
    known, here = remembered.facts(work.unit), (Contact, channel.account_id, person_id)
    if here in known:
        return
    if not _is_outside(work, person_id) or _is_kept(work, channel.account_id, person_id):
        known[here] = True


def _is_outside(work: Work, person_id: int) -> bool:
    person = work.person_by_id(person_id)
    is_ours = person is None or access.is_staff(person, work.tenant.team)
    return person is not None and not is_ours and not person.is_bot


def _is_kept(work: Work, account_id: int, person_id: int) -> bool:
    """True when it was so before; what is written now may yet be undone."""
    found = accounts.contact(work.unit, account_id, person_id)
    if found is None:
        new = Contact(work.workspace_id, new_id(), account_id, person_id, work.at)
        accounts.put_contact(work.unit, new)
    elif found.left_at is not None:
        accounts.put_contact(work.unit, replace(found, left_at=None, seen_at=work.at))
    else:
        return True
    return False


def left(work: Work, channel: Channel, person: Person) -> None:
    """Somebody left a channel: their open tickets there say so, and so does their account.

    An account with several channels may still have them in another.
    """
    for ticket in queues.page(work.unit, Queue(channel_id=channel.id), limit=MOST_TICKETS):
        if ticket.requester_id == person.id:
            note = say.ThreadNote(ticket.id, "asker-left", ticket.owner_id)
            announce.under_card(work, ticket, note)
    if channel.account_id is None or len(channels.of_account(work.unit, channel.account_id)) > 1:
        return
    found = accounts.contact(work.unit, channel.account_id, person.id)
    if found is not None and found.left_at is None:
        accounts.put_contact(work.unit, replace(found, left_at=work.at))
        remembered.changed(work.unit)
