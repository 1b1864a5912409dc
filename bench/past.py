"""Years of a desk's work, made up in minutes: the same from the same seed, on either database.

Most tickets are long closed; `LIVE` are not, however many there were. Words are as common as words
are (Zipf), accounts as busy. `bench.filling` puts it into a database, `bench.life` has what befell
a ticket beside talk.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import itemgetter

from sqlalchemy.dialects import sqlite as sqlite_dialect

from bench import life
from bench.life import DONE, HOUR, Case, Row, Rows, blank
from storage import indexing, passages, words
from storage.base import EPOCH, MICROSECOND, NEVER
from storage.clocks import ClockTexts
from storage.records.clocks import Clock, Goal
from storage.records.tickets import Priority, Status

OURS = life.OURS
AGENTS = range(1001, 1051)
ACCOUNTS = range(2001, 2301)
ASKING = 10  # people of each account
LIVE = 3_000
TIMED = 50_000  # tickets at which the desk has to look again some day
MESSAGES = 5  # of each ticket
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
YEARS = timedelta(days=730)
CATEGORIES = ("", "billing", "technical", "pre-sales", "warranty")
VOCABULARY = 20_000
AT_ONCE = 2_000  # tickets

_DIALECT = sqlite_dialect.dialect()

MESSAGE = blank("message") | {"side": "customer", "end": "opened", "files": "[]"}
MESSAGE |= {"version": 1, "indexed_version": 1}
TICKET = blank("ticket") | {"turn": "ours", "source": "message", "due_at": NEVER, "version": 3}
TICKET |= {"tags": "[]", "extras": "[]", "clocks": "[]", "hunch": "[]", "attached": 0}


def asking_of(account: int) -> range:
    """The people of an account."""
    first = 10_000 + (account - ACCOUNTS[0]) * ASKING
    return range(first, first + ASKING)


def live_of(tickets: int) -> int:
    """How many of them are not done."""
    return min(LIVE, tickets // 2)


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def vocabulary() -> list[str]:
    """Words that nobody knows, the most common first."""
    dice = random.Random(7)
    syllables = [c + v for c in "bdfgklmnprtvz" for v in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(dice.choices(syllables, k=dice.randint(2, 4)))] = None
    return list(found)


@dataclass(eq=False)
class Past:
    """``tickets`` of the last two years."""

    tickets: int
    seed: int = 1
    _words: list[str] = field(default_factory=vocabulary)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._ranks = range(VOCABULARY)
        self._busy, self._common = _zipf(len(ACCOUNTS)), _zipf(VOCABULARY)
        self._folded = [words.of_query(word)[0] for word in self._words]
        self._live = self._chosen_live()
        self._end = (NOW - EPOCH) // MICROSECOND
        self._step = YEARS // MICROSECOND // self.tickets

    def _chosen_live(self) -> set[int]:
        """Nine of ten among the newest, the others from any time."""
        live = live_of(self.tickets)
        recent = range(max(0, self.tickets - 5 * live), self.tickets)
        chosen = set(self._dice.sample(recent, live * 9 // 10))
        while len(chosen) < live:
            chosen.add(self._dice.randrange(self.tickets))
        return chosen

    def chunks(self) -> Iterator[Rows]:
        """Rows for each table; passages in the order of their places, as the desk indexes them."""
        said: list[Row] = []
        for first in range(0, self.tickets, AT_ONCE):
            end = min(first + AT_ONCE, self.tickets)
            rows: Rows = {name: [] for name in life.TABLES} | {passages.TABLE: said}
            for number in range(first, end):
                self._add(number, rows)
            said.sort(key=itemgetter("place"))
            # Those that were said after the next ticket was opened wait for its messages.
            last = self._opened(end) if end < self.tickets else passages.END
            ready = bisect_left(said, _place(last), key=itemgetter("place"))
            rows[passages.TABLE], said = said[:ready], said[ready:]
            yield rows

    def _add(self, number: int, rows: Rows) -> None:
        dice = self._dice
        account = dice.choices(ACCOUNTS, cum_weights=self._busy)[0]
        case = Case(
            key=(number + 1) * 100,
            number=number + 1,
            account=account,
            asker=dice.choice(asking_of(account)),
            agent=dice.choice(AGENTS),
            times=self._times(number),
            status=_live_status(dice) if number in self._live else dice.choice(DONE),
            category=dice.choice(CATEGORIES),
        )
        for n, at in enumerate(case.times):
            self._say(rows, case, n, at)
        rows["ticket"].append(self._ticket(case))
        for name, row in life.of(case, until=self._end):
            rows[name].append(row)

    def _times(self, number: int) -> list[int]:
        """When its messages were said, within two days, the last at most now."""
        opened = self._opened(number)
        later = sorted(self._dice.randrange(48 * HOUR) for _ in range(MESSAGES - 1))
        first = number * MESSAGES
        return [self._moment(opened, each, first + n) for n, each in enumerate((0, *later))]

    def _opened(self, number: int) -> int:
        return self._end - (self.tickets - number) * self._step

    def _moment(self, opened: int, later: int, number: int) -> int:
        """A time that no other message has, to the part of a second that search tells apart."""
        second = min(opened // passages.SECOND + later, self._end // passages.SECOND)
        part = number % passages.PLACES
        return second * passages.SECOND + -(-part * passages.SECOND // passages.PLACES)

    def _say(self, rows: Rows, case: Case, n: int, at: int) -> None:
        key, author = case.key + n, case.agent if n in (1, 3) else case.asker
        chosen = self._dice.choices(
            self._ranks, cum_weights=self._common, k=self._dice.randint(5, 20)
        )
        body = " ".join([self._words[each] for each in chosen])
        place = _place(at)
        rows["text"].append({"workspace_id": OURS, "id": key, "body": body})
        said = {"id": key, "channel_id": case.account, "ts": _ts(at), "author_id": author}
        said |= {"said_at": at, "text_id": key, "ticket_id": case.key, "place": place}
        if n:
            said |= {"thread_ts": _ts(case.times[0]), "end": "joined"}
        if author == case.agent:
            said |= {"side": "ours"}
        rows["message"].append(MESSAGE | said)
        marks = indexing.marks(OURS, case.account, author)
        found = dict.fromkeys([*marks, *(self._folded[each] for each in chosen)])
        passage = {"workspace_id": OURS, "place": place, "message_id": key, "ticket_id": case.key}
        rows[passages.TABLE].append(passage | {"words": list(found)})

    def _ticket(self, case: Case) -> Row:
        dice, opened = self._dice, case.times[0]
        is_unowned = case.status is Status.NEW or dice.random() < 0.05
        told = TICKET | {
            "id": case.key,
            "number": case.number,
            "channel_id": case.account,
            "thread_ts": _ts(opened),
            "opening_id": case.key,
            "requester_id": case.asker,
            "opened_at": opened,
            "status": str(case.status),
            "priority": dice.choices(range(len(Priority)), (10, 70, 15, 5))[0],
            "category": case.category,
            "owner_id": None if is_unowned else case.agent,
            "first_answer_at": case.times[1],
            "last_customer_at": case.times[4],
            "last_ours_at": case.times[3],
        }
        if case.status in DONE:
            ended = {"turn": "nobody's", "resolution": "answered", "resolved_at": case.times[4]}
            return told | ended | self._closing(case)
        due = self._end + dice.randrange(-4 * HOUR, 72 * HOUR) * passages.SECOND
        clocks = ClockTexts().process_bind_param(_clocks(opened, due), _DIALECT)
        return told | {"due_at": due, "wake_at": max(due, self._end + 1), "clocks": clocks}

    def _closing(self, case: Case) -> Row:
        """Of the newest that are resolved each is closed for good some day."""
        if case.status is not Status.RESOLVED or case.number <= self.tickets - 2 * TIMED:
            return {}
        return {"wake_at": self._end + self._dice.randrange(1, 14 * 24 * HOUR) * passages.SECOND}


def _place(at: int) -> int:
    return at * passages.PLACES // passages.SECOND


def _ts(at: int) -> str:
    return f"{at / passages.SECOND:.6f}"


def _clocks(opened: int, due: int) -> tuple[Clock, ...]:
    """The two that run of a ticket without an answer."""
    began, until = (EPOCH + each * MICROSECOND for each in (opened, due))
    return tuple(
        Clock(goal, "everybody", until - began, began, since=began, warn_at=until, due_at=until)
        for goal in (Goal.FIRST, Goal.RESOLUTION)
    )


def _live_status(dice: random.Random) -> Status:
    live = (Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED)
    return dice.choices(live, (15, 45, 30, 10))[0]
