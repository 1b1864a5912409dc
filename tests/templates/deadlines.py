"""Scenes of what is promised: nearly due, missed, missed while the desk was down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.rules.ledger import CLOSED, COUNTED, DUE, Line
from bot.usecases.ledger import ClockStory, DueScene
from bot.usecases.promise import PromiseNoteScene, PromiseScene
from bot.usecases.scenes.forms import SnoozeFormScene
from bot.usecases.scenes.posts import ClockScene, LateLine, LateScene
from bot.usecases.scenes.ticket import TicketScene
from storage.records.clocks import Clock, ClockState, Goal, Step
from storage.records.people import Person
from storage.records.promises import Promise, PromiseState
from storage.records.tickets import Ticket

HOUR = timedelta(hours=1)
LINK = "https://harbour.slack.com/archives/C0ACME/p1772452800000100"
Drawing = tuple[str, dict[str, Any]]


def clocks(at: datetime) -> tuple[Clock, ...]:
    """Four hours for the first answer and forty for all, just begun."""
    spans = {Goal.FIRST: 4 * HOUR, Goal.RESOLUTION: 40 * HOUR}
    return tuple(
        Clock(goal, "everybody", span, at, since=at, warn_at=at + span * 0.75, due_at=at + span)
        for goal, span in spans.items()
    )


def messages(ticket: Ticket, who: tuple[Person, ...], name: str, many: int) -> Iterator[Drawing]:
    """Every template of what is promised, in its states."""
    for owner, leads, group in ((who[0], who, ""), (None, (), "S0SUPPORT"), (None, (), "")):
        for is_missed, goal in zip((True, False, True), Goal, strict=True):
            due_at = ticket.opened_at
            note = ClockScene(ticket, goal, is_missed, due_at, owner, leads, group, LINK)
            yield "sla/note.j2", {"scene": note}
    for is_missed in (True, False):
        line = LateLine(123, name, LINK, Goal.FIRST, ticket.opened_at, is_missed, is_missed)
        yield "sla/late.j2", {"scene": LateScene((line,) * max(many, 1), who, "")}
    yield from promises(ticket, who, name)


def promises(ticket: Ticket, who: tuple[Person, ...], name: str) -> Iterator[Drawing]:
    """Promises as the customer and the team read them."""
    at = ticket.opened_at
    made = Promise(1, 701, ticket.id, 12, at, at + HOUR, text=name[:200])
    for state in (PromiseState.OPEN, PromiseState.WITHDRAWN):
        for before in (None, made):
            told = PromiseScene(ticket, replace(made, state=state), before)
            yield "promise/customer.j2", {"scene": told}
    for is_broken, leads, group in ((False, (), ""), (True, who, ""), (True, (), "S0SUPPORT")):
        note = PromiseNoteScene(ticket, made, is_broken, who[0], leads, group, LINK)
        yield "promise/note.j2", {"scene": note}


def explained(fresh: TicketScene, name: str, many: int) -> Iterator[Drawing]:
    """Why due then: nothing promised, and every kind of line, as many as there may be."""
    yield "sla/due.j2", {"scene": DueScene(replace(fresh, due_at=None), (), (), fresh.now)}
    at = fresh.now
    steps = (*Step, COUNTED, CLOSED, DUE)
    lines = [Line(at, each, "3 h", at, name, name, at) for each in steps]
    stories = tuple(
        ClockStory(replace(clock, policy=name, state=state), "4 h", name, tuple(lines[:24]))
        for clock in fresh.ticket.clocks
        for state in ClockState
    )[: max(many, 1)][:3]
    made = Promise(1, 701, 201, 12, at, at + HOUR, text=name[:200])
    kept = tuple(replace(made, state=state) for state in PromiseState)
    yield "sla/due.j2", {"scene": DueScene(fresh, stories, kept, at)}


def modals(fresh: TicketScene, presets: tuple[tuple[str, str], ...]) -> Iterator[Drawing]:
    """The form of a promise, where there is none yet, and where there is one."""
    promised = replace(fresh.ticket, promised_at=fresh.now + HOUR)
    for one in (fresh, replace(fresh, ticket=promised)):
        yield "promise/form.j2", {"scene": SnoozeFormScene(one, presets)}
