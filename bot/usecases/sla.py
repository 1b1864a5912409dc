"""What is promised of tickets: clocks that follow each change, and what the team hears of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.ids import new_id
from bot.rules import sla as rules
from bot.usecases import announce, look
from bot.usecases.catchup import is_missing_words
from bot.usecases.notices import ClockNote, LateNote
from bot.usecases.scenes.posts import ClockScene, LateLine, LateScene
from bot.usecases.work import Work
from storage import catchup, people, promises, sla, tickets
from storage.records.clocks import Clock, Entry, Goal, Step
from storage.records.people import Person, TeamRole
from storage.records.policies import Policy
from storage.records.tickets import Ticket

PROMISE = "promise"
LATE = timedelta(minutes=5)
"""What is noticed so much later is told of all tickets together."""

TOGETHER = timedelta(minutes=10)
"""How long it takes until another message tells what was noticed late."""


def policy_of(work: Work, ticket: Ticket) -> Policy:
    """What is promised of the ticket, as it and its account are now."""
    channel = work.channel_by_id(ticket.channel_id)
    account = work.account_of(channel) if channel else None
    tier, zone = (account.tier, account.zone) if account else ("", "")
    return work.tenant.policy(tier, ticket.priority, zone)


def begun(work: Work, ticket: Ticket) -> tuple[tuple[Clock, ...], list[Entry]]:
    """The clocks of a new ticket, and what to write down of them."""
    clocks, entries = rules.follow({}, ticket, policy_of(work, ticket), now=work.at)
    return tuple(clocks.values()), entries


def followed(work: Work, ticket: Ticket) -> tuple[tuple[Clock, ...], list[Entry]]:
    """The ticket's clocks as they have to stand by now, and what to write down of them."""
    policy = policy_of(work, ticket)
    known = {each.goal: each for each in ticket.clocks}
    clocks, entries = rules.follow(known, ticket, policy, now=work.at)
    ticked = {goal: rules.tick(clock, policy, now=work.at) for goal, clock in clocks.items()}
    passed = [each for _, more in ticked.values() for each in more]
    if passed and is_missing_words(work, ticket):  # perhaps it was answered in time
        return tuple(clocks.values()), entries
    return tuple(clock for clock, _ in ticked.values()), [*entries, *passed]


def write_down(work: Work, ticket: Ticket, entries: list[Entry]) -> None:
    """Keep what happened to a ticket's clocks, and tell the team what it has to know of it."""
    if not entries:
        return
    now = noticed_at(work)
    entries = [replace(e, noticed_at=now) if e.noticed_at < now else e for e in entries]
    sla.add(work.unit, ticket.id, entries, [new_id() for _ in entries])
    for each in entries:
        if each.step in (Step.WARNED, Step.MISSED):
            _tell(work, ticket, each)


def noticed_at(work: Work) -> datetime:
    """When the desk heard: of what it found in Slack's history later than that was said."""
    gaps = catchup.latest(work.unit, most=1) if work.is_missed else []
    return max([work.at, *(each.ended_at for each in gaps)])


def _tell(work: Work, ticket: Ticket, entry: Entry) -> None:
    """The owner that it is nearly due, a lead that it was missed; what comes late is gathered."""
    if entry.noticed_at - entry.at > LATE:
        tell_together(work, entry.noticed_at)
        announce.refresh(work, ticket)
        return
    due = (entry.due_at or entry.at).isoformat()
    announce.under_card(work, ticket, ClockNote(ticket.id, entry.goal, entry.step, due))
    announce.refresh(work, ticket)


def tell_together(work: Work, noticed_at: datetime) -> None:
    """Let the message that gathers what was noticed late tell of one thing more."""
    announce.overdue(work, LateNote(_round(noticed_at).isoformat()))


def _round(at: datetime) -> datetime:
    minutes = TOGETHER // timedelta(minutes=1)
    return at.replace(minute=at.minute - at.minute % minutes, second=0, microsecond=0)


def clock_of(ticket: Ticket, goal: Goal) -> Clock | None:
    """The ticket's clock for that goal, None while it has none."""
    return next((each for each in ticket.clocks if each.goal is goal), None)


def is_still_due(ticket: Ticket, goal: Goal, due_at: datetime) -> bool:
    """True while nothing was done about what is due then."""
    clock = clock_of(ticket, goal)
    return clock is not None and clock.is_running and clock.due_at == due_at


def note(work: Work, ticket: Ticket, goal: Goal, step: Step, *, due_at: datetime) -> ClockScene:
    """What the owner is warned of, or a lead hears that was missed."""
    is_missed = step is Step.MISSED
    owner = work.person_by_id(ticket.owner_id) if ticket.owner_id else None
    group = "" if owner or is_missed else work.settings.agents_usergroup
    leads, of_leads = called(work) if is_missed else ((), "")
    link = look.permalink(work, work.channel_of(ticket), ticket.thread_ts)
    return ClockScene(ticket, goal, is_missed, due_at, owner, leads, group or of_leads, link)


MOST_CALLED = 3


def called(work: Work) -> tuple[tuple[Person, ...], str]:
    """Who hears that something was missed: some leads, or the Slack id of their usergroup."""
    if group := work.settings.usergroup_of(TeamRole.LEAD):
        return (), group
    staff = work.tenant.last_staff
    known = sorted((staff.leads or staff.managers) if staff else ())[:MOST_CALLED]
    found = (people.by_slack(work.unit, each) for each in known)
    return tuple(each for each in found if each is not None), ""


def late(work: Work, since: datetime) -> LateScene:
    """What passed while nobody could look, and was noticed in the round that began ``since``."""
    rows = sla.noticed(work.unit, since, since + TOGETHER)
    told = [each for each in rows if each.noticed_at - each.at > LATE]
    found = tickets.many(work.unit, {each.ticket_id for each in told})
    lines = [_late_line(work, found[each.ticket_id], each) for each in told]
    passed = {(line.number, line.goal) for line in lines if line.is_missed}
    rest = [each for each in lines if each.is_missed or (each.number, each.goal) not in passed]
    leads, group = called(work)
    return LateScene((*rest, *_late_promises(work, since)), leads, group)


def _late_promises(work: Work, since: datetime) -> list[LateLine]:
    ended_since, until = since - sla.LONGEST_STOP, since + TOGETHER
    rows = promises.broken(work.unit, ended_since, until, noticed_since=since)
    told = [each for each in rows if each.noticed_at and each.noticed_at - each.due_at > LATE]
    found = tickets.many(work.unit, {each.ticket_id for each in told})
    owed = {key: each.promised_at for key, each in found.items()}
    return [
        LateLine(
            *_called_as(work, found[each.ticket_id]),
            goal=PROMISE,
            due_at=each.due_at,
            is_missed=True,
            is_over=owed[each.ticket_id] != each.due_at,
        )
        for each in told
        if each.noticed_at and each.noticed_at < until
    ]


def _called_as(work: Work, ticket: Ticket) -> tuple[int, str, str]:
    """Number, whose and link of a ticket."""
    channel = work.channel_of(ticket)
    account = work.account_of(channel)
    whose = (account.name if account else channel.company) or f"#{channel.name}"
    return ticket.number, whose, look.permalink(work, channel, ticket.thread_ts)


def _late_line(work: Work, ticket: Ticket, row: sla.Noticed) -> LateLine:
    return LateLine(
        *_called_as(work, ticket),
        goal=row.goal,
        due_at=row.due_at or row.at,
        is_missed=row.step is Step.MISSED,
        is_over=not is_still_due(ticket, row.goal, row.due_at or row.at),
    )
