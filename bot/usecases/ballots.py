"""Votes by plain reply and by emoji, what becomes of them when they are edited or deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.rules import access, catchup
from bot.rules import ballots as rules
from bot.rules import csat as polls
from bot.usecases import announce, csat
from bot.usecases.inputs import Edited, Reacted, Said
from bot.usecases.notices import CsatPost, CsatReminder, Whisper
from bot.usecases.work import Work
from storage import channels, messages, outbox, tickets
from storage import csat as stored
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
HALF = (
    "We took that as a message, not as a vote, so somebody reads it. To rate #{n}, reply with"
    " nothing but a number from 1 to 5, or press a face."
)
STAYS = "Your vote of {score} for #{n} stays as it is. We read what you wrote."
GONE = "You deleted your vote for #{n}, so it does not count any more."
TOO_LATE = "A vote stays after 7 days, so {score} of 5 counts for #{n}. Your message is erased."
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
    if not (_is_private(item.channel) or _may_be_one(item.text)):
        return None
    channel = work.channel(item.channel)
    known = messages.by_ts(work.unit, channel.id, item.ts)
    poll = None if known else _poll_of(work, channel, item)
    if poll is None:
        return None
    ticket, author = work.ticket(poll.ticket_id), work.person(item.author)
    case = _Case(work, item, channel, poll, ticket, author)
    return _in_private(case) if _is_private(item.channel) else _in_thread(case)


def _is_private(channel: str) -> bool:
    """True for a talk among somebody and us: nobody else reads along."""
    return channel.startswith("D")


def _may_be_one(text: str) -> bool:
    said = rules.read(text) is not None or rules.is_half(text)
    return said or bool(rules.comment_in(text))


def _poll_of(work: Work, channel: Channel, item: Said) -> Poll | None:
    """The poll in whose thread it was said; at the top of a private talk the last one."""
    if not item.is_reply:
        last = stored.latest_of(work.unit, work.person(item.author).id)
        return last if last and last.place_id == channel.id else None
    post = outbox.by_place(work.unit, channel.id, item.thread_ts)
    if post is not None and post.kind in KINDS:
        return stored.by_id(work.unit, post.body["poll_id"])
    ticket = tickets.by_thread(work.unit, channel.id, item.thread_ts)
    return stored.latest(work.unit, ticket.id) if ticket else None


def _in_thread(case: _Case) -> str | None:
    """Nothing that somebody writes is lost: what is no vote is a message like any other."""
    item, score = case.item, rules.read(case.item.text)
    is_ours = access.is_staff(case.author, case.work.tenant.team)
    if is_ours or not _is_about_poll(case.ticket, case.poll):
        return None
    if score is not None:
        return _voted(case, score)
    if rules.is_half(item.text):
        if case.poll.is_open and case.is_asker:
            _whisper(case.work, item, HALF.format(n=case.ticket.number))
        return None
    return _commented(case) if _may_comment(case) else None


def _is_about_poll(ticket: Ticket, poll: Poll) -> bool:
    """Once one of us wrote again, a number may well answer that."""
    ours, asked = ticket.last_ours_at, poll.asked_at
    is_last = ours is None or asked is None or ours <= asked
    return poll.is_shown and ticket.is_done and is_last


def _in_private(case: _Case) -> str | None:
    """Among the two of us all that is said in the poll's thread is about it."""
    score = rules.read(case.item.text)
    if score is not None:
        return _voted(case, score)
    is_meant = case.item.is_reply or rules.comment_in(case.item.text)
    return _commented(case) if is_meant and _may_comment(case) else None


def _voted(case: _Case, score: int) -> str:
    work, item, number = case.work, case.item, case.ticket.number
    _keep(case, VOTE)
    try:
        csat.check_asker(case.poll, case.author)
        csat.counted(work, case.poll, case.ticket, score, ballot=Ballot.REPLY, mark=item.ts)
    except Refused as refusal:
        _whisper(work, item, str(refusal))
        return f"refused: {refusal}"
    _whisper(work, item, COUNTS.format(score=score, n=number))
    return f"vote: {score}"


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
    person = item.editor if isinstance(item, Edited) else item.author
    _tell(work, person, words, channel=item.channel, thread_ts=item.thread_ts)


def _tell(work: Work, person: str, words: str, *, channel: str, thread_ts: str) -> None:
    """Privately; where nobody else reads along anyway, as a plain message."""
    place = ("", "") if _is_private(channel) else (channel, thread_ts)
    announce.whisper(work, Whisper(words, person, *place))


def edited(work: Work, known: Message, item: Edited) -> str | None:
    """A vote or comment was changed; None when it became words like others."""
    poll = stored.latest(work.unit, known.ticket_id or 0)
    if poll is None:
        return None
    if known.reason == VOTE:
        return _vote_edited(work, poll, known, item)
    if not (_is_private(item.channel) or rules.comment_in(item.text)):
        csat.commented(work, poll, work.ticket(poll.ticket_id), None)
        return None
    kept = _reworded(work, known, item)
    if poll.comment_id in messages.text_ids(work.unit, kept):
        csat.commented(work, poll, work.ticket(poll.ticket_id), kept.text_id)
    return COMMENT


def _vote_edited(work: Work, poll: Poll, known: Message, item: Edited) -> str | None:
    ticket, score = work.ticket(poll.ticket_id), rules.read(item.text)
    if score is None:
        is_counted = poll.mark == known.ts and poll.score
        if is_counted:
            _whisper(work, item, STAYS.format(score=poll.score, n=ticket.number))
        return None
    _reworded(work, known, item)
    try:
        csat.check_asker(poll, work.person(item.editor))
        csat.counted(work, poll, ticket, score, ballot=Ballot.REPLY, mark=known.ts)
    except Refused as refusal:
        _whisper(work, item, str(refusal))
        return f"refused: {refusal}"
    _whisper(work, item, COUNTS.format(score=score, n=ticket.number))
    return f"vote: {score}"


def _reworded(work: Work, known: Message, item: Edited) -> Message:
    told = replace(known, text_id=work.row_id, text=item.text)
    changed = replace(told, edited_at=item.at, edit_stamp=item.event_ts)
    return messages.save(work.unit, known, changed)


def deleted(work: Work, known: Message) -> str:
    """A vote or comment was taken back; its words are erased already."""
    poll = stored.latest(work.unit, known.ticket_id or 0)
    if poll is None:
        return "deleted"
    ticket = work.ticket(poll.ticket_id)
    if known.reason == COMMENT:
        if poll.comment_id in messages.text_ids(work.unit, known):
            csat.commented(work, poll, ticket, None)
        return "deleted"
    if poll.ballot is not Ballot.REPLY or poll.mark != known.ts:
        return "deleted"
    words = TOO_LATE.format(score=poll.score, n=ticket.number)
    if not polls.is_final(poll, now=work.at):
        csat.uncounted(work, poll, ticket)
        words = GONE.format(n=ticket.number)
    channel = work.channel_by_id(known.channel_id)
    person = work.person_of(poll.asker_id)
    place = channel.slack_id if channel else ""
    _tell(work, person.slack_id, words, channel=place, thread_ts=known.thread_ts)
    return "vote taken back"


def reacted(work: Work, item: Reacted) -> str | None:
    """An emoji on a poll that says how we did; None for any other."""
    score = rules.score_of(item.emoji)
    channel = channels.by_slack(work.unit, item.channel) if score else None
    post = outbox.by_place(work.unit, channel.id, item.ts) if channel else None
    if score is None or post is None or post.kind not in KINDS:
        return None
    poll, ticket = csat.found(work, post.body["poll_id"])
    if item.removed:
        return _taken_off(work, item, poll, ticket)
    try:
        csat.check_asker(poll, work.person(item.person))
        csat.counted(work, poll, ticket, score, ballot=Ballot.REACTION, mark=item.emoji)
    except Refused as refusal:
        told = {"channel": item.channel, "thread_ts": post.thread_ts}
        _tell(work, item.person, str(refusal), **told)
        return f"refused: {refusal}"
    return f"vote: {score}"


def _taken_off(work: Work, item: Reacted, poll: Poll, ticket: Ticket) -> str:
    is_asker = work.person(item.person).id == poll.asker_id
    is_vote = poll.ballot is Ballot.REACTION and poll.mark == item.emoji
    if is_asker and is_vote and not polls.is_final(poll, now=work.at):
        csat.uncounted(work, poll, ticket)
        return "vote taken back"
    return "just an emoji"
