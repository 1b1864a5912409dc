"""Runs prepared statements on libpq itself: psycopg's cursors cost more than the query they run.

The connection stays psycopg's, which ends its transactions and notices its end. Psycopg must
prepare nothing on it: after a rollback it would have the server forget ours, too.
"""

from __future__ import annotations

import select
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

SYNC = ExecStatus.PIPELINE_SYNC
FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


Raw = tuple[Sequence[Sequence[Any]], int]


@dataclass(slots=True)
class Later:
    """A statement that the server hears of with the next: how many rows it wrote, -1 until then."""

    name: bytes
    values: Any
    count: int = -1


class Libpq:
    """One connection's prepared statements; each is prepared once and never forgotten.

    What only writes may be told ``later``: it goes out with the next statement that finds
    something, in one packet, and no thread has waited for its answer alone.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._pg = connection.pgconn
        self._names: dict[str, bytes] = {}
        self._later: list[Later] = []
        self._dumping = Transformer(connection)
        self._loading = Transformer(connection)

    @property
    def is_behind(self) -> bool:
        """True while the server was not told all."""
        return bool(self._later)

    def run(self, sql: str, values: Sequence[Any]) -> Raw:
        """The rows found, and how many were found or written. Raises psycopg's errors."""
        if self._later:
            return self.run_each(sql, [values])[0]
        result = self._pg.exec_prepared(self._ready(sql), self._told(values))
        self._check(result)
        return self._read(result)

    def run_each(self, sql: str, many: Iterable[Sequence[Any]]) -> list[Raw]:
        """The same for each set of values, all in one go."""
        name = self._ready(sql)
        return [self._read(each) for each in self._go([(name, self._told(v)) for v in many])]

    def run_later(self, sql: str, values: Sequence[Any]) -> Later:
        """Run it before the next statement, or when it is time to ``settle``."""
        later = Later(self._ready(sql), self._told(values))
        self._later.append(later)
        return later

    def settle(self) -> None:
        """Tell the server what is to be told. Raises what `run` would have raised."""
        if self._later:
            self._go([])

    def forget(self) -> None:
        """What was not told yet is undone with the rest."""
        self._later.clear()

    def _ready(self, sql: str) -> bytes:
        """Its name, in a transaction."""
        if self._pg.transaction_status == TransactionStatus.IDLE:
            self._later.clear()  # of a transaction that nobody ended
            self._begin()
        return self._names.get(sql) or self._prepare(sql)

    def _begin(self) -> None:
        """Begin the transaction that is due, of the kind that psycopg would begin."""
        own, words = self._connection, ["BEGIN"]
        if own.isolation_level is not None:
            words.append(f"ISOLATION LEVEL {own.isolation_level.name.replace('_', ' ')}")
        if own.read_only is not None:
            words.append("READ ONLY" if own.read_only else "READ WRITE")
        if not own.autocommit:
            self._check(self._pg.exec_(" ".join(words).encode()))

    def _go(self, calls: Sequence[tuple[bytes, Any]]) -> list[PGresult]:
        """The results of the calls; what was put off goes first."""
        first, self._later = self._later, []
        self._pg.enter_pipeline_mode()
        try:
            for name, values in (*((each.name, each.values) for each in first), *calls):
                self._pg.send_query_prepared(name, values)
            self._pg.pipeline_sync()
            results = list(self._until_sync())
        finally:
            self._pg.exit_pipeline_mode()
        for result in results:
            self._check(result)
        for each, result in zip(first, results, strict=False):
            each.count = result.command_tuples or 0
        return results[len(first) :]

    def _read(self, result: PGresult) -> Raw:
        if not result.nfields:
            return (), result.command_tuples or 0
        self._loading.set_pgresult(result)
        return self._loading.load_rows(0, result.ntuples, tuple), result.ntuples

    def _until_sync(self) -> Iterator[PGresult]:
        """The results of what was sent: each ends with a None, all with a sync."""
        while (result := self._next_result()) is None or result.status != SYNC:
            if result is not None:
                yield result
            elif self._pg.status == ConnStatus.BAD:
                raise psycopg.OperationalError(self._pg.get_error_message())

    def _next_result(self) -> PGresult | None:
        """Wait before ``get_result``, which holds the interpreter, and so whoever has our row."""
        while (is_unsent := self._pg.flush()) or self._pg.is_busy():
            socket = select.poll()
            socket.register(self._pg.socket, select.POLLIN | (select.POLLOUT if is_unsent else 0))
            socket.poll()
            self._pg.consume_input()
        return self._pg.get_result()

    def _told(self, values: Sequence[Any]) -> Any:
        """As text, for the SQL says of which type each is. Any, as psycopg's types forget NULL."""
        return self._dumping.dump_sequence(values, [PyFormat.TEXT] * len(values))

    def _prepare(self, sql: str) -> bytes:
        name = b"desk_%d" % len(self._names)
        self._check(self._pg.prepare(name, sql.encode()))
        self._names[sql] = name
        return name

    def _check(self, result: PGresult) -> None:
        if result.status in FINE:
            return
        if self._pg.status == ConnStatus.BAD:
            raise psycopg.OperationalError(self._pg.get_error_message())
        raise psycopg.errors.error_from_result(result)
