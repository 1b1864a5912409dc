"""An escalation goes from hand to hand: saved, measured, and told to both sides."""

from __future__ import annotations

from dataclasses import replace

from bot.ids import new_id
from bot.rules import escalation as rules
from bot.rules import lifecycle
from bot.usecases import announce
from bot.usecases import notices as say
from bot.usecases.work import Work
from storage import escalations, outbox, replies
from storage.records.escalations import Escalation, Guest, HandOff, Level, Stage, Step
from storage.records.hours import Hours
from storage.records.messages import Message
from storage.records.replies import Reply, ReplyState
from storage.records.tickets import Resolution, Ticket

ACT = "escalation"
"""The history's word for what becomes of an escalation; ``after`` says what."""


def moved(
    work: Work,
    ticket: Ticket,
    before: Escalation,
    after: Escalation,
    *,
    step: Step,
    by: int | None,
) -> Escalation:
    """Write what changed, with whose hand it is in now, and draw card and packet anew."""
    if after.is_live:
        level = rules.level_named(work.settings.ladder, after.level)
        hours = hours_of(work, level)
        after = replace(after, due_at=rules.look_at(level, after.stage, hours, work.at))
    kept = escalations.save(work.unit, before, after)
    handed(work, ticket, kept, step, by=by)
    announce.packet(work, ticket, kept)
    return kept


def handed(
    work: Work, ticket: Ticket, escalation: Escalation, step: Step, *, by: int | None
) -> None:
    """One more row of who had the ticket when, and one of its history."""
    there = rules.holder(ticket, escalation)
    off = HandOff(
        workspace_id=work.workspace_id,
        id=new_id(),
        ticket_id=ticket.id,
        escalation_id=escalation.id,
        at=work.at,
        step=step,
        by_id=by,
        hand=there.hand,
        person_id=there.person_id,
        level=escalation.level,
    )
    escalations.hand_over(work.unit, off)
    words = f"{step}, {escalation.level}"
    announce.tell(work, [lifecycle.moved(ticket, ACT, "", words, by=by, now=work.at)])


def hours_of(work: Work, level: Level | None) -> Hours:
    """In which hours a level accepts: a rota works round the clock, all else when the desk does."""
    return Hours.always() if level is not None and level.rota else work.settings.hours


def noted(
    work: Work,
    ticket: Ticket,
    escalation: Escalation,
    reason: str,
    *,
    message: Message | None = None,
) -> None:
    """Say under the card what became of an escalation."""
    about = message.id if message else None
    announce.under_card(work, ticket, say.EscalationNote(ticket.id, escalation.id, reason, about))


def settled(work: Work, before: Ticket, after: Ticket) -> Ticket:
    """What becomes of an escalation by a change of its ticket: the ticket to save.

    Asked by every change of a ticket: what is under way is remembered, so it costs no query.
    """
    if after.is_done and not before.is_done:
        _let_guest_go(work, after)
    found = escalations.of_live(work.unit, before.id)
    if found is None:
        return after
    if after.merged_id is not None and before.merged_id is None:
        _went_along(work, found, after)
    elif after.is_done and not before.is_done:
        _over(work, after, found)
    elif after.last_ours_at != before.last_ours_at and _is_told(work, found):
        return _closed(work, after, found)
    return after


def _over(work: Work, ticket: Ticket, found: Escalation) -> None:
    is_nothing = ticket.resolution is Resolution.NOT_A_REQUEST
    stage = Stage.WITHDRAWN if is_nothing else Stage.CLOSED
    over = rules.ended(found, stage, now=work.at)
    moved(work, ticket, found, over, step=Step.ENDED, by=None)
    announce.in_packet(work, ticket, over, "ended")


def _is_told(work: Work, found: Escalation) -> bool:
    """Whether the answer of ours that was just given closes the loop."""
    if found.stage is Stage.CLOSING:
        return True
    reply = replies.by_id(work.unit, found.reply_id) if found.reply_id else None
    return reply is not None and reply.state is ReplyState.SENT


def _closed(work: Work, ticket: Ticket, found: Escalation) -> Ticket:
    """Whoever escalates it again begins at the foot of the ladder."""
    closed = rules.ended(found, Stage.CLOSED, now=work.at)
    moved(work, ticket, found, closed, step=Step.CLOSED, by=None)
    announce.in_packet(work, ticket, closed, "closed")
    return replace(ticket, level="")


def _went_along(work: Work, found: Escalation, part: Ticket) -> None:
    """It goes on for the ticket that has the words now, unless that is escalated itself."""
    whole = work.ticket(part.merged_id or 0)
    if escalations.of_live(work.unit, whole.id) is not None:
        over = rules.ended(found, Stage.WITHDRAWN, now=work.at)
        moved(work, part, found, over, step=Step.ENDED, by=None)
        announce.in_packet(work, part, over, "merged")
        return
    handed(work, part, rules.ended(found, Stage.WITHDRAWN, now=work.at), Step.ENDED, by=None)
    kept = escalations.save(work.unit, found, replace(found, ticket_id=whole.id))
    handed(work, whole, kept, Step.MOVED, by=None)
    announce.packet(work, whole, kept)
    announce.in_packet(work, whole, kept, "went-along")


def reply_ended(work: Work, ticket: Ticket, reply: Reply) -> None:
    """A draft whose reply was taken back, or could not be sent, waits for approval again."""
    if reply.state not in (ReplyState.UNDONE, ReplyState.FAILED):
        return
    found = escalations.of_live(work.unit, ticket.id)
    if found is not None and found.reply_id == reply.id:
        kept = escalations.save(work.unit, found, rules.unsent(found))
        announce.packet(work, ticket, kept)
        noted(work, ticket, kept, "unsent")


def guested(work: Work, ticket: Ticket, guest: Guest, act: str, *, by: int | None) -> None:
    """Somebody was pulled in, or let go; their direct message and the card's thread say so."""
    told = [lifecycle.moved(ticket, act, "", str(guest.person_id), by=by, now=work.at)]
    announce.tell(work, told)
    announce.under_card(work, ticket, say.GuestNote(ticket.id, guest.id))
    announce.invitation(work, ticket, guest)


def _let_guest_go(work: Work, ticket: Ticket) -> None:
    there = escalations.guest_of(work.unit, ticket.id)
    if there is not None:
        escalations.save_guest(work.unit, there, replace(there, ended_at=work.at))
        guested(work, ticket, there, "guest-out", by=None)


def is_packets(work: Work, message: Message) -> bool:
    """Whether a note of the team was written in the thread of a packet."""
    post = outbox.by_place(work.unit, message.channel_id, message.thread_ts)
    return post is not None and post.kind == say.Packet.kind


def talked(work: Work, ticket: Ticket, message: Message) -> None:
    """What an agent writes in the packet's thread says what was asked back there."""
    found = escalations.of_live(work.unit, ticket.id)
    if found is None or found.stage is not Stage.ASKED_BACK:
        return
    if message.author_id not in (found.holder_id, None):
        moved(work, ticket, found, rules.told(found), step=Step.TOLD, by=message.author_id)


def is_waited_for(work: Work, ticket: Ticket) -> bool:
    """Whether some level has a question of this ticket: its silence closes nothing then."""
    return escalations.of_live(work.unit, ticket.id) is not None
