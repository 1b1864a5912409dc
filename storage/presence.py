"""Which processes are alive: so that what a dead one held is free at once."""

from __future__ import annotations

import fcntl
import secrets
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text

from storage import outbox
from storage.engine import to_write

KIND = 0x7EAD
_HOLD = text("SELECT pg_try_advisory_lock(:kind, :holder)")


class AlreadyRunning(Exception):
    """Another process uses this SQLite file; ``str()`` says what to do."""


class Presence:
    """Held from start to end of a process; when it dies, even by kill -9, the hold ends by itself.

    ``holder`` is this process's number among replicas on PostgreSQL, 0 on SQLite, where the file's
    lock makes it the only one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._file: IO[str] | None = None
        self.holder = 0

    def begin(self) -> None:
        """Raises AlreadyRunning on SQLite when another process is there."""
        if self._engine.dialect.name == "sqlite":
            self._lock_file(Path(f"{self._engine.url.database}.lock"))
        else:
            self._hold_number()

    def _lock_file(self, path: Path) -> None:
        self._file = path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise AlreadyRunning(
                f"Another Threadkeeper uses {self._engine.url.database}. Stop it first, or use"
                " PostgreSQL, where any number may run."
            ) from error

    def _hold_number(self) -> None:
        self._connection = to_write(self._engine).execution_options(isolation_level="AUTOCOMMIT")
        self.holder = secrets.randbelow(2**31 - 1) + 1
        while not self._connection.execute(_HOLD, {"kind": KIND, "holder": self.holder}).scalar():
            self.holder = secrets.randbelow(2**31 - 1) + 1

    def free_dead(self) -> int:
        """Free the lanes of processes that are gone; how many."""
        if not self.holder:
            return 0
        with to_write(self._engine) as connection, connection.begin():
            return outbox.release_dead(connection, KIND)

    def end(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()
        if self._file is not None:
            self._file.close()
