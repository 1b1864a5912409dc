"""How a ticket moves: the legal moves in one table, and the functions that make them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.errors import Refused
from bot.usecases.events import (
    CustomerWrote,
    Event,
    HelperAnswered,
    Moved,
    Reopened,
    Resolved,
    TeamAnswered,
)
from storage.records.messages import Message
from storage.records.tickets import Priority, Resolution, Source, Status, Ticket, Turn

Told = tuple[Ticket, tuple[Event, ...]]
"""The ticket as it is now, and what became true, in the order in which it did."""

_LIVE = frozenset({Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED})
_DONE = frozenset({Status.RESOLVED, Status.CLOSED})
_ANY = frozenset(Status)

MOVES = MappingProxyType(
    {
        "take": _LIVE,
        "assign": _LIVE,
        "wait": _LIVE,
        "snooze": _LIVE,
        "wake": frozenset({Status.SNOOZED}),
        "unanswered": frozenset({Status.WAITING}),
        "nudge": frozenset({Status.WAITING}),
        "silence": frozenset({Status.WAITING}),
        "close": frozenset({Status.RESOLVED}),
        "priority": _LIVE,
        "urgent": _LIVE,
        "resolve": _LIVE,
        "not-a-request": _LIVE,
        "solved": _LIVE,
        "unsolved": _LIVE - {Status.NEW},
        "reopen": _DONE,
        "tag": _ANY,
        "category": _ANY,
        "field": _ANY,
        "link": _ANY,
        "unlink": _ANY,
        "merge": _LIVE,
        "unmerge": _DONE,
    }
)
"""Act → the statuses in which it makes sense. Every other pair is Refused."""

_ACTS_OF_CUSTOMERS = frozenset({"solved", "unsolved", "urgent"})
_ACTS_OF_TIME = frozenset({"unanswered", "nudge", "silence", "close"})


def opened(  # noqa: PLR0913  a ticket has that many parts, and each has its name
    *,
    workspace_id: int,
    id: int,  # noqa: A002  the record's own field
    number: int,
    channel_id: int,
    thread_ts: str,
    opening_id: int,
    requester_id: int,
    now: datetime,
    source: Source = Source.MESSAGE,
    priority: Priority = Priority.NORMAL,
    category: str = "",
    previous_id: int | None = None,
    team_channel_id: int | None = None,
) -> Ticket:
    """A new ticket whose turn is ours. ``now`` is when the customer asked."""
    return Ticket(
        workspace_id=workspace_id,
        id=id,
        number=number,
        channel_id=channel_id,
        thread_ts=thread_ts,
        opening_id=opening_id,
        requester_id=requester_id,
        opened_at=now,
        priority=priority,
        category=category,
        source=source,
        previous_id=previous_id,
        team_channel_id=team_channel_id,
        last_customer_at=now,
    )


def customer_wrote(ticket: Ticket, message: Message, *, courtesy: bool, now: datetime) -> Told:
    """A word of substance makes it our turn, wakes and reopens; courtesy changes nothing."""
    by = message.author_id
    if courtesy:
        return ticket, (CustomerWrote(ticket, now, by, message=message, courtesy=True),)
    told = back_to_us(ticket)
    told = replace(told, last_customer_at=_later(ticket.last_customer_at, message.said_at))
    wrote = CustomerWrote(told, now, by, message=message, courtesy=False)
    return told, (wrote, *_status_moved(ticket, told, by=by, now=now, reopened="reopen-by-word"))


def team_answered(
    ticket: Ticket, message: Message, *, by: int, is_agent: bool, now: datetime
) -> Told:
    """One of ours wrote to the customer. The first agent to do so owns what nobody owns.

    An answer leaves a resolved ticket resolved, and one that is older than the customer's last word
    (it came late) leaves the turn where it is.
    """
    told = _answered(ticket, message)
    if not ticket.is_done:
        told = _to_them(told, message)
        told = replace(told, owner_id=_owner_after(ticket, by=by, is_agent=is_agent))
    events: list[Event] = [TeamAnswered(told, now, by, message=message)]
    if told.owner_id != ticket.owner_id:
        events.append(Moved(told, now, by, act="take", before="", after=_word(told.owner_id)))
    return told, (*events, *_status_moved(ticket, told, by=by, now=now))


def helped(ticket: Ticket, message: Message, *, by: int, now: datetime) -> Told:
    """A helper's answer is as good as ours, but nobody owns the ticket for it (PRODUCT 1.1)."""
    told = _answered(ticket, message)
    if not ticket.is_done:
        told = _to_them(told, message)
    answered = HelperAnswered(told, now, by, message=message)
    return told, (answered, *_status_moved(ticket, told, by=by, now=now))


def _answered(ticket: Ticket, message: Message) -> Ticket:
    """What stood in the thread before it was tracked is no wait of minus three days."""
    return replace(
        ticket,
        first_answer_at=ticket.first_answer_at or max(message.said_at, ticket.opened_at),
        last_ours_at=_later(ticket.last_ours_at, message.said_at),
    )


def answer_deleted(
    ticket: Ticket, left: Collection[datetime], *, by: int | None, now: datetime
) -> Told:
    """One of our answers is gone; ``left`` says when those that still stand were given.

    When none of them is later than the customer's last word, the customer waits for us again.
    """
    told = replace(
        ticket, first_answer_at=min(left, default=None), last_ours_at=max(left, default=None)
    )
    if ticket.status is Status.WAITING and not _is_answered(told):
        told = back_to_us(told)
    return told, _status_moved(ticket, told, by=by, now=now)


def take(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """Make ``by`` the owner, also when another had it: the event's ``before`` says who."""
    need(ticket, "take")
    if ticket.owner_id == by:
        raise Refused(f"#{ticket.number} is already yours.")
    return _owned(ticket, by, act="take", by=by, now=now)


def assign(ticket: Ticket, to: int | None, *, by: int, now: datetime) -> Told:
    """Give the ticket to ``to``, or with None to nobody."""
    need(ticket, "assign")
    if ticket.owner_id == to:
        n = ticket.number
        mend = "It waits for somebody to take it." if to is None else "Nothing had to change."
        whose = "Nobody has" if to is None else "They already have"
        raise Refused(f"{whose} #{n}. {mend}")
    return _owned(ticket, to, act="assign", by=by, now=now)


def resolve(ticket: Ticket, *, by: int, resolution: Resolution, now: datetime) -> Told:
    """Nothing is left to do, and ``resolution`` says how it ended."""
    need(ticket, "resolve")
    return resolved(ticket, resolution, act="resolve", by=by, now=now)


def not_a_request(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """It never was anything to do."""
    need(ticket, "not-a-request")
    return resolved(ticket, Resolution.NOT_A_REQUEST, act="not-a-request", by=by, now=now)


def solved_by_customer(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The customer says that it is solved; fixed by themselves when we never answered."""
    need(ticket, "solved")
    resolution = Resolution.FIXED if ticket.first_answer_at is None else Resolution.ANSWERED
    return resolved(ticket, resolution, act="solved", by=by, now=now)


def unsolved_by_customer(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The customer was asked and says no: as good as a word, it is our turn."""
    need(ticket, "unsolved")
    told = replace(back_to_us(ticket), last_customer_at=_later(ticket.last_customer_at, now))
    return told, (moved(told, "unsolved", ticket.status, told.status, by=by, now=now),)


def reopen(ticket: Ticket, *, by: int, now: datetime, act: str = "reopen") -> Told:
    """The ticket is open again, our turn, and keeps its owner."""
    need(ticket, "reopen")
    if ticket.merged_id is not None:
        raise Refused(_why_merged(ticket.number, is_customer=False))
    told = back_to_us(ticket)
    return told, _status_moved(ticket, told, by=by, now=now, reopened=act)


def reopen_by_customer(ticket: Ticket, *, by: int, window: timedelta, now: datetime) -> Told:
    """The same while ``window`` lasts; after it a new ticket serves better (PRODUCT 3.6)."""
    if ticket.is_done and not is_reopenable(ticket, window=window, now=now):
        raise Refused(
            f"#{ticket.number} was solved more than {window.days} days ago."
            " Please write a new message in this channel: it gets a number of its own."
        )
    if ticket.merged_id is not None:
        raise Refused(_why_merged(ticket.number, is_customer=True))
    return reopen(ticket, by=by, now=now)


def is_reopenable(ticket: Ticket, *, window: timedelta, now: datetime) -> bool:
    """True while a customer's word still reopens a resolved ticket instead of opening another."""
    if not ticket.is_done or ticket.resolved_at is None:
        return False
    return now - ticket.resolved_at <= window


def wait(ticket: Ticket, *, until: datetime | None = None, by: int, now: datetime) -> Told:
    """The customer's turn; ``until``: then it comes back to us, should no answer have come."""
    need(ticket, "wait")
    if ticket.status is Status.WAITING and ticket.until_at == until:
        raise Refused(f"#{ticket.number} already waits for the customer.")
    told = replace(ticket, status=Status.WAITING, turn=Turn.THEIRS, until_at=until, nudged_at=None)
    after = until.isoformat() if until else told.status
    return told, (moved(told, "wait", ticket.status, after, by=by, now=now),)


def set_priority(ticket: Ticket, priority: Priority, *, by: int, now: datetime) -> Told:
    """Refused when it has that priority already."""
    need(ticket, "priority")
    if ticket.priority is priority:
        raise Refused(f"The priority of #{ticket.number} is {priority} already.")
    return _prioritised(ticket, priority, act="priority", by=by, now=now)


def made_urgent(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The customer says that it is urgent. That is as good as a word: it is our turn."""
    need(ticket, "urgent")
    if ticket.priority is Priority.URGENT:
        raise Refused(f"#{ticket.number} already counts as urgent, and the team knows.")
    told, events = _prioritised(back_to_us(ticket), Priority.URGENT, act="urgent", by=by, now=now)
    return told, (*events, *_status_moved(ticket, told, by=by, now=now))


def need(ticket: Ticket, act: str) -> None:
    """Refused, with how to mend it, unless the act makes sense in the ticket's status."""
    if ticket.status not in MOVES[act]:
        raise Refused(_why_not(ticket, act))


_WHY_NOT_LIVE = {
    "wake": "#{n} is not snoozed, so there is nothing to wake.",
    "unsolved": "#{n} is with us already, and we are looking at it.",
    "unmerge": "#{n} is not merged into another ticket.",
    "reopen": "#{n} is open already. If there is more to say, just write in its thread.",
}


def _why_not(ticket: Ticket, act: str) -> str:
    n = ticket.number
    if ticket.merged_id is not None:
        return _why_merged(n, is_customer=act in _ACTS_OF_CUSTOMERS)
    if act in _WHY_NOT_LIVE and not ticket.is_done:
        return _WHY_NOT_LIVE[act].format(n=n)
    if act in _ACTS_OF_TIME:
        return f"#{n} is {ticket.status} by now, so its time means nothing any more."
    if act in _ACTS_OF_CUSTOMERS:
        return f"#{n} is already solved. If something is still wrong, just write in its thread."
    return f"#{n} is already {ticket.status}. Reopen it first with `/ticket reopen {n}`."


def _why_merged(n: int, *, is_customer: bool) -> str:
    if is_customer:
        return (
            f"#{n} goes on together with another request of yours."
            " Just write here, and we will see it."
        )
    return f"#{n} goes on as part of another ticket. `/ticket unmerge {n}` parts them."


def back_to_us(ticket: Ticket) -> Ticket:
    """Our turn; a new ticket stays new until one of us touches it."""
    status = Status.NEW if ticket.status is Status.NEW else Status.OPEN
    told = replace(ticket, status=status, turn=Turn.OURS, resolution=None, resolved_at=None)
    return replace(told, until_at=None, nudged_at=None)


def _is_answered(ticket: Ticket) -> bool:
    asked, ours = ticket.last_customer_at, ticket.last_ours_at
    return ours is not None and (asked is None or asked <= ours)


def _to_them(ticket: Ticket, message: Message) -> Ticket:
    last = ticket.last_customer_at
    if last is not None and message.said_at < last:
        return replace(ticket, status=_touched(ticket.status))
    # Who said "look again on Friday" still wants that; the silence is counted anew.
    return replace(ticket, status=Status.WAITING, turn=Turn.THEIRS, nudged_at=None)


def _owner_after(ticket: Ticket, *, by: int, is_agent: bool) -> int | None:
    return by if ticket.owner_id is None and is_agent else ticket.owner_id


def _owned(ticket: Ticket, owner: int | None, *, act: str, by: int, now: datetime) -> Told:
    told = replace(ticket, owner_id=owner, status=_touched(ticket.status))
    before, after = _word(ticket.owner_id), _word(owner)
    given = moved(told, act, before, after, by=by, now=now)
    return told, (given, *_status_moved(ticket, told, by=by, now=now))


def _touched(status: Status) -> Status:
    return Status.OPEN if status is Status.NEW else status


def resolved(
    ticket: Ticket, resolution: Resolution, *, act: str, by: int | None, now: datetime
) -> Told:
    """It is done; ``act`` is the history's word for how that came."""
    told = replace(
        ticket,
        status=Status.RESOLVED,
        turn=Turn.NOBODYS,
        resolution=resolution,
        resolved_at=now,
        until_at=None,
        nudged_at=None,
    )
    return told, (Resolved(told, now, by, act=act, before=ticket.status, after=resolution),)


def _prioritised(ticket: Ticket, priority: Priority, *, act: str, by: int, now: datetime) -> Told:
    told = replace(ticket, priority=priority)
    return told, (moved(told, act, ticket.priority, priority, by=by, now=now),)


def _status_moved(
    before: Ticket, after: Ticket, *, by: int | None, now: datetime, reopened: str = "reopen"
) -> tuple[Event, ...]:
    """What to tell when the status changed along with something else."""
    if before.status is after.status:
        return ()
    if before.is_done:
        return (Reopened(after, now, by, act=reopened, before=before.status, after=after.status),)
    return (moved(after, "status", before.status, after.status, by=by, now=now),)


def moved(
    ticket: Ticket, act: str, before: str, after: str, *, by: int | None, now: datetime
) -> Moved:
    """One row of history: ``before`` and ``after`` in short words."""
    return Moved(ticket, now, by, act=act, before=str(before), after=str(after))


def _word(owner_id: int | None) -> str:
    """An owner in a row of history: our key, ``""`` for nobody. Names may change and be erased."""
    return "" if owner_id is None else str(owner_id)


def _later(known: datetime | None, told: datetime) -> datetime:
    return told if known is None else max(known, told)
