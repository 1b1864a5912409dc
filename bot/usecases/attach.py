"""Slack threads elsewhere that belong to a ticket: attached, listened to, and let go again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import acts
from bot.errors import Missing, Refused
from bot.rules import access, lifecycle, permalinks
from bot.rules import attach as rules
from bot.rules import track as track_rules
from bot.rules import typed as typed_rules
from bot.rules.access import Who
from bot.slack import mrkdwn
from bot.usecases import acting, announce, look, track, waking
from bot.usecases import notices as say
from bot.usecases.acting import Acting
from bot.usecases.events import Overheard
from bot.usecases.inputs import Acted, Door, Place, Said
from bot.usecases.scenes.forms import AttachFormScene, DetachFormScene
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import attached, channels, messages, queues, tickets
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.records.tickets import AttachedThread, Queue, Ticket
from storage.unit import Unit

REASON = rules.REASON
ATTACH = "attach"
MOST_CHOICES = 50
MOST_SHOWN = 30  # of what was said in a thread before it was attached


def ticket_of(work: Work, channel: Channel, item: Said) -> Ticket | None:
    """The ticket that hears what is said in this thread. Where customers read, nobody asks."""
    if not item.is_reply or not rules.is_internal(channel, work.settings):
        return None
    thread = attached.by_thread(work.unit, channel.id, item.thread_ts)
    ticket = tickets.by_id(work.unit, thread.ticket_id) if thread else None
    return tickets.whole(work.unit, ticket) if ticket else None


def attach(work: Work, acting_: Acting) -> str:
    """What was and is said in the thread is said in the ticket's, too, for the team alone.

    Raises Unknown when Slack has not told lately what was said.
    """
    item = acting_.item
    channel, thread_ts = _thread(work, item.place)
    ticket = tickets.whole(work.unit, _named(work, item))
    track.need_thread(work, channel, thread_ts)
    by = acting_.actor.id
    thread = AttachedThread(
        work.workspace_id, channel.id, thread_ts, ticket.id, at=work.at, by_id=by
    )
    attached.add(work.unit, thread)
    _count(work, ticket, 1, by=by, channel=channel)
    is_long = _take_along(work, ticket, channel, thread_ts)
    n, end = ticket.number, f" (of that, the last {MOST_SHOWN} messages)" if is_long else ""
    return (
        f"This thread is attached to #{n} now: what was said in it{end} and what"
        " is said from now on are notes there, for the team alone."
        " `!detach` in the thread takes that back."
    )


def _take_along(work: Work, ticket: Ticket, channel: Channel, thread_ts: str) -> bool:
    """Of a long thread its end alone is shown, which is told; all of it is the ticket's."""
    told = list[Overheard]()
    for each in messages.of_thread(work.unit, channel.id, thread_ts):
        if not _is_news(each):
            continue
        note = replace(each, ticket_id=ticket.id, side=Side.NOTE, end=End.JOINED, reason=REASON)
        told.append(
            Overheard(ticket, work.at, each.author_id, messages.save(work.unit, each, note))
        )
    announce.tell(work, told[-MOST_SHOWN:])
    return len(told) > MOST_SHOWN


def _is_news(message: Message) -> bool:
    """Somebody's words that no ticket has; what was typed for the desk is none."""
    is_words = message.author_id is not None and message.reason not in track_rules.NO_WORDS
    is_free = message.ticket_id is None and message.deleted_at is None
    return is_words and is_free and not typed_rules.is_like_one(message.text)


def _thread(work: Work, place: Place) -> tuple[Channel, str]:
    """The thread that is meant, if it may be attached. Raises Refused or Missing."""
    if not place.ts:
        raise Missing(rules.WHERE)
    channel = work.channel(place.channel)
    rules.check_place(channel, work.settings)
    thread_ts = place.thread_ts or place.ts
    if known := attached.by_thread(work.unit, channel.id, thread_ts):
        n = work.ticket(known.ticket_id).number
        raise Refused(f"This thread is attached to #{n} already. `!detach` in it takes that back.")
    if owned := _own(work, place):
        raise Refused(
            f"This is the thread of #{owned.number} itself, so all of it is read there anyway."
            " `/ticket link` says how two tickets belong together."
        )
    return channel, thread_ts


def _own(work: Work, place: Place) -> Ticket | None:
    """The ticket whose own thread that is; one to which its words merely came along is not it."""
    channel = channels.by_slack(work.unit, place.channel)
    if channel is None:
        return None
    said = (messages.by_ts(work.unit, channel.id, ts) for ts in (place.ts, place.thread_ts) if ts)
    if any(each is not None and each.reason == REASON for each in said):
        return None
    return acting.by_place(work, place)


def _named(work: Work, item: Acted) -> Ticket:
    if item.ticket_id is not None:
        return work.ticket(item.ticket_id)
    told = item.fields.get("other", "").strip() or item.fields.get("into", "")
    number = rules.number(told)
    found = tickets.by_number(work.unit, number)
    if found is None:
        raise Missing(f"There is no ticket #{number}. `/ticket list` shows the open ones.")
    return found


def _count(work: Work, ticket: Ticket, more: int, *, by: int | None, channel: Channel) -> None:
    act, name = ("attach", "detach")[more < 0], f"#{channel.name}"
    before, after = (name, "") if more < 0 else ("", name)
    told = replace(ticket, attached=max(0, ticket.attached + more))
    told = waking.save(work, ticket, told)
    announce.tell(work, [lifecycle.moved(told, act, before, after, by=by, now=work.at)])


def check(unit: Unit, item: Acted) -> None:
    """Refused or Missing while the form is still open."""
    work = look.working(unit, item.at)
    _thread(work, item.place)
    _named(work, item)


def form(unit: Unit, item: Acted, now: datetime) -> AttachFormScene:
    """Open tickets to choose from. Raises Refused where nothing can be attached."""
    work = look.working(unit, now)
    channel, _ = _thread(work, item.place)
    near = queues.page(unit, Queue(), limit=MOST_CHOICES)
    work.ahead = look.ahead_of(work, near)
    return AttachFormScene(channel.name, tuple(_choice(look.scene(work, each)) for each in near))


def _choice(shown: TicketScene) -> tuple[str, str]:
    words = " ".join(mrkdwn.plain(shown.opening.text).split()) or "a file"
    return f"#{shown.ticket.number}", f"#{shown.ticket.number} {words}"


def is_elsewhere(unit: Unit, item: Acted, now: datetime) -> bool:
    """Whether somebody chose an act on a message of our own that belongs to no ticket so far."""
    work = look.working(unit, now)
    channel = channels.by_slack(unit, item.place.channel)
    if channel is None or not rules.is_internal(channel, work.settings):
        return False
    return _own(work, item.place) is None


def detach(work: Work, acting_: Acting) -> str:
    """The thread goes its own way again; what was heard of it stays."""
    thread = _chosen(work, acting_.on, acting_.item.fields.get("thread", ""))
    _let_go(work, thread, by=acting_.actor.id)
    return f"That thread is not attached to #{acting_.on.number} any more."


def _chosen(work: Work, ticket: Ticket, told: str) -> AttachedThread:
    """By its key in a form, by a link, or the only one."""
    threads = attached.of_ticket(work.unit, ticket.id)
    if not threads:
        raise Refused(f"No thread is attached to #{ticket.number}.")
    there = permalinks.read(told)
    channel = channels.by_slack(work.unit, there.channel) if there else None
    key = f"{channel.id}:{there.thread_ts or there.ts}" if there and channel else told.strip()
    found = [each for each in threads if _key(each) == key]
    if not found and not key and len(threads) == 1:
        found = threads
    if not found:
        raise Missing(
            f"Choose one of the threads in the form of `/ticket detach {ticket.number}`,"
            " or write `!detach` in the thread itself."
        )
    return found[0]


def _key(thread: AttachedThread) -> str:
    return f"{thread.channel_id}:{thread.thread_ts}"


def _let_go(work: Work, thread: AttachedThread, *, by: int | None) -> None:
    attached.remove(work.unit, thread)
    channel = work.channel_by_id(thread.channel_id)
    if channel is not None:
        _count(work, work.ticket(thread.ticket_id), -1, by=by, channel=channel)


def detach_form(unit: Unit, ticket_id: int, now: datetime) -> DetachFormScene:
    """The threads of a ticket to choose from. Raises Refused where it has none."""
    work = look.working(unit, now)
    ticket = work.ticket(ticket_id)
    threads = attached.of_ticket(unit, ticket.id)
    if not threads:
        raise Refused(f"No thread is attached to #{ticket.number}.")
    choices = tuple((_key(each), _told(work, each)) for each in threads)
    return DetachFormScene(look.scene(work, ticket), choices)


def _told(work: Work, thread: AttachedThread) -> str:
    channel = work.channel_by_id(thread.channel_id)
    by = work.person_by_id(thread.by_id) if thread.by_id else None
    who = f", attached by {by.name}" if by else ""
    return f"#{channel.name if channel else '?'}{who} on {thread.at:%Y-%m-%d %H:%M} UTC"


def key_here(work: Work, item: Said) -> str:
    """The attached thread in which something is typed, ``""`` in a thread under a card."""
    channel = channels.by_slack(work.unit, item.channel)
    found = attached.by_thread(work.unit, channel.id, item.thread_ts) if channel else None
    return _key(found) if found else ""


def stop(work: Work, channel: Channel) -> None:
    """Another company reads there from now on: nothing said there is an internal note any more."""
    for thread in attached.of_channel(work.unit, channel.id):
        _let_go(work, thread, by=None)
        ticket = work.ticket(thread.ticket_id)
        note = say.ThreadNote(ticket.id, "thread-shared", ticket.owner_id)
        announce.under_card(work, ticket, note)


def is_like_one(item: Said) -> bool:
    """Whether the words might attach a thread; customers' messages end here."""
    return "/archives/" in item.text or typed_rules.is_like_one(item.text)


def meant(work: Work, item: Said) -> Acted | None:
    """What a message outside of a ticket's own threads asks for: by ``!attach #12``, or by a link.

    Only our own people ask for anything so; a link of theirs to a ticket is enough.
    """
    if item.bot_id or not item.author:
        return None
    if not access.is_one_of(work.person(item.author), Who.SPECIALIST, work.team):
        return None
    words = _typed(item)
    return _acted(item, {"into": words}) if words is not None else _pasted(work, item)


def _typed(item: Said) -> str | None:
    """What follows ``!attach``, None where that is not what the message says."""
    try:
        parsed = typed_rules.parse(item.text, 1, acts.typed(), acts.verbs())
    except Refused:
        return None
    return parsed.rest if parsed.verb == ATTACH else None


def _pasted(work: Work, item: Said) -> Acted | None:
    pointed = permalinks.every(item.text)
    if len(pointed) != 1:
        return None
    there = pointed[0]
    ticket = acting.by_place(work, Place(there.channel, there.ts, there.thread_ts))
    channel = work.channel(item.channel)
    if ticket is None or _is_settled(work, channel, item, there.channel):
        return None
    return _acted(item, {"into": f"#{ticket.number}"})


def _is_settled(work: Work, channel: Channel, item: Said, linked: str) -> bool:
    """Where a link to a ticket wants nothing: beside its card, or to a customer's own thread."""
    if not rules.is_internal(channel, work.settings):
        there = channels.by_slack(work.unit, linked)
        return there is None or not rules.is_internal(there, work.settings)
    thread_ts = item.thread_ts or item.ts
    if attached.by_thread(work.unit, channel.id, thread_ts):
        return True
    return _own(work, Place(item.channel, item.ts, item.thread_ts)) is not None


def _acted(item: Said, fields: dict[str, str]) -> Acted:
    return Acted(
        act=ATTACH,
        person=item.author,
        door=Door.WORDS,
        at=item.at,
        key=f"typed:{item.channel}:{item.ts}",
        place=Place(item.channel, item.ts, item.thread_ts if item.is_reply else ""),
        fields=fields,
    )
