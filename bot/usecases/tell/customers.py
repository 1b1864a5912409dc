"""What customers read, as long as it is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.errors import Missing
from bot.rules import catchup
from bot.rules import replies as reply_rules
from bot.rules import waking as rules_of_time
from bot.usecases import csat, look, offers, promise, suggestion, urgent
from bot.usecases.announce import nudge_stamp
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.tell import posts
from bot.usecases.tell.outgoing import Dropped, NotYet, Outgoing, Prepared, Teller
from bot.usecases.waking import hours_of
from bot.usecases.work import Work
from storage import messages, outbox, replies
from storage.errors import Conflict
from storage.records.boxes import Post
from storage.records.replies import ReplyState
from storage.records.tickets import Priority

DONE_BEFORE = "It was done before the customer was told."
NEEDLESS = "It would come late, and needs no word of ours any more."
SAID_AGAIN = "It is said again later."


def _receipt(work: Work, post: Post) -> Prepared:
    """A first receipt for what is done already would only puzzle."""
    ticket = work.ticket(post.body["ticket_id"])
    scene = look.posted(work, ticket, told_at=posts.told_at(work, post))
    if not post.ts and ticket.is_done:
        return Dropped(post, DONE_BEFORE)
    if not post.ts and scene.is_told_late and not _is_of_use(work, scene):
        return Dropped(post, NEEDLESS)
    return posts.message(work, post, {"scene": scene})


def _is_of_use(work: Work, scene: TicketScene) -> bool:
    ticket = scene.ticket
    first = messages.by_ts(work.unit, ticket.channel_id, ticket.thread_ts)
    return catchup.is_of_use(ticket, scene.opening, first)


def _mark(work: Work, post: Post) -> Outgoing | Dropped:
    channel, ticket = posts.place(work, post), work.ticket(post.body["ticket_id"])
    if ticket.is_done:
        return Dropped(post, DONE_BEFORE)
    arguments = {"channel": channel.slack_id, "timestamp": ticket.thread_ts, "name": "eyes"}
    return Outgoing(post, "reactions.add", arguments=arguments)


def _solved(work: Work, post: Post) -> Prepared:
    ticket = work.ticket(post.body["ticket_id"])
    if not ticket.is_done:
        return Dropped(post, "It was opened again meanwhile.")
    if outbox.has_later(work.unit, post):
        return Dropped(post, SAID_AGAIN)
    return posts.about(work, post, ticket)


def _nudge(work: Work, post: Post) -> Prepared:
    ticket = work.ticket(post.body["ticket_id"])
    if post.body["stamp"] != nudge_stamp(ticket):
        return Dropped(post, "The customer answered meanwhile, or it was solved.")
    closes_at = rules_of_time.gives_up_on(ticket, work.settings, hours_of(work, ticket))
    scene = replace(look.posted(work, ticket), closes_at=closes_at)
    return posts.message(work, post, {"scene": scene})


def _goes_on(work: Work, post: Post) -> Prepared:
    scene = look.posted(work, work.ticket(post.body["ticket_id"]))
    if not post.ts and scene.goes_on is None:
        return Dropped(post, "The tickets were parted before it was told.")
    return posts.message(work, post, {"scene": scene})


def _reopened(work: Work, post: Post) -> Prepared:
    if work.ticket(post.body["ticket_id"]).is_done:
        return Dropped(post, "It was solved again meanwhile.")
    if outbox.has_later(work.unit, post):
        return Dropped(post, SAID_AGAIN)
    return posts.of_ticket(work, post)


def _urgent(work: Work, post: Post) -> Prepared:
    ticket = work.ticket(post.body["ticket_id"])
    if ticket.is_done:
        return Dropped(post, "It was solved meanwhile.")
    if ticket.priority is not Priority.URGENT or outbox.has_later(work.unit, post):
        return Dropped(post, "It is not urgent any more, or that is said again later.")
    return posts.message(work, post, {"scene": urgent.scene(work, ticket)})


def _split(work: Work, post: Post) -> Prepared:
    """It leads to the new thread, so that has to be there first."""
    new = work.ticket(post.body["split_id"])
    if not new.thread_ts:
        return NotYet(post, "waits for the new thread")
    return posts.about(work, post, new)


def _help_button(work: Work, post: Post) -> Prepared:
    return posts.message(work, post, {"channel_id": post.channel_id})


def _help_pin(work: Work, post: Post) -> Outgoing | NotYet:
    button = outbox.by_picture(work.unit, f"help-button:{post.body['place']}")
    if button is None or not button.ts:
        return NotYet(post, "waits for the button")
    there = {"channel": posts.place(work, post).slack_id, "timestamp": button.ts}
    return Outgoing(post, "pins.add", arguments=there)


def _promise(work: Work, post: Post) -> Prepared:
    """One that was taken back before anybody read it was never made; so it is when time took it."""
    scene = promise.scene(work, post.body["promise_id"])
    if not post.ts and (scene.ticket.is_done or not scene.promise.is_open):
        return Dropped(post, f"The promise is {scene.promise.state} already.")
    if not post.ts and scene.promise.due_at <= work.at:
        return Dropped(post, "Its time had passed before it was told.")
    return posts.message(work, post, {"scene": scene})


def _reply(work: Work, post: Post) -> Prepared:
    """The moment of truth: of undo and send, one wins."""
    scene = look.reply(work, post.body["reply_id"])
    if scene.reply.state not in (ReplyState.HELD, ReplyState.SENDING):
        return Dropped(post, f"The reply is {scene.reply.state}.")
    try:
        ready = posts.message(work, post, {"scene": scene})
    except Missing as gone:
        return Dropped(post, str(gone), is_failure=True)
    if isinstance(ready, Outgoing):
        if scene.reply.state is ReplyState.HELD:
            _claim(work, scene.reply.id)
        ready.arguments.update(username=scene.author.name)
        if scene.author.image:
            ready.arguments.update(icon_url=scene.author.image)
    return ready


def _claim(work: Work, reply_id: int) -> None:
    held = replies.by_id(work.unit, reply_id)
    if held is None:
        raise Conflict
    replies.save(work.unit, held, reply_rules.sending(held))


def _withdrawal(work: Work, post: Post) -> Outgoing:
    channel = posts.place(work, post)
    return Outgoing(
        post, "chat.delete", arguments={"channel": channel.slack_id, "ts": post.body["ts"]}
    )


def _csat(work: Work, post: Post) -> Prepared:
    """Nobody is asked late at night because Slack was away, nor about what is open again."""
    scene = csat.scene(work, post.body["poll_id"])
    if not post.ts and not scene.poll.is_open:
        return Dropped(post, f"The poll is {scene.poll.state} already.")
    if not post.ts and csat.is_at_rest(work, scene):
        return NotYet(post, "waits until the customer is there")
    return posts.message(work, post, {"scene": scene})


def _answer(work: Work, post: Post) -> Prepared:
    """Nothing comes by itself where one of us was faster, or the article is not for customers."""
    scene = offers.answer(work, post.body["ticket_id"])
    if not post.ts and (why := suggestion.why_not(work, scene)):
        suggestion.untold(work, scene)
        return Dropped(post, why)
    return posts.message(work, post, {"scene": suggestion.as_it_is(work, scene)})


TELLERS: Mapping[str, Teller] = MappingProxyType(
    {
        "receipt": _receipt,
        "receipt-mark": _mark,
        "promise": _promise,
        "reply": _reply,
        "withdrawal": _withdrawal,
        "solved": _solved,
        "nudge": _nudge,
        "goes-on": _goes_on,
        "reopened": _reopened,
        "urgent": _urgent,
        "split": _split,
        "help-button": _help_button,
        "help-pin": _help_pin,
        "csat": _csat,
        "csat-reminder": _csat,
        "answer": _answer,
        "opening": posts.of_ticket,
    }
)
