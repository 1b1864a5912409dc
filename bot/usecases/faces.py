"""Votes by emoji on a poll: the last of those that stand there counts."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Refused
from bot.rules import ballots as rules
from bot.rules import csat as polls
from bot.usecases import ballots, csat
from bot.usecases.inputs import Reacted
from bot.usecases.work import Work
from storage import channels, outbox
from storage import csat as stored
from storage.records.csat import Ballot, Poll
from storage.records.tickets import Ticket


def reacted(work: Work, item: Reacted) -> str | None:
    """An emoji on a poll that says how we did; None for any other."""
    score = rules.score_of(item.emoji)
    channel = channels.by_slack(work.unit, item.channel) if score else None
    post = outbox.by_place(work.unit, channel.id, item.ts) if channel else None
    if score is None or post is None or post.kind not in ballots.KINDS:
        return None
    poll, ticket = csat.found(work, post.body["poll_id"])
    if item.removed:
        return _taken_off(work, item, poll, ticket)
    if _is_same_again(work, item, poll, score):
        mark = " ".join([*_others(poll, item.emoji), item.emoji])
        stored.save(work.unit, poll, replace(poll, mark=mark))
        return "just an emoji"
    try:
        csat.check_asker(poll, work.person(item.person))
        mark = " ".join([*_others(poll, item.emoji), item.emoji])
        csat.counted(work, poll, ticket, score, ballot=Ballot.REACTION, mark=mark)
    except Refused as refusal:
        told = {"channel": item.channel, "thread_ts": post.thread_ts}
        ballots.tell(work, item.person, str(refusal), **told)
        return f"refused: {refusal}"
    return f"vote: {score}"


def _is_same_again(work: Work, item: Reacted, poll: Poll, score: int) -> bool:
    """True for another emoji of the asker that says what the one before did."""
    is_new = poll.ballot is Ballot.REACTION and item.emoji not in poll.mark.split()
    return is_new and poll.score == score and work.person(item.person).id == poll.asker_id


def _others(poll: Poll, emoji: str) -> list[str]:
    """The emoji that voted before and still stand there, the last one last."""
    marks = poll.mark.split() if poll.ballot is Ballot.REACTION else []
    return [each for each in marks if each != emoji]


def _taken_off(work: Work, item: Reacted, poll: Poll, ticket: Ticket) -> str:
    """Of several emoji the last that stands is the vote; without any there is none."""
    is_asker = work.person(item.person).id == poll.asker_id
    rest = _others(poll, item.emoji)
    is_vote = poll.ballot is Ballot.REACTION and len(rest) < len(poll.mark.split())
    if not (is_asker and is_vote) or polls.is_final(poll, now=work.at):
        return "just an emoji"
    if not rest:
        csat.uncounted(work, poll, ticket)
        return "vote taken back"
    score, mark = rules.score_of(rest[-1]), " ".join(rest)
    if score == poll.score or score is None:
        stored.save(work.unit, poll, replace(poll, mark=mark))
        return "just an emoji"
    csat.counted(work, poll, ticket, score, ballot=Ballot.REACTION, mark=mark)
    return f"vote: {score}"
