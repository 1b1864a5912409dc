"""Of what a report is added up: what was counted before, in long steps, and what was not yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from bot.rules.spans import ONE_DAY, Days, Span, Step
from bot.rules.tallies import Told
from bot.usecases import counting
from bot.usecases.counting import Happened
from bot.usecases.rollups import DIVIDED, Book, opened
from storage import channels, facts, rollups
from storage.facts import Cell
from storage.records.hours import Hours
from storage.rollups import Kept, Stretch
from storage.unit import Unit

NOBODY = 0
"""The key of the agent of tickets that nobody has, and of the account of channels without one."""


class By(StrEnum):
    """Into what lines figures are divided."""

    NOTHING = "nothing"
    ACCOUNT = "account"
    AGENT = "agent"
    CATEGORY = "category"
    CHANNEL = "channel"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


STEPS: Mapping[By, Step] = {By.DAY: Step.DAY, By.WEEK: Step.WEEK, By.MONTH: Step.MONTH}
LONGEST_FIRST = (Step.QUARTER, Step.MONTH, Step.WEEK, Step.DAY)
_WITHIN: Mapping[By, tuple[Step, ...]] = {
    By.DAY: (Step.DAY,),
    By.WEEK: (Step.WEEK, Step.DAY),
    By.MONTH: (Step.MONTH, Step.DAY),
}
"""Lines of days, weeks and months are added up of steps that lie in one line each."""
_KINDS = {By.ACCOUNT: "channel", By.CHANNEL: "channel", By.AGENT: "agent", By.CATEGORY: "category"}


@dataclass(frozen=True, slots=True)
class Where:
    """Which tickets count: keys of ours, None for all; NOBODY for those without."""

    account: int | None = None
    agent: int | None = None
    category: str | None = None
    channel: int | None = None


ALL = Where()


class Asked(NamedTuple):
    """A question: of which days, in which lines, of which tickets."""

    span: Span
    by: By = By.NOTHING
    where: Where = ALL


class Part(NamedTuple):
    """What happened from a day on to tickets of a cell, as far as anybody asks whose they are."""

    day: date
    cell: Cell
    told: Told


class Places:
    """Whose each channel is, and which cells belong to an account."""

    def __init__(self, unit: Unit) -> None:
        found = channels.accounts_of_all(unit)
        self._accounts = {key: account_id or NOBODY for key, account_id in found.items()}

    def account_of(self, channel_id: int) -> int:
        """The key of the account whose channel it is, NOBODY for none."""
        return self._accounts.get(channel_id, NOBODY)

    def channels_of(self, account_id: int) -> tuple[str, ...]:
        """The channels of an account, or of none, as lines have them."""
        return tuple(str(key) for key, whose in self._accounts.items() if whose == account_id)

    def fits(self, cell: Cell, where: Where) -> bool:
        """Whether tickets of a cell count."""
        return (
            (where.channel is None or where.channel == cell.channel_id)
            and (where.agent is None or where.agent == (cell.owner_id or NOBODY))
            and (where.category is None or where.category == cell.category)
            and (where.account is None or where.account == self.account_of(cell.channel_id))
        )


def parts(
    unit: Unit,
    asked: Asked,
    hours: Hours,
    places: Places,
    *,
    happened: Happened = facts.between,
) -> Iterator[Part]:
    """All that is known of a span; whoever asks leaves out what does not fit.

    ``happened`` says what is looked at where nothing is counted yet.
    """
    span, by, where = asked
    source = _source(places, by, where)
    is_by_day = source.has_cells and not source.divided
    wanted = (Step.DAY,) if is_by_day else _WITHIN.get(by, LONGEST_FIRST)
    book = opened(unit, span, hours, wanted)
    for how, run in groupby(_runs(span.first, span.last, book, wanted), key=itemgetter(0)):
        pieces = list(run)
        first, last = pieces[0][1], pieces[-1][2]
        if how is None:
            yield from _live(unit, Span(first, last, span.zone), hours, happened)
        else:
            yield from source.read(unit, Stretch(how, first, last))


Run = tuple[Step | None, date, date]
"""How it is read (None: it has to be counted), the first day of its first and of its last step."""


def _runs(first: date, last: date, book: Book, steps: Sequence[Step]) -> Iterator[Run]:
    """The longest steps that hold, shorter ones around them; in the order of the days."""
    if first > last:
        return
    if not steps:
        yield None, first, last
        return
    step, *shorter = steps
    for begin in sorted(book.get(step, ())):
        if first <= begin and step.after(begin) <= last + ONE_DAY:
            yield from _runs(first, begin - ONE_DAY, book, shorter)
            yield step, begin, begin
            first = step.after(begin)
    yield from _runs(first, last, book, shorter)


def _live(unit: Unit, span: Span, hours: Hours, happened: Happened) -> Iterator[Part]:
    days = Days(span)
    found = counting.counted(
        unit, span, hours, lambda fact: (days.of(fact.at), fact.cell), happened=happened
    )
    for (day, cell), each in found.items():
        yield Part(day, cell, each.told)


@dataclass(frozen=True, slots=True)
class _Source:
    """Which rows answer a question: those of a kind, all or some lines, with cells if need be.

    ``divided`` is the kind whose cells answer it where steps are longer than a day, if any does.
    """

    kind: str
    lines: tuple[str, ...] | None = None
    has_cells: bool = False
    divided: str = ""
    its_lines: tuple[str, ...] | None = None

    def read(self, unit: Unit, stretch: Stretch) -> Iterator[Part]:
        if self.has_cells:
            for row in self._cells(unit, stretch):
                for channel_id, owner_id, category, told in json.loads(row.found):
                    yield Part(row.day, Cell(channel_id, owner_id, category), told)
            return
        for row in rollups.rows(unit, self.kind, stretch, self.lines):
            yield Part(row.day, self._cell(row.line), json.loads(row.found))

    def _cells(self, unit: Unit, stretch: Stretch) -> list[Kept]:
        if stretch.step == Step.DAY:
            return rollups.cells(unit, self.kind, stretch, self.lines)
        return rollups.cells(unit, self.divided, stretch, self.its_lines)

    def _cell(self, line: str) -> Cell:
        """As far as a line says: nobody asks for the rest."""
        match self.kind:
            case "channel":
                return Cell(int(line), None, "")
            case "agent":
                return Cell(0, int(line) or None, "")
        return Cell(0, None, line)


def _source(places: Places, by: By, where: Where) -> _Source:
    asked = dict(_lines(places, where))
    needed = {*asked, *filter(None, [_KINDS.get(by)])}
    if not needed:
        return _Source("all")
    if not asked:
        return _Source(needed.pop())
    kind, lines = next(iter(asked.items()))
    if len(needed) == 1:
        return _Source(kind, lines)
    divided = next((each for each in DIVIDED if needed == {each, "category"}), "")
    its_lines = asked.get(divided)
    return _Source(kind, lines, has_cells=True, divided=divided, its_lines=its_lines)


def _lines(places: Places, where: Where) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Kinds of lines with those that are asked for; the kind with the shortest rows comes first."""
    if where.channel is not None:
        yield "channel", (str(where.channel),)
    elif where.account is not None:
        yield "channel", places.channels_of(where.account)
    if where.agent is not None:
        yield "agent", (str(where.agent),)
    if where.category is not None:
        yield "category", (where.category,)
