"""Copies the whole database into a file while the desk runs, and a file into an empty database.

The file is gzipped JSON, a line for each row, and the same for SQLite and PostgreSQL: what one
wrote, the other reads. It is the truth of one moment: one transaction reads it all.
"""

from __future__ import annotations

import gzip
import json
import os
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from glob import escape
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from typing import Any, TextIO

import psycopg
from sqlalchemy import Boolean, Connection, Table, column, inspect, select, table, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError

from storage import indexing, outbox
from storage.base import DERIVED
from storage.engine import open_engine, to_read
from storage.migrate import alone, bring_to, current, current_within, head, knows
from storage.tables import metadata

FORMAT = 1
ROWS_AT_ONCE = 1000
CHUNK = 1 << 20
LEFT_SECONDS = 86_400  # a part that nobody has finished in a day is nobody's
COMPRESSION = 3  # text shrinks to a fifth; more effort saves little and takes three times as long

# What a database says of rows that are not its own; PostgreSQL's rows go past SQLAlchemy.
MISFITS = (
    *(DataError, IntegrityError, ProgrammingError, OverflowError, TypeError),
    *(psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError),
)

Counts = dict[str, int]
Told = Callable[[str, int], None]


class NoBackup(Exception):
    """The file is none of ours, is cut short, or is of a version that we do not know."""


class NotEmpty(Exception):
    """There is something in the database already: a backup goes into an empty one only."""


def _nobody(_name: str, _rows: int) -> None:
    """Hears of nothing."""


def save(url: str, path: Path, told: Told = _nobody) -> Counts:
    """Write a backup that only its owner may read; how many rows of each table are in it.

    ``told`` hears each table's name and rows when it is done.
    ``path`` appears when it is whole, in place of an earlier backup. Raises ValueError where it is
    anything else, and for a database whose tables are not those of this version. Keys that encrypt
    tokens are not in it.
    """
    path = path.resolve()  # a link goes on leading there
    _refuse_other(path)
    revision = current(url)
    if revision is None:
        raise ValueError("there are no tables yet")
    if revision != head():  # what only one of the two versions knows would be left out
        raise ValueError("the database is of another version: back it up with that one")
    engine = open_engine(url)
    try:
        with _appearing(path) as file, to_read(engine) as connection, connection.begin():
            return _write(file, connection, revision, told)
    finally:
        engine.dispose()


def _refuse_other(path: Path) -> None:
    """Only a backup gives way to a backup: not the desk's own database, its keys, or a device."""
    if not path.exists():
        return
    if not path.is_file():
        raise ValueError("there is something that is no plain file: name a file")
    try:
        if path.stat().st_size:  # somebody may have reserved the name
            with _opened(path) as file:
                _Source(file).begin()
    except NoBackup:
        raise ValueError("there is a file that is no backup: name another") from None


@contextmanager
def _appearing(path: Path) -> Iterator[TextIO]:
    """Nobody else's name meanwhile: two may save at once. What was killed long ago goes."""
    for left in path.parent.glob(f"{escape(path.name)}.*.part"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - LEFT_SECONDS:
                left.unlink()
    handle, name = mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            with gzip.open(raw, "wt", COMPRESSION, encoding="utf-8", newline="\n") as file:
                yield file
            raw.flush()
            os.fsync(handle)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(file: TextIO, connection: Connection, revision: str, told: Told) -> Counts:
    _line(file, {"threadkeeper": FORMAT, "revision": revision})
    counts: Counts = {}
    for each in metadata.sorted_tables:
        if DERIVED in each.info:
            continue
        _line(file, {"table": each.name, "columns": _stored(each)})
        counts[each.name] = _write_rows(file, connection, each)
        told(each.name, counts[each.name])
    _line(file, {"end": counts})
    return counts


def _write_rows(file: TextIO, connection: Connection, source: Table) -> int:
    names, count = _stored(source), 0
    truths = [place for place, name in enumerate(names) if _is_truth(source, name)]
    # Columns without a type: the database's own values, as they are.
    columns: list[Any] = [column(name) for name in names]
    query = select(*columns).select_from(source)
    options = {"stream_results": True, "yield_per": ROWS_AT_ONCE}
    for row in connection.execute(query, execution_options=options):
        values = list(row)
        for place in truths:
            values[place] = None if values[place] is None else bool(values[place])
        _line(file, values)
        count += 1
    return count


def _stored(source: Table) -> list[str]:
    return [each.name for each in source.columns if DERIVED not in each.info]


def _is_truth(source: Table, name: str) -> bool:
    return isinstance(source.columns[name].type, Boolean)


def _line(file: TextIO, value: Any) -> None:
    file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def restore(url: str, path: Path) -> Counts:
    """Fill an empty database from a backup, all of it or nothing; how many rows of each table.

    An older backup is brought up to date afterwards, by `storage.migrate`. Raises NotEmpty and
    NoBackup; OSError when the file cannot be read, which it is twice.
    """
    _read_through(path)
    with _opened(path) as file, alone(url) as connection:
        source = _Source(file)
        revision = source.begin()
        if not knows(revision):
            raise NoBackup("it was made by a newer version: restore it with that one")
        _refuse_rows(connection)
        bring_to(connection, revision)
        if current_within(connection) != revision:
            raise NotEmpty("its tables are newer than the backup: give one without tables")
        counts = _read(source, connection)
        bring_to(connection)
        outbox.doubt(connection)
        indexing.rebuild(connection)
        return counts


def _read_through(path: Path) -> None:
    """What a disk has spoilt may still look like rows: only its checksum at the end tells."""
    with _opened(path) as file:
        while file.read(CHUNK):
            pass


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield file
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise NoBackup(f"it is damaged, or no backup at all ({error})") from error


def _refuse_rows(connection: Connection) -> None:
    for name in sorted(set(_tables_in(connection)) & set(metadata.tables)):
        if connection.execute(select(text("1")).select_from(table(name)).limit(1)).first():
            raise NotEmpty(f"there are rows in {name} already")


@dataclass(eq=False)
class _Source:
    """The lines of a backup: a head, then for each table its name and its rows, then how many."""

    file: TextIO
    counts: Counts = field(default_factory=dict)
    _next: Any = None

    def begin(self) -> str:
        """The migration that the backup was made at. Raises NoBackup."""
        first = self._read()
        if not isinstance(first, dict) or first.get("threadkeeper") != FORMAT:
            raise NoBackup("it is no backup of Threadkeeper")
        self._next = self._read()
        return str(first.get("revision"))

    def _read(self) -> Any:
        line = self.file.readline()
        try:
            return json.loads(line)
        except ValueError as error:
            raise NoBackup("it is cut short") from error

    def tables(self) -> Iterator[tuple[str, list[str]]]:
        """Name and columns of one after the other; read its `rows` before going on."""
        while isinstance(self._next, dict) and "table" in self._next:
            columns = self._next.get("columns")
            yield str(self._next["table"]), columns if isinstance(columns, list) else []
        is_end = isinstance(self._next, dict) and self._next.get("end") == self.counts
        if not is_end or self.file.read(1):
            raise NoBackup("it is cut short")

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows of the table at hand."""
        self.counts[name] = 0
        while isinstance(row := self._read(), list):
            self.counts[name] += 1
            yield row
        self._next = row


def _read(source: _Source, connection: Connection) -> Counts:
    put = _copy if connection.dialect.name == "postgresql" else _insert
    there = {each: inspect(connection).get_columns(each) for each in _tables_in(connection)}
    for name, columns in source.tables():
        known = {each["name"] for each in there.get(name, ())}
        if not columns or not known.issuperset(map(str, columns)):
            raise NoBackup("it has tables or columns that its version had not")
        try:
            put(connection, name, columns, source.rows(name))
        except MISFITS:
            # Never what the database says: it names values, which are what customers wrote.
            raise NoBackup(f"a row of {name} does not fit") from None
    return source.counts


def _tables_in(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


def _insert(
    connection: Connection, name: str, columns: Sequence[str], rows: Iterator[list[Any]]
) -> None:
    into = _quoted(connection, name, columns)
    places = ", ".join("?" * len(columns))
    while batch := [tuple(row) for row in islice(rows, ROWS_AT_ONCE)]:
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", batch)  # noqa: S608


def _copy(
    connection: Connection, name: str, columns: Sequence[str], rows: Iterator[list[Any]]
) -> None:
    driver: Any = connection.connection.driver_connection
    into = _quoted(connection, name, columns)
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.OperationalError as error:
        raise OperationalError("COPY", None, error) from error


def _quoted(connection: Connection, name: str, columns: Sequence[str]) -> str:
    """``"table" ("column", …)``; the names come from the file."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    return f"{quote(name)} ({', '.join(quote(each) for each in columns)})"
