"""Years of a desk's work, made up in minutes: the same from the same seed, on either database.

Most tickets are long closed; `LIVE` are not, however many there were. Words are as common as words
are (Zipf), accounts as busy. Rows go straight into the tables, indexes are made afterwards.
"""

from __future__ import annotations

import random
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import itemgetter
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url
from sqlalchemy.dialects import sqlite as sqlite_dialect

from storage import channels, indexing, passages, people, words, workspaces
from storage.base import EPOCH, MICROSECOND, NEVER
from storage.cipher import Cipher
from storage.clocks import ClockTexts
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.channels import Channel
from storage.records.clocks import Clock, Goal, Step
from storage.records.people import Person
from storage.records.tickets import Priority, Status
from storage.records.workspaces import Installation
from storage.tables import metadata
from storage.unit import Unit, writing

OURS = 1
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
BUSY_TABLES = ("text", "message", "ticket", "change", "ledger")

HOUR = 3_600
DONE = (Status.RESOLVED, Status.CLOSED)
_DIALECT = sqlite_dialect.dialect()

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""By table; values as the database has them."""


def _blank(name: str) -> Row:
    """A row of ours in which nothing is said yet."""
    columns = metadata.tables[name].columns
    return {each.name: None if each.nullable else "" for each in columns} | {"workspace_id": OURS}


MESSAGE = _blank("message") | {"side": "customer", "end": "opened", "files": "[]"}
MESSAGE |= {"version": 1, "indexed_version": 1}
TICKET = _blank("ticket") | {"turn": "ours", "source": "message", "due_at": NEVER, "version": 3}
TICKET |= {"tags": "[]", "extras": "[]", "clocks": "[]", "attached": 0}
CHANGE = _blank("change")
LEDGER = _blank("ledger") | {"goal": str(Goal.FIRST), "policy": "everybody", "spent": 0}
LEDGER |= {"span": 4 * HOUR * passages.SECOND}


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


@dataclass(frozen=True, slots=True)
class _Case:
    """A ticket's life in short; ``times`` are those of its messages, in microseconds since 1970."""

    key: int
    number: int
    account: int
    asker: int
    agent: int
    times: Sequence[int]
    status: Status


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
            rows: Rows = {name: [] for name in BUSY_TABLES} | {passages.TABLE: said}
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
        case = _Case(
            key=(number + 1) * 100,
            number=number + 1,
            account=account,
            asker=dice.choice(asking_of(account)),
            agent=dice.choice(AGENTS),
            times=self._times(number),
            status=_live_status(dice) if number in self._live else dice.choice(DONE),
        )
        for n, at in enumerate(case.times):
            self._say(rows, case, n, at)
        rows["ticket"].append(self._ticket(case))
        rows["change"] += _changes(case)
        rows["ledger"] += _ledger(case)

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

    def _say(self, rows: Rows, case: _Case, n: int, at: int) -> None:
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

    def _ticket(self, case: _Case) -> Row:
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
            "category": dice.choice(CATEGORIES),
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

    def _closing(self, case: _Case) -> Row:
        """Of the newest that are resolved each is closed for good some day."""
        if case.status is not Status.RESOLVED or case.number <= self.tickets - 2 * TIMED:
            return {}
        return {"wake_at": self._end + self._dice.randrange(1, 14 * 24 * HOUR) * passages.SECOND}


def _place(at: int) -> int:
    return at * passages.PLACES // passages.SECOND


def _ts(at: int) -> str:
    return f"{at / passages.SECOND:.6f}"


def _changes(case: _Case) -> Iterator[Row]:
    done = [
        (0, case.asker, "open", f"#{case.number}"),
        (1, case.agent, "answer", ""),
        (1, case.agent, "take", str(case.agent)),
        (3, case.agent, "answer", ""),
    ]
    if case.status in DONE:
        done.append((4, case.agent, "resolve", "answered"))
    for n, (which, actor, act, after) in enumerate(done):
        told = {"id": case.key + n, "ticket_id": case.key, "at": case.times[which]}
        yield CHANGE | told | {"actor_id": actor, "act": act, "after": after}


def _ledger(case: _Case) -> Iterator[Row]:
    """A first answer in time: its clock began, and was met."""
    for n, step in enumerate((Step.BEGAN, Step.MET)):
        told = {"id": case.key + n, "ticket_id": case.key, "at": case.times[n], "step": str(step)}
        yield LEDGER | told | {"due_at": case.times[0], "noticed_at": case.times[n]}


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


class Sink(Protocol):
    """Takes rows as the database has them."""

    def put(self, name: str, rows: Sequence[Row]) -> None:
        """Add rows, all of the same columns, to a table."""


def fill(url: str, tickets: int, *, seed: int = 1) -> None:
    """Make the tables of an empty database and put years of work into them."""
    upgrade(url)
    _settle(url)
    with _sqlite(url) if url.startswith("sqlite") else _postgresql(url) as sink:
        for rows in Past(tickets, seed).chunks():
            for name, some in rows.items():
                if some:
                    sink.put(name, some)


def _settle(url: str) -> None:
    """A workspace with its people and channels, by the desk's own functions."""
    engine = open_engine(url)
    with writing(engine, OURS) as unit:
        installation = Installation(OURS, "", "T1", "A1", "B1", "UBOT", "xoxb-bench")
        workspaces.install(
            unit.connection,
            installation,
            name="ours",
            url="https://ours.test/",
            cipher=Cipher.fresh(),
        )
        for agent in AGENTS:
            people.put(unit, _person(agent, "T1"))
        for account in ACCOUNTS:
            _settle_account(unit, account)
    engine.dispose()


def _settle_account(unit: Unit, account: int) -> None:
    company = f"company {account}"
    channels.put(unit, Channel(OURS, account, f"C{account}", f"acme-{account}", company))
    for person in asking_of(account):
        people.put(unit, _person(person, f"T{account}"))


def _person(key: int, team: str) -> Person:
    return Person(OURS, key, f"U{key}", team, name=f"Person {key}")


@dataclass(eq=False)
class _Sqlite:
    connection: sqlite3.Connection

    def put(self, name: str, rows: Sequence[Row]) -> None:
        columns = {each: "rowid" if each == "place" else each for each in rows[0]}
        if name == passages.TABLE:
            rows = [row | {"words": " ".join(row["words"])} for row in rows]
        else:
            columns = {each: each for each in columns}
        into = f'"{name}" ({", ".join(columns.values())})'
        places = ", ".join("?" * len(columns))
        values = map(itemgetter(*columns), rows)
        self.connection.executemany(f"INSERT INTO {into} VALUES ({places})", values)  # noqa: S608


@contextmanager
def _sqlite(url: str) -> Iterator[Sink]:
    """Everything in one transaction; what is made here does not have to survive a power cut."""
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
        connection.execute(f"PRAGMA {pragma}")
    named = "SELECT sql, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = [row for row in connection.execute(named) if row[1].startswith("ix_")]
    for _, name in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    yield _Sqlite(connection)
    connection.execute("COMMIT")
    for made, _ in indexes:
        connection.execute(made)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@dataclass(eq=False)
class _Postgresql:
    connection: psycopg.Connection[Any]

    def put(self, name: str, rows: Sequence[Row]) -> None:
        if name == passages.TABLE:
            rows = [row | {"words": _vector(row["words"])} for row in rows]
        columns = tuple(rows[0])
        quoted = ", ".join(f'"{each}"' for each in columns)
        into = f'COPY "{name}" ({quoted}) FROM STDIN'
        with self.connection.cursor() as cursor, cursor.copy(into.encode()) as copy:
            copy.write("".join(map(_line, map(itemgetter(*columns), rows))).encode())


def _line(values: tuple[Any, ...]) -> str:
    """A row in COPY's text format; no value of ours holds a tab, a backslash or a line's end."""
    return "\t".join(["\\N" if value is None else str(value) for value in values]) + "\n"


def _vector(found: Sequence[str]) -> str:
    return " ".join([f"'{word}'" for word in found])


@contextmanager
def _postgresql(url: str) -> Iterator[Sink]:
    with psycopg.connect(url, autocommit=True) as connection:
        # Foreign keys are triggers; the rows point where they should.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '1GB'")
        named = "SELECT indexdef, indexname FROM pg_indexes WHERE schemaname = 'public'"
        indexes = [row for row in connection.execute(named) if row[1].startswith("ix_")]
        for _, name in indexes:
            connection.execute(f"DROP INDEX {name}".encode())
        yield _Postgresql(connection)
        for made, _ in indexes:
            connection.execute(made.encode())
        connection.execute("VACUUM ANALYZE")
