"""Policies of service levels: what customers are promised, by tier and priority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from storage.records.clocks import Goal
from storage.records.hours import OFFICE, Hours
from storage.records.tickets import Priority

WARN = 0.75


class Wall(StrEnum):
    """On whose wall the clock hangs by which a policy's hours are read."""

    OWN = "own"
    DESK = "desk"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Policy:
    """What customers of a tier are promised for requests of a priority; None: for all of them.

    ``spans`` are of open time, reckoned in ``hours``, those of the desk when None; ``wall`` says
    in which zone. Warned is when the ``warn``-th part is used.
    """

    name: str
    spans: Mapping[Goal, timedelta]
    tier: str | None = None
    priority: Priority | None = None
    hours: Hours | None = None
    wall: Wall = Wall.DESK
    warn: float = WARN

    @property
    def open_hours(self) -> Hours:
        """The hours in which its time counts."""
        return self.hours or OFFICE


NO_POLICY = Policy("", {})


def _promised(
    name: str, hours: tuple[float, float, float], priority: Priority | None = None
) -> Policy:
    spans = {goal: timedelta(hours=each) for goal, each in zip(Goal, hours, strict=True)}
    return Policy(name, spans, priority=priority)


POLICIES = (
    _promised("urgent", (1, 2, 8), Priority.URGENT),
    _promised("high", (2, 4, 16), Priority.HIGH),
    _promised("everybody", (4, 8, 40)),
)
"""What a desk promises that has said nothing: hours of its own office week."""
