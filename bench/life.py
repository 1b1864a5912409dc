"""What befell a ticket of a made up past beside talk, as rows for each table."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from storage import passages
from storage.records.clocks import Goal, Step
from storage.records.csat import Ballot, PollState
from storage.records.escalations import Hand, Stage
from storage.records.escalations import Step as HandStep
from storage.records.promises import PromiseState
from storage.records.tickets import Priority, Status
from storage.tables import metadata

OURS = 1
HOUR = 3_600
DONE = (Status.RESOLVED, Status.CLOSED)
TABLES = (
    *("text", "message", "ticket", "change", "ledger"),
    *("csat", "promise", "escalation", "hand_off"),
)
POLLED, PROMISED, ESCALATED = 0.5, 0.15, 0.08  # of all tickets
SILENT, COMMENTED, KEPT = 0.4, 0.1, 0.9  # of these
SCORES = (1, 1, 2, 6, 9)  # how often each is given, the worst first

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""By table; values as the database has them."""


def blank(name: str) -> Row:
    """A row of ours in which nothing is said yet."""
    columns = metadata.tables[name].columns
    return {each.name: None if each.nullable else "" for each in columns} | {"workspace_id": OURS}


CHANGE = blank("change")
LEDGER = blank("ledger") | {"goal": str(Goal.FIRST), "policy": "everybody", "spent": 0}
LEDGER |= {"span": 4 * HOUR * passages.SECOND}
POLL = blank("csat") | {"version": 3}
PROMISE = blank("promise") | {"version": 2}
ESCALATION = blank("escalation") | {"level": "Technical", "question": "Known?", "version": 4}
ESCALATION |= {"severity": list(Priority).index(Priority.NORMAL), "stage": str(Stage.CLOSED)}
HAND_OFF = blank("hand_off") | {"level": "Technical"}


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket's life in short; ``times`` are those of its messages, in microseconds since 1970."""

    key: int
    number: int
    account: int
    asker: int
    agent: int
    times: Sequence[int]
    status: Status
    category: str


def of(case: Case, *, until: int) -> Iterator[tuple[str, Row]]:
    """Rows with the table of each; nothing happened after ``until`` (microseconds since 1970)."""
    yield from (("change", row) for row in _changes(case))
    yield from (("ledger", row) for row in _ledger(case))
    dice = random.Random(case.number)
    if case.status in DONE and dice.random() < POLLED:
        yield from _polled(case, dice, until)
    if dice.random() < PROMISED:
        yield "promise", _promise(case, dice)
    if dice.random() < ESCALATED:
        yield from _escalated(case)


def _changes(case: Case) -> Iterator[Row]:
    done = [
        (0, case.asker, "open", f"#{case.number}"),
        (1, case.agent, "answer", ""),
        (1, case.agent, "take", str(case.agent)),
        (3, case.agent, "answer", ""),
    ]
    if case.status in DONE:
        done.append((4, case.agent, "resolve", "answered"))
    for n, (which, actor, act, after) in enumerate(done):
        told = {"id": case.key + n, "ticket_id": case.key, "at": case.times[which]}
        yield CHANGE | told | {"actor_id": actor, "act": act, "after": after}


def _ledger(case: Case) -> Iterator[Row]:
    """A first answer in time: its clock began, and was met."""
    for n, step in enumerate((Step.BEGAN, Step.MET)):
        told = {"id": case.key + n, "ticket_id": case.key, "at": case.times[n], "step": str(step)}
        yield LEDGER | told | {"due_at": case.times[0], "noticed_at": case.times[n]}


def _polled(case: Case, dice: random.Random, until: int) -> Iterator[tuple[str, Row]]:
    """Asked four hours after it was solved; who answers does so in an hour."""
    solved, key = case.times[4], case.key
    asked, voted = (solved + hours * HOUR * passages.SECOND for hours in (4, 5))
    if voted >= until:
        return
    told: Row = {"id": key, "ticket_id": key, "asker_id": case.asker}
    told |= {
        "channel_id": case.account,
        "planned_at": solved,
        "asked_at": asked,
        "owner_id": case.agent,
    }
    told |= {"category": case.category, "state": str(PollState.EXPIRED), "ended_at": voted}
    if dice.random() >= SILENT:
        told |= {"state": str(PollState.VOTED), "voted_at": voted, "ballot": str(Ballot.BUTTON)}
        told |= {"score": dice.choices(range(1, 6), SCORES)[0], "ended_at": None}
        if dice.random() < COMMENTED:
            yield "text", {"workspace_id": OURS, "id": key + 50, "body": "quick and kind"}
            told |= {"comment_id": key + 50}
    yield "csat", POLL | told


def _promise(case: Case, dice: random.Random) -> Row:
    state = PromiseState.KEPT if dice.random() < KEPT else PromiseState.BROKEN
    told: Row = {"id": case.key, "ticket_id": case.key, "by_id": case.agent, "state": str(state)}
    made, ended = case.times[1], case.times[3]
    return PROMISE | told | {"made_at": made, "due_at": ended, "ended_at": ended}


def _escalated(case: Case) -> Iterator[tuple[str, Row]]:
    """Asked, accepted, answered, and told the customer."""
    key, own = case.key, {"ticket_id": case.key}
    packet = {"id": key, "channel_id": case.account, "asked_by": case.agent}
    times = {"asked_at": case.times[1], "ended_at": case.times[4]}
    yield "escalation", ESCALATION | own | packet | times
    steps = (HandStep.ASKED, HandStep.ACCEPTED, HandStep.ANSWERED, HandStep.CLOSED)
    hands = (Hand.LEVEL, Hand.SPECIALIST, Hand.AGENT, Hand.NOBODY)
    for n, (step, hand) in enumerate(zip(steps, hands, strict=True)):
        told = {"id": key + n, "escalation_id": key, "at": case.times[n + 1]}
        yield "hand_off", HAND_OFF | own | told | {"step": str(step), "hand": str(hand)}
