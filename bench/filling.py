"""Puts a made up past into a database: rows go straight into tables, indexes come afterwards."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

from bench import databases
from bench.life import OURS, Row
from bench.measure import POSTGRESQL
from bench.past import ACCOUNTS, AGENTS, NOW, Past, asking_of
from storage import accounts, channels, passages, people, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.workspaces import Installation
from storage.unit import Unit, writing


class Sink(Protocol):
    """Takes rows as the database has them."""

    def put(self, name: str, rows: Sequence[Row]) -> None:
        """Add rows, all of the same columns, to a table."""


@contextmanager
def filled(kind: str, tickets: int) -> Iterator[tuple[str, Path]]:
    """The URL of a database with years of work in it, and its folder; both go with the block.

    A database has its folder and its server to itself.
    """
    with ExitStack() as stack:
        home = stack.enter_context(databases.folder())
        url = databases.sqlite(home)
        if kind == POSTGRESQL:
            url = databases.postgresql(stack.enter_context(databases.server(home)))
        began = time.monotonic()
        fill(url, tickets)
        told = f"{kind}, {tickets:,} tickets: filled in {time.monotonic() - began:.0f} s"
        print(f"{told}, {_megabytes(home):,.0f} MB", file=sys.stderr)
        yield url, home


def _megabytes(home: Path) -> float:
    return sum(each.stat().st_size for each in home.rglob("*") if each.is_file()) / 1e6


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
    """A company with its people and the channel that is shared with them."""
    name = f"company {account}"
    slug = name.replace(" ", "")
    accounts.add(unit, Account(OURS, account, name, slug, NOW, tier="Premium"))
    channel = Channel(OURS, account, f"C{account}", f"acme-{account}", name, account_id=account)
    channels.put(unit, channel)
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
