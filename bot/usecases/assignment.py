"""Owners of tickets: found by the desk itself, passed on in time, and who is away meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.errors import Refused
from bot.rules import access, when
from bot.rules import assignment as rules
from bot.rules.assignment import Candidate
from bot.rules.lifecycle import Told
from bot.usecases import announce, duty, ladder, waking
from bot.usecases.acting import Acting
from bot.usecases.events import Moved
from bot.usecases.inputs import OwnerSought
from bot.usecases.work import Work
from storage import assignment, history, queues
from storage.records.people import Absence, Person
from storage.records.tickets import Queue, Ticket
from storage.records.workspaces import DeskQueue, Way


def sought(work: Work, item: OwnerSought) -> str:
    """Give a ticket to whoever is next in its queue, if nobody has taken or answered it since."""
    ticket = work.ticket(item.ticket_id)
    queue = work.settings.queue_of(ticket.category)
    if ticket.is_done or ticket.owner_id != item.owner_id or not rules.is_automatic(queue):
        return "not to be given any more"
    asked = _asked(work, ticket) if ticket.owner_id is not None else set()
    found = chosen(work, ticket, queue, asked)
    after, events = _given(work, ticket, queue, found) if found else _not_given(work, ticket, queue)
    waking.save(work, ticket, after)
    announce.tell(work, events)
    return next((event.act for event in events if isinstance(event, Moved)), "nobody is free")


def _given(work: Work, ticket: Ticket, queue: DeskQueue, found: tuple[Candidate, str]) -> Told:
    one, act = found
    _turned(work, queue, one)
    act = act if ticket.owner_id is None else rules.PASSED
    return rules.give(ticket, one, act, queue=queue, hours=work.settings.hours, now=work.at)


def _not_given(work: Work, ticket: Ticket, queue: DeskQueue) -> Told:
    if ticket.owner_id is not None:
        return rules.nobody_else(ticket, now=work.at)
    if queue.way is Way.HAND:  # the account's owner alone was to be asked
        return ticket, ()
    again_at = rules.look_again(candidates(work, queue), work.settings.hours, work.at)
    return rules.nobody(ticket, again_at, is_told=_was_told(work, ticket), now=work.at)


def _asked(work: Work, ticket: Ticket) -> set[int]:
    """Who was given the ticket by the desk before, and who has it now."""
    changes = history.of_ticket(work.unit, ticket.id)
    given = {int(each.after) for each in changes if each.act in rules.ASKING and each.after}
    return given | ({ticket.owner_id} if ticket.owner_id is not None else set())


def _was_told(work: Work, ticket: Ticket) -> bool:
    """Whether the last that the desk said of owners is that nobody is free."""
    acts = [each.act for each in history.of_ticket(work.unit, ticket.id)]
    told = [act for act in acts if act in rules.ASKING or act in (rules.NOBODY_FREE, "assign")]
    return told[-1:] == [rules.NOBODY_FREE]


def chosen(
    work: Work, ticket: Ticket, queue: DeskQueue, but: Collection[int] = ()
) -> tuple[Candidate, str] | None:
    """Who of a queue's free members is next, and by which rule; those in ``but`` are left out."""
    account = work.account_of(work.channel_of(ticket))
    owner = account.owner_id if account and queue.owner_first else None
    more = rules.points(ticket.status, ticket.priority)
    free = [
        each
        for each in candidates(work, queue, also=owner)
        if each.person.id not in but
        and not rules.unfit(each, queue, work.settings.hours, more=more, now=work.at)
    ]
    return rules.choose(queue, free, account_owner=owner)


def candidates(work: Work, queue: DeskQueue, *, also: int | None = None) -> list[Candidate]:
    """The members of a queue, and perhaps one more, with all that matters for a choice."""
    known = {person.id: person for person in _members(work, queue)}
    extra = work.person_by_id(also) if also is not None and also not in known else None
    others = [extra] if extra is not None and access.is_agent(extra, work.team) else []
    loads = rules.loads(queues.weights(work.unit))
    turns = assignment.turns(work.unit, queue.category)
    away = assignment.absences(work.unit)
    return [
        Candidate(
            person=each,
            load=loads.get(each.id, 0),
            last_turn=turns.get(each.id, 0),
            absence=away.get(each.id),
            is_member=each.id in known,
        )
        for each in (*known.values(), *others)
    ]


def _members(work: Work, queue: DeskQueue) -> list[Person]:
    """Agents alone: who has left them is in no queue any more. Raises Unknown."""
    if queue.way is Way.ROTA:
        return [each for each in duty.on_any(work) if access.is_agent(each, work.team)]
    able = (work.team.agents or frozenset()) | work.team.leads
    named = [each for each in sorted(able) if not queue.members or each in queue.members]
    return [person for person in work.persons(named) if access.is_agent(person, work.team)]


def _turned(work: Work, queue: DeskQueue, one: Candidate) -> None:
    turns = assignment.turns(work.unit, queue.category)
    given = max(turns.values(), default=0) + 1
    assignment.give(work.unit, queue.category, one.person.id, given)


def automatic(work: Work, ticket: Ticket) -> Person:
    """Whom ``/assign auto`` means: as the queue does it, by load where that is by hand.

    Who asks outside of working hours, or when all are busy, is not left alone either; only who is
    away is spared. Raises Refused when all are.
    """
    queue = work.settings.queue_of(ticket.category)
    queue = queue if queue.way is not Way.HAND else replace(queue, way=Way.LOAD)
    but = () if ticket.owner_id is None else (ticket.owner_id,)
    found = chosen(work, ticket, queue, but) or rules.choose(queue, _there(work, queue, but))
    if found is None:
        raise Refused(_NOBODY)
    _turned(work, queue, found[0])
    return found[0].person


_NOBODY = (
    "Nobody else is there: all agents are away, or there are none yet. `/desk queues` shows who is"
    " where. Name somebody, such as `/assign #12 @ben`."
)


def _there(work: Work, queue: DeskQueue, but: Collection[int]) -> list[Candidate]:
    return [
        each
        for each in candidates(work, queue)
        if each.person.id not in but
        and not rules.is_absent(each.absence, work.at)
        and not rules.is_away_by_status(each.person, work.at)
    ]


def away(work: Work, acting: Acting) -> str:
    """The actor gets nothing from queues for a while; what is theirs stays theirs."""
    said = acting.item.text.strip()
    by = waking.asked(acting.actor, work.settings, work.at)
    until = when.parse(said, by) if said else None
    assignment.leave(work.unit, acting.actor.id, Absence(work.at, until))
    announce.home(work, acting.actor.id)
    given_back = ladder.left(work, acting.actor)
    left = queues.count(work.unit, Queue(acting.actor.id))
    end = f"until {when.said(until, by)}" if until else "until you say `/desk back`"
    mine = f" {left} open ticket{'s are' if left > 1 else ' is'} still yours." if left else ""
    asked = " What you had accepted of escalations is asked of others." if given_back else ""
    return f"You are away {end}: queues give new tickets to others.{mine}{asked}"


def back(work: Work, acting: Acting) -> str:
    """The actor is there again."""
    was_away = assignment.come_back(work.unit, acting.actor.id)
    announce.home(work, acting.actor.id)
    if rules.is_away_by_status(acting.actor, work.at):
        return "You are back, but your status in Slack says that you are away. Clear it there."
    return "You are back: queues count on you again." if was_away else "You were not away."
