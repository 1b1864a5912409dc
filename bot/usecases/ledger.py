"""Why something is due then, unfolded for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules import ledger as rules
from bot.rules import sla as rules_of_clocks
from bot.rules.ledger import Line
from bot.usecases import look, sla
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import promises
from storage import sla as stored
from storage.records.clocks import Clock
from storage.records.hours import Hours
from storage.records.promises import Promise
from storage.records.tickets import Ticket
from storage.unit import Unit

MOST_PROMISES = 10


@dataclass(frozen=True, slots=True)
class ClockStory:
    """One clock: what was promised, in which hours, and every step of it."""

    clock: Clock
    span: str
    hours: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DueScene:
    """All that was promised of a ticket, by policy and by people; promises newest first."""

    scene: TicketScene
    clocks: tuple[ClockStory, ...]
    promises: tuple[Promise, ...]
    now: datetime


def explained(unit: Unit, ticket_id: int, now: datetime) -> DueScene:
    """Why the ticket is due when it is. Raises Missing."""
    work = look.working(unit, now)
    ticket = work.ticket(ticket_id)
    entries = stored.of_ticket(unit, ticket_id)
    stories = []
    for clock in ticket.clocks:
        hours = _hours(work, ticket, clock)
        lines = tuple(rules.unfolded(clock, entries, hours, now))
        story = ClockStory(clock, rules.said(clock.span), rules.said_hours(hours), lines)
        stories.append(story)
    known = [_with_plain_text(each) for each in promises.of_ticket(unit, ticket_id)]
    return DueScene(look.scene(work, ticket), tuple(stories), tuple(known[:MOST_PROMISES]), now)


def _hours(work: Work, ticket: Ticket, clock: Clock) -> Hours:
    """Those of the policy by which the clock runs, as it is now."""
    fitting = sla.policy_of(work, ticket)
    if fitting.name == clock.policy:
        return fitting.open_hours
    known = {each.name: each for each in work.settings.policies}
    account = work.account_of(work.channel_of(ticket))
    other = known.get(clock.policy, fitting)
    return rules_of_clocks.placed(
        other, work.settings.hours, account.zone if account else ""
    ).open_hours


def _with_plain_text(promise: Promise) -> Promise:
    return replace(promise, text=" ".join(promise.text.split()))
