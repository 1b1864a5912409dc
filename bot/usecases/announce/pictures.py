"""What shows a ticket and its words, drawn again when they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.usecases import notices as say
from bot.usecases.announce.ladder import invitations_again, notes_again
from bot.usecases.announce.places import (
    picture_key,
    put,
    to_customer,
    to_customer_channel,
    under_card,
)
from bot.usecases.work import Work
from storage import links, outbox
from storage.records.messages import Message
from storage.records.tickets import Ticket
from storage.records.workspaces import Answer

CARD_WORDS = 1_200  # what templates/ticket/card.j2 shows of a request


def words_changed(work: Work, ticket: Ticket, message: Message) -> None:
    """Draw again what shows a message's words or files, also where a merged ticket shows them."""
    for each in _with_parts(work, ticket):
        if message.id == each.opening_id:
            draw_card(work, each)
            _opening_changed(work, each)
        _mirror_again(work, each, message)
        invitations_again(work, each, message)
        notes_again(work, each, message)


def _with_parts(work: Work, ticket: Ticket) -> list[Ticket]:
    return [ticket, *(work.ticket(key) for key in links.parts(work.unit, ticket.id))]


def _mirror_again(work: Work, ticket: Ticket, message: Message) -> None:
    mirror = say.Mirror(ticket.id, message.id)
    if outbox.by_picture(work.unit, picture_key(mirror)):
        under_card(work, ticket, mirror)


def answer_changed(work: Work, ticket: Ticket, message: Message) -> None:
    """Draw again what shows an answer of ours: of a reply its own picture, else its mirror."""
    words_changed(work, ticket, message)
    post = outbox.by_place(work.unit, message.channel_id, message.ts)
    if post is not None and post.kind == say.ReplyPost.kind:
        under_card(work, ticket, say.ReplyDesk(ticket.id, post.body["reply_id"]))


def _opening_changed(work: Work, ticket: Ticket) -> None:
    """Where we have posted somebody's words ourselves, they follow what becomes of them."""
    post = say.OpeningPost(ticket.id)
    if outbox.by_picture(work.unit, picture_key(post)):
        to_customer_channel(work, ticket, post)


def moved_away(
    work: Work, ticket: Ticket, moved: Sequence[Message], *, to: Ticket | None = None
) -> None:
    """Where a ticket's thread showed messages that belong to another by now, it says so.

    ``to`` has a thread of its own by our own post: the customer is led there from the old one.
    """
    for each in _with_parts(work, ticket):
        for message in moved:
            _mirror_again(work, each, message)
    if to is not None and not to.thread_ts:
        to_customer(work, ticket, say.SplitPost(ticket.id, to.id))


def refresh(work: Work, ticket: Ticket) -> None:
    """Draw a ticket's card again because something beside its own fields changed."""
    draw_card(work, ticket)


def promised(work: Work, ticket: Ticket, promise_id: int, *, at: datetime) -> None:
    """Tell the customer by when they hear from us; until ``at`` it can be taken back unsaid."""
    to_customer(work, ticket, say.PromisePost(ticket.id, promise_id), due_at=at)


def promise_changed(work: Work, ticket: Ticket, promise_id: int) -> None:
    """Where the customer reads of a promise that holds no more, say so."""
    post = say.PromisePost(ticket.id, promise_id)
    if outbox.by_picture(work.unit, picture_key(post)):
        to_customer(work, ticket, post)


def promises_moved(work: Work, ticket: Ticket) -> None:
    """What is promised of a ticket is due at another time: the team sees it, and the customer."""
    draw_card(work, ticket)
    draw_receipt(work, ticket)


def thread_began(work: Work, ticket: Ticket) -> None:
    """A ticket made by form has a thread now, where its customer can be told."""
    draw_card(work, ticket)
    draw_receipt(work, ticket)


def draw_card(work: Work, ticket: Ticket) -> None:
    """Draw a ticket's card as it is now."""
    put(work, say.Card(ticket.id), work.place_of(ticket), ticket=ticket)


def draw_receipt(work: Work, ticket: Ticket, *, due_at: datetime | None = None) -> None:
    """Draw what the customer was told first, as the desk wants it: words, an emoji, nothing."""
    if not ticket.thread_ts or work.settings.answer is Answer.SILENT:
        return
    if work.settings.answer is Answer.REACTION:
        to_customer(work, ticket, say.ReceiptMark(ticket.id), due_at=due_at)
    else:
        to_customer(work, ticket, say.Receipt(ticket.id), due_at=due_at)
