"""Acts on tickets by whichever door: who acts, on which ticket, and may they."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import Missing
from bot.usecases.codec import from_arrival
from bot.usecases.inputs import Acted, Door, Place
from bot.usecases.work import Work
from storage import channels, inbox, messages, outbox, people, queues, tickets
from storage.records.people import Person
from storage.records.tickets import Queue, Ticket

MOST_NAMED = 5
KEY = re.compile(r"#?\d+|[UWCG][A-Z0-9]{7,}|true|false")
"""What a form holds that nobody typed: a number or an id that was chosen, a tick."""
NO_TICKET = (
    "This message belongs to no ticket. *Track as ticket* in its menu makes one of it, and"
    " *Why (not) a ticket?* says why it is none."
)


@dataclass(frozen=True, slots=True)
class Acting:
    """An act with its person and ticket found.

    Steps answer with a plain sentence, ``""`` for silence.
    """

    item: Acted
    actor: Person
    ticket: Ticket | None

    @property
    def on(self) -> Ticket:
        """The ticket of an act that needs one."""
        if self.ticket is None:
            raise Missing("Say which ticket: add its number, such as `12`.")
        return self.ticket


def find(work: Work, item: Acted) -> Ticket | None:
    """The ticket an act means: by key, by number, by thread, or the only open one of the channel.

    Raises Missing with a sentence that says how to name it.
    """
    if item.ticket_id is not None:
        return work.ticket(item.ticket_id)
    if item.number is not None:
        return _by_number(work, item.number)
    found = by_place(work, item.place)
    if found is None and item.place.ts and item.door in (Door.SHORTCUT, Door.COMMAND):
        raise Missing(NO_TICKET)
    return found or _only_one(work, item.place)


def _by_number(work: Work, number: int) -> Ticket:
    ticket = tickets.by_number(work.unit, number)
    if ticket is None:
        raise Missing(f"There is no ticket #{number}. `/ticket list` shows the open ones.")
    return ticket


def by_place(work: Work, place: Place) -> Ticket | None:
    """The ticket of a message: the customer's, the card, or anything under either."""
    channel = channels.by_slack(work.unit, place.channel) if place.ts else None
    if channel is None:
        return None
    for ts in dict.fromkeys((place.ts, place.thread_ts)):
        if ts and (ticket := _at(work, channel.id, ts)):
            return ticket
    return None


def _at(work: Work, channel_id: int, ts: str) -> Ticket | None:
    message = messages.by_ts(work.unit, channel_id, ts)
    if message is not None and message.ticket_id is not None:
        return tickets.by_id(work.unit, message.ticket_id)
    post = outbox.by_place(work.unit, channel_id, ts)
    if post is not None and post.ticket_id is not None:
        return tickets.by_id(work.unit, post.ticket_id)
    return tickets.by_thread(work.unit, channel_id, ts)


def _only_one(work: Work, place: Place) -> Ticket:
    channel = channels.by_slack(work.unit, place.channel)
    here = Queue(channel_id=channel.id) if channel else None
    found = queues.page(work.unit, here, limit=MOST_NAMED + 1) if here else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise Missing("There is no open ticket here. Add its number, such as `12`.")
    named = ", ".join(f"#{ticket.number}" for ticket in found[:MOST_NAMED])
    more = " and more" if len(found) > MOST_NAMED else ""
    raise Missing(
        f"Several tickets are open here: {named}{more}. Add the number of the one you mean."
    )


def requester(work: Work, ticket: Ticket) -> Person | None:
    """Who asked."""
    return people.by_id(work.unit, ticket.requester_id)


def returned(work: Work, row_id: int) -> str:
    """What was typed in a form that came to nothing, for nobody likes to write it again.

    It lies with its Input alone, where it can be erased, and is forgotten with that.
    """
    row = inbox.by_id(work.unit, row_id) if row_id else None
    item = from_arrival(row) if row else None
    if not isinstance(item, Acted):
        return ""
    told = (each.strip() for each in (*item.fields.values(), item.text))
    return "\n".join(each for each in told if each and not KEY.fullmatch(each))
