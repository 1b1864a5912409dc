"""How a reply goes: held for undo, sent once, perhaps deleted afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules.courtesy import is_empty
from storage.records.replies import Reply, ReplyState
from storage.records.tickets import Ticket

LONGEST = 3000
"""Characters in a reply: what a modal's input and one section can hold (FACTS 9)."""


def check_text(text: str) -> str:
    """The words of a reply without space around them. Refused when there are none, or too many."""
    stripped = text.strip()
    if is_empty(stripped, has_files=False):
        raise Refused("There is nothing to send yet. Write your reply first.")
    if len(stripped) > LONGEST:
        over = len(stripped) - LONGEST
        raise Refused(
            f"This reply has {len(stripped):,} characters and {LONGEST:,} fit in one."
            f" Shorten it by {over:,}, or send it in two parts."
        )
    return stripped


def check_thread(ticket: Ticket) -> None:
    """Refused when the ticket has no thread where a customer would read a reply."""
    if not ticket.thread_ts:
        raise Refused(
            f"#{ticket.number} has no thread in a customer’s channel, so nobody would read a reply."
        )


def hold(
    *,
    workspace_id: int,
    id: int,  # noqa: A002  the record's own field
    ticket_id: int,
    author_id: int,
    text_id: int,
    text: str,
    undo: timedelta,
    now: datetime,
) -> Reply:
    """A reply that is sent when ``undo`` has passed. Raises Refused as ``check_text`` does."""
    return Reply(
        workspace_id=workspace_id,
        id=id,
        ticket_id=ticket_id,
        author_id=author_id,
        text_id=text_id,
        made_at=now,
        send_at=now + undo,
        text=check_text(text),
    )


def held_words(reply: Reply, number: int, *, now: datetime) -> str:
    """What to tell its author, who does not see from there how it is taken back."""
    seconds = round((reply.send_at - now).total_seconds())
    if seconds <= 0:
        return f"Your reply to #{number} is on its way. It can be deleted under the card."
    return (
        f"Your reply to #{number} is sent in {seconds} seconds. To take it back, press *Undo* under"
        " the card."
    )


def undo(reply: Reply, *, now: datetime) -> Reply:
    """Take a held reply back. Refused from ``send_at`` on: by then it may be on its way."""
    if reply.state is ReplyState.HELD and now < reply.send_at:
        return replace(reply, state=ReplyState.UNDONE)
    raise Refused(_TOO_LATE[reply.state])


def sending(reply: Reply) -> Reply:
    """Its time has come. Once more is harmless: a sender may have died half-way."""
    return _moved(reply, ReplyState.SENDING, {ReplyState.HELD, ReplyState.SENDING})


def sent(reply: Reply, ts: str) -> Reply:
    """Slack has it under ``ts``. Once more with the same ts is harmless."""
    if reply.state is ReplyState.SENT and reply.sent_ts == ts:
        return reply
    told = _moved(reply, ReplyState.SENT, {ReplyState.HELD, ReplyState.SENDING})
    return replace(told, sent_ts=ts, error="")


def failed(reply: Reply, error: str) -> Reply:
    """Slack does not take it; ``error`` is Slack's code."""
    told = _moved(
        reply, ReplyState.FAILED, {ReplyState.HELD, ReplyState.SENDING, ReplyState.FAILED}
    )
    return replace(told, error=error)


def deleted(reply: Reply) -> Reply:
    """The agent took a sent reply away from the customer's thread."""
    return _moved(reply, ReplyState.DELETED, {ReplyState.SENT})


_SENT = "Too late to undo: it was sent. You can delete it from the card."
_TOO_LATE = {
    ReplyState.HELD: "Too late to undo: it is being sent. You can delete it from the card.",
    ReplyState.SENDING: "Too late to undo: it is being sent. You can delete it from the card.",
    ReplyState.SENT: _SENT,
    ReplyState.UNDONE: "This reply was already taken back. Nothing was sent.",
    ReplyState.FAILED: "This reply was not sent, so there is nothing to undo.",
    ReplyState.DELETED: "This reply was already deleted.",
}
_STANDS = {
    ReplyState.HELD: "This reply has not been sent yet. You can still undo it.",
    ReplyState.SENDING: "This reply is being sent just now. Try again in a moment.",
    ReplyState.SENT: "This reply was already sent. You can delete it from the card.",
    ReplyState.UNDONE: "This reply was taken back. Write a new one with Reply.",
    ReplyState.FAILED: "This reply could not be sent. Write a new one with Reply.",
    ReplyState.DELETED: "This reply was already deleted. Write a new one with Reply.",
}


def _moved(reply: Reply, to: ReplyState, legal: set[ReplyState]) -> Reply:
    if reply.state not in legal:
        raise Refused(_STANDS[reply.state])
    return replace(reply, state=to)
