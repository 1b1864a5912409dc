"""An app in a process of its own: how it is started, watched and stopped from here."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

MILD = ('"level": "info"',)
ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: the process's ``own``, and files ``mapped``, which the kernel may drop."""

    own: float
    mapped: float


@dataclass(frozen=True, slots=True)
class Child:
    """A process that listens on ``port``."""

    pid: int
    port: int

    def cpu(self) -> float:
        """CPU seconds that it has used, all its threads and the kernel for it."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        numbers = stat.rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / TICKS

    def memory(self) -> Memory:
        """What of it is in memory now."""
        sizes = self._sizes()
        return Memory(own=sizes["RssAnon"] + sizes["RssShmem"], mapped=sizes["RssFile"])

    def peak(self) -> float:
        """Megabytes: the most that it ever had in memory, mapped files too; 0 when it has ended.

        What the kernel tells of a child that ended is at least what its parent had.
        """
        return self._sizes().get("VmHWM", 0.0)

    def _sizes(self) -> dict[str, float]:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.findall(r"^(Rss\w+|VmHWM):\s+(\d+) kB$", status, re.MULTILINE)
        return {name: int(kilobytes) * 1024 / 1e6 for name, kilobytes in found}


@asynccontextmanager
async def running(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path = ROOT,
    *,
    complains: bool = True,
) -> AsyncIterator[Child]:
    """Run ``python`` with these arguments in a folder until the block ends.

    The first address in its output is where it listens; what it complains of later is shown, mere
    warnings only if it ``complains``.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**os.environ, **environment},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    child = Child(process.pid, await _port(process.stdout))
    hushed = MILD if complains else (*MILD, '"level": "warning"')
    complaints = asyncio.create_task(_show(process.stdout, hushed), name="what the app says")
    try:
        yield child
    finally:
        process.send_signal(signal.SIGTERM)
        await complaints
        await process.wait()


async def _port(said: asyncio.StreamReader) -> int:
    heard = b""
    while line := await said.readline():
        heard += line
        if found := re.search(rb"http://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    raise RuntimeError(f"the app ended before it listened: {heard.decode()}")


async def _show(said: asyncio.StreamReader, hushed: Sequence[str]) -> None:
    while line := (await said.readline()).decode():
        if not any(level in line for level in hushed):
            sys.stderr.write(line)
