"""Runs statements on the driver itself: SQLAlchemy writes the SQL once and converts the values.

Its own way from a statement to a row costs five times what SQLite needs to find that row, and every
ticket takes some thirty statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Engine,
    Executable,
    SelectBase,
    TextClause,
    UpdateBase,
    event,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from storage.libpq import Later, Libpq, Raw

Statement = Executable
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Row = Sequence[Any]
Shape = tuple[str, str, tuple[str, ...]]

# In what SQLAlchemy keeps with a connection of the driver:
CURSOR = "desk_cursor"
WRITES = "desk_writes"
LIBPQ = "desk_libpq"

# As libpq wants its parameters.
_NUMBERED: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Found:
    """What a statement found or changed: rows as plain sequences, in their order."""

    __slots__ = ("_count", "_rows")

    def __init__(self, rows: Sequence[Row], count: int) -> None:
        self._rows = rows
        self._count = count

    @property
    def rowcount(self) -> int:
        """How many rows were found or written; -1 where the driver does not say."""
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def all(self) -> Sequence[Row]:
        return self._rows

    def first(self) -> Row | None:
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        """The only row. Raises NoResultFound or MultipleResultsFound."""
        if not self._rows:
            raise NoResultFound("no row where one had to be")
        if len(self._rows) > 1:
            raise MultipleResultsFound("several rows where one had to be")
        return self._rows[0]

    def scalar(self) -> Any:
        """The first value of the first row, None where there is no row."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first value of the only row. Raises as ``one``."""
        return self.one()[0]

    def scalars(self) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self._rows]


class _NotYet(Found):
    """Of what is told to the server with the next statement, or when its count is asked for."""

    __slots__ = ("_connection", "_later")

    def __init__(self, connection: Connection, later: Sequence[Later]) -> None:
        super().__init__((), -1)
        self._connection = connection
        self._later = later

    @property
    def rowcount(self) -> int:
        if any(each.count < 0 for each in self._later):
            settle(self._connection)
        return sum(each.count for each in self._later)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """SQL for one driver, with what converts values on their way there and back, by their places.

    ``names`` are the values' in the driver's order; ``fixed`` are those that the statement itself
    brings, as the driver has them.
    """

    sql: str
    names: tuple[str, ...]
    fixed: Values
    writers: tuple[tuple[int, Convert], ...]
    is_numbered: bool
    finds: bool
    may_wait: bool
    readers: tuple[tuple[int, Convert], ...]

    def bound(self, given: Values) -> list[Any]:
        """The driver's parameters. Raises KeyError when a value is missing."""
        known = {**self.fixed, **given} if self.fixed else given
        row = list(map(known.__getitem__, self.names))
        for place, convert in self.writers:
            row[place] = convert(row[place])
        return row

    def read(self, raw: Sequence[Row]) -> Sequence[Row]:
        if not self.readers:
            return raw
        return [self._read_row(row) for row in raw]

    def _read_row(self, raw: Row) -> Row:
        row = list(raw)
        for place, convert in self.readers:
            row[place] = convert(row[place])
        return row


# Most statements are made once, when their module is imported; others take their entry with them.
_prepared: WeakKeyDictionary[Statement, dict[Shape, _Prepared | None]] = WeakKeyDictionary()


def writes(connection: Connection) -> int:
    """How many statements that may have written were run on it so far, by whomever."""
    return int(connection.info.get(WRITES, 0))


def _count(connection: Connection, statement: Statement) -> None:
    if not isinstance(statement, SelectBase):
        kept = connection.info
        kept[WRITES] = kept.get(WRITES, 0) + 1


def run(connection: Connection, statement: Statement, values: Values) -> Found:
    """Run a statement in the open transaction. Raises DBAPIError as SQLAlchemy would.

    On PostgreSQL what only writes is told to the server with the next statement that finds
    something, so that its error may come with that one, or when the transaction ends.
    """
    _count(connection, statement)
    prepared = _prepare(connection, statement, values, _way(connection))
    if prepared is None:
        return _by_sqlalchemy(connection, statement, values)
    try:
        if prepared.may_wait:
            later = _libpq(connection).run_later(prepared.sql, prepared.bound(values))
            return _NotYet(connection, [later])
        run = _by_libpq if prepared.is_numbered else _by_cursor
        rows, count = run(connection, prepared, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, prepared.sql, error) from error
    return Found(prepared.read(rows), count)


def run_each(connection: Connection, statement: Statement, many: Sequence[Values]) -> list[Found]:
    """The same for each set of values, all of the same names: on PostgreSQL all in one go."""
    if len(many) < 2 or connection.dialect.name != "postgresql":
        return [run(connection, statement, values) for values in many]
    _count(connection, statement)
    prepared = _prepare(connection, statement, many[0], "libpq")
    if prepared is None:
        return [_by_sqlalchemy(connection, statement, values) for values in many]
    bound = [prepared.bound(values) for values in many]
    try:
        found = _libpq(connection).run_each(prepared.sql, bound)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, prepared.sql, error) from error
    return [Found(prepared.read(rows), count) for rows, count in found]


def settle(connection: Connection) -> None:
    """Tell the server what it was not told yet. Raises what `run` would have raised."""
    libpq = _libpq_behind(connection)
    if libpq is None:
        return
    try:
        libpq.settle()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, "what was put off", error) from error


def forget(connection: Connection) -> None:
    """What the server was not told yet is undone with the rest."""
    libpq = _libpq_behind(connection)
    if libpq is not None:
        libpq.forget()


def _libpq_behind(connection: Connection) -> Libpq | None:
    if connection.dialect.name != "postgresql" or connection.closed or connection.invalidated:
        return None
    libpq: Libpq | None = connection.info.get(LIBPQ)
    return libpq if libpq is not None and libpq.is_behind else None


def keep_in_order(engine: Engine) -> None:
    """What is put off goes before the commit, and before what SQLAlchemy runs itself."""
    event.listen(engine, "commit", settle)
    event.listen(engine, "rollback", forget)
    event.listen(engine, "before_cursor_execute", lambda connection, *_: settle(connection))


def _way(connection: Connection) -> str:
    return "libpq" if connection.dialect.name == "postgresql" else "one"


def _by_cursor(connection: Connection, prepared: _Prepared, values: Values) -> Raw:
    cursor = _cursor(connection)
    cursor.execute(prepared.sql, prepared.bound(values))
    return cursor.fetchall() if prepared.finds else (), cursor.rowcount


def _by_libpq(connection: Connection, prepared: _Prepared, values: Values) -> Raw:
    return _libpq(connection).run(prepared.sql, prepared.bound(values))


def _libpq(connection: Connection) -> Libpq:
    """The one for a connection, as long as that lives."""
    libpq: Libpq | None = connection.info.get(LIBPQ)
    if libpq is None:
        driver = connection.connection.driver_connection
        libpq = connection.info[LIBPQ] = Libpq(cast("psycopg.Connection[Any]", driver))
    return libpq


def run_many(connection: Connection, statement: UpdateBase, many: Sequence[Values]) -> Found:
    """Run a statement that finds nothing for each set of values, all of the same names.

    Its ``rowcount`` is that of all together. It may wait as what `run` runs.
    """
    if len(many) < 2:
        return run(connection, statement, many[0]) if many else Found((), 0)
    _count(connection, statement)
    is_libpq = connection.dialect.name == "postgresql"
    prepared = _prepare(connection, statement, many[0], "libpq" if is_libpq else "many")
    if prepared is None:
        done = connection.execute(statement, [dict(values) for values in many])
        return Found((), done.rowcount)
    bound = [prepared.bound(values) for values in many]
    try:
        if is_libpq:
            libpq = _libpq(connection)
            return _NotYet(connection, [libpq.run_later(prepared.sql, each) for each in bound])
        cursor = _cursor(connection)
        cursor.executemany(prepared.sql, bound)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, prepared.sql, error) from error
    return Found((), cursor.rowcount)


def tell(connection: Connection, command: str) -> None:
    """Run a command that has no values and finds nothing. Raises DBAPIError as SQLAlchemy would."""
    settle(connection)
    try:
        _cursor(connection).execute(command)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, command, error) from error


def _cursor(connection: Connection) -> Any:
    """The one cursor of a connection: a new one costs psycopg as much as a whole query."""
    cursor = connection.info.get(CURSOR)
    if cursor is None:
        cursor = connection.info[CURSOR] = connection.connection.cursor()
    return cursor


def _by_sqlalchemy(connection: Connection, statement: Statement, values: Values) -> Found:
    result = connection.execute(statement, dict(values))
    return Found(result.all() if result.returns_rows else (), result.rowcount)


def _told(connection: Connection, sql: str, error: Exception) -> BaseException:
    """The driver's complaint in the words that the rest of the house knows."""
    dialect = connection.dialect
    is_cut = dialect.is_disconnect(cast("Any", error), connection.connection, None)
    if is_cut:
        connection.invalidate(error)
        connection.engine.dispose()  # the others in the pool were cut as well
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=is_cut,
        dialect=dialect,
    )


def _prepare(
    connection: Connection, statement: Statement, values: Values, way: str
) -> _Prepared | None:
    """None for what SQLAlchemy itself has to run: text on SQLite, and lists of values."""
    shapes = _prepared.get(statement)
    if shapes is None:
        shapes = _prepared[statement] = {}
    shape = (connection.dialect.name, way, tuple(values))
    try:
        return shapes[shape]
    except KeyError:
        dialect = _NUMBERED if way == "libpq" else connection.dialect
        prepared = shapes[shape] = _compiled(dialect, statement, list(values), many=way == "many")
        return prepared


def _compiled(
    dialect: Dialect, statement: Statement, names: list[str], *, many: bool
) -> _Prepared | None:
    if isinstance(statement, SelectBase | UpdateBase):
        found = [column.type for column in statement.exported_columns]
    elif isinstance(statement, TextClause) and dialect is _NUMBERED:
        found = []  # what text finds comes as the driver has it
    else:
        return None
    how: dict[str, Any] = {"column_keys": names, "for_executemany": many}
    compiled: SQLCompiler = statement.compile(dialect=dialect, **how)
    if compiled.post_compile_params:
        return None
    order = tuple(compiled.positiontup or ())
    kinds = [compiled.binds[name].type for name in order]
    own = {name: compiled.binds[name] for name in order if name not in names}
    return _Prepared(
        sql=str(compiled),
        names=order,
        fixed={name: _fixed(bind, dialect) for name, bind in own.items() if not bind.required},
        writers=tuple(each for each in _writers(kinds, dialect) if order[each[0]] not in own),
        is_numbered=dialect is _NUMBERED,
        finds=bool(found),
        may_wait=dialect is _NUMBERED and isinstance(statement, UpdateBase) and not found,
        readers=tuple(_readers(found, dialect)),
    )


def _fixed(bind: BindParameter[Any], dialect: Dialect) -> Any:
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return bind.effective_value if convert is None else convert(bind.effective_value)


def _writers(values: Sequence[TypeEngine[Any]], dialect: Dialect) -> Iterator[tuple[int, Convert]]:
    for place, kind in enumerate(values):
        convert = kind.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            yield place, convert


def _readers(columns: Sequence[TypeEngine[Any]], dialect: Dialect) -> Iterator[tuple[int, Convert]]:
    for place, kind in enumerate(columns):
        convert = kind.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            yield place, convert
