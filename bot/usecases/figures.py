"""Figures of a workspace: the one reader for digests, App Home, dashboard and command line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from bot.rules import calendar
from bot.rules.figures import Figure
from bot.rules.spans import Days, Span, Step, steps
from bot.rules.tallies import MINUTE, NOTHING, Tally, Value, added, rounded
from storage import accounts, channels, facts, people, workspaces
from storage.facts import Cell, Fact
from storage.records.hours import Hours
from storage.unit import Unit

NOBODY = 0
"""The key of the agent of tickets that nobody has, and of the account of channels without one."""

Key = int | str | date | None


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


@dataclass(frozen=True, slots=True)
class Where:
    """Which tickets count: keys of ours, None for all; NOBODY for those without."""

    account: int | None = None
    agent: int | None = None
    category: str | None = None
    channel: int | None = None


ALL = Where()


@dataclass(frozen=True, slots=True)
class Line:
    """One account, agent, category, channel, day, week or month.

    ``key`` is ours, or the first day; ``name`` is what it is called, ``""`` for days.
    """

    key: Key
    name: str
    tally: Tally

    def value(self, figure: Figure) -> Value:
        """What the figure is of this line."""
        return figure.read(self.tally)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a span: ``total`` and, unless by nothing, ``lines``.

    Days, weeks and months are all there in their order; of the others those of which there is
    something to tell, the one with most tickets opened first.
    """

    span: Span
    by: By
    where: Where
    total: Line
    lines: tuple[Line, ...] = ()


STEPS: Mapping[By, Step] = {By.DAY: Step.DAY, By.WEEK: Step.WEEK, By.MONTH: Step.MONTH}


def zone(unit: Unit) -> str:
    """The zone (an IANA name) in which the workspace's days begin and end."""
    return workspaces.settings(unit).hours.zone


def read(
    unit: Unit, span: Span, *, now: datetime, by: By = By.NOTHING, where: Where = ALL
) -> Report:
    """All figures of a span, which may reach beyond ``now`` (aware)."""
    hours = workspaces.settings(unit).hours
    places = _Places(unit)
    found = _Gathered(places.key_of(by, span), hours)
    for each in facts.between(unit, span.since, span.until):
        if places.fits(each.cell, where):
            found.add(each)
    at = min(span.until, now)
    for cell, opened in facts.standing(unit, at):
        if places.fits(cell, where):
            found.stand(Fact("backlog", span.until - MINUTE, cell, opened), at)
    tallies = found.tallies()
    if by in STEPS:
        tallies = _backwards(span, STEPS[by], tallies)
    total = _total(by, tallies)
    named = _named(unit, by, tallies)
    return Report(span, by, where, Line(None, "", total), named)


@dataclass(eq=False)
class _Places:
    """Whose a channel is, and which cells belong to an account."""

    unit: Unit
    _accounts: dict[int, int] = field(default_factory=dict)

    def account_of(self, channel_id: int) -> int:
        found = self._accounts.get(channel_id)
        if found is None:
            channel = channels.by_id(self.unit, channel_id)
            found = (channel.account_id if channel else None) or NOBODY
            self._accounts[channel_id] = found
        return found

    def fits(self, cell: Cell, where: Where) -> bool:
        """Whether tickets of a cell count."""
        return (
            (where.channel is None or where.channel == cell.channel_id)
            and (where.agent is None or where.agent == (cell.owner_id or NOBODY))
            and (where.category is None or where.category == cell.category)
            and (where.account is None or where.account == self.account_of(cell.channel_id))
        )

    def key_of(self, by: By, span: Span) -> Callable[[Fact], Key]:
        """What line a fact belongs to."""
        match by:
            case By.ACCOUNT:
                return lambda fact: self.account_of(fact.cell.channel_id)
            case By.AGENT:
                return lambda fact: fact.cell.owner_id or NOBODY
            case By.CATEGORY:
                return lambda fact: fact.cell.category
            case By.CHANNEL:
                return lambda fact: fact.cell.channel_id
            case By.NOTHING:
                return lambda fact: None
        days, step = Days(span), STEPS[by]
        return lambda fact: max(step.begin(days.of(fact.at)), span.first)


@dataclass(eq=False)
class _Gathered:
    """Counts facts by key."""

    key_of: Callable[[Fact], Key]
    hours: Hours
    _counts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _lasted: dict[Key, dict[str, Counter[int]]] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Something that happened, or that took its time."""
        key = self.key_of(fact)
        if fact.since is None:
            self._counts[key][fact.name] += 1
        else:
            took = calendar.open_time(fact.since, fact.at, self.hours)
            self._last(key, fact.name, rounded(took))

    def stand(self, fact: Fact, at: datetime) -> None:
        """A ticket that is not done at the end."""
        key = self.key_of(fact)
        self._counts[key][fact.name] += 1
        self._last(key, "age", rounded(at - (fact.since or at)))

    def _last(self, key: Key, name: str, minutes: int) -> None:
        self._counts.setdefault(key, Counter())
        self._lasted.setdefault(key, {}).setdefault(name, Counter())[minutes] += 1

    def tallies(self) -> dict[Key, Tally]:
        return {key: Tally(of, self._lasted.get(key, {})) for key, of in self._counts.items()}


def _total(by: By, tallies: Mapping[Key, Tally]) -> Tally:
    """All lines together; of days and weeks the backlog is that of the last one."""
    total = added(tallies.values())
    counts = dict(total.counts)
    if by in STEPS:
        counts["backlog"] = list(tallies.values())[-1].count("backlog")
    return replace(total, counts={name: many for name, many in counts.items() if many})


def _backwards(span: Span, step: Step, tallies: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """All steps, each with the backlog at its end: that of the next, without what it brought."""
    pieces = steps(span, step)
    last = tallies.get(pieces[-1].first, NOTHING)
    backlog = last.count("backlog")
    found: dict[Key, Tally] = {}
    for piece in reversed(pieces):
        tally = tallies.get(piece.first, NOTHING)
        found[piece.first] = replace(tally, counts={**tally.counts, "backlog": backlog})
        backlog -= tally.count("opened") + tally.count("reopened") - tally.count("resolved")
    return dict(reversed(found.items()))


def _named(unit: Unit, by: By, tallies: Mapping[Key, Tally]) -> tuple[Line, ...]:
    if by is By.NOTHING:
        return ()
    if by in STEPS:
        return tuple(Line(key, "", tally) for key, tally in tallies.items())
    names = dict(_names(unit, by, tallies))
    lines = [Line(key, names.get(key, str(key)), tally) for key, tally in tallies.items()]
    return tuple(sorted(lines, key=_busiest_first))


def _busiest_first(line: Line) -> tuple[int, str]:
    return -line.tally.count("opened"), line.name.casefold()


def _names(unit: Unit, by: By, keys: Iterable[Key]) -> Iterator[tuple[Key, str]]:
    """What lines are called."""
    ids = [key for key in keys if isinstance(key, int)]
    match by:
        case By.ACCOUNT:
            yield NOBODY, "No account"
            yield from ((key, it.name) for key, it in accounts.many(unit, ids).items())
        case By.AGENT:
            yield NOBODY, "Nobody"
            yield from ((key, it.name) for key, it in people.many(unit, ids).items())
        case By.CHANNEL:
            yield from ((key, f"#{it.name}") for key, it in channels.many(unit, ids).items())
        case By.CATEGORY:
            yield from ((key, str(key) or "No category") for key in keys)
