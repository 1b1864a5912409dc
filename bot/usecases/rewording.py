"""What people change or take back after they have said it: their words follow, wherever shown."""

from __future__ import annotations

from dataclasses import replace

from bot.rules import lifecycle
from bot.rules.lifecycle import Told
from bot.usecases import announce, ask, ballots, intake, packet, track, waking
from bot.usecases.events import MessageDeleted, MessageEdited
from bot.usecases.inputs import Deleted, Edited, Said
from bot.usecases.work import Work
from storage import messages, outbox, texts, tickets
from storage.records.channels import Channel
from storage.records.messages import ANSWERING, FileRef, Message, Side
from storage.records.tickets import Ticket

NOTHING_NEW = "nothing new"
SAID_NOTHING = frozenset({"courtesy", "empty"})


def edited(work: Work, item: Edited) -> str:
    """Keep both versions; tell the owner when it changed after our answer.

    An edit may come before its message.
    """
    channel = work.channel(item.channel)
    known = messages.by_ts(work.unit, channel.id, item.ts)
    if known is None or intake.is_stub(known):
        return _said_late(work, channel, item, known)
    is_older = bool(known.deleted_at) or known.edit_stamp >= item.event_ts
    if is_older or _is_same(known, item):
        if not is_older:  # its words came by another way: older edits to come must not undo them
            messages.save(work.unit, known, replace(known, edit_stamp=item.event_ts))
        return intake.forgotten(work, NOTHING_NEW)
    if known.reason in ballots.REASONS:
        return ballots.edited(work, known, item) or _said_late(work, channel, item, known)
    if known.ticket_id is None and known.reason in SAID_NOTHING:
        return _said_late(work, channel, item, known)
    changed = _reworded(work, channel, known, item)
    messages.save(work.unit, known, changed)
    ticket = tickets.by_id(work.unit, known.ticket_id) if known.ticket_id else None
    if ticket is None:
        return "edited"
    packet.words_changed(work, ticket, known, changed)
    answered = ticket.last_ours_at is not None and ticket.last_ours_at > known.said_at
    event = MessageEdited(
        ticket,
        work.at,
        changed.author_id,
        message=changed,
        after_answer=answered and changed.side is Side.CUSTOMER and changed.text != known.text,
    )
    announce.tell(work, [event])
    return "edited"


def _is_same(known: Message, item: Edited) -> bool:
    files = [file.id for file in known.files], [file.id for file in item.files]
    return known.text == item.text and files[0] == files[1]


def _reworded(work: Work, channel: Channel, known: Message, item: Edited) -> Message:
    """``edited.ts`` counts whole seconds, so the edit's own ts tells which of two is the later.

    What was only a file had no words to keep, and may get some.
    """
    is_kept = known.text_id is not None or intake.keeps_words(work, channel, known.side)
    text_id = work.row_id if item.text and is_kept else known.text_id
    if not is_kept or known.text == item.text:
        text_id = known.text_id
        intake.forgotten(work, "its words are not kept, or are as they were")
    return replace(
        known,
        text_id=text_id,
        text=item.text,
        files=_files_now(known, item),
        edited_at=item.at,
        edit_stamp=item.event_ts,
    )


def _files_now(known: Message, item: Edited) -> tuple[FileRef, ...]:
    """An edit names another company's files no more than their message did: what we know stays.

    Where the words are as they were, somebody took a file away.
    """
    before = {file.id: file for file in known.files}
    files = tuple(f if f.name else before.get(f.id, f) for f in item.files)
    return files if files or known.text == item.text else known.files


def _said_late(work: Work, channel: Channel, item: Edited, known: Message | None) -> str:
    """An edit whose message we never saw, or that asked for nothing, is judged like a message."""
    late = Said(
        channel=item.channel,
        ts=item.ts,
        author=item.author or item.editor,
        at=item.at,
        text=item.text,
        thread_ts=item.thread_ts,
        bot_id=item.bot_id,
        files=item.files,
    )
    return intake.judge(work, channel, late, known=known, edit=item)


def deleted(work: Work, item: Deleted) -> str:
    """Erase the words, keep the stub. A deletion that comes first leaves a stub for its message."""
    channel = work.channel(item.channel)
    known = messages.by_ts(work.unit, channel.id, item.ts)
    if known is None and (own := outbox.by_place(work.unit, channel.id, item.ts)):
        ask.deleted(work, channel, own)
        return "own"
    if known is None:
        messages.add(work.unit, intake.stub(work, channel, item.ts, deleted=True))
        return "deleted before it came"
    if known.deleted_at:
        return NOTHING_NEW
    gone = replace(known, deleted_at=item.at, text="", files=())
    messages.save(work.unit, known, gone)
    texts.erase(work.unit, messages.text_ids(work.unit, known))
    if known.reason in ballots.REASONS:
        return ballots.deleted(work, known)
    if ticket := tickets.by_id(work.unit, known.ticket_id) if known.ticket_id else None:
        packet.words_changed(work, ticket, known, gone)
        now, events = _without(work, ticket, gone)
        deleted = MessageDeleted(now, work.at, known.author_id, message=gone)
        announce.tell(work, [deleted, *events])
    return "deleted"


def _without(work: Work, ticket: Ticket, gone: Message) -> Told:
    """The ticket as it is without a message; an answer that nobody can read is none."""
    if gone.side not in ANSWERING:
        return ticket, ()
    told = [
        each.said_at
        for each in messages.of_ticket(work.unit, ticket.id)
        if each.side in ANSWERING and each.deleted_at is None
        if not track.is_older(work, ticket, each)
    ]
    now, events = lifecycle.answer_deleted(ticket, told, by=gone.author_id, now=work.at)
    return waking.save(work, ticket, now), events
