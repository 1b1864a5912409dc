"""Satisfaction polls: when somebody is asked, who never is, and what becomes of a vote."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.errors import Refused
from bot.rules import access, calendar
from bot.rules.ballots import BEST
from storage.records.channels import Channel, Role
from storage.records.csat import Ballot, Poll, Polling, PollState
from storage.records.hours import Hours
from storage.records.people import Person, Team
from storage.records.tickets import Resolution, Ticket
from storage.records.workspaces import DeskSettings, Mode

CHANGES = timedelta(days=7)
"""For so long a vote may be changed (PRODUCT 9.1)."""

MOMENT = timedelta(days=3)
"""Who could not be asked within so long after the time for it is not asked any more."""

LONGEST_COMMENT = 3000
SILENCE, GAP, OFF, REOPENED, MERGED = "silence", "gap", "off", "reopened", "merged"
UNSENT, LATE = "unsent", "late"

WHY = MappingProxyType(
    {
        REOPENED: "the ticket is not solved",
        MERGED: "the ticket is part of another one",
        "duplicate": "the ticket is a duplicate",
        "not-a-request": "nothing was asked",
        SILENCE: "the customer never answered, and the ticket was closed for it",
        "unreachable": "there is no thread in which the customer could be asked",
        "unknown": "nobody knows who asked",
        "left": "whoever asked has left",
        "bot": "a bot asked",
        "colleague": "a colleague asked, not a customer",
        "guest": "a guest asked, and the channel is not known as a customer’s",
        OFF: "polls are switched off",
        GAP: "whoever asked was asked in a poll lately",
        LATE: "the desk was down when it was time",
        UNSENT: "Slack did not take it",
    }
)
"""Why somebody is not asked, as the end of a sentence."""


def ask_at(planned_at: datetime, polling: Polling, hours: Hours) -> datetime:
    """When to ask: after so much of the customer's opening time, and while that lasts (UTC)."""
    return calendar.opens_next(calendar.add_open_time(planned_at, polling.delay, hours), hours)


def is_never(ticket: Ticket) -> str:
    """Why nobody is ever asked about a ticket that ended so, ``""`` when somebody may be."""
    if not ticket.is_done:
        return REOPENED
    if ticket.merged_id is not None:
        return MERGED
    ends = {
        Resolution.DUPLICATE: "duplicate",
        Resolution.NOT_A_REQUEST: "not-a-request",
        Resolution.NO_ANSWER: SILENCE,
    }
    return ends.get(ticket.resolution, "") if ticket.resolution else ""


def is_nobody(asker: Person | None, channel: Channel, *, team: Team, settings: DeskSettings) -> str:
    """Why whoever asked is no customer, ``""`` for a customer.

    Where everybody may ask, only those with a role are ours. Guests carry our own team id
    (FACTS 5): in a channel that somebody has mapped they are customers, too, in others most
    likely our own. Raises Unknown when it is to be asked first who has a role.
    """
    if asker is None or not asker.is_found:
        return "unknown"
    if asker.is_deleted:
        return "left"
    if asker.is_bot:
        return "bot"
    if access.mode_of(channel, settings) is Mode.COMMUNITY:
        return "colleague" if access.roles(asker, team) else ""
    if access.is_staff(asker, team):
        return "colleague"
    is_customers = channel.account_id is not None or channel.mode is not None
    return "guest" if asker.is_guest and not is_customers else ""


def is_nowhere(ticket: Ticket, channel: Channel, settings: DeskSettings) -> str:
    """Why nobody can be asked in the ticket's channel, ``""`` where somebody can."""
    if not settings.csat.is_on or channel.id in settings.csat.off:
        return OFF
    is_theirs = access.role_of(channel, settings) in (Role.CUSTOMER, Role.PUBLIC)
    is_there = channel.is_found and channel.is_member and not channel.is_archived
    return "" if ticket.thread_ts and is_theirs and is_there else "unreachable"


def is_too_soon(last: datetime | None, polling: Polling, *, now: datetime) -> str:
    """``gap`` while somebody was asked ``last`` within the gap, else ``""``."""
    return GAP if last is not None and now - last < polling.gap else ""


def reminds_at(poll: Poll, polling: Polling, hours: Hours) -> datetime | None:
    """When to remind somebody who was asked, None when that is not to be."""
    if poll.asked_at is None or poll.reminded_at is not None or not polling.remind:
        return None
    at = calendar.opens_next(poll.asked_at + polling.remind, hours)
    return at if at < expires_at(poll, polling) else None


def expires_at(poll: Poll, polling: Polling) -> datetime:
    """When a poll ends that nobody votes in."""
    return (poll.asked_at or poll.planned_at) + polling.expire


def next_look(poll: Poll, polling: Polling, hours: Hours) -> datetime | None:
    """When the desk has to look at a poll again, once somebody was asked; None for never."""
    match poll.state:
        case PollState.ASKED:
            return reminds_at(poll, polling, hours) or expires_at(poll, polling)
        case PollState.VOTED if poll.voted_at:
            return poll.voted_at + CHANGES
    return None


def dropped(poll: Poll, why: str, *, now: datetime) -> Poll:
    """Nobody is asked, or asked any more."""
    return replace(poll, state=PollState.DROPPED, why=why, due_at=None, ended_at=now)


def is_final(poll: Poll, *, now: datetime) -> bool:
    """True once a vote stays as it is."""
    return poll.voted_at is not None and now >= poll.voted_at + CHANGES


def cast(poll: Poll, score: int, ballot: Ballot, *, mark: str, number: int, now: datetime) -> Poll:
    """The poll with this vote, the first one or another. Raises Refused with why it cannot count.

    ``number`` is the ticket's, ``mark`` the message or emoji of the vote.
    """
    check_open(poll, number=number, now=now)
    voted = replace(poll, score=score, ballot=ballot, mark=mark)
    if poll.score is None:
        return replace(voted, state=PollState.VOTED, voted_at=now)
    if poll.score == score:
        raise Refused(f"You gave {score} of {BEST} for #{number} already. It counts, thank you!")
    return replace(voted, changed_at=now)


def check_open(poll: Poll, *, number: int, now: datetime) -> None:
    """Raises Refused with why no vote can count any more, or yet."""
    if not poll.is_shown:
        raise Refused(_why_closed(poll, number))
    if poll.state is PollState.EXPIRED:
        raise Refused(
            f"The poll about #{number} is over, so this does not count any more."
            " Whatever you want to tell us, just write it here."
        )
    if is_final(poll, now=now):
        raise Refused(
            f"You gave {poll.score} of {BEST} for #{number}. A vote can be changed for"
            f" {CHANGES.days} days, so it stays. Thank you!"
        )


def _why_closed(poll: Poll, number: int) -> str:
    if poll.why == REOPENED:
        return f"#{number} is open again, so there is nothing to rate yet."
    return f"There is no poll about #{number} any more. Thank you all the same!"


def withdrawn(poll: Poll, polling: Polling, *, now: datetime) -> Poll:
    """The poll without its vote: open again, or over by now."""
    bare = replace(poll, score=None, ballot=None, mark="", voted_at=None, changed_at=None)
    if now >= expires_at(poll, polling):
        return replace(bare, state=PollState.EXPIRED, due_at=None, ended_at=now)
    return replace(bare, state=PollState.ASKED, due_at=expires_at(poll, polling))


def is_low(score: int | None, polling: Polling) -> bool:
    """True for a score that calls for somebody to make good."""
    return score is not None and score <= polling.low


def checked_comment(words: str) -> str:
    """A comment that can be kept. Raises Refused."""
    said = words.strip()
    if not said:
        raise Refused("Write a word or two, or close this form.", field="text")
    if len(said) > LONGEST_COMMENT:
        raise Refused(f"Please say it in {LONGEST_COMMENT:,} characters at most.", field="text")
    return said
