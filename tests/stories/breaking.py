"""A database, a Slack and a way in that break at named points, and are gone when a life is over.

A crash of a process is: nothing that it does from now on has an effect. So these stand on its three
ways out, and let nothing pass any more; transactions that are open are rolled back, as the database
does when a connection is lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import aiohttp
import psycopg
from sqlalchemy import Engine, event
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import app
from storage import engine as storage_engine
from storage.driven import LIBPQ
from storage.libpq import Later, Libpq, Raw
from tests.stories import points
from tests.stories.lives import MARK, Life, Over, Stumbled


def outside(life: Life) -> app.Outside:
    """The ways to database and Slack, for this life."""
    return app.Outside(lambda url: _engine(url, life), lambda: _session(life))


def way_in(life: Life) -> Middleware:
    """What stands before the program's request URL, for this life."""
    return Middleware(_Door, life=life)


def _engine(url: str, life: Life) -> Engine:
    engine = storage_engine.open_engine(url)
    connect = _to_sqlite if engine.dialect.name == "sqlite" else _to_postgresql

    def on_connect(_dialect: object, _record: object, args: Any, options: Any) -> Any:
        return connect(life, args, options)

    event.listen(engine, "do_connect", on_connect)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_libpq)
    return engine


@dataclass
class _Watch:
    """Goes along with a connection, and remembers what its open transaction has passed."""

    life: Life
    passed: list[str] = field(default_factory=list)

    @contextmanager
    def statement(self, sql: str) -> Iterator[None]:
        self.life.goes_on()
        yield
        if point := points.of_statement(sql):
            self.passed.append(point)
            self.life.passes(point)

    @contextmanager
    def commit(self) -> Iterator[None]:
        what, self.passed = points.of_transaction(self.passed), []
        self.life.goes_on()
        if what:
            self.life.passes(f"{what} to be committed")
        yield
        if what:
            self.life.passes(f"{what} committed")


class _SqliteCursor(sqlite3.Cursor):
    connection: _SqliteConnection

    def execute(self, sql: str, values: Any = (), /) -> Self:
        with self.connection.breaking(), self.connection.watch.statement(sql):
            return super().execute(sql, values)

    def executemany(self, sql: str, many: Iterable[Any], /) -> Self:
        with self.connection.breaking(), self.connection.watch.statement(sql):
            return super().executemany(sql, many)


class _SqliteConnection(sqlite3.Connection):
    watch: _Watch

    def cursor(self, *_: Any) -> Any:
        return super().cursor(_SqliteCursor)

    def commit(self) -> None:
        with self.breaking(), self.watch.commit():
            super().commit()

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """A file knows no lost connections: what fails there is the disk."""
        try:
            yield
        except (Over, Stumbled) as error:
            self.rollback()
            raise sqlite3.OperationalError(f"disk I/O error, {MARK}") from error


def _to_sqlite(life: Life, args: Any, options: Any) -> sqlite3.Connection:
    if life.is_over:
        raise sqlite3.OperationalError(f"unable to open database file, {MARK}")
    connection = sqlite3.connect(*args, **options, factory=_SqliteConnection)
    connection.watch = _Watch(life)
    life.remains.append(connection.close)
    return connection


class _PostgresqlCursor(storage_engine.Cursor):
    def execute(self, query: Any, *values: Any, **options: Any) -> Any:
        with self._breaking(), self._watch.statement(str(query)):
            return super().execute(query, *values, **options)

    def executemany(self, query: Any, *values: Any, **options: Any) -> None:
        with self._breaking(), self._watch.statement(str(query)):
            super().executemany(query, *values, **options)

    @property
    def _watch(self) -> _Watch:
        return self.connection.watch  # type: ignore[attr-defined, no-any-return]

    def _breaking(self) -> Any:
        return self.connection.breaking()  # type: ignore[attr-defined]


class _PostgresqlConnection(psycopg.Connection[Any]):
    watch: _Watch

    def commit(self) -> None:
        with self.breaking(), self.watch.commit():
            super().commit()

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """The connection is gone, and with it what was not committed."""
        try:
            yield
        except (Over, Stumbled) as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the connection is lost, {MARK}") from error


def _to_postgresql(life: Life, args: Any, options: Any) -> psycopg.Connection[Any]:
    if life.is_over:
        raise psycopg.OperationalError(f"connection refused, {MARK}")
    cursors = {"cursor_factory": _PostgresqlCursor}
    connection = _PostgresqlConnection.connect(*args, **options | cursors)
    connection.watch = _Watch(life)
    life.remains.append(connection.close)
    return connection


class _Libpq(Libpq):
    """The way of prepared statements, which passes by psycopg's cursors."""

    def __init__(self, connection: _PostgresqlConnection) -> None:
        super().__init__(connection)
        self._own = connection

    def run(self, sql: str, values: Sequence[Any]) -> Raw:
        with self._own.breaking(), self._own.watch.statement(sql):
            return super().run(sql, values)

    def run_each(self, sql: str, many: Iterable[Sequence[Any]]) -> list[Raw]:
        with self._own.breaking(), self._own.watch.statement(sql):
            return super().run_each(sql, many)

    def run_later(self, sql: str, values: Sequence[Any]) -> Later:
        with self._own.breaking(), self._own.watch.statement(sql):
            return super().run_later(sql, values)


def _prepare_libpq(connection: _PostgresqlConnection, record: Any) -> None:
    record.info[LIBPQ] = _Libpq(connection)


def _session(life: Life) -> aiohttp.ClientSession:
    """The product's own session, of which each request passes two points."""
    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(_before(life))
    tracing.on_request_end.append(_after(life))
    tracing.freeze()
    session = app.slack_session()
    session.trace_configs.append(tracing)
    return session


def _before(life: Life) -> Any:
    async def on_start(
        _session: object, _: SimpleNamespace, call: aiohttp.TraceRequestStartParams
    ) -> None:
        with _breaking_off():
            life.passes(f"{points.of_call(str(call.url))} to be sent")

    return on_start


def _after(life: Life) -> Any:
    async def on_end(
        _session: object, _: SimpleNamespace, call: aiohttp.TraceRequestEndParams
    ) -> None:
        with _breaking_off():
            life.passes(f"{points.of_call(str(call.url))} done by Slack")

    return on_end


@contextmanager
def _breaking_off() -> Iterator[None]:
    try:
        yield
    except (Over, Stumbled) as error:
        raise aiohttp.ServerDisconnectedError(MARK) from error


@dataclass(frozen=True)
class _Door:
    """Lets requests in and answers out as long as there is somebody to answer."""

    app: ASGIApp
    life: Life

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            self.life.goes_on()
            await send(message)
            if message["type"] == "http.response.body":
                self.life.passes("ack sent")

        self.life.passes("request begun")
        await self.app(scope, receive, answer)
