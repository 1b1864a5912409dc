"""The one table of who hears what: Event → Notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.rules import assignment, catchup
from bot.rules import suggestion as rules_of_suggestions
from bot.usecases import notices as say
from bot.usecases.announce.changes import history_of
from bot.usecases.announce.homes import draw_homes
from bot.usecases.announce.ladder import urgent
from bot.usecases.announce.pictures import (
    answer_changed,
    draw_card,
    draw_receipt,
    words_changed,
)
from bot.usecases.announce.places import to_customer, to_customer_channel, under_card
from bot.usecases.codec import to_arrival
from bot.usecases.events import (
    CustomerWrote,
    Event,
    HelperAnswered,
    MessageDeleted,
    MessageEdited,
    Moved,
    Noted,
    Opened,
    Overheard,
    Reopened,
    ReplyEnded,
    ReplyHeld,
    Resolved,
    TeamAnswered,
)
from bot.usecases.inputs import OwnerSought
from bot.usecases.work import Work
from storage import history, inbox
from storage.records.messages import ANSWERING
from storage.records.replies import ReplyState
from storage.records.tickets import Resolution, Ticket


def tell(work: Work, events: Sequence[Event]) -> None:
    """Write the events into the history and announce what they mean, in their order."""
    changes = [change for event in events for change in history_of(event)]
    if changes:
        history.add(work.unit, changes)
    for event in events:
        TABLE[type(event)](work, event)
        draw_homes(work, event)


def _opened(work: Work, event: Opened) -> None:
    ticket = event.ticket
    if not ticket.thread_ts:
        to_customer_channel(work, ticket, say.OpeningPost(ticket.id))
    else:
        draw_receipt(work, ticket, due_at=_first_word_at(work, event))
    draw_card(work, ticket)
    if event.is_long:
        under_card(work, ticket, say.Mirror(ticket.id, ticket.opening_id))
    if ticket.previous_id:
        under_card(work, ticket, say.ThreadNote(ticket.id, "follows"))
    _seek_first_owner(work, ticket)


def _seek_first_owner(work: Work, ticket: Ticket) -> None:
    if ticket.owner_id is None:
        seek_owner(work, ticket)


def seek_owner(work: Work, ticket: Ticket) -> None:
    """Let the desk look for an owner, or for the next, where the ticket's queue does so itself."""
    if assignment.is_automatic(work.settings.queue_of(ticket.category)):
        sought = OwnerSought(ticket.id, work.at, ticket.owner_id)
        inbox.put(work.unit.connection, [to_arrival(work.workspace_id, sought)])


def _first_word_at(work: Work, event: Opened) -> datetime | None:
    """What we missed was perhaps answered meanwhile: that answer is taken in first."""
    if work.is_missed and event.found_at and catchup.is_late(event.at, event.found_at):
        return event.found_at + catchup.RECEIPT_WAITS
    return None


def _customer_wrote(work: Work, event: CustomerWrote) -> None:
    under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    draw_card(work, event.ticket)


def _team_answered(work: Work, event: TeamAnswered) -> None:
    if event.message.reason != "reply":
        under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    draw_card(work, event.ticket)
    draw_receipt(work, event.ticket)


def _helped(work: Work, event: HelperAnswered) -> None:
    under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    draw_card(work, event.ticket)
    draw_receipt(work, event.ticket)


def _edited(work: Work, event: MessageEdited) -> None:
    """The card shows the new words of a request in silence: the thread says that they are new."""
    words_changed(work, event.ticket, event.message)
    if event.message.id == event.ticket.opening_id:
        under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))
    if event.after_answer:
        ticket, about = event.ticket, event.message.id
        reason, owner = "edited-after-answer", ticket.owner_id
        under_card(work, ticket, say.ThreadNote(ticket.id, reason, owner, message_id=about))


def _deleted(work: Work, event: MessageDeleted) -> None:
    answer_changed(work, event.ticket, event.message)
    draw_card(work, event.ticket)
    if event.message.side in ANSWERING:
        draw_receipt(work, event.ticket)


def _moved(work: Work, event: Moved) -> None:
    ticket = event.ticket
    draw_card(work, ticket)
    if event.act in _SHOWN_TO_CUSTOMERS:
        draw_receipt(work, ticket)
    if event.by is None and event.act in _OF_TIME:
        note = say.ThreadNote(ticket.id, _OF_TIME[event.act], ticket.owner_id)
        under_card(work, ticket, note)
    if event.act == "category":
        _seek_first_owner(work, ticket)
    if event.act == "unsolved":
        under_card(work, ticket, say.ThreadNote(ticket.id, "unsolved", ticket.owner_id))
    if event.act == "nudge":
        to_customer(work, ticket, say.NudgePost(ticket.id, nudge_stamp(ticket)))
    if event.act == "assign" and ticket.owner_id not in (None, event.by):
        under_card(work, ticket, say.ThreadNote(ticket.id, "assigned", ticket.owner_id))
    if event.act in _PRESSING:
        _pressed(work, event)


def _pressed(work: Work, event: Moved) -> None:
    """The customer does not want to wait: whoever has the ticket hears of it, else all."""
    ticket = event.ticket
    if event.act == rules_of_suggestions.PERSON:
        _seek_first_owner(work, ticket)
    else:
        to_customer(work, ticket, say.UrgentPost(ticket.id))
        urgent(work, ticket)
    under_card(work, ticket, say.ThreadNote(ticket.id, event.act, ticket.owner_id))


_PRESSING = frozenset({"urgent", rules_of_suggestions.PERSON})


_GO_ON = ("merge", "duplicate")  # the customer is told where


# Who has it, and by when they can expect an answer, which waits while it is put aside.
_SHOWN_TO_CUSTOMERS = {
    *("take", "assign", "priority", "urgent"),
    *("wait", "snooze", "wake", "status", "unanswered", "unsolved"),
    *assignment.ASKING,
}


_OF_TIME = {
    "wake": "woken",
    "unanswered": "unanswered",
    "nudge": "nudged",
    assignment.BY_ACCOUNT: "assigned",
    assignment.BY_TURN: "assigned",
    assignment.BY_LOAD: "assigned",
    assignment.PASSED: "passed-on",
    assignment.NOBODY_FREE: "nobody-free",
    assignment.NOBODY_ELSE: "nobody-else",
}


def nudge_stamp(ticket: Ticket) -> str:
    """What tells one reminder of a ticket from another."""
    return f"{ticket.id}:{ticket.nudged_at.isoformat() if ticket.nudged_at else ''}"


def _resolved(work: Work, event: Resolved) -> None:
    ticket = event.ticket
    draw_card(work, ticket)
    draw_receipt(work, ticket)
    if event.act == "solved":
        note = say.ThreadNote(ticket.id, "solved-by-customer", ticket.owner_id)
        under_card(work, ticket, note)
    elif event.act not in _GO_ON and ticket.resolution is not Resolution.NOT_A_REQUEST:
        to_customer(work, ticket, say.SolvedPost(ticket.id))


def _reopened(work: Work, event: Reopened) -> None:
    ticket = event.ticket
    draw_card(work, ticket)
    draw_receipt(work, ticket)
    under_card(work, ticket, say.ThreadNote(ticket.id, "reopened", ticket.owner_id))
    if event.act == "reopen":  # by a press: who reopens by writing is answered by people
        to_customer(work, ticket, say.ReopenedPost(ticket.id))
    _seek_first_owner(work, ticket)


def _reply_held(work: Work, event: ReplyHeld) -> None:
    ticket, reply = event.ticket, event.reply
    under_card(work, ticket, say.ReplyDesk(ticket.id, reply.id))
    to_customer(work, ticket, say.ReplyPost(ticket.id, reply.id), due_at=reply.send_at)


def _reply_ended(work: Work, event: ReplyEnded) -> None:
    ticket, reply = event.ticket, event.reply
    under_card(work, ticket, say.ReplyDesk(ticket.id, reply.id))
    if reply.state is ReplyState.FAILED:
        under_card(work, ticket, say.ThreadNote(ticket.id, "reply-failed", reply.author_id))


def _noted(work: Work, event: Noted) -> None:
    if event.message is not None:
        under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))


def _overheard(work: Work, event: Overheard) -> None:
    under_card(work, event.ticket, say.Mirror(event.ticket.id, event.message.id))


TABLE: dict[type[Event], Callable[[Work, Any], None]] = {
    Opened: _opened,
    CustomerWrote: _customer_wrote,
    TeamAnswered: _team_answered,
    HelperAnswered: _helped,
    MessageEdited: _edited,
    MessageDeleted: _deleted,
    Moved: _moved,
    Noted: _noted,
    Overheard: _overheard,
    Resolved: _resolved,
    Reopened: _reopened,
    ReplyHeld: _reply_held,
    ReplyEnded: _reply_ended,
}
