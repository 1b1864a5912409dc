"""Keeps figures of days, weeks, months and quarters that are over, and knows which still hold.

Nothing here is on the road of a message. The history says what was changed meanwhile: a reader
looks itself what has happened since the desk did, so that what it says is never old.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from bot.ids import key_at
from bot.rules.spans import ONE_DAY, Span, Step, begin_of, yesterday
from bot.rules.tallies import Sum
from bot.usecases.counting import counted
from storage import rollups, stamps, workspaces
from storage.facts import Cell
from storage.records.hours import Hours
from storage.rollups import Counted, Look, Name, Page, Stretch
from storage.unit import Unit

EDITION = 1
"""To be raised whenever something is counted differently: all is then counted anew."""

SETTLED = timedelta(minutes=15)
"""How long after midnight a day is counted: timers and late words may still be on their way."""

LULL_SECONDS = 60.0
"""Changes younger than that, by the machine's clock, may still be joined by older ones."""

LONGEST_SILENCE = timedelta(minutes=10)
"""After that nobody looked at clocks: what was missed meanwhile leaves no change behind."""

MOST_DAYS = 800
NO_CELLS = "[]"
KINDS = ("all", "channel", "agent", "category")

DIVIDED = ("channel", "agent")
"""Kinds of lines that are divided by category where they are longer than a day."""

MADE_OF = MappingProxyType({Step.WEEK: Step.DAY, Step.MONTH: Step.DAY, Step.QUARTER: Step.MONTH})
"""What is longer than a day is added up of shorter ones; these come first."""

Book = Mapping[Step, frozenset[date]]
"""What is counted already of a span, lies in it, and holds: each by its first day."""


def basis_of(hours: Hours) -> str:
    """By what days are counted, in short."""
    told = (EDITION, hours.zone, hours.week, hours.country, sorted(hours.closed))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Held:
    """The stamps of a workspace's own days, and which days were touched since anybody looked."""

    zone: str
    by_day: dict[int, int]
    touched: frozenset[int]

    def of(self, first: date, end: date) -> int:
        """That of the days from the first up to, not including, the end."""
        return sum(self.by_day.get(day, 0) for day in self._utc(first, end))

    def holds(self, first: date, end: date) -> bool:
        return self.touched.isdisjoint(self._utc(first, end))

    def _utc(self, first: date, end: date) -> range:
        return stamps.overlapping(begin_of(first, self.zone), begin_of(end, self.zone))


def opened(unit: Unit, span: Span, hours: Hours, wanted: Collection[Step]) -> Book:
    """What can be read of a span in the steps that are wanted, instead of being counted."""
    look = rollups.look(unit)
    if look is None or look.basis != basis_of(hours):
        return {}
    held = _held(unit, span, look)
    return {step: frozenset(_clean(unit, span, step, held)) for step in wanted}


def _held(unit: Unit, span: Span, look: Look) -> _Held:
    utc = stamps.overlapping(span.since, span.until)
    touched = rollups.touched(unit, look.seen, rollups.LAST)
    return _Held(span.zone, stamps.of_days(unit, utc[0], utc[-1]), touched)


def _clean(unit: Unit, span: Span, step: Step, held: _Held) -> Iterator[date]:
    """What lies in the span and was counted at the stamps that its days have now."""
    for begin, stamp in rollups.done(unit, Stretch(step, span.first, span.last)).items():
        end = step.after(begin)
        if end - ONE_DAY <= span.last and held.of(begin, end) == stamp and held.holds(begin, end):
            yield begin


def look(connection: Connection, now: datetime) -> None:
    """Mark what was changed since the last time, in all workspaces."""
    seen = key_at(time.time() - LULL_SECONDS)
    for workspace_id in workspaces.ids(connection):
        unit = Unit(workspace_id, connection)
        basis = basis_of(workspaces.settings(unit).hours)
        before = rollups.look(unit)
        if before is None or before.basis != basis:
            rollups.forget(unit)
        else:
            _mark(unit, before, seen, now)
        rollups.looked(unit, Look(basis, max(seen, before.seen if before else 0), now))


def _mark(unit: Unit, before: Look, seen: int, now: datetime) -> None:
    stamps.rise(unit, rollups.touched(unit, before.seen, seen))
    if now - before.at > LONGEST_SILENCE:
        silent = stamps.overlapping(before.at, now)
        stamps.rise(unit, silent[-MOST_DAYS:])


def next_page(connection: Connection, now: datetime) -> Page | None:
    """Count the latest day that is over and not counted, else what is longer; None when all are."""
    for workspace_id in workspaces.ids(connection):
        unit = Unit(workspace_id, connection)
        hours = workspaces.settings(unit).hours
        known, first_at = rollups.look(unit), rollups.first_at(unit)
        if known is None or first_at is None or known.basis != basis_of(hours):
            continue
        last = yesterday(now - SETTLED, hours.zone).last
        first = max(_local(first_at, hours), last - MOST_DAYS * ONE_DAY)
        if first <= last:
            found = _next_of(unit, Span(first, last, hours.zone), hours, known)
            if found is not None:
                return found
    return None


def _local(at: datetime, hours: Hours) -> date:
    return yesterday(at, hours.zone).last + ONE_DAY


def _next_of(unit: Unit, span: Span, hours: Hours, known: Look) -> Page | None:
    held = _held(unit, span, known)
    for step in (Step.DAY, *MADE_OF):
        clean = set(_clean(unit, span, step, held))
        for begin in sorted(_whole(span, step) - clean, reverse=True):
            if held.holds(begin, step.after(begin)):
                is_day = step is Step.DAY
                return _day(unit, begin, held, hours) if is_day else _sum(unit, step, begin, held)
    return None


def _whole(span: Span, step: Step) -> set[date]:
    """The first days of all steps that lie in the span."""
    begins = {step.begin(day) for day in span.each_day()}
    return {
        each for each in begins if span.first <= each and step.after(each) <= span.last + ONE_DAY
    }


def _day(unit: Unit, day: date, held: _Held, hours: Hours) -> Page:
    one = Span(day, day, hours.zone)
    cells = counted(unit, one, hours, lambda fact: fact.cell)
    stamp = held.of(day, day + ONE_DAY)
    return Page(unit.workspace_id, Step.DAY, day, stamp, written(cells))


def written(cells: dict[Cell, Sum]) -> dict[Name, Counted]:
    """The rows of a day: a tally for each line, with the cells that it is made of."""
    sums: defaultdict[Name, Sum] = defaultdict(Sum)
    parts: defaultdict[Name, list[Any]] = defaultdict(list)
    for cell, each in sorted(cells.items(), key=_place):
        for name in _names(cell):
            sums[name].add(each.told)
            if name[0] != "all":
                parts[name].append([*cell, each.told])
    return {name: (_json(each.told), _json(parts[name])) for name, each in sums.items()}


def _place(item: tuple[Cell, Sum]) -> tuple[int, int, str]:
    cell, _ = item
    return cell.channel_id, cell.owner_id or 0, cell.category


def _names(cell: Cell) -> Iterable[Name]:
    lines = ("", str(cell.channel_id), str(cell.owner_id or 0), cell.category)
    return zip(KINDS, lines, strict=True)


def _json(told: Any) -> str:
    return json.dumps(told, separators=(",", ":"), sort_keys=True)


def _sum(unit: Unit, step: Step, begin: date, held: _Held) -> Page:
    """Made of what is shorter, all of which holds."""
    end, sums = step.after(begin), defaultdict[Name, Sum](Sum)
    parts = Stretch(MADE_OF[step], begin, end - ONE_DAY)
    for kind in KINDS:
        for each in rollups.rows(unit, kind, parts):
            sums[kind, each.line].add(json.loads(each.found))
    cells = {kind: _by_category(unit, kind, parts) for kind in DIVIDED}
    found = {
        (kind, line): (_json(each.told), cells.get(kind, {}).get(line, NO_CELLS))
        for (kind, line), each in sums.items()
    }
    return Page(unit.workspace_id, step, begin, held.of(begin, end), found)


def _by_category(unit: Unit, kind: str, parts: Stretch) -> dict[str, str]:
    """The cells of each line, those of other channels or owners together."""
    sums: defaultdict[str, defaultdict[str, Sum]] = defaultdict(lambda: defaultdict(Sum))
    for each in rollups.cells(unit, kind, parts):
        for _, _, category, told in json.loads(each.found):
            sums[each.line][category].add(told)
    place = _PLACES[kind]
    return {
        line: _json([[*place(line), category, one.told] for category, one in sorted(found.items())])
        for line, found in sums.items()
    }


_PLACES: Mapping[str, Callable[[str], tuple[int, int | None]]] = MappingProxyType(
    {"channel": lambda line: (int(line), None), "agent": lambda line: (0, int(line) or None)}
)


def keep(connection: Connection, page: Page) -> None:
    """Write a page down."""
    unit = Unit(page.workspace_id, connection)
    rollups.put(unit, page)
