"""Runs prepared statements on libpq itself: psycopg's cursors cost more than the query they run.

The connection stays psycopg's, which ends its transactions and notices its end. Psycopg must
prepare nothing on it: after a rollback it would have the server forget ours, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Libpq:
    """One connection's prepared statements; each is prepared once and never forgotten."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._pg = connection.pgconn
        self._names: dict[str, bytes] = {}
        self._dumping = Transformer(connection)
        self._loading = Transformer(connection)

    def _begin(self) -> None:
        """Begin the transaction that is due."""
        own = self._connection
        if own.isolation_level is None and own.read_only is None and not own.autocommit:
            self._check(self._pg.exec_(b"BEGIN"))
        else:
            own.execute("SELECT 1").close()  # psycopg knows how to begin that one

    def run(self, sql: str, values: Sequence[Any]) -> tuple[Sequence[Sequence[Any]], int]:
        """The rows found, and how many were found or written. Raises psycopg's errors."""
        if self._pg.transaction_status == TransactionStatus.IDLE:
            self._begin()
        name = self._names.get(sql) or self._prepare(sql)
        told = self._dumping.dump_sequence(values, [PyFormat.TEXT] * len(values))
        result = self._pg.exec_prepared(name, cast("Any", told))  # its type forgets NULL
        self._check(result)
        if not result.nfields:
            return (), result.command_tuples or 0
        self._loading.set_pgresult(result)
        return self._loading.load_rows(0, result.ntuples, tuple), result.ntuples

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
