"""Reactions that mean an act: which one depends on who reacts, and most mean nothing."""

from __future__ import annotations

from bot import acts
from bot.acts import Act
from bot.errors import Refused
from bot.rules import access
from bot.usecases import acting
from bot.usecases.inputs import Acted, Door, Place, Reacted
from bot.usecases.work import Work
from storage.records.people import Person
from storage.records.tickets import Ticket


def meant(work: Work, item: Reacted) -> Acted | None:
    """The act that this person's emoji asks for on this message; None when it is just an emoji."""
    possible = () if item.removed else acts.by_reaction(item.emoji)
    if not possible:
        return None
    ticket = acting.by_place(work, Place(item.channel, item.ts))
    if ticket is None:
        return None
    person = work.person(item.person)
    act = next((act for act in possible if _may(work, act, person, ticket)), None)
    if act is None or (ticket.is_done and act.name != "reopen"):
        return None
    return Acted(
        act=act.name,
        person=item.person,
        door=Door.REACTION,
        at=item.at,
        key=item.dedupe_key(),
        place=Place(item.channel, item.ts),
        ticket_id=ticket.id,
        fields=dict(act.defaults),
    )


def _may(work: Work, act: Act, person: Person, ticket: Ticket) -> bool:
    # An agent's own emoji must not count as the customer's word: that is for the button.
    is_for_customers = act.who is access.Who.REQUESTER
    if is_for_customers and access.is_agent(person, work.team) and person.id != ticket.requester_id:
        return False
    try:
        access.may(person, act.who, work.team, ticket)
    except Refused:
        return False
    return True
