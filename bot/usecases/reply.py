"""Replies to customers: held for undo, sent once, known as sent only when the outbox says so."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access, lifecycle
from bot.rules import leaks as leak_rules
from bot.rules import replies as rules
from bot.usecases import announce, draft, escalation, hands, kb, leaks, macro, suggestion, waking
from bot.usecases.acting import Acting
from bot.usecases.events import ReplyEnded, ReplyHeld
from bot.usecases.inputs import Acted, Delivered
from bot.usecases.work import Work
from storage import messages, outbox, replies, texts, tickets
from storage.records.boxes import Post
from storage.records.messages import End, Message, Side
from storage.records.replies import Reply, ReplyState
from storage.records.tickets import Ticket

LOOK_FIRST = (
    "This macro says something that is perhaps not for this customer."
    " Choose it in the card’s menu, and look at the words before they go."
)


def reply(work: Work, acting: Acting) -> str:
    """Hold the actor's words until the time for undo has passed."""
    ticket = acting.on
    rules.check_thread(ticket)
    access.customer_channel(work.channel_of(ticket), work.settings)
    text_id = new_id()
    held = rules.hold(
        workspace_id=work.workspace_id,
        id=new_id(),
        ticket_id=ticket.id,
        author_id=acting.actor.id,
        text_id=text_id,
        text=acting.item.text,
        undo=work.settings.undo,
        now=work.at,
    )
    held = replace(held, macro_id=_begun_as(acting, "macro"), article_id=_begun_as(acting, kb.SENT))
    texts.put(work.unit, text_id, held.text)
    replies.add(work.unit, held)
    announce.tell(work, [ReplyHeld(ticket, work.at, acting.actor.id, reply=held)])
    draft.sent(work, ticket.id, acting.actor.id)
    escalation.approved(work, acting, held)
    if _is_at_card(work, acting.item, ticket):
        return ""
    return rules.held_words(held, ticket.number, now=work.at)


def _is_at_card(work: Work, item: Acted, ticket: Ticket) -> bool:
    """Whether it was done at the card, or in the thread under it, where the reply can be seen."""
    return bool(item.place.ts) and item.place.channel == work.place_of(ticket).slack_id


def _begun_as(acting: Acting, what: str) -> int | None:
    key = acting.item.fields.get(what, "")
    return int(key) if key.isdecimal() else None


def by_macro(work: Work, acting: Acting) -> str:
    """A macro by its key or name, where nobody looks at it first: a reply that can be undone.

    One that says nothing only sets its fields.
    """
    ticket, me = acting.on, acting.actor
    found = macro.meant(work.unit, acting.item.fields.get("macro", ""))
    if not found.text:
        macro.applied(work, found.id, ticket, by=me.id)
        return f"“{found.name}” is applied to #{ticket.number}."
    words = macro.words_for(work, found, ticket, me)
    if leak_rules.found(words, leaks.surroundings(work, ticket, by=me.slack_id)):
        raise Refused(LOOK_FIRST)
    item = replace(acting.item, text=words, fields={"macro": str(found.id)})
    return reply(work, replace(acting, item=item))


def undo(work: Work, acting: Acting) -> str:
    """Take a held reply back: of undo and send, one wins."""
    before = _named(work, acting)
    after = replies.save(work.unit, before, rules.undo(before, now=work.at))
    _told(work, after, by=acting.actor.id)
    return "Taken back. Nothing was sent."


def unsend(work: Work, acting: Acting) -> str:
    """Delete a sent reply from the customer's thread."""
    before = _named(work, acting)
    after = replies.save(work.unit, before, rules.deleted(before))
    announce.withdraw(work, before.sent_ts, work.ticket(before.ticket_id))
    _told(work, after, by=acting.actor.id)
    return "Deleted from the customer’s thread."


def _named(work: Work, acting: Acting) -> Reply:
    key = acting.item.fields.get("reply", "")
    found = replies.by_id(work.unit, int(key)) if key.isdecimal() else None
    if found is None:
        raise Missing("That reply is not there any more.")
    return found


def _told(work: Work, reply: Reply, *, by: int | None) -> None:
    ticket = work.ticket(reply.ticket_id)
    announce.tell(work, [ReplyEnded(ticket, work.at, by, reply=reply)])
    hands.reply_ended(work, tickets.whole(work.unit, ticket), reply)


def delivered(work: Work, item: Delivered) -> str:
    """How a post that matters to its ticket ended: the thread of a form, or a reply."""
    post = outbox.by_id(work.unit, item.post_id)
    if post is None or post.ticket_id is None:
        return "nobody waits for it"
    ticket = work.ticket(post.ticket_id)
    if post.kind == "opening":
        return _thread_began(work, ticket, item)
    return _reply_ended(work, ticket, post, item)


def _thread_began(work: Work, ticket: Ticket, item: Delivered) -> str:
    if not item.ts or ticket.thread_ts:
        return f"not posted: {item.error}"
    after = waking.save(work, ticket, replace(ticket, thread_ts=item.ts))
    announce.thread_began(work, after)
    return "thread began"


def _reply_ended(work: Work, ticket: Ticket, post: Post, item: Delivered) -> str:
    before = replies.by_id(work.unit, post.body["reply_id"])
    if before is None or before.state in (ReplyState.SENT, ReplyState.DELETED):
        return "known already"
    if item.error:
        after = replies.save(work.unit, before, rules.failed(before, item.error))
        _told(work, after, by=None)
        return f"failed: {item.error}"
    after = replies.save(work.unit, before, rules.sent(before, item.ts))
    _answered(work, ticket, after)
    _told(work, after, by=after.author_id)
    return "sent"


def _answered(work: Work, ticket: Ticket, sent: Reply) -> None:
    """The reply counts like any answer in the thread; it is a message of that thread.

    The ticket may have been merged into another while the reply was held.
    """
    whole = tickets.whole(work.unit, ticket)
    message = Message(
        workspace_id=work.workspace_id,
        id=new_id(),
        channel_id=ticket.channel_id,
        ts=sent.sent_ts,
        thread_ts=ticket.thread_ts,
        author_id=sent.author_id,
        side=Side.OURS,
        end=End.JOINED,
        reason="reply",
        said_at=work.at,
        text_id=sent.text_id,
        ticket_id=whole.id,
        text=sent.text,
    )
    messages.add(work.unit, message)
    author = work.person_of(sent.author_id)
    after, events = lifecycle.team_answered(
        whole,
        message,
        by=sent.author_id,
        is_agent=access.is_agent(author, work.team),
        now=work.at,
    )
    answered = waking.save(work, whole, after)
    announce.tell(work, events)
    suggestion.sent(work, whole, sent)
    if sent.macro_id is not None:
        macro.applied(work, sent.macro_id, answered, by=sent.author_id)
