"""Tracking by hand or late: a message becomes a ticket, and its thread comes along with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import Missing, Refused, ThreadFact, Unknown
from bot.ids import new_id
from bot.rules import access, intake, lifecycle
from bot.rules import track as rules
from bot.rules.lifecycle import Told
from bot.usecases import acting, announce, waking
from bot.usecases.acting import Acting
from bot.usecases.events import Event, Opened, Overheard
from bot.usecases.inputs import Place, Reacted, Said
from bot.usecases.work import FACT_KEEPS, Work
from storage import messages, outbox, threads, tickets
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.tickets import Ticket

MOST_SHOWN = 100  # of a long thread's messages in the internal one; all are the ticket's


def track(work: Work, acting_: Acting) -> str:
    """A message becomes a ticket whatever the desk had thought of it."""
    place, actor = acting_.item.place, acting_.actor
    if not place.ts:
        raise Missing("Choose *Track as ticket* from the menu of the message that is meant.")
    channel = work.channel(place.channel)
    rules.check_place(channel, work.settings)
    if (known := acting.by_place(work, place)) is not None:
        return _reopened(work, known, actor)
    ticket = begin(work, channel, _marked(work, channel, place.ts), reason="tracked", by=actor)
    return f"#{ticket.number} is open."


def _reopened(work: Work, known: Ticket, actor: Person) -> str:
    if not rules.is_to_reopen(known):
        raise rules.already(known)
    told, events = lifecycle.reopen(known, by=actor.id, now=work.at)
    waking.save(work, known, told)
    announce.tell(work, events)
    return f"#{known.number} is open again."


def is_wished(work: Work, item: Reacted) -> bool:
    """Whether the author of a message asks for a ticket of it, in a channel of customers."""
    channel = work.channel(item.channel)
    known = messages.by_ts(work.unit, channel.id, item.ts)
    author = work.person(item.person)
    if known is None or known.author_id != author.id or known.deleted_at:
        return False
    if acting.by_place(work, Place(item.channel, item.ts)) is not None:
        return False
    try:
        rules.check_place(channel, work.settings)
    except Refused:
        return False
    return True


def wished(work: Work, item: Reacted) -> str:
    """The author's own emoji says what our people's says."""
    channel = work.channel(item.channel)
    marked, author = _marked(work, channel, item.ts), work.person(item.person)
    ticket = begin(work, channel, marked, reason="tracked", by=author)
    return f"opened: #{ticket.number}"


def _marked(work: Work, channel: Channel, ts: str) -> Message:
    if outbox.by_place(work.unit, channel.id, ts):
        raise Refused("That is a post of mine. Choose a message that somebody wrote.")
    known = messages.by_ts(work.unit, channel.id, ts)
    need_thread(work, channel, (known.thread_ts if known else "") or ts)
    if known is None or known.deleted_at or known.reason == "gone":
        raise Missing("That message is not there any more.")
    return known


def need_thread(work: Work, channel: Channel, thread_ts: str) -> None:
    """Raises Unknown when Slack has not told lately what was said in the thread."""
    since = work.at - FACT_KEEPS
    if not threads.is_read(work.unit, channel.id, thread_ts, since=since):
        raise Unknown(ThreadFact(channel.slack_id, thread_ts))


def begin(work: Work, channel: Channel, marked: Message, *, reason: str, by: Person) -> Ticket:
    """Open a ticket for a thread that was read; all that stands in it becomes the ticket's."""
    opening = _opening(work, channel, marked, reason)
    ticket = _open(work, marked, opening, by=by)
    ticket = waking.add(work, ticket)
    opened = replace(
        opening, ticket_id=ticket.id, side=Side.CUSTOMER, end=End.OPENED, reason=reason
    )
    messages.save(work.unit, opening, opened)
    is_long = len(opening.text) > announce.CARD_WORDS
    announce.tell(work, [Opened(ticket, work.at, by.id, marked.found_at, is_long)])
    return _adopt_thread(work, channel, ticket)


def _opening(work: Work, channel: Channel, marked: Message, reason: str) -> Message:
    root = messages.by_ts(work.unit, channel.id, marked.thread_ts) if marked.thread_ts else None
    if root is not None and (root.deleted_at or root.ticket_id or root.reason in rules.NO_WORDS):
        root = None
    return rules.opening(
        marked,
        root,
        marked_asks=reason == "tracked" and _asks(work, channel, marked),
        root_asks=root is not None and _asks(work, channel, root),
    )


def _asks(work: Work, channel: Channel, message: Message) -> bool:
    return intake.asks(
        _as_said(channel, message),
        channel=channel,
        author=_author(work, message),
        team=work.team,
        settings=work.settings,
    )


def _open(work: Work, marked: Message, opening: Message, *, by: Person) -> Ticket:
    """It counts from now on: nobody was asked for an answer before."""
    ticket = lifecycle.opened(
        workspace_id=work.workspace_id,
        id=new_id(),
        number=tickets.take_numbers(work.unit, 1)[0],
        channel_id=marked.channel_id,
        team_channel_id=work.team_channel_of(marked.channel_id),
        thread_ts=marked.thread_ts or marked.ts,
        opening_id=opening.id,
        requester_id=opening.author_id or by.id,
        now=work.at,
    )
    return replace(ticket, last_customer_at=opening.said_at)


def _adopt_thread(work: Work, channel: Channel, ticket: Ticket) -> Ticket:
    """In order, each once; of a very long thread only the end is shown, and all of it is kept."""
    left = [
        each
        for each in messages.of_thread(work.unit, channel.id, ticket.thread_ts)
        if each.ticket_id is None and not each.deleted_at and each.reason not in rules.NO_WORDS
    ]
    now, events = ticket, list[Event]()
    for each in left:
        now, told = _adopt(work, channel, now, each)
        events += told
    after = waking.save(work, ticket, now)
    announce.tell(work, _shown(events))
    return after


def _shown(events: Sequence[Event]) -> Sequence[Event]:
    return events[-MOST_SHOWN:]


def _adopt(work: Work, channel: Channel, ticket: Ticket, message: Message) -> Told:
    author = _author(work, message)
    verdict = intake.judge_late(
        _as_said(channel, message),
        channel=channel,
        author=author,
        team=work.team,
        settings=work.settings,
        ticket=ticket,
    )
    if verdict.action == "ignore" or author is None:
        return ticket, ()
    joined = replace(
        message, ticket_id=ticket.id, side=verdict.side, end=verdict.end, reason=verdict.reason
    )
    messages.save(work.unit, message, joined)
    if verdict.action == "join":
        courtesy = verdict.is_courtesy
        return lifecycle.customer_wrote(ticket, joined, courtesy=courtesy, now=work.at)
    if is_older(work, ticket, joined):
        return ticket, (Overheard(ticket, work.at, author.id, message=joined),)
    if verdict.action == "help":
        return lifecycle.helped(ticket, joined, by=author.id, now=work.at)
    is_agent = access.is_agent(author, work.team)
    return lifecycle.team_answered(ticket, joined, by=author.id, is_agent=is_agent, now=work.at)


def is_older(work: Work, ticket: Ticket, message: Message) -> bool:
    """Whether something was said before the ticket's question, and so cannot be its answer."""
    if message.said_at >= ticket.opened_at:
        return False
    opening = messages.by_id(work.unit, ticket.opening_id)
    return opening is not None and message.said_at < opening.said_at


def _author(work: Work, message: Message) -> Person | None:
    return work.person_by_id(message.author_id) if message.author_id else None


def _as_said(channel: Channel, message: Message) -> Said:
    """The message as it came, as far as it is kept."""
    return Said(
        channel=channel.slack_id,
        ts=message.ts,
        author="",
        at=message.said_at,
        text=message.text,
        thread_ts=message.thread_ts,
        files=message.files,
    )
