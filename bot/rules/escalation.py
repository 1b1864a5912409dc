"""How an escalation goes from hand to hand; at each moment somebody has the ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules import calendar
from storage.records.escalations import Escalation, Hand, Level, Stage
from storage.records.hours import Hours
from storage.records.tickets import Ticket

LOOKS = timedelta(hours=4)
"""Open time after which whoever has it is reminded, where the ladder does not say."""
LONGEST = 3000
"""Characters in each of a packet's texts: what a form's input holds (FACTS 9)."""

_WITH_TEAM = frozenset({Stage.ASKED, Stage.ACCEPTED})
_WITH_AGENT = frozenset({Stage.ASKED_BACK, Stage.ANSWERED, Stage.CLOSING})
_TALKING = frozenset({Stage.ASKED, Stage.ACCEPTED, Stage.ASKED_BACK, Stage.ANSWERED})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a ticket: a person by our key, all of a ``level``, the agents, or nobody."""

    hand: Hand
    person_id: int | None = None
    level: str = ""


def holder(ticket: Ticket, escalation: Escalation | None) -> Holder:
    """Who has it now. What nobody owns is the agents' together; only what is done is nobody's."""
    if ticket.is_done:
        return Holder(Hand.NOBODY)
    if escalation is None or not escalation.is_live:
        return Holder(Hand.AGENT, ticket.owner_id)
    if escalation.stage is Stage.ASKED:
        return Holder(Hand.LEVEL, level=escalation.level)
    if escalation.stage is Stage.ACCEPTED:
        return Holder(Hand.SPECIALIST, escalation.holder_id, escalation.level)
    return Holder(Hand.AGENT, ticket.owner_id or escalation.asked_by)


def level_named(ladder: Sequence[Level], name: str) -> Level | None:
    """The level of that name, however it is written; None when it is not there (any more)."""
    said = name.strip().casefold()
    return next((each for each in ladder if each.name.casefold() == said), None)


def above(ladder: Sequence[Level], name: str) -> Level | None:
    """The level after that one; None for the last, and for one that is not there any more."""
    names = [each.name.casefold() for each in ladder]
    at = names.index(name.casefold()) + 1 if name.casefold() in names else len(ladder)
    return ladder[at] if at < len(ladder) else None


def next_level(ladder: Sequence[Level], past: Sequence[Escalation]) -> Level | None:
    """Whom to ask next: the first, or the one after that which was asked last.

    A level that answered is asked again. None while there is no ladder.
    """
    if not ladder:
        return None
    if not past:
        return ladder[0]
    last = past[-1]
    asked = level_named(ladder, last.level) or ladder[0]
    return asked if last.stage is Stage.CLOSED else above(ladder, last.level) or asked


def look_at(level: Level | None, stage: Stage, hours: Hours, now: datetime) -> datetime | None:
    """When the desk looks at it by itself; ``hours`` are those in which the level works."""
    if stage not in _WITH_TEAM | _WITH_AGENT:
        return None
    span = timedelta(minutes=level.accept) if level and level.accept else LOOKS
    if stage in _WITH_AGENT:
        span = LOOKS
    return calendar.add_open_time(now, span, hours)


def check_free(ticket: Ticket, escalation: Escalation | None) -> None:
    """Refused when the ticket is with a level already, or needs nobody any more."""
    n = ticket.number
    if ticket.is_done:
        raise Refused(f"#{n} is {ticket.status}. Reopen it first with `/ticket reopen {n}`.")
    if escalation is not None and escalation.is_live:
        raise Refused(
            f"#{n} is with {escalation.level} already, and two levels would answer past each other."
            " Talk in the thread of its packet there, or withdraw it first: press *Withdraw* on the"
            " packet."
        )


def accept(escalation: Escalation, *, by: int) -> Escalation:
    """Somebody of the level has it from now on."""
    if escalation.stage is Stage.ACCEPTED:
        raise Refused(_HELD if escalation.holder_id != by else "You have it already.")
    _need(escalation, {Stage.ASKED})
    return replace(escalation, stage=Stage.ACCEPTED, holder_id=by)


def ask_back(escalation: Escalation, *, by: int, said_id: int) -> Escalation:
    """The level needs to know more first: who asks so has it once that is said."""
    _need(escalation, {Stage.ASKED, Stage.ACCEPTED, Stage.ANSWERED})
    holder_id = escalation.holder_id or by
    return replace(escalation, stage=Stage.ASKED_BACK, holder_id=holder_id, said_id=said_id)


def told(escalation: Escalation) -> Escalation:
    """What was asked back is said; whoever asked goes on."""
    _need(escalation, {Stage.ASKED_BACK})
    return replace(escalation, stage=_with_team(escalation))


def decline(escalation: Escalation, *, said_id: int, now: datetime) -> Escalation:
    """It is not for this level: the agent decides whom to ask."""
    _need(escalation, {Stage.ASKED, Stage.ACCEPTED, Stage.ASKED_BACK})
    return replace(ended(escalation, Stage.DECLINED, now=now), said_id=said_id)


def answer(escalation: Escalation, *, by: int, said_id: int) -> Escalation:
    """A draft for the customer, which an agent has to approve; a new one replaces it."""
    _need(escalation, _TALKING)
    if escalation.reply_id is not None:
        raise Refused("An answer is on its way to the customer already.")
    holder_id = escalation.holder_id or by
    return replace(escalation, stage=Stage.ANSWERED, holder_id=holder_id, said_id=said_id)


def send_back(escalation: Escalation) -> Escalation:
    """The agent does not send that draft: whoever wrote it goes on."""
    _need(escalation, {Stage.ANSWERED})
    _need_unsent(escalation)
    return replace(escalation, stage=_with_team(escalation))


def approved(escalation: Escalation, *, reply_id: int) -> Escalation:
    """The draft goes the road of every reply: it can still be undone."""
    _need(escalation, {Stage.ANSWERED})
    _need_unsent(escalation)
    return replace(escalation, reply_id=reply_id)


def unsent(escalation: Escalation) -> Escalation:
    """That reply never reached the customer: the draft waits again."""
    return replace(escalation, reply_id=None)


def discussed(escalation: Escalation) -> Escalation:
    """All is said within the team; the customer has to hear it (PRODUCT 7.3)."""
    _need(escalation, _TALKING)
    return replace(escalation, stage=Stage.CLOSING)


def returned(escalation: Escalation) -> Escalation:
    """Whoever had it is away: it is all the level's again."""
    _need(escalation, {Stage.ACCEPTED, Stage.ASKED_BACK, Stage.ANSWERED})
    stage = Stage.ASKED if escalation.stage is Stage.ACCEPTED else escalation.stage
    return replace(escalation, stage=stage, holder_id=None)


def passed_on(escalation: Escalation, *, now: datetime) -> Escalation:
    """Nobody has accepted it in time: another packet asks the next level."""
    _need(escalation, {Stage.ASKED})
    return ended(escalation, Stage.PASSED, now=now)


def withdraw(escalation: Escalation, *, now: datetime) -> Escalation:
    """Nobody needs to be asked any more."""
    _need(escalation, _TALKING | {Stage.CLOSING})
    _need_unsent(escalation)
    return ended(escalation, Stage.WITHDRAWN, now=now)


def ended(escalation: Escalation, stage: Stage, *, now: datetime) -> Escalation:
    """It is over, whatever came of it."""
    return replace(escalation, stage=stage, ended_at=now, due_at=None)


def followed(told: str, before: str, after: str) -> str:
    """What a packet says, where somebody whom it quotes has changed or deleted their words.

    Whole where they are quoted whole; where the agent wrote around them, line by line.
    """
    was = before.strip()
    if not was:
        return told
    whole = re.compile(rf"^{re.escape(was)}$", re.MULTILINE)
    if after.strip() and whole.search(told):
        return whole.sub(lambda _: after.strip(), told).strip()
    gone = {line.strip() for line in was.splitlines()} - {""}
    gone -= {line.strip() for line in after.splitlines()}
    return "\n".join(line for line in told.splitlines() if line.strip() not in gone)


def check_words(words: str, *, field: str, what: str) -> str:
    """The words of a packet without space around them. Refused when none, or too many."""
    said = words.strip()
    if not said:
        raise Refused(f"Write {what} first.", field=field)
    if len(said) > LONGEST:
        over = len(said) - LONGEST
        raise Refused(
            f"This has {len(said):,} characters and {LONGEST:,} fit. Shorten it by {over:,}.",
            field=field,
        )
    return said


def _with_team(escalation: Escalation) -> Stage:
    return Stage.ASKED if escalation.holder_id is None else Stage.ACCEPTED


def _need_unsent(escalation: Escalation) -> None:
    if escalation.reply_id is not None:
        raise Refused("Its answer is on its way to the customer. Undo that first.")


_HELD = "Somebody else has accepted it already."
_WHY_NOT = {
    Stage.ASKED: "Nobody has accepted it yet.",
    Stage.ACCEPTED: "Somebody works on it just now.",
    Stage.ASKED_BACK: "It waits for what was asked back.",
    Stage.ANSWERED: "Its answer waits for an agent, who approves it for the customer.",
    Stage.CLOSING: "The discussion is over: the customer has to hear what came of it.",
    Stage.DECLINED: "It was declined. *Escalate* on the card asks again, or somebody else.",
    Stage.PASSED: "It went on to the next level, where a packet of its own is.",
    Stage.WITHDRAWN: "It was withdrawn: nobody needs to be asked any more.",
    Stage.CLOSED: "It is settled: the customer has the answer.",
}


def _need(escalation: Escalation, stages: frozenset[Stage] | set[Stage]) -> None:
    if escalation.stage not in stages:
        raise Refused(_WHY_NOT[escalation.stage])
