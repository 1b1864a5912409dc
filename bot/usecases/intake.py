"""What people write: every message comes to one end, and the ones that ask become tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.errors import MessageFact, Refused, Unknown
from bot.ids import new_id
from bot.rules import access, catchup, courtesy, lifecycle, typed
from bot.rules import intake as rules
from bot.rules.intake import Verdict
from bot.rules.lifecycle import Told
from bot.usecases import announce, attach, contact, hands, split, track, waking
from bot.usecases.events import Event, Opened, Overheard
from bot.usecases.inputs import Edited, Said
from bot.usecases.notices import Packet
from bot.usecases.work import Work
from storage import escalations, messages, outbox, people, texts, tickets
from storage.records.boxes import Post
from storage.records.channels import Channel, Role
from storage.records.messages import ANSWERING, End, Message, Side
from storage.records.people import Person
from storage.records.tickets import Priority, Source, Ticket

GONE = "gone"
LONGEST_OPEN = timedelta(days=366)
LATE = frozenset({"late", "mention"})


def said(work: Work, item: Said) -> str:
    """Take a message in; the word for the books.

    Raises Unknown for people, channels and parents.
    """
    channel = work.channel(item.channel)
    known = messages.by_ts(work.unit, channel.id, item.ts)
    if known is not None and not is_stub(known):
        return forgotten(work, f"{known.end} already")
    return judge(work, channel, item, known=known)


def judge(
    work: Work, channel: Channel, item: Said, *, known: Message | None, edit: Edited | None = None
) -> str:
    """Bring a message to its end; ``edit`` is what told of it, ``known`` its place so far."""
    if access.is_own_bot(item.bot_id, item.app_id, item.author, work.tenant.team):
        return forgotten(work, "own")
    author = _author(work, item)
    ticket = _ticket_of_thread(work, channel, item, known)
    verdict = _overheard(work, channel, item, author) if ticket is None else None
    verdict = verdict or rules.judge(
        item,
        channel=channel,
        author=author,
        team=work.tenant.team,
        settings=work.settings,
        parent_ticket=ticket,
        newest=_newest(work, channel, author, item),
        now=work.at,
    )
    message = _message(work, channel, item, author=author, verdict=verdict, known=known)
    if edit is not None:
        message = _as_edited(message, edit, known)
    if verdict.action == "open" and item.is_reply and verdict.reason in LATE:
        return _late(work, channel, message, known)
    return _settle(work, message, known, verdict)


def _as_edited(message: Message, edit: Edited, known: Message | None) -> Message:
    """As its edit tells it: an answer that we never saw was given when Slack has it."""
    is_unseen = known is None or is_stub(known)
    if is_unseen and message.side in ANSWERING:
        message = _dated(message)
    return replace(message, edited_at=edit.at, edit_stamp=edit.event_ts)


def _overheard(work: Work, channel: Channel, item: Said, author: Person | None) -> Verdict | None:
    """The verdict on what is said in a thread that is attached to a ticket, None elsewhere."""
    heard = attach.ticket_of(work, channel, item)
    if heard is None:
        return None
    return rules.judge_attached(item, author=author, team=work.tenant.team, attached_to=heard)


def _late(work: Work, channel: Channel, message: Message, known: Message | None) -> str:
    """It asks in a thread that nobody tracked: the thread becomes the ticket (PRODUCT 1.7)."""
    track.need_thread(work, channel, message.thread_ts)
    waiting = replace(_dated(message), end=End.IGNORED, side=Side.OTHER)
    if known is None:
        messages.add(work.unit, waiting)
    else:
        waiting = messages.save(work.unit, known, waiting)
    assert waiting.author_id is not None  # noqa: S101 - nobody's message opens no ticket
    author = work.person_of(waiting.author_id)
    track.begin(work, channel, waiting, reason=message.reason, by=author)
    return f"{message.end}: {message.reason}"


def forgotten(work: Work, words: str) -> str:
    """The Input's words belong to no message: nobody would erase them when somebody asks for it."""
    texts.erase(work.unit, [work.row_id])
    return words


def _author(work: Work, item: Said) -> Person | None:
    if not item.author or item.bot_id:
        return None
    return work.person(item.author)


def _newest(work: Work, channel: Channel, author: Person | None, item: Said) -> Ticket | None:
    if author is None or item.is_reply:
        return None
    is_again = courtesy.only_asks_again(item.text)
    since = item.at - (LONGEST_OPEN if is_again else 2 * work.settings.grouping)
    return tickets.newest_of(work.unit, channel.id, author.id, since=since)


def is_stub(message: Message) -> bool:
    """A row that only says: there was something here, known by its edit, deletion or reply.

    What came along with its thread before its own turn is judged when that comes.
    """
    is_open = message.ticket_id is None and message.deleted_at is None
    return is_open and message.reason in (GONE, rules.BEFORE)


def _ticket_of_thread(
    work: Work, channel: Channel, item: Said, known: Message | None
) -> Ticket | None:
    if not item.is_reply:
        # A reply that was a ticket before this came has noted its place.
        return tickets.by_thread(work.unit, channel.id, item.ts) if known else None
    if ticket := tickets.by_thread(work.unit, channel.id, item.thread_ts):
        return ticket
    if own := outbox.by_place(work.unit, channel.id, item.thread_ts):
        return _ticket_of(work, own)
    parent = messages.by_ts(work.unit, channel.id, item.thread_ts)
    if parent is None and _is_tracked(work, channel):
        raise Unknown(MessageFact(item.channel, item.thread_ts))
    if parent is None or parent.ticket_id is None or parent.reason == attach.REASON:
        return None
    ticket = tickets.by_id(work.unit, parent.ticket_id)
    if ticket is not None and rules.splits(item, parent, ticket):
        return split.off(work, ticket, parent, reason="split", by=parent.author_id)
    return ticket


def _ticket_of(work: Work, own: Post) -> Ticket | None:
    """The ticket of a post of ours; that of a packet may have been merged into another."""
    if (about := own.body.get("escalation_id")) and own.kind == Packet.kind:
        packet = escalations.by_id(work.unit, about)
        return tickets.by_id(work.unit, packet.ticket_id) if packet else None
    return tickets.by_id(work.unit, own.ticket_id) if own.ticket_id else None


def _is_tracked(work: Work, channel: Channel) -> bool:
    return access.role_of(channel, work.settings) in (Role.CUSTOMER, Role.PUBLIC)


def keeps_words(work: Work, channel: Channel, side: Side) -> bool:
    """Whether new words are kept: what others say elsewhere is none of our business."""
    return side is not Side.OTHER or _is_tracked(work, channel)


def _number(work: Work) -> int:
    return tickets.take_numbers(work.unit, 1)[0]


def _message(
    work: Work,
    channel: Channel,
    item: Said,
    *,
    author: Person | None,
    verdict: Verdict,
    known: Message | None,
) -> Message:
    is_kept = known is not None and known.text_id is not None
    keeps_text = is_kept or keeps_words(work, channel, verdict.side)
    return Message(
        workspace_id=work.workspace_id,
        id=known.id if known else work.row_id,
        channel_id=channel.id,
        ts=item.ts,
        thread_ts=item.thread_ts if item.is_reply else "",
        author_id=author.id if author else None,
        side=verdict.side,
        end=verdict.end,
        reason=verdict.reason,
        said_at=item.at,
        text_id=_text_id(work, item, known) if item.text and keeps_text else None,
        text=item.text,
        files=item.files,
        found_at=item.found_at,
        version=known.version if known else 1,
    )


def _text_id(work: Work, item: Said, known: Message | None) -> int:
    """Words that came along with their thread are kept already."""
    if known is None or known.text_id is None or known.text != item.text:
        return work.row_id
    texts.erase(work.unit, [work.row_id])
    return known.text_id


def _settle(work: Work, message: Message, known: Message | None, verdict: Verdict) -> str:
    """Write the message with its ticket, and tell what became true."""
    ticket: Ticket | None
    if verdict.action == "open":
        ticket, events = _open(work, message, verdict)
    else:
        ticket, events = _follow(work, message, verdict)
    message = _dated(message, ticket.id if ticket else None)
    if known is None:
        messages.add(work.unit, message)
    else:
        messages.save(work.unit, known, message)
    if verdict.action == "open" and ticket is not None:
        waking.add(work, ticket)
    if message.text_id is None and message.text:
        forgotten(work, "")
    if message.side is Side.CUSTOMER and message.author_id is not None:
        contact.seen(work, message.channel_id, message.author_id)
    announce.tell(work, events)
    return f"{verdict.end}: {verdict.reason}"


def _dated(message: Message, ticket_id: int | None = None) -> Message:
    """It belongs to the day on which Slack has it, however late we hear of it by an edit.

    Its ticket goes by when we heard, but for answers: nobody could answer before.
    """
    return replace(message, said_at=catchup.moment(message.ts), ticket_id=ticket_id)


def _open(work: Work, message: Message, verdict: Verdict) -> Told:
    assert message.author_id is not None  # noqa: S101 - nobody's message opens no ticket
    ticket = lifecycle.opened(
        workspace_id=work.workspace_id,
        id=new_id(),
        number=_number(work),
        channel_id=message.channel_id,
        team_channel_id=work.team_channel_of(message.channel_id),
        thread_ts=message.thread_ts or message.ts,
        opening_id=message.id,
        requester_id=message.author_id,
        now=message.said_at,
        source=Source.MESSAGE,
        previous_id=verdict.ticket.id if verdict.ticket else None,
    )
    return ticket, (_opened(work, ticket, message),)


def _opened(work: Work, ticket: Ticket, message: Message) -> Opened:
    is_long = len(message.text) > announce.CARD_WORDS
    return Opened(ticket, work.at, message.author_id, message.found_at, is_long)


def _follow(
    work: Work, message: Message, verdict: Verdict
) -> tuple[Ticket | None, tuple[Event, ...]]:
    ticket = verdict.ticket
    if ticket is None or message.author_id is None or verdict.action == "ignore":
        return None, ()
    if verdict.action == "join":
        now, events = _customer_wrote(work, ticket, message, verdict)
    elif verdict.action == "note":
        return ticket, _told_inside(work, ticket, message, verdict)
    elif track.is_older(work, ticket, message):
        return ticket, (Overheard(ticket, work.at, message.author_id, message=message),)
    elif verdict.action == "help":
        by = message.author_id
        now, events = lifecycle.helped(ticket, message, by=by, now=work.at)
    else:
        now, events = lifecycle.team_answered(
            ticket,
            message,
            by=message.author_id,
            is_agent=_is_agent(work, message.author_id),
            now=work.at,
        )
    if now != ticket:
        waking.save(work, ticket, now)
    return now, events


def _told_inside(
    work: Work, ticket: Ticket, message: Message, verdict: Verdict
) -> tuple[Event, ...]:
    """What was said in an attached thread, or under a packet, is read in the ticket's own, too.

    Commands are not (PRODUCT 7.3).
    """
    is_packets = hands.is_packets(work, message)
    if is_packets:
        hands.talked(work, ticket, message)
    if not (is_packets or verdict.reason == attach.REASON) or typed.is_like_one(message.text):
        return ()
    return (Overheard(ticket, work.at, message.author_id, message=message),)


def _customer_wrote(work: Work, ticket: Ticket, message: Message, verdict: Verdict) -> Told:
    """A customer's word; "solved" and "urgent" do what the buttons do (DESIGN, outbound)."""
    assert message.author_id is not None  # noqa: S101 - _follow saw to it
    by, is_live = message.author_id, not ticket.is_done
    solved = is_live and courtesy.wants_solved(message.text) and _is_asking(work, ticket, message)
    urgent = is_live and courtesy.wants_urgent(message.text) and _is_asking(work, ticket, message)
    now, events = lifecycle.customer_wrote(
        ticket, message, courtesy=verdict.is_courtesy or solved, now=work.at
    )
    more: tuple[Event, ...] = ()
    if solved:
        now, more = lifecycle.solved_by_customer(now, by=by, now=work.at)
    elif urgent and now.priority is not Priority.URGENT:
        now, more = lifecycle.made_urgent(now, by=by, now=work.at)
    return now, (*events, *more)


def _is_asking(work: Work, ticket: Ticket, message: Message) -> bool:
    """Whether the words come from the asker or the asker's company: nobody else closes a ticket."""
    who = people.many(work.unit, {ticket.requester_id, message.author_id or 0})
    author, asker = who.get(message.author_id or 0), who.get(ticket.requester_id)
    if author is None:
        return False
    try:
        access.may(author, access.Who.REQUESTER, work.team, ticket, requester=asker)
    except Refused:
        return False
    return True


def _is_agent(work: Work, person_id: int) -> bool:
    person = work.person_of(person_id)
    return access.is_agent(person, work.team)


def stub(work: Work, channel: Channel, ts: str, *, deleted: bool) -> Message:
    """A place in a channel of which only the ts is known."""
    return Message(
        workspace_id=work.workspace_id,
        id=work.row_id,
        channel_id=channel.id,
        ts=ts,
        thread_ts="",
        author_id=None,
        side=Side.OTHER,
        end=End.IGNORED,
        reason=GONE,
        said_at=catchup.moment(ts),
        text_id=None,
        deleted_at=work.at if deleted else None,
    )
