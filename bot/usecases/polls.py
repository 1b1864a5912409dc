"""Polls as their tickets change: planned when one is solved, taken back when it is open again."""

from __future__ import annotations

from datetime import datetime

from bot.ids import new_id
from bot.rules import csat as rules
from bot.usecases import announce
from bot.usecases.work import Work
from storage import csat
from storage.records.csat import Poll, PollState
from storage.records.hours import Hours
from storage.records.people import Person
from storage.records.tickets import Ticket


def followed(work: Work, ticket: Ticket, hours: Hours) -> None:
    """A ticket is done, or is not any more; ``hours`` are its customer's."""
    if not ticket.is_done:
        _taken_back(work, ticket)
    elif not why_not(work, ticket, work.person_by_id(ticket.requester_id)):
        solved_at = ticket.resolved_at or work.at
        due_at = rules.ask_at(solved_at, work.settings.csat, hours)
        planned(work, ticket, due_at=due_at)


def why_not(work: Work, ticket: Ticket, asker: Person | None, *, by_hand: bool = False) -> str:
    """Why whoever asked is not to be asked, as it is now, ``""`` when they may be.

    Who sends a poll ``by_hand`` may also ask those who never answered.
    """
    channel = work.channel_of(ticket)
    never = rules.is_never(ticket)
    if by_hand and never == rules.SILENCE:
        never = ""
    nobody = rules.is_nobody(asker, channel, team=work.tenant.team, settings=work.settings)
    return never or nobody or rules.is_nowhere(ticket, channel, work.settings)


def planned(work: Work, ticket: Ticket, *, due_at: datetime, by: int | None = None) -> Poll:
    """Keep a new poll, which counts under what the ticket is now."""
    poll = Poll(
        workspace_id=work.workspace_id,
        id=new_id(),
        ticket_id=ticket.id,
        asker_id=ticket.requester_id,
        channel_id=ticket.channel_id,
        planned_at=work.at,
        owner_id=ticket.owner_id,
        category=ticket.category,
        due_at=due_at,
        by_id=by,
    )
    csat.add(work.unit, poll)
    return poll


def _taken_back(work: Work, ticket: Ticket) -> None:
    """Nobody rates what is not solved; a vote that was given stays."""
    poll = csat.latest(work.unit, ticket.id)
    if poll is None or poll.state not in (PollState.PLANNED, PollState.ASKED):
        return
    gone = csat.save(work.unit, poll, rules.dropped(poll, rules.REOPENED, now=work.at))
    if poll.is_open:
        announce.poll(work, ticket, gone)
