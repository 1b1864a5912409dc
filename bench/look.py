"""The desk's own questions, as they are asked in a day, and how each is drawn by lot."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from bench.past import ACCOUNTS, AGENTS, CATEGORIES, NOW, asking_of, vocabulary
from bot.rules import spans
from bot.rules.spans import Span
from bot.usecases import figures
from bot.usecases.figures import ALL as ALL_TICKETS
from bot.usecases.figures import By, Where
from bot.workers.schedule import SCHEDULE
from storage import queues, search, sla
from storage.records.search import Sought
from storage.records.tickets import Owner, Queue, Status
from storage.tickets import TIMER
from storage.unit import Unit

PAGE = 20
DAY = timedelta(days=1)
LONG = timedelta(days=900)
LIVE = (Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED)

Ask = Callable[[Unit, random.Random], object]


@dataclass(frozen=True, slots=True)
class Question:
    """``most``: milliseconds that it may take at a million tickets."""

    name: str
    most: float
    ask: Ask


def _page(queue: Callable[[random.Random], Queue]) -> Ask:
    return lambda unit, dice: queues.page(unit, queue(dice), limit=PAGE)


def _second_page(unit: Unit, dice: random.Random) -> object:
    last = queues.page(unit, Queue(Owner.NOBODY), limit=PAGE)[-1]
    return queues.page(unit, Queue(Owner.NOBODY), limit=PAGE, after=queues.spot(last))


def _agent(dice: random.Random) -> Queue:
    return Queue(dice.choice(AGENTS))


def _find(sought: Callable[[random.Random], Sought]) -> Ask:
    return lambda unit, dice: search.find(unit, sought(dice), limit=PAGE)


_WORDS = vocabulary()


def _word(dice: random.Random, first: int, last: int) -> str:
    """One of the words from the ``first`` to the ``last`` most common."""
    return _WORDS[dice.randrange(first - 1, last)]


def _read(span: Span, by: By = By.NOTHING, where: Where = ALL_TICKETS) -> Ask:
    return lambda unit, dice: figures.read(unit, span, now=NOW, by=by, where=where)


def _digest(unit: Unit, dice: random.Random) -> None:
    """What a manager reads in the morning."""
    day = spans.yesterday(NOW, "UTC")
    for each in (day, day.before()):
        figures.read(unit, each, now=NOW)
    for by in (By.ACCOUNT, By.CATEGORY):
        figures.read(unit, spans.last_days(NOW, "UTC", 7), now=NOW, by=by)
    figures.read(unit, spans.last_days(NOW, "UTC", 14), now=NOW, by=By.DAY)


def _page_of(span: Span, where: Callable[[random.Random], Where]) -> Ask:
    """What a manager sees in the browser: the figures, those before, the accounts."""

    def ask(unit: Unit, dice: random.Random) -> None:
        chosen = where(dice)
        figures.read(unit, span, now=NOW, by=By.WEEK, where=chosen)
        figures.read(unit, span.before(), now=NOW, where=chosen)
        figures.read(unit, span, now=NOW, by=By.ACCOUNT, where=chosen)

    return ask


def _one_channel(dice: random.Random) -> Where:
    return Where(channel=dice.choice(ACCOUNTS))


def _one_agent(dice: random.Random) -> Where:
    return Where(agent=dice.choice(AGENTS))


def _tick(unit: Unit, dice: random.Random) -> None:
    """What is asked each second of all that may be due; nothing was, so long ago."""
    for job in SCHEDULE:
        if not job.every:
            assert not job.is_due(unit.connection, NOW - LONG)


QUEUES = (
    Question("an agent's queue", 10, _page(_agent)),
    Question("an agent's queue, how many", 10, lambda u, dice: queues.count(u, _agent(dice))),
    Question("unassigned", 10, _page(lambda dice: Queue(Owner.NOBODY))),
    Question("unassigned, two pages", 10, _second_page),
    Question("waiting, an agent's", 10, _page(lambda d: Queue(d.choice(AGENTS), Status.WAITING))),
    Question("waiting, all", 10, _page(lambda dice: Queue(status=Status.WAITING))),
    Question("snoozed, all", 10, _page(lambda dice: Queue(status=Status.SNOOZED))),
    Question("by category", 10, _page(lambda dice: Queue(category=dice.choice(CATEGORIES)))),
    Question("a channel's", 10, _page(lambda dice: Queue(channel_id=dice.choice(ACCOUNTS)))),
    Question("all that is live", 10, _page(lambda dice: Queue())),
    Question("all counts at once", 10, lambda unit, dice: queues.loads(unit)),
)
TIMERS = (
    Question("timers, none due", 10, lambda u, dice: TIMER.due(u.connection, NOW - DAY, most=100)),
    Question("timers, 100 due", 10, lambda u, d: TIMER.due(u.connection, NOW + DAY, most=100)),
    Question("the next timer", 10, lambda unit, dice: TIMER.next_at(unit.connection)),
    Question("a tick, nothing due", 10, _tick),
)
SEARCH = (
    Question("a rare word", 50, _find(lambda d: Sought(_word(d, 10_000, 20_000)))),
    Question("a word, 1 message of 200", 50, _find(lambda d: Sought(_word(d, 200, 250)))),
    Question("a word, 1 message of 20", 50, _find(lambda d: Sought(_word(d, 20, 30)))),
    Question("the most common word", 50, _find(lambda d: Sought(_word(d, 1, 1)))),
    Question(
        "two words",
        50,
        _find(lambda d: Sought(f"{_word(d, 50, 500)} {_word(d, 50, 500)}")),
    ),
    Question(
        "three rarer words",
        50,
        _find(lambda d: Sought(" ".join(_word(d, 500, 5_000) for _ in range(3)))),
    ),
    Question(
        "a word from: somebody",
        50,
        _find(
            lambda d: Sought(
                _word(d, 1, 500), author_ids=(d.choice(asking_of(d.choice(ACCOUNTS))),)
            )
        ),
    ),
    Question(
        "a word account: one",
        50,
        _find(lambda d: Sought(_word(d, 1, 500), channel_ids=(d.choice(ACCOUNTS),))),
    ),
    Question("a word status: live", 50, _find(lambda d: Sought(_word(d, 1, 500), statuses=LIVE))),
    Question(
        "a word before: any day",
        50,
        _find(lambda d: Sought(_word(d, 1, 500), before=NOW - d.randrange(700) * DAY)),
    ),
    Question("account: alone", 50, _find(lambda d: Sought(channel_ids=(d.choice(ACCOUNTS),)))),
    Question("status: live alone", 50, _find(lambda d: Sought(statuses=LIVE))),
    Question("a word that nobody said", 50, _find(lambda d: Sought("xyzzy"))),
)


def _promised(days: int) -> Ask:
    def ask(unit: Unit, dice: random.Random) -> object:
        until = NOW - dice.randrange(7) * DAY
        return sla.outcomes(unit, until - days * DAY, until)

    return ask


YEAR, MONTH = (spans.last_days(NOW, "UTC", days) for days in (365, 30))
FIGURES = (
    Question("figures of today", 500, _read(spans.today(NOW, "UTC"))),
    Question("figures of a month by account", 500, _read(MONTH, By.ACCOUNT)),
    Question("figures of a year by day", 500, _read(YEAR, By.DAY)),
    Question("figures of a year by account", 500, _read(YEAR, By.ACCOUNT)),
    Question("a digest", 2000, _digest),
    Question("dashboard, a month", 500, _page_of(MONTH, lambda dice: ALL_TICKETS)),
    Question("dashboard, a year", 500, _page_of(YEAR, lambda dice: ALL_TICKETS)),
    Question(
        "dashboard, a channel’s year",
        500,
        _page_of(YEAR, lambda d: Where(channel=d.choice(ACCOUNTS))),
    ),
    Question(
        "dashboard, an agent’s year", 500, _page_of(YEAR, lambda d: Where(agent=d.choice(AGENTS)))
    ),
    Question("what was promised in a week", 1000, _promised(7)),
)
ALL: Iterable[Question] = (*QUEUES, *TIMERS, *SEARCH, *FIGURES)
