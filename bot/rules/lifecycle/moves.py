"""The legal moves in one table, and what to say about the others."""

from __future__ import annotations

from types import MappingProxyType

from bot.errors import Refused
from storage.records.tickets import Status, Ticket

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
        "attach": _ANY,
        "detach": _ANY,
        "merge": _LIVE,
        "unmerge": _DONE,
        "promise": _LIVE,
        "unpromise": _LIVE,
    }
)
"""Act → the statuses in which it makes sense. Every other pair is Refused."""


_ACTS_OF_CUSTOMERS = frozenset({"solved", "unsolved", "urgent"})


_ACTS_OF_TIME = frozenset({"unanswered", "nudge", "silence", "close"})


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
        return why_merged(n, is_customer=act in _ACTS_OF_CUSTOMERS)
    if act in _WHY_NOT_LIVE and not ticket.is_done:
        return _WHY_NOT_LIVE[act].format(n=n)
    if act in _ACTS_OF_TIME:
        return f"#{n} is {ticket.status} by now, so its time means nothing any more."
    if act in _ACTS_OF_CUSTOMERS:
        return f"#{n} is already solved. If something is still wrong, just write in its thread."
    return f"#{n} is already {ticket.status}. Reopen it first with `/ticket reopen {n}`."


def why_merged(n: int, *, is_customer: bool) -> str:
    """What to say where a merged ticket cannot be moved."""
    if is_customer:
        return (
            f"#{n} goes on together with another request of yours."
            " Just write here, and we will see it."
        )
    return f"#{n} goes on as part of another ticket. `/ticket unmerge {n}` parts them."
