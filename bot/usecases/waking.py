"""Tickets and their time: snoozed and woken by hand, looked at by the desk when their time came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.rules import assignment, when
from bot.rules import sla as rules_of_clocks
from bot.rules import waking as rules
from bot.rules.when import Asked
from bot.usecases import announce, catchup, hands, keeping, polls, sla
from bot.usecases.acting import Acting
from bot.usecases.bells import Bell
from bot.usecases.inputs import Acted, TimeCame
from bot.usecases.notices import NudgePost
from bot.usecases.work import Work
from storage import outbox, tickets
from storage.records.clocks import Clock
from storage.records.hours import Hours
from storage.records.people import Person
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings


def save(work: Work, before: Ticket, after: Ticket) -> Ticket:
    """Write what changed of a ticket, and when the desk is to look at it next.

    Raises Conflict when somebody else changed it meanwhile.
    """
    after = assignment.settled(before, hands.settled(work, before, after))
    clocks, entries = sla.followed(work, after)
    after, kept = keeping.settled(work, before, after)
    saved = tickets.save(work.unit, before, _timed(work, after, clocks, keeping.look_at(kept)))
    sla.write_down(work, saved, entries)
    keeping.write_down(work, saved, kept)
    if before.is_done != saved.is_done:
        polls.followed(work, saved, hours_of(work, saved))
    return saved


def add(work: Work, ticket: Ticket) -> Ticket:
    """Keep a new ticket, with all that is promised of it.

    Raises IntegrityError when its opening message opened another.
    """
    clocks, entries = sla.begun(work, ticket)
    ticket = _timed(work, ticket, clocks)
    tickets.add(work.unit, ticket)
    sla.write_down(work, ticket, entries)
    return ticket


def _timed(
    work: Work, ticket: Ticket, clocks: tuple[Clock, ...], promised: datetime | None = None
) -> Ticket:
    """With its clocks, and when the next of all is due and the desk is to look at it next."""
    own = rules.next_look(ticket, work.settings, hours_of(work, ticket))
    looks = (own, promised, rules_of_clocks.wake_at(clocks))
    due = (ticket.promised_at, rules_of_clocks.due_at(clocks))
    wake_at, due_at = (min(filter(None, each), default=None) for each in (looks, due))
    return replace(ticket, clocks=clocks, wake_at=wake_at, due_at=due_at)


def hours_of(work: Work, ticket: Ticket) -> Hours:
    """Our hours on the wall of the account, else of who asked: nobody is reminded at night."""
    channel, asker = work.channel_by_id(ticket.channel_id), work.person_by_id(ticket.requester_id)
    account = work.account_of(channel) if channel else None
    zone = (account.zone if account else "") or (asker.zone if asker else "")
    return work.tenant.hours_in(zone)


def asked(person: Person | None, settings: DeskSettings, now: datetime) -> Asked:
    """For reading the times that somebody says."""
    hours = settings.hours
    return Asked(now, person.zone if person else hours.zone, hours.opens, hours.closes)


BELL = Bell(tickets.TIMER, lambda due, now: TimeCame(due.id, due.at, now))


def came(work: Work, item: TimeCame) -> str:
    """Do what the ticket's time does to it, if it still is that time, and set the next."""
    before = work.ticket(item.ticket_id)
    if again_at := catchup.look_again_at(work, before):
        tickets.save(work.unit, before, replace(before, wake_at=again_at))
        return "first what was missed is taken in"
    if assignment.is_due(before, work.at):
        announce.seek_owner(work, before)
        save(work, before, replace(before, pass_on_at=None))
        return "the next is asked"
    after, events = rules.came(
        before,
        work.settings,
        hours_of(work, before),
        is_heard=_is_heard(work, before),
        now=work.at,
    )
    after = save(work, before, after)
    announce.tell(work, events)
    return f"{before.status} to {after.status}" if events else "not its time any more"


def _is_heard(work: Work, ticket: Ticket) -> bool:
    """Whether the customer can be reminded, and was, if the desk tried to.

    Nobody is asked whether it is settled while we have not said what our specialists say.
    """
    if hands.is_waited_for(work, ticket):
        return False
    if not ticket.nudged_at:
        return announce.is_in_reach(work, ticket)
    nudge = outbox.by_picture(work.unit, f"{NudgePost.kind}:{announce.nudge_stamp(ticket)}")
    return nudge is not None and bool(nudge.ts)


def snooze(work: Work, acting: Acting) -> str:
    """Put it aside until a time that the actor says (``until``, or ``other`` when it is filled)."""
    before, by = acting.on, asked(acting.actor, work.settings, work.at)
    at = until(acting.item, by)
    after, events = rules.snooze(before, at, by=acting.actor.id, now=work.at)
    save(work, before, after)
    announce.tell(work, events)
    n, then = after.number, when.said(at, by)
    return f"#{n} is snoozed until {then}. A word of the customer wakes it before."


def until(item: Acted, by: Asked) -> datetime:
    """The time that a form or command says: typed words come before a preset. Raises Refused."""
    fields = item.fields
    return when.parse(fields.get("other", "").strip() or fields.get("until", ""), by)


def wake(work: Work, acting: Acting) -> str:
    """Look at it now after all."""
    before = acting.on
    after, events = rules.wake(before, by=acting.actor.id, now=work.at)
    save(work, before, after)
    announce.tell(work, events)
    return f"#{after.number} is awake again."
