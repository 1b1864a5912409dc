"""Which processes are alive: so that what a dead one held is free at once."""

from __future__ import annotations

import fcntl
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from storage import lanes
from storage.engine import to_write

KIND = 0x7EAD
SURE_SECONDS = 1.5
_HOLD = text("SELECT pg_try_advisory_lock(:kind, :holder)")
_OUST = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database AS d ON d.oid = database"
    " WHERE locktype = 'advisory' AND classid = :kind AND objid = :holder"
    " AND datname = current_database() AND pid <> pg_backend_pid()"
)


class AlreadyRunning(Exception):
    """Another process uses this SQLite file; ``str()`` says what to do."""


class Presence:
    """Held from start to end of a process; when it dies, even by kill -9, the hold ends by itself.

    ``holder`` is this process's number among replicas on PostgreSQL, 0 on SQLite, where the file's
    lock makes it the only one. ``sure``: for how many seconds after it has looked it may count on
    others to leave its lanes alone.
    """

    def __init__(self, engine: Engine, *, sure: float = SURE_SECONDS) -> None:
        self._engine = engine
        self._sure_seconds = sure
        self._connection: Connection | None = None
        self._file: IO[str] | None = None
        self._sure_until = 0.0
        self.holder = 0

    def begin(self) -> None:
        """Raises AlreadyRunning on SQLite when another process is there."""
        if self._engine.dialect.name == "sqlite":
            file = Path(str(self._engine.url.database)).resolve()  # by whatever name it is known
            self._lock_file(file.with_name(f"{file.name}.lock"))
            return
        while not self._hold(secrets.randbelow(2**31 - 1) + 1):
            pass
        self.free_dead()

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

    def _hold(self, holder: int) -> bool:
        """Be that number on a connection of our own; False while somebody else is."""
        asked_at = time.monotonic()
        if self._connection is None:
            connection = to_write(self._engine)
            self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not self._connection.execute(_HOLD, {"kind": KIND, "holder": holder}).scalar():
            return False
        self.holder, self._sure_until = holder, asked_at + self._sure_seconds
        return True

    def renew(self) -> None:
        """Look whether others still see us, and free what dead processes held.

        To be called well within `SURE_SECONDS`, one call at a time. When the connection was lost,
        the same number is held anew, at the latest by the next call. Raises DBAPIError while the
        database does not answer.
        """
        if not self.holder:
            return
        try:
            self._hold(self.holder)  # one session may hold it any number of times
        except DBAPIError:
            self._hang_up()
            if not self._hold(self.holder):
                self._oust_ghost()
        self.free_dead()

    def _oust_ghost(self) -> None:
        """The server may not have noticed yet that our last session is dead: end it for both."""
        with to_write(self._engine) as connection, connection.begin():
            connection.execute(_OUST, {"kind": KIND, "holder": self.holder})
        self._hold(self.holder)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    @property
    def is_sure(self) -> bool:
        """True while no other process can have taken us for dead and gone on with our work."""
        return not self.holder or time.monotonic() < self._sure_until

    def free_dead(self) -> int:
        """Free the lanes of processes that are gone; how many."""
        if not self.holder:
            return 0
        with to_write(self._engine) as connection, connection.begin():
            return lanes.release_dead(connection, KIND)

    def end(self) -> None:
        """Let go, at once for others: the server may take its time to notice that we hung up."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._hang_up()  # back in the pool it would be mistaken for one of others
        if self._file is not None:
            self._file.close()
