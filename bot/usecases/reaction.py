"""Reactions that mean an act: which one depends on who reacts, and most mean nothing."""

from __future__ import annotations

from bot import acts
from bot.acts import Act
from bot.errors import Refused
from bot.rules import access
from bot.rules import track as rules
from bot.usecases import acting, announce, track
from bot.usecases.inputs import Acted, Door, Place, Reacted
from bot.usecases.work import Work
from storage import channels, messages, reactions
from storage.records.messages import ANSWERING
from storage.records.people import Person
from storage.records.tickets import Ticket

TRACK = "track"
NOTHING = "just an emoji"


def meant(work: Work, item: Reacted) -> Acted | None:
    """The act that this person's emoji asks for on this message; None when it is just an emoji."""
    possible = () if item.removed else acts.by_reaction(item.emoji, work.settings.reactions)
    if not possible:
        return None
    ticket = acting.by_place(work, Place(item.channel, item.ts))
    if ticket is None and not any(act.name == TRACK for act in possible):
        return None
    person = work.person(item.person)
    act = next((act for act in possible if _may(work, act, person, ticket)), None)
    if act is None or not _makes_sense(act, ticket):
        return None
    return Acted(
        act=act.name,
        person=item.person,
        door=Door.REACTION,
        at=item.at,
        key=item.dedupe_key(),
        place=Place(item.channel, item.ts),
        ticket_id=ticket.id if ticket else None,
        fields=dict(act.defaults),
    )


def is_wish(work: Work, item: Reacted) -> bool:
    """Whether a customer asks with an emoji for a ticket of words of their own."""
    possible = acts.by_reaction(item.emoji, work.settings.reactions)
    is_asked = any(act.name == TRACK for act in possible)
    return is_asked and not item.removed and track.is_wished(work, item)


def kept(work: Work, item: Reacted) -> str:
    """A customer's emoji on our answer says something: it is shown beside it."""
    channel = channels.by_slack(work.unit, item.channel)
    message = messages.by_ts(work.unit, channel.id, item.ts) if channel else None
    if message is None or message.ticket_id is None or message.side not in ANSWERING:
        return NOTHING
    person = work.person(item.person)
    if access.is_staff(person, work.tenant.team):
        return NOTHING
    if item.removed:
        reactions.take(work.unit, message.id, person.id, item.emoji)
    else:
        its = {"message_id": message.id, "person_id": person.id}
        reactions.add(work.unit, {**its, "emoji": item.emoji, "at": work.at})
    announce.answer_changed(work, work.ticket(message.ticket_id), message)
    return "kept"


def _makes_sense(act: Act, ticket: Ticket | None) -> bool:
    """Nobody is told off for an emoji that would change nothing."""
    if act.name == TRACK:
        return ticket is None or rules.is_to_reopen(ticket)
    if ticket is None:
        return False
    return not ticket.is_done or act.name == "reopen"


def _may(work: Work, act: Act, person: Person, ticket: Ticket | None) -> bool:
    # An agent's own emoji must not count as the customer's word: that is for the button.
    is_for_customers = act.who is access.Who.REQUESTER
    asker = ticket.requester_id if ticket else None
    is_at_work = access.is_one_of(person, access.Who.AGENT, work.team)
    if is_for_customers and is_at_work and person.id != asker:
        return False
    try:
        access.may(person, act.who, work.team, ticket)
    except Refused:
        return False
    return True
