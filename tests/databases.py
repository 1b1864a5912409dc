"""The databases of one test run: a migrated original of each kind, and a copy for every test.

All workers of a run share one folder and, lazily started by the first that asks, one PostgreSQL.
"""

import fcntl
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests import postgres

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Migrate = Callable[[str], None]

PREFIX = "threadkeeper-tests-"
# A server of the developer's own, to be used instead of one that we start.
GIVEN = os.environ.get("TEST_POSTGRES_URL", "")
RAM_DISK = Path("/dev/shm")


class Run:
    """One test run's folder, by which its processes find one another's databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alive = self.folder / "alive"
        # The server stops when no process of the run holds this open any more: postgres.KEEPER.
        self._alive = os.open(self.alive, os.O_RDWR)
        self._told: psycopg.Connection[Any] | None = None

    @classmethod
    def begin(cls) -> Self:
        """Make the folder, on a RAM disk where there is one. Called once, by the main process."""
        parent = RAM_DISK if os.access(RAM_DISK, os.W_OK) else Path(tempfile.gettempdir())
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
        folder.chmod(0o1777)  # the server may run as `nobody`, and takes its own folder away
        os.mkfifo(folder / "alive")
        (folder / "alive").chmod(0o644)
        return cls(folder)

    def end(self) -> None:
        """Let go of the server and take everything away. Called once, by the main process."""
        self._drop_originals_elsewhere()
        self.leave()
        gone(self.folder / "postgres", seconds=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self) -> None:
        """Let go of the server. Called once, by each process."""
        if self._told is not None:
            self._told.close()
        os.close(self._alive)

    def copy(self, kind: Kind, migrate: Migrate) -> AbstractContextManager[str]:
        """The URL of a fresh database, as `migrate` leaves it. Raises `postgres.Unavailable`."""
        return self._sqlite(migrate) if kind == "sqlite" else self._postgresql(migrate)

    def describe(self, kind: Kind) -> str:
        """Name and version of what this run's tests had for `kind`, or why they had none."""
        if kind == "sqlite":
            return f"SQLite {sqlite3.sqlite_version}"
        if (self.folder / "refusal").exists():
            return f"PostgreSQL not used: {(self.folder / 'refusal').read_text()}"
        address = self.folder / "address"
        return f"PostgreSQL {_version(address.read_text())}" if address.exists() else "PostgreSQL"

    @contextmanager
    def _sqlite(self, migrate: Migrate) -> Iterator[str]:
        original = self.folder / f"{migrate.__name__}.db"
        with self._alone():
            if not original.exists():
                _make_original(original, migrate)
        copy = self.folder / f"{uuid4().hex}.db"
        shutil.copyfile(original, copy)
        yield f"sqlite:///{copy}"
        for left in self.folder.glob(f"{copy.name}*"):
            left.unlink()

    @contextmanager
    def _postgresql(self, migrate: Migrate) -> Iterator[str]:
        with self._alone():
            server = self._server()
            original = self._original(server, migrate)
        copy = f"desk_{uuid4().hex}"
        # By its files: written into the log page by page, as is the default, it takes longer.
        how = f'TEMPLATE "{original}" STRATEGY FILE_COPY'
        self._tell(server, f'CREATE DATABASE "{copy}" {how}')
        yield _within(server, copy)
        self._tell(server, f'DROP DATABASE "{copy}" WITH (FORCE)')

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _server(self) -> str:
        address, refusal = self.folder / "address", self.folder / "refusal"
        if refusal.exists():
            raise postgres.Unavailable(refusal.read_text())
        if not address.exists():
            try:
                address.write_text(GIVEN or postgres.start(self.folder / "postgres", self.alive))
            except postgres.Unavailable as why:
                refusal.write_text(str(why))
                raise
        return address.read_text()

    def _original(self, server: str, migrate: Migrate) -> str:
        name = f"original_{migrate.__name__}_{self.folder.name.rpartition('-')[2]}"
        done = self.folder / name
        if not done.exists():
            self._tell(server, f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
            migrate(_within(server, name))
            done.touch()
        return name

    def _tell(self, server: str, command: str) -> None:
        """By one connection as long as it holds: another one costs as much as the command."""
        if self._told is None or self._told.closed:
            self._told = psycopg.connect(server, autocommit=True)
        self._told.execute(command.encode())

    def _drop_originals_elsewhere(self) -> None:
        for original in self.folder.glob("original_*") if GIVEN else ():
            self._tell(GIVEN, f'DROP DATABASE "{original.name}" WITH (FORCE)')


def empty(url: str) -> None:
    """The migration of those who want to migrate for themselves: none."""


def gone(folder: Path, *, seconds: float) -> bool:
    """Wait until the server has taken its folder away."""
    give_up = time.monotonic() + seconds
    while folder.exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    return not folder.exists()


def _make_original(path: Path, migrate: Migrate) -> None:
    sqlite3.connect(path).close()
    migrate(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:  # what is still in the log belongs into the copies
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _within(server: str, database: str) -> str:
    # Not geturl(): it drops the empty host of a socket's URL together with its slashes.
    parts = urlsplit(server)
    return f"{parts.scheme}://{parts.netloc}/{database}{parts.query and '?' + parts.query}"


def _version(server: str) -> str:
    with psycopg.connect(server) as connection:
        return connection.info.parameter_status("server_version") or "of unknown version"


def _sweep(parent: Path) -> None:
    """Take away what runs that were killed have left behind."""
    for folder in parent.glob(f"{PREFIX}*"):
        owner = int(folder.name.removeprefix(PREFIX).partition("-")[0])
        if not _running(owner):
            shutil.rmtree(folder, ignore_errors=True)


def _running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
