"""Catching up: gaps are noted, and what was missed takes the same road as if Slack had told it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.ids import new_id
from bot.rules import access
from bot.rules import catchup as rules
from bot.rules.catchup import Missed, Side, Window
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Said
from bot.usecases.work import TenantFacts, Work, tenant
from storage import attached, catchup, channels, inbox
from storage.records.catchup import Cause, Comparison, Gap, Mark, Tally
from storage.records.channels import Channel, Role
from storage.records.tickets import Ticket
from storage.unit import Unit

THEIRS = frozenset({Role.CUSTOMER, Role.PUBLIC})
READ = THEIRS | {Role.TRIAGE, Role.TECH}
MOST_AT_ONCE = 100


def first(unit: Unit, now: datetime) -> None:
    """The desk is opened: from now on nothing may be missed, even if it dies in its first second.

    To be written before Slack can bring anything. Once it is, nothing changes it.
    """
    if Mark.FIRST not in catchup.marks(unit):
        for each in (Mark.FIRST, Mark.NIGHT, Mark.BEAT):
            catchup.mark(unit, each, now)


def begin(unit: Unit, now: datetime) -> None:
    """The desk starts: what happened since it was last alive may be missed."""
    marks = catchup.marks(unit)
    if Mark.BEAT in marks:
        note(unit, Cause.START, (marks[Mark.BEAT], now))
        catchup.mark(unit, Mark.BEAT, now)
    else:
        first(unit, now)


def note(unit: Unit, cause: Cause, when: tuple[datetime, datetime]) -> None:
    """Something may have been missed between these two moments."""
    began_at, ended_at = min(when), max(when)
    catchup.add(unit, Gap(unit.workspace_id, new_id(), cause, began_at, ended_at))


def beat(unit: Unit, now: datetime) -> None:
    """The desk is alive; at night all of the last day is looked at once more."""
    marks = catchup.marks(unit)
    if Mark.FIRST not in marks:
        begin(unit, now)
        return
    catchup.mark(unit, Mark.BEAT, now)
    due = rules.night_before(now, tenant(unit).settings.hours.zone)
    if marks.get(Mark.NIGHT, now) < due:
        note(unit, Cause.NIGHT, (marks[Mark.NIGHT], now))
        catchup.mark(unit, Mark.NIGHT, now)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one catch-up has to do: its gaps, how far back, and which channels are left to do.

    ``ours`` come after those of customers: what was typed there is judged by what they wrote.
    ``owed`` is since when Slack did not let us read a channel, by our key of it.
    """

    gaps: tuple[Gap, ...]
    window: Window
    tenant: TenantFacts
    channels: tuple[Channel, ...]
    ours: tuple[Channel, ...]
    owed: Mapping[int, datetime]

    def window_of(self, channel: Channel, now: datetime) -> Window:
        """What to compare of one channel, whose turn has come."""
        window = replace(self.window, until=now)
        owed = self.owed.get(channel.id)
        return window if owed is None else rules.reaching_back(window, owed)


def plan(unit: Unit, now: datetime) -> Plan | None:
    """None when nothing may have been missed. Channels compared since the gaps are done.

    Where a shut channel is open again, the others have nothing to make up for.
    """
    gaps = tuple(catchup.open_gaps(unit))
    if not gaps:
        return None
    facts, marks = tenant(unit), catchup.marks(unit)
    of_all = tuple(gap for gap in gaps if gap.cause is not Cause.SHUT)
    window = rules.window(
        of_all, first=marks.get(Mark.FIRST, now), reopen=facts.settings.reopen, now=now
    )
    done = catchup.compared(unit)
    owed = {last.channel_id: last.since for last in done.values() if last.error}
    shut = [gap for gap in gaps if gap.cause is Cause.SHUT]
    again = {k for k in owed if any(rules.is_unread(gap, done[k]) for gap in shut)}
    heard = _heard(unit)
    left = [
        each
        for each in channels.tracked(unit)
        if (each.id in heard or access.role_of(each, facts.settings) in READ)
        and (each.id in again or not _is_done(done.get(each.id), window, of_all))
    ]
    theirs = tuple(each for each in left if access.role_of(each, facts.settings) in THEIRS)
    ours = tuple(each for each in left if each not in theirs)
    return Plan(gaps, window, facts, theirs, ours, owed)


def _heard(unit: Unit) -> set[int]:
    """Channels that are read for a thread there that belongs to a ticket."""
    return {channel_id for channel_id, _ in attached.live(unit)}


def _is_done(last: Comparison | None, window: Window, gaps: Sequence[Gap]) -> bool:
    if not gaps:
        return True
    ended = max(gap.ended_at for gap in gaps)
    return last is not None and last.since <= window.since and last.until >= ended


def unread_by(unit: Unit, channels: Collection[Channel]) -> list[Gap]:
    """The open gaps of which one of these channels may have something to tell still."""
    done = catchup.compared(unit)
    last = [done.get(each.id) for each in channels]
    gaps = catchup.open_gaps(unit)
    return [gap for gap in gaps if any(rules.is_unread(gap, each) for each in last)]


def our_side(
    unit: Unit,
    channel: Channel,
    window: Window,
    reopen: timedelta,
    *,
    read: Collection[str] = (),
) -> Side:
    """What we know of a channel, for the rule that compares; all of older threads that are read."""
    oldest, ended = window.oldest, window.until - reopen
    older = [ts for ts in read if ts < oldest]
    threads = {ts for at, ts in attached.live(unit) if at == channel.id and ts < oldest}
    return Side(
        catchup.known(unit, channel.id, oldest=oldest)
        | catchup.known_before(unit, channel.id, oldest=oldest, threads=older),
        catchup.own_posts(unit, channel.id, oldest=oldest),
        threads | catchup.old_threads(unit, channel.id, oldest=oldest, resolved_since=ended),
    )


def take_in(unit: Unit, missed: Sequence[Missed], gap_ids: Collection[int], now: datetime) -> int:
    """Put what was missed into the inbox, in its order; how much of it was new there.

    What Slack's own retry has brought meanwhile is there already, under the same key.
    """
    arrivals = [to_arrival(unit.workspace_id, _marked(item, now)) for item in missed]
    new = len(inbox.put(unit.connection, arrivals))
    catchup.found_more(unit, gap_ids, new)
    return new


def _marked(item: Missed, now: datetime) -> Missed:
    if isinstance(item, Said):
        return replace(item, found_at=now, is_missed=True)
    return item


def compared(
    unit: Unit, channel: Channel, window: Window, *, found: int, theirs: Counter[datetime]
) -> None:
    """The channel is done for this window; ``theirs`` is what Slack has on each day.

    Days on which Slack has nothing any more count, too.
    """
    comparison = Comparison(unit.workspace_id, channel.id, window.since, window.until, found=found)
    since = rules.day_of(window.listed_from)
    days = catchup.tallied(unit, channel.id, since=since) | {*theirs, rules.day_of(window.until)}
    counted = [Tally(unit.workspace_id, channel.id, day, theirs[day], window.until) for day in days]
    catchup.keep(unit, comparison, counted)


def unreadable(unit: Unit, channel: Channel, window: Window, error: str) -> None:
    """Slack does not let us read there: no reason for others to wait, but it stays owed."""
    last = catchup.compared(unit).get(channel.id)
    since = min(window.since, last.since) if last and last.error else window.since
    comparison = Comparison(unit.workspace_id, channel.id, since, window.until, error=error)
    catchup.keep(unit, comparison, ())


def let_in(unit: Unit, channel_id: int | None, now: datetime) -> None:
    """Perhaps Slack lets us read again, there or anywhere: what is owed since is looked for.

    Not where we know that we are out: of coming in again Slack tells by itself.
    """
    anywhere = {each.id for each in channels.tracked(unit)} if channel_id is None else {channel_id}
    owed = [
        last.since
        for last in catchup.compared(unit).values()
        if last.error and last.channel_id in anywhere
    ]
    if owed:
        note(unit, Cause.SHUT, (min(owed), now))


def close(unit: Unit, gaps: Sequence[Gap], now: datetime) -> None:
    """All channels are compared. A gap that grew meanwhile stays open."""
    as_planned = {gap.id: gap.ended_at for gap in gaps}
    done = [gap.id for gap in catchup.open_gaps(unit) if as_planned.get(gap.id) == gap.ended_at]
    catchup.close(unit, done, now)


def is_missing_words(work: Work, ticket: Ticket) -> bool:
    """After a stop: perhaps it was answered meanwhile, and that is only about to be found."""
    return look_again_at(work, ticket) is not None


def look_again_at(work: Work, ticket: Ticket) -> datetime | None:
    """When to look again whether words are missing, None where none are.

    What was found and waits its turn is missing, too. What is found itself comes in its order.
    """
    if work.is_missed:
        return None
    gaps = catchup.since(work.unit, work.at - rules.LONGEST_PATIENCE)
    lost = [each for each in gaps if rules.is_of_a_loss(each)]
    if not lost:
        return None
    ended_at = max(each.ended_at for each in lost)
    if _is_unread(work, ticket, lost) or _is_waiting(work, ticket, until=ended_at):
        return rules.look_again(ended_at, work.at)
    return None


def is_before_theirs(work: Work, ticket: Ticket) -> bool:
    """Whether what was found late is judged before all that the customer said until then."""
    channel = work.channel_by_id(ticket.channel_id)
    if work.found_at is None or channel is None:
        return False
    if access.role_of(channel, work.settings) not in THEIRS | {Role.DIRECT}:
        return False
    gaps = catchup.open_gaps(work.unit)
    return _is_unread(work, ticket, gaps) or _is_waiting(work, ticket, until=work.found_at)


def _is_unread(work: Work, ticket: Ticket, gaps: Sequence[Gap]) -> bool:
    """Whether something of these gaps may still be found in the ticket's channel."""
    last = catchup.compared_in(work.unit, ticket.channel_id)
    return any(rules.is_unread(each, last) for each in gaps) and _is_compared(work, ticket)


def _is_compared(work: Work, ticket: Ticket) -> bool:
    """Whether the ticket's channel is one of those in which something is looked for."""
    channel = work.channel_by_id(ticket.channel_id)
    if channel is None or not channel.is_tracked:
        return False
    role = access.role_of(channel, work.settings)
    return role in READ or channel.id in _heard(work.unit)


def _is_waiting(work: Work, ticket: Ticket, *, until: datetime) -> bool:
    """Whether something of the ticket's channel that happened by then waits its turn."""
    channel = work.channel_by_id(ticket.channel_id)
    lane = f"channel:{channel.slack_id}" if channel else ""
    return inbox.is_waiting(work.unit, lane, until=until, besides=work.ended)
