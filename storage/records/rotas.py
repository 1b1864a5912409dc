"""Rotas: who is on call when, week after week, and who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records.hours import NINE, Hours


@dataclass(frozen=True, slots=True)
class Shift:
    """Times of the week at which somebody is on call, in a zone of its own.

    ``people`` are Slack ids or names; with ``takes_turns`` each has a week, which begins
    ``turns_at`` minutes after Monday midnight there. ``usergroup`` is a Slack id: all its members
    are on call.
    """

    hours: Hours
    people: tuple[str, ...] = ()
    usergroup: str = ""
    takes_turns: bool = False
    turns_at: int = NINE


@dataclass(frozen=True, slots=True)
class Rota:
    """Shifts that may overlap and leave gaps. ``name`` is what ladder and queues call it by."""

    name: str
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """From ``since`` until ``until`` (UTC) ``into`` is on call in place of ``out`` (Slack ids).

    Without ``out`` somebody comes in addition, without ``into`` nobody comes in their place.
    """

    workspace_id: int
    id: int
    rota: str
    out: str
    into: str
    since: datetime
    until: datetime
    by_id: int


@dataclass(frozen=True, slots=True)
class Watch:
    """``who`` (Slack ids) is on call by a rota since ``since``; it may change at ``due_at``."""

    workspace_id: int
    rota: str
    who: tuple[str, ...]
    since: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """One ticket that somebody had at the end of a shift; who comes accepts it, or nobody has."""

    workspace_id: int
    id: int
    rota: str
    ticket_id: int
    from_id: int
    at: datetime
    accepted_at: datetime | None = None
    accepted_by: int | None = None
    version: int = 1
