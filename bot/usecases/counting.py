"""Counts what happened in a span of time, cell by cell; whoever reads figures adds cells up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar

from bot.rules import calendar
from bot.rules.spans import Span
from bot.rules.tallies import Sum
from storage import facts
from storage.facts import Cell, Fact
from storage.records.hours import Hours
from storage.unit import Unit

Happened = Callable[[Unit, datetime, datetime], Iterable[Fact]]
Key = TypeVar("Key", bound=Hashable)


def counted(
    unit: Unit,
    span: Span,
    hours: Hours,
    key_of: Callable[[Fact], Key],
    *,
    happened: Happened = facts.between,
) -> dict[Key, Sum]:
    """All that happened in a span, or less of it, by some key."""
    found: defaultdict[Key, Sum] = defaultdict(Sum)
    for each in happened(unit, span.since, span.until):
        if each.since is None:
            found[key_of(each)].once(each.name)
        else:
            took = calendar.open_time(each.since, each.at, hours)
            found[key_of(each)].lasting(each.name, took)
    return found


def standing(unit: Unit, at: datetime) -> dict[Cell, Sum]:
    """The tickets that were not done at a moment, and how old they were."""
    found: defaultdict[Cell, Sum] = defaultdict(Sum)
    for cell, opened_at in facts.standing(unit, at):
        found[cell].once("backlog")
        found[cell].lasting("age", at - opened_at)
    return found
