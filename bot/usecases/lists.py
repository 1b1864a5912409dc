"""Lists of tickets, and the history of one, as commands answer with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.rules import access
from bot.usecases import look
from bot.usecases.scenes.ticket import HistoryScene, ListScene, TicketScene
from bot.usecases.work import Work
from storage import channels, people, queues
from storage import history as stored
from storage.records.channels import Channel, Role
from storage.records.tickets import Change, Owner, Queue, Ticket
from storage.unit import Unit

Which = Literal["mine", "open", "unassigned", "channel"]
LIST_LENGTH = 20
HISTORY_LENGTH = 40


def tickets(unit: Unit, which: Which, *, person: str, channel: str, now: datetime) -> ListScene:
    """Open tickets, the most pressing first. ``person`` and ``channel`` are Slack ids.

    Where customers are it is only what is theirs: they may look over the shoulder of who asks.
    """
    work = look.working(unit, now)
    here = channels.by_slack(unit, channel) if channel else None
    bound = here.id if here and (which == "channel" or has_customers(work, here)) else None
    queue = _queue(unit, which, person=person, bound=bound)
    title = _TITLES[which] + (" of this channel" if bound and which != "channel" else "")
    if queue is None:
        return ListScene(title, (), 0)
    found = queues.page(unit, queue, limit=LIST_LENGTH)
    return ListScene(title, _scenes(work, found), queues.count(unit, queue))


def has_customers(work: Work, channel: Channel) -> bool:
    """True where customers can read."""
    return access.role_of(channel, work.settings) in (Role.CUSTOMER, Role.PUBLIC)


_TITLES: dict[Which, str] = {
    "mine": "Your open tickets",
    "open": "Open tickets",
    "unassigned": "Tickets that nobody has",
    "channel": "Open tickets of this channel",
}


def _queue(unit: Unit, which: Which, *, person: str, bound: int | None) -> Queue | None:
    """None where there is nobody, or nowhere, to look."""
    if which == "mine":
        me = people.by_slack(unit, person)
        return Queue(me.id, channel_id=bound) if me else None
    if which == "channel" and bound is None:
        return None
    return Queue(Owner.NOBODY if which == "unassigned" else Owner.ANYBODY, channel_id=bound)


def _scenes(work: Work, found: Sequence[Ticket]) -> tuple[TicketScene, ...]:
    work.ahead = look.ahead_of(work, found)
    return tuple(look.scene(work, each) for each in found)


def history(
    unit: Unit, ticket_id: int, now: datetime, *, before: int | None = None
) -> HistoryScene:
    """Who changed what: the latest page, or that before a change (by key). Raises Missing."""
    work = look.working(unit, now)
    shown = look.scene(work, work.ticket(ticket_id))
    page = stored.page(unit, ticket_id, most=HISTORY_LENGTH + 1, before=before)
    changes = page[-HISTORY_LENGTH:]
    who = people.many(unit, _owners(changes) | {each.actor_id for each in changes if each.actor_id})
    return HistoryScene(
        shown,
        tuple((change, who.get(change.actor_id or 0)) for change in changes),
        names={str(key): person.name for key, person in who.items()},
        moments={word: at for c in changes if (at := _moment(word := c.after))},
        total=stored.count(unit, ticket_id),
        older=str(changes[0].id) if len(page) > len(changes) else "",
    )


def _owners(changes: Sequence[Change]) -> set[int]:
    """Those to whom and from whom the ticket went, as far as the changes speak of them."""
    return {int(word) for c in changes for word in (c.before, c.after) if word.isdecimal()}


def _moment(word: str) -> datetime | None:
    """The time that a change speaks of, None when it speaks of something else."""
    try:
        return datetime.fromisoformat(word) if "T" in word and "+" in word else None
    except ValueError:
        return None
