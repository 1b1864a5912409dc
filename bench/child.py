"""An app in a process of its own: how it is served there, started, watched and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

READY = "listening on"
TICKS = os.sysconf("SC_CLK_TCK")


async def serve(web: Starlette) -> None:
    """Serve until SIGTERM; the first line of output tells the port."""
    config = uvicorn.Config(
        web,
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,
    )
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        print(READY, listener.getsockname()[1], flush=True)
        await uvicorn.Server(config).serve(sockets=[listener])


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


@asynccontextmanager
async def running(module: str, environment: Mapping[str, str]) -> AsyncIterator[Child]:
    """Run ``python -m module`` until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Child(process.pid, await _port(process))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if line.startswith(READY):
            return int(line.rpartition(" ")[2])
    raise RuntimeError("the app ended before it listened")
