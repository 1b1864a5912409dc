"""Votes by plain reply, and what becomes of them when they are edited or deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from bot.rules import access, catchup
from bot.rules import ballots as rules
from bot.rules import csat as polls
from bot.usecases import announce, csat
from bot.usecases.inputs import Edited, Said
from bot.usecases.notices import CsatPost, CsatReminder, Whisper
from bot.usecases.work import Work
from storage import csat as stored
from storage import messages, outbox, tickets
from storage.records.channels import Channel
from storage.records.csat import Ballot, Poll
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.tickets import Ticket

VOTE, COMMENT = "vote", "comment"
REASONS = frozenset({VOTE, COMMENT})
KINDS = frozenset({CsatPost.kind, CsatReminder.kind})
PLAIN = frozenset({"", "thread_broadcast"})
COUNTS = (
    "Thank you! {score} of 5 counts for #{n}. Another number within 7 days changes it;"
    " `comment:` and your words tell us more."
)
BESIDE = "Thank you! {score} of 5 counts for #{n}, and our team reads what you wrote beside it."
HALF = (
    "We took that as a message, not as a vote, so somebody reads it. A vote on #{n} is nothing but"
    " a number from 1 to 5, or a face."
)
SLIP = "We count from 1, very bad, to 5, very good. Reply with one of these numbers to rate #{n}."
STAYS = "Your vote of {score} for #{n} stays as it is. We read what you wrote."
GONE = "You deleted your vote for #{n}, so it does not count any more."
TOO_LATE = "A vote stays after 7 days, so {score} of 5 counts for #{n}. Your message is erased."
REOPENED = "#{n} is open again, so we took that as a message, not as a vote."
THANKS = "Thank you, we read that."


@dataclass(frozen=True, slots=True)
class _Case:
    """A message that may be about a poll."""

    work: Work
    item: Said
    channel: Channel
    poll: Poll
    ticket: Ticket
    author: Person

    @property
    def is_asker(self) -> bool:
        return self.author.id == self.poll.asker_id


def heard(work: Work, item: Said) -> str | None:
    """A reply that votes or comments in a poll; None for words that are none of a poll's.

    Raises Unknown for people and channels.
    """
    if item.bot_id or item.subtype not in PLAIN:
        return None
    if not (access.is_private(item.channel) or _may_be_one(item.text)):
        return None
    channel = work.channel(item.channel)
    known = messages.by_ts(work.unit, channel.id, item.ts)
    poll = None if known else _poll_of(work, channel, item)
    if poll is None:
        return None
    ticket, author = work.ticket(poll.ticket_id), work.person(item.author)
    case = _Case(work, item, channel, poll, ticket, author)
    return _in_private(case) if access.is_private(item.channel) else _in_thread(case)


def _may_be_one(text: str) -> bool:
    is_number = rules.read(text) is not None or rules.is_half(text) or rules.is_slip(text)
    return is_number or bool(rules.comment_in(text))


def _poll_of(work: Work, channel: Channel, item: Said) -> Poll | None:
    """The poll in whose thread it was said; at the top of a channel the last that it may answer."""
    if not item.is_reply:
        last = stored.latest_of(work.unit, work.person(item.author).id)
        return last if last and _is_answered_at_top(last, channel, item) else None
    post = outbox.by_place(work.unit, channel.id, item.thread_ts)
    if post is not None and post.kind in KINDS:
        return stored.by_id(work.unit, post.body["poll_id"])
    ticket = tickets.by_thread(work.unit, channel.id, item.thread_ts)
    return _last_asked(work, ticket.id) if ticket else None


def _is_answered_at_top(poll: Poll, channel: Channel, item: Said) -> bool:
    """Among the two of us all may be about it; where others read a mere number, and no more."""
    if poll.place_id == channel.id:
        return True
    return poll.is_open and poll.channel_id == channel.id and _is_vote(item.text)


def _last_asked(work: Work, ticket_id: int) -> Poll | None:
    """Of a ticket that was solved twice that of the first time, until the next is asked."""
    shown = stored.shown(work.unit, [ticket_id])
    return shown.get(ticket_id) or stored.latest(work.unit, ticket_id)


def _in_thread(case: _Case) -> str | None:
    """Nothing that somebody writes is lost: what is no vote is a message like any other."""
    item = case.item
    is_ours = access.is_staff(case.author, case.work.tenant.team)
    if is_ours:
        return None
    if not _is_about_poll(case):
        _explain_reopened(case)
        return None
    if _is_vote(item.text) and (case.is_asker or not rules.remark_in(item.text)):
        return _voted(case)
    if rules.is_half(item.text):
        if case.poll.is_open and case.is_asker:
            _whisper(case.work, item, HALF.format(n=case.ticket.number))
        return None
    return _commented(case) if _may_comment(case) else None


def _is_vote(text: str) -> bool:
    """True for a vote, also for one that cannot count as it is."""
    return rules.read(text) is not None or rules.is_slip(text)


def _is_about_poll(case: _Case) -> bool:
    """Once one of us asked something again, a number may well answer that."""
    ticket, poll = case.ticket, case.poll
    if not (poll.is_shown and ticket.is_done):
        return False
    ours, asked = ticket.last_ours_at, poll.asked_at
    return ours is None or asked is None or ours <= asked or not _asked_again(case, asked)


def _explain_reopened(case: _Case) -> None:
    """A vote that comes after the ticket was opened again is a message; its author hears why."""
    poll, ticket, item = case.poll, case.ticket, case.item
    ours, ended = ticket.last_ours_at, poll.ended_at
    is_late = poll.why == polls.REOPENED and ended is not None and (ours is None or ours <= ended)
    if is_late and case.is_asker and rules.read(item.text) is not None:
        _whisper(case.work, item, REOPENED.format(n=ticket.number))


def _asked_again(case: _Case, since: datetime) -> bool:
    said = messages.of_ticket(case.work.unit, case.ticket.id)
    ours = [each for each in said if each.side is Side.OURS and each.said_at > since]
    return any(rules.may_ask(each.text) for each in ours)


def _in_private(case: _Case) -> str | None:
    """Among the two of us all that is said in the poll's thread is about it."""
    if _is_vote(case.item.text):
        return _voted(case)
    is_meant = case.item.is_reply or rules.comment_in(case.item.text)
    return _commented(case) if is_meant and _may_comment(case) else None


def _voted(case: _Case) -> str:
    work, item, number = case.work, case.item, case.ticket.number
    kept = _keep(case, VOTE)
    try:
        poll = _counted(work, case.poll, case.ticket, item)
    except Refused as refusal:
        _whisper(work, item, str(refusal))
        return f"refused: {refusal}"
    _remarked(work, poll, case.ticket, kept)
    words = BESIDE if rules.remark_in(item.text) else COUNTS
    _whisper(work, item, words.format(score=poll.score, n=number))
    return f"vote: {poll.score}"


def _counted(work: Work, poll: Poll, ticket: Ticket, item: Said | Edited) -> Poll:
    """The poll with the vote of a reply. Raises Refused with why it cannot count."""
    csat.check_asker(poll, work.person(_who(item)))
    score, n = rules.read(item.text), ticket.number
    if score in (None, poll.score):
        csat.check_ticket(poll, ticket)
        polls.check_open(poll, number=n, now=work.at)
    if score is None:
        raise Refused(SLIP.format(n=n))
    if score == poll.score and rules.remark_in(item.text):
        return poll  # the words beside it are new
    return csat.counted(work, poll, ticket, score, ballot=Ballot.REPLY, mark=item.ts)


def _remarked(work: Work, poll: Poll, ticket: Ticket, kept: Message) -> None:
    """What stands beside a vote in the same message is its comment."""
    if rules.remark_in(kept.text):
        csat.commented(work, poll, ticket, kept.text_id)


def _is_its(work: Work, poll: Poll, known: Message) -> bool:
    """True where the comment of a poll is what a message said, as it is or was."""
    return poll.comment_id in messages.text_ids(work.unit, known)


def _may_comment(case: _Case) -> bool:
    try:
        csat.check_comment(case.work, case.poll, case.author)
    except Refused:
        return False
    return True


def _commented(case: _Case) -> str:
    kept = _keep(case, COMMENT)
    csat.commented(case.work, case.poll, case.ticket, kept.text_id)
    _whisper(case.work, case.item, THANKS)
    return COMMENT


def _keep(case: _Case, reason: str) -> Message:
    """The message comes to its end in the poll: it moves no ticket."""
    work, item = case.work, case.item
    kept = Message(
        workspace_id=work.workspace_id,
        id=work.row_id,
        channel_id=case.channel.id,
        ts=item.ts,
        thread_ts=item.thread_ts if item.is_reply else "",
        author_id=case.author.id,
        side=Side.OTHER,
        end=End.JOINED,
        reason=reason,
        said_at=catchup.moment(item.ts),
        text_id=work.row_id,
        text=item.text,
        ticket_id=case.ticket.id,
        found_at=item.found_at,
    )
    messages.add(work.unit, kept)
    return kept


def _whisper(work: Work, item: Said | Edited, words: str) -> None:
    tell(work, _who(item), words, channel=item.channel, thread_ts=item.thread_ts)


def _who(item: Said | Edited) -> str:
    return item.editor if isinstance(item, Edited) else item.author


def tell(work: Work, person: str, words: str, *, channel: str, thread_ts: str) -> None:
    """Privately; where nobody else reads along anyway, as a plain message."""
    place = ("", "") if access.is_private(channel) else (channel, thread_ts)
    announce.whisper(work, Whisper(words, person, *place))


def edited(work: Work, known: Message, item: Edited) -> str | None:
    """A vote or comment was changed; None when it became words like others."""
    poll = _last_asked(work, known.ticket_id or 0)
    if poll is None:
        return None
    if known.reason == VOTE:
        return _vote_edited(work, poll, known, item)
    if not (access.is_private(item.channel) or rules.comment_in(item.text)):
        csat.commented(work, poll, work.ticket(poll.ticket_id), None)
        return None
    kept = _reworded(work, known, item)
    if _is_its(work, poll, kept):
        csat.commented(work, poll, work.ticket(poll.ticket_id), kept.text_id)
    return COMMENT


def _vote_edited(work: Work, poll: Poll, known: Message, item: Edited) -> str | None:
    ticket = work.ticket(poll.ticket_id)
    if not _is_vote(item.text):
        return _words_instead(work, poll, known, item)
    kept = _reworded(work, known, item)
    if _is_its(work, poll, kept) and not rules.remark_in(item.text):
        poll = csat.commented(work, poll, ticket, None)
    try:
        poll = _counted(work, poll, ticket, item)
    except Refused as refusal:
        _whisper(work, item, str(refusal))
        return f"refused: {refusal}"
    _remarked(work, poll, ticket, kept)
    _whisper(work, item, COUNTS.format(score=poll.score, n=ticket.number))
    return f"vote: {poll.score}"


def _words_instead(work: Work, poll: Poll, known: Message, item: Edited) -> str | None:
    """Words in the place of a vote that stays: its comment, or None for a message like others."""
    ticket = work.ticket(poll.ticket_id)
    if access.is_private(item.channel) or rules.comment_in(item.text):
        try:
            csat.check_comment(work, poll, work.person(item.editor))
        except Refused as refusal:
            _whisper(work, item, str(refusal))
        else:
            csat.commented(work, poll, ticket, _reworded(work, known, item).text_id)
            _whisper(work, item, THANKS)
            return COMMENT
    elif poll.mark == known.ts and poll.score:
        _whisper(work, item, STAYS.format(score=poll.score, n=ticket.number))
    return None


def _reworded(work: Work, known: Message, item: Edited) -> Message:
    told = replace(known, text_id=work.row_id, text=item.text)
    changed = replace(told, edited_at=item.at, edit_stamp=item.event_ts)
    return messages.save(work.unit, known, changed)


def deleted(work: Work, known: Message) -> str:
    """A vote or comment was taken back; its words are erased already."""
    poll = _last_asked(work, known.ticket_id or 0)
    if poll is None:
        return "deleted"
    ticket = work.ticket(poll.ticket_id)
    if _is_its(work, poll, known):
        poll = csat.commented(work, poll, ticket, None)
    if known.reason == COMMENT or poll.ballot is not Ballot.REPLY or poll.mark != known.ts:
        return "deleted"
    words = TOO_LATE.format(score=poll.score, n=ticket.number)
    if not polls.is_final(poll, now=work.at):
        csat.uncounted(work, poll, ticket)
        words = GONE.format(n=ticket.number)
    channel = work.channel_by_id(known.channel_id)
    person = work.person_of(poll.asker_id)
    place = channel.slack_id if channel else ""
    tell(work, person.slack_id, words, channel=place, thread_ts=known.thread_ts)
    return "vote taken back"
