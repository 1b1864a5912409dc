"""Runs of the program as forks of one process that has read all its modules in already.

Reading them is two seconds' work, which is nearly all that a start is.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["app"])


@dataclass(eq=False)
class Fork:
    """As much of `asyncio.subprocess.Process` as tests need.

    Of one thread alone: `multiprocessing` tells an exit code once, to one of those who ask.
    """

    process: ForkServerProcess
    stderr: asyncio.StreamReader
    ended: asyncio.Future[None]

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """None as long as it runs, below 0 when a signal has ended it."""
        return self.process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # ended, and we have not heard of it yet
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait until it has ended; its exit code."""
        await asyncio.wait({self.ended})
        return self.process.exitcode or 0


async def fork(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Fork:
    """Run ``app.py`` with these words after its name, in that folder."""
    here, there = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_run, args=(there, command, folder, environment))
    process.start()
    there.close()
    return Fork(process, await _lines(here), _ended(process))


def _ended(process: ForkServerProcess) -> asyncio.Future[None]:
    """Done when the process has told its exit code."""
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def heard() -> None:
        loop.remove_reader(process.sentinel)
        ended.set_result(None)

    loop.add_reader(process.sentinel, heard)
    return ended


async def _lines(pipe: Connection) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    with pipe:
        file = os.fdopen(os.dup(pipe.fileno()), "rb")
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    return reader


def _run(
    said: Connection, command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> None:
    """In the fork: be what ``python app.py`` would be there."""
    os.dup2(said.fileno(), 2)
    said.close()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    import app  # noqa: PLC0415 - the tests' own process may have no use for it

    app.main(list(command))
