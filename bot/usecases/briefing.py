"""What a digest says: decisions first, then figures against the week before, then a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.charts.chart import Chart, Series, numbers, words
from bot.rules import digest as rules
from bot.rules import figures as known
from bot.rules.calendar import zone_named
from bot.rules.figures import BY_KEY, Change, Figure
from bot.rules.spans import Span
from bot.rules.tallies import Tally, Value
from bot.usecases import decisions, figures, look
from bot.usecases.decisions import DecisionScene
from bot.usecases.figures import ALL, By, Line, Where
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import digests, queues
from storage.records.channels import Channel
from storage.records.digests import Digest, Kind
from storage.records.people import Person
from storage.records.tickets import Owner, Queue, Status
from storage.unit import Unit

SHOWN = (
    *("opened", "resolved", "backlog", "age_p50", "first_p50", "first_p90"),
    *("sla", "reopened", "csat", "escalated", "promises"),
)
ALWAYS = frozenset({"opened", "resolved", "backlog"})
MOST_DECISIONS = 12
MOST_QUEUE = 15
MOST_LINES = 5
DAYS_DRAWN, WEEKS_DRAWN = 14, 8
DRAWN = ("opened", "resolved")
MOST_TRIES = 6
WITH_PICTURE = frozenset({Kind.DAILY, Kind.WEEKLY})
WITH_FIGURES = WITH_PICTURE


@dataclass(frozen=True, slots=True)
class FigureScene:
    """One figure beside that of the span before, both with their units.

    ``before`` and ``delta`` are ``""`` where there is nothing to compare with.
    """

    figure: Figure
    now: str
    before: str
    delta: str
    is_better: bool | None


@dataclass(frozen=True, slots=True)
class ShareScene:
    """One account or category, in tickets."""

    name: str
    opened: int
    resolved: int
    backlog: int


@dataclass(frozen=True, slots=True)
class BriefingScene:
    """A digest for whoever reads it.

    ``is_late`` when it comes later than it should; ``more`` counts the decisions that are not
    shown; ``queue`` are tickets of the reader's own, ``free`` how many nobody has. ``file_id`` is
    the picture of ``chart`` in Slack, ``""`` where there is none.
    """

    digest: Digest
    reader: Person | None
    now: datetime
    is_late: bool
    decisions: tuple[DecisionScene, ...] = ()
    more: int = 0
    figures: tuple[FigureScene, ...] = ()
    accounts: tuple[ShareScene, ...] = ()
    accounts_more: int = 0
    categories: tuple[ShareScene, ...] = ()
    categories_more: int = 0
    chart: Chart | None = None
    file_id: str = ""
    queue: tuple[TicketScene, ...] = ()
    queue_more: int = 0
    waiting: int = 0
    free: int = 0

    @property
    def first(self) -> date:
        """The first day of which it tells."""
        return date.fromisoformat(self.digest.first)

    @property
    def last(self) -> date:
        """The last day of which it tells."""
        return date.fromisoformat(self.digest.last)

    @property
    def days(self) -> str:
        """The days of which it tells, as people write them."""
        return said_days(self.first, self.last)

    @property
    def day(self) -> str:
        """The day on which it was due, on the wall of whoever reads it."""
        at = self.digest.slot_at.astimezone(zone_named(self.digest.zone)).date()
        return said_days(at, at)

    @property
    def chart_words(self) -> str:
        """What the picture shows for those who do not see it."""
        return words(self.chart) if self.chart else ""

    @property
    def chart_numbers(self) -> str:
        """The numbers of the picture alone."""
        return numbers(self.chart) if self.chart else ""

    @property
    def days_before(self) -> str:
        """The days with which its figures are compared."""
        before = Span(self.first, self.last).before()
        return said_days(before.first, before.last)


HAPPENS = frozenset({"opened", "resolved", "reopened"})


@dataclass(frozen=True, slots=True)
class CustomerScene:
    """A week in a customer's channel, in words for everybody: what came, was solved, is open."""

    digest: Digest
    channel: Channel
    opened: int
    resolved: int
    first_answer: str
    live: tuple[TicketScene, ...]
    more: int

    @property
    def first(self) -> date:
        """The first day of which it tells."""
        return date.fromisoformat(self.digest.first)

    @property
    def last(self) -> date:
        """The last day of which it tells."""
        return date.fromisoformat(self.digest.last)

    @property
    def days(self) -> str:
        """The days of which it tells, as people write them."""
        return said_days(self.first, self.last)

    @property
    def is_empty(self) -> bool:
        """True when nothing was asked, solved, or is open."""
        return not (self.opened or self.resolved or self.live)


def said_days(first: date, last: date) -> str:
    """``Mon 2 Mar``, or ``Fri 6 – Sun 8 Mar``."""
    end = f"{last:%a} {last.day} {last:%b}"
    if first == last:
        return end
    month = f" {first:%b}" if first.month != last.month else ""
    return f"{first:%a} {first.day}{month} – {end}"


def is_empty(work: Work, digest: Digest) -> bool:
    """True when there is nothing to decide, to do, or to tell."""
    if digest.kind is Kind.QUEUE:
        return not queues.count(work.unit, Queue(digest.person_id, is_to_do=True))
    if digest.lines or digest.kind not in WITH_FIGURES:
        return not digest.lines
    span = span_of(digest, work.settings.hours.zone)
    told = figures.read(work.unit, span, now=work.at).total.tally
    return not any(told.count(name) for name in HAPPENS)


def scene(work: Work, digest: Digest, *, told_at: datetime | None = None) -> BriefingScene:
    """All of a digest as it is now; ``told_at`` is when Slack took it, if it has."""
    late = rules.is_late(digest.slot_at, told_at or work.at) and not digest.is_asked
    reader = work.person_by_id(digest.person_id)
    found = BriefingScene(digest, reader, work.at, late, more=digest.more, file_id=digest.file_id)
    if digest.kind is Kind.QUEUE:
        return _queue(work, found)
    until = rules.horizon(digest.slot_at, work.settings.hours)
    found = replace(found, decisions=decisions.scenes(work, digest.lines, until))
    return _figures(work, found) if digest.kind in WITH_FIGURES else found


def _queue(work: Work, found: BriefingScene) -> BriefingScene:
    own = Queue(found.digest.person_id, is_to_do=True)
    page = queues.page(work.unit, own, limit=MOST_QUEUE)
    work.ahead = look.ahead_of(work, page)
    waiting = Queue(found.digest.person_id, status=Status.WAITING)
    return replace(
        found,
        queue=tuple(look.scene(work, each) for each in page),
        queue_more=queues.count(work.unit, own) - len(page),
        waiting=queues.count(work.unit, waiting),
        free=queues.count(work.unit, Queue(Owner.NOBODY, is_to_do=True)),
    )


def span_of(digest: Digest, zone: str) -> Span:
    """The days of which a digest tells; ``zone`` is the desk's."""
    return Span(date.fromisoformat(digest.first), date.fromisoformat(digest.last), zone)


def _figures(work: Work, found: BriefingScene) -> BriefingScene:
    span = span_of(found.digest, work.settings.hours.zone)
    is_weekly = found.digest.kind is Kind.WEEKLY
    accounts, accounts_more = _shares(work, span, By.ACCOUNT)
    categories, categories_more = _shares(work, span, By.CATEGORY)
    return replace(
        found,
        figures=beside(work, span),
        accounts=accounts,
        accounts_more=accounts_more,
        categories=categories,
        categories_more=categories_more,
        chart=weeks(work, span) if is_weekly else days(work, span),
    )


def beside(work: Work, span: Span, where: Where = ALL) -> tuple[FigureScene, ...]:
    """The figures that managers look at first, each beside that of the same days before."""
    now, before = (
        figures.read(work.unit, each, now=work.at, where=where).total
        for each in (span, span.before())
    )
    lines = ((BY_KEY[key], known.compared(BY_KEY[key], now.tally, before.tally)) for key in SHOWN)
    return tuple(_figure(figure, change) for figure, change in lines if _is_told(figure, change))


def _is_told(figure: Figure, change: Change) -> bool:
    """What neither happened now nor before says nothing, but for what everybody looks for."""
    return figure.key in ALWAYS or any(_says(figure, each) for each in (change.now, change.before))


def _says(figure: Figure, value: Value) -> bool:
    """Of a share 0 % says that nothing was in time; none of a count is as good as nothing."""
    return bool(value) if figure.unit in known.COUNTED else value is not None


def _figure(figure: Figure, change: Change) -> FigureScene:
    now = known.said(figure, change.now)
    before = "" if change.before is None else known.said(figure, change.before)
    return FigureScene(figure, now, before, _delta(figure, change), change.is_better)


def _delta(figure: Figure, change: Change) -> str:
    """How much more or less, with its sign; ``""`` where that cannot be said."""
    if change.delta is None:
        return ""
    if isinstance(change.delta, timedelta):
        sign, size = _sign(change.delta.total_seconds()), known.lasting(abs(change.delta))
        return f"{sign}{size}" if sign else "as before"
    sign, many = _sign(change.delta), abs(change.delta)
    if not sign:
        return "as before"
    if figure.unit is not known.Unit.PERCENT:
        return f"{sign}{many:,}"
    return f"{sign}{many} {'point' if many == 1 else 'points'}"


def _sign(number: float) -> str:
    return "" if not number else "+" if number > 0 else "−"


def _shares(work: Work, span: Span, by: By) -> tuple[tuple[ShareScene, ...], int]:
    """The busiest accounts or categories, and how many more there are."""
    lines = figures.read(work.unit, span, now=work.at, by=by).lines
    return tuple(map(_share, lines[:MOST_LINES])), len(lines[MOST_LINES:])


def _share(line: Line) -> ShareScene:
    opened, resolved, backlog = (line.tally.count(n) for n in ("opened", "resolved", "backlog"))
    return ShareScene(line.name, opened, resolved, backlog)


def days(work: Work, span: Span, many: int = DAYS_DRAWN) -> Chart:
    """What was opened and resolved on each of the days up to the last one of a span."""
    drawn = Span(span.last - timedelta(days=many - 1), span.last, span.zone)
    told = _by_day(work, drawn)
    labels = [f"{day:%a} {day.day}" for day in drawn.each_day()]
    tallies = [told[day] for day in drawn.each_day()]
    return _chart(f"Opened and resolved, {many} days", "tickets per day", labels, tallies)


def weeks(work: Work, span: Span, many: int = WEEKS_DRAWN) -> Chart:
    """The same of each of the seven days up to the last one of a span, and of those before."""
    week = Span(span.last - timedelta(days=6), span.last, span.zone)
    pieces = [week.moved(-7 * back) for back in reversed(range(many))]
    told = _by_day(work, Span(pieces[0].first, span.last, span.zone))
    labels = [f"{piece.first.day} {piece.first:%b}" for piece in pieces]
    sums = [_together([told[day] for day in piece.each_day()]) for piece in pieces]
    return _chart(f"Opened and resolved, {many} weeks", "tickets per week", labels, sums)


def _by_day(work: Work, span: Span) -> dict[date, Tally]:
    lines = figures.read(work.unit, span, now=work.at, by=By.DAY).lines
    return {line.key: line.tally for line in lines if isinstance(line.key, date)}


def _together(tallies: Sequence[Tally]) -> Tally:
    return Tally({name: sum(each.count(name) for each in tallies) for name in DRAWN})


def _chart(title: str, unit: str, labels: Sequence[str], tallies: Sequence[Tally]) -> Chart:
    series = tuple(
        Series(BY_KEY[name].title, tuple(each.count(name) for each in tallies)) for name in DRAWN
    )
    return Chart(title, unit, tuple(labels), series)


def chart(unit: Unit, digest_id: int, now: datetime) -> Chart | None:
    """What the picture of a digest shows, None for one without."""
    digest = digests.by_id(unit, digest_id)
    if digest is None or digest.kind not in WITH_PICTURE:
        return None
    work = look.working(unit, now)
    span = span_of(digest, work.settings.hours.zone)
    return weeks(work, span) if digest.kind is Kind.WEEKLY else days(work, span)


def lacks_picture(digest: Digest) -> bool:
    """True while it is worth waiting for."""
    is_untried = not digest.file_id and digest.file_tries < MOST_TRIES
    return digest.kind in WITH_PICTURE and is_untried


def pictured(unit: Unit, digest_id: int, file_id: str) -> None:
    """The picture is in Slack, or (``""``) there is none to be."""
    digest = digests.by_id(unit, digest_id)
    if digest is not None:
        tries = digest.file_tries if file_id else MOST_TRIES
        digests.save_digest(unit, digest, replace(digest, file_id=file_id, file_tries=tries))


def unpictured(unit: Unit, digest_id: int, *, is_final: bool) -> None:
    """Count that it could not be put there; after some tries the digest goes without."""
    digest = digests.by_id(unit, digest_id)
    if digest is not None:
        tries = MOST_TRIES if is_final else digest.file_tries + 1
        digests.save_digest(unit, digest, replace(digest, file_tries=tries))


def customer(work: Work, digest: Digest, channel: Channel) -> CustomerScene:
    """A customer's own week, by the tickets of that very channel alone."""
    span = span_of(digest, work.settings.hours.zone)
    total = figures.read(work.unit, span, now=work.at, where=Where(channel=channel.id)).total
    live = Queue(channel_id=channel.id)
    page = queues.page(work.unit, live, limit=MOST_QUEUE)
    answer = total.value(BY_KEY["first_p50"])
    return CustomerScene(
        digest,
        channel,
        opened=total.tally.count("opened"),
        resolved=total.tally.count("resolved"),
        first_answer=known.lasting(answer) if isinstance(answer, timedelta) else "",
        live=tuple(look.posted(work, each) for each in page),
        more=queues.count(work.unit, live) - len(page),
    )
