"""Promises: what is promised in words, when its owner is warned, and whether it was kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules import lifecycle, when
from bot.rules.lifecycle import Told
from bot.rules.when import Asked
from storage.records.policies import WARN
from storage.records.promises import Promise, PromiseState
from storage.records.tickets import Resolution, Ticket

LAST_CALL = timedelta(hours=1)
LONGEST = 200  # characters of what a promise is about
MOST_WORDS = 7  # that may say when
NOTHING_PROMISED = (
    "No update is promised for #{n}. `/ticket promise {n} tomorrow 9am` promises one."
)

OFFERED = (
    *(("1h", "In an hour"), ("3h", "In 3 hours"), ("eod", "At the end of the day")),
    *(("tomorrow", "Tomorrow"), ("2d", "In 2 days"), ("next monday", "Next Monday")),
)
_JOINTS = frozenset({"about", "for", "on", "of", "the", "with", "to", "by", "and"})
_MORE_TIME = re.compile(
    r"(?:(?:at|on|by|until|before|after) )?(?:\d{1,2}[:.]\d{2}|\d{1,2} ?[ap]m|ago|noon|midnight"
    r"|yesterday|today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?![\w’'])",
    re.IGNORECASE,
)
_GONE = frozenset({Resolution.NOT_A_REQUEST, Resolution.DUPLICATE})


def read(words: str, asked: Asked) -> tuple[datetime, str]:
    """When, and what it is about: ``tomorrow 9am a first analysis``. Raises Refused.

    As many of the first words as make a time are one, and nothing is promised for another: when
    that is past, or there is no such day, that is told. The rest is for the customer to read.
    """
    said = words.split()
    for count in range(min(len(said), MOST_WORDS), 0, -1):
        if count > 1 and said[count - 1].casefold() in _JOINTS:
            continue
        try:
            at = when.parse(" ".join(said[:count]), asked)
        except when.NoTime:
            continue
        return at, _about(said[:count], said[count:])
    raise Refused(when.not_understood(" ".join(said[:MOST_WORDS])))


def _about(time: Sequence[str], rest: Sequence[str]) -> str:
    """What is promised. Refused where it begins like more of a time, such as ``at 25:00``."""
    what = " ".join(rest)
    if _MORE_TIME.match(what):
        raise Refused(when.not_understood(" ".join((*time, *rest[:2]))))
    return what


def checked(what: str) -> str:
    """What a promise is about, in a few words. Raises Refused."""
    words = " ".join(what.split())
    if len(words) > LONGEST:
        raise Refused(f"Say in {LONGEST} characters at most what it is about.", field="text")
    return words


def make(ticket: Ticket, at: datetime, *, by: int, now: datetime) -> Told:
    """The customer hears from us by ``at``, whatever was promised before."""
    lifecycle.need(ticket, "promise")
    if ticket.promised_at == at:
        raise Refused(f"An update on #{ticket.number} is promised for then already.")
    told = replace(ticket, promised_at=at)
    before = ticket.promised_at.isoformat() if ticket.promised_at else ""
    return told, (lifecycle.moved(told, "promise", before, at.isoformat(), by=by, now=now),)


def take_back(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """No update is promised any more."""
    lifecycle.need(ticket, "unpromise")
    if ticket.promised_at is None:
        raise Refused(NOTHING_PROMISED.format(n=ticket.number))
    told = replace(ticket, promised_at=None)
    before = ticket.promised_at.isoformat()
    return told, (lifecycle.moved(told, "unpromise", before, "", by=by, now=now),)


def warn_at(promise: Promise) -> datetime:
    """When whoever has the ticket is reminded: at three quarters, at most an hour before."""
    span = promise.due_at - promise.made_at
    return max(promise.made_at + span * WARN, promise.due_at - LAST_CALL)


def look_at(promise: Promise) -> datetime | None:
    """When somebody has to hear of it next, None when nobody has to."""
    if not promise.is_open:
        return None
    return promise.due_at if promise.warned_at else warn_at(promise)


def is_answered(promise: Promise, ticket: Ticket) -> bool:
    """True when one of us wrote to the customer after it was made."""
    return ticket.last_ours_at is not None and ticket.last_ours_at > promise.made_at


def settled(promise: Promise, ticket: Ticket, *, now: datetime) -> Promise:
    """How it stands with the ticket as it is: kept by our word in time, or by time broken."""
    if not promise.is_open:
        return promise
    if ticket.promised_at is None or ticket.is_done:
        return _ended(promise, ticket, now)
    if now >= promise.due_at:
        return _broken(promise, now)
    if now >= warn_at(promise) and not promise.warned_at:
        return replace(promise, warned_at=now)
    return promise


def _ended(promise: Promise, ticket: Ticket, now: datetime) -> Promise:
    if ticket.is_done and (ticket.resolution in _GONE or ticket.merged_id is not None):
        return replace(promise, state=PromiseState.WITHDRAWN, ended_at=now)
    at = ticket.last_ours_at if is_answered(promise, ticket) else None
    at = at or ticket.resolved_at or now
    if at > promise.due_at:
        return _broken(promise, now)
    return replace(promise, state=PromiseState.KEPT, ended_at=at, noticed_at=now)


def _broken(promise: Promise, now: datetime) -> Promise:
    return replace(promise, state=PromiseState.BROKEN, ended_at=promise.due_at, noticed_at=now)
