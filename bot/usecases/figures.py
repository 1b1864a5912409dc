"""Figures of a workspace: the one reader for digests, App Home, dashboard and command line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.rules.figures import Figure
from bot.rules.spans import ONE_DAY, Span, Step, day_of, steps
from bot.rules.tallies import NOTHING, Sum, Tally, Told, Value
from bot.usecases import counting
from bot.usecases.parts import ALL, NOBODY, STEPS, Asked, By, Part, Places, Where, parts
from storage import accounts, channels, facts, people, workspaces
from storage.records.hours import Hours
from storage.unit import Unit

__all__ = ["ALL", "NOBODY", "STEPS", "By", "Line", "Report", "Where", "read", "zone"]

AGES_KNOWN = timedelta(days=31)
"""Up to how long ago one can say how old the backlog was."""

Key = int | str | date | None


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


def zone(unit: Unit) -> str:
    """The zone (an IANA name) in which the workspace's days begin and end."""
    return workspaces.settings(unit).hours.zone


def read(
    unit: Unit, span: Span, *, now: datetime, by: By = By.NOTHING, where: Where = ALL
) -> Report:
    """All figures of a span, which may reach beyond ``now`` (aware)."""
    hours = workspaces.settings(unit).hours
    places = Places(unit)
    sums: defaultdict[Key, Sum] = defaultdict(Sum)
    for part in parts(unit, Asked(span, by, where), hours, places):
        if places.fits(part.cell, where):
            sums[_key(part, by, span, places)].add(part.told)
    for part in _standing(unit, Asked(span, by, where), hours, places, now=now):
        if places.fits(part.cell, where):
            sums[_key(part, by, span, places)].add(part.told)
    tallies = {key: each.tally() for key, each in sums.items()}
    if by in STEPS:
        tallies = _backwards(span, STEPS[by], tallies)
    return Report(span, by, where, _total(sums), _named(unit, by, tallies))


def _standing(
    unit: Unit, asked: Asked, hours: Hours, places: Places, *, now: datetime
) -> Iterator[Part]:
    """What was not done at the end: what is not now, without what has happened since.

    How old it was then is known while not much has happened since.
    """
    span = asked.span
    if now - span.until <= AGES_KNOWN:
        for cell, each in counting.standing(unit, min(span.until, now)).items():
            yield Part(span.last, cell, each.told)
        return
    for cell, many in Counter(cell for cell, _ in facts.standing(unit, now)).items():
        yield Part(span.last, cell, {"backlog": many})
    later = Span(span.last + ONE_DAY, day_of(now, span.zone), span.zone)
    by = By.NOTHING if asked.by in STEPS else asked.by
    moved = parts(unit, Asked(later, by, asked.where), hours, places, happened=facts.flow)
    for part in moved:
        yield Part(span.last, part.cell, {"backlog": -_net(part.told)})


def _net(told: Told) -> int:
    came, back, done = (told.get(name, 0) for name in ("opened", "reopened", "resolved"))
    return int(came) + int(back) - int(done)  # type: ignore[arg-type]


def _key(part: Part, by: By, span: Span, places: Places) -> Key:
    """The line that a part belongs to."""
    match by:
        case By.NOTHING:
            return None
        case By.ACCOUNT:
            return places.account_of(part.cell.channel_id)
        case By.AGENT:
            return part.cell.owner_id or NOBODY
        case By.CATEGORY:
            return part.cell.category
        case By.CHANNEL:
            return part.cell.channel_id
    return max(STEPS[by].begin(part.day), span.first)


def _total(sums: Mapping[Key, Sum]) -> Line:
    """All lines together; the backlog is in one of them only."""
    whole = Sum()
    for each in sums.values():
        whole.add(each.told)
    return Line(None, "", whole.tally())


def _backwards(span: Span, step: Step, tallies: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """All steps, each with the backlog at its end: that of the next, without what it brought."""
    pieces = steps(span, step)
    backlog = tallies.get(pieces[-1].first, NOTHING).count("backlog")
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
