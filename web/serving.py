"""Serves our web application inside this process, until the block ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 2
LOOK_SECONDS = 0.005  # between two looks whether what is under way at the end is done
BACKLOG = 2048


@asynccontextmanager
async def serving(web: ASGIApp, *, host: str, port: int) -> AsyncIterator[str]:
    """The address, such as ``http://127.0.0.1:3000``; port 0 lets the system choose.

    Raises OSError when the port is taken. Requests at hand get `GRACE_SECONDS` to end.
    """
    with _listening(host, port) as listener:
        server = _Server(_config(web))
        task = asyncio.create_task(server.serve(sockets=[listener]), name="web server")
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.leave()
            await task


class _Server(uvicorn.Server):
    """Leaves signals to the program, and stops at once instead of at the next tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leave = asyncio.Event()

    def leave(self) -> None:
        """Stop serving."""
        self.should_exit = True
        self._leave.set()

    async def main_loop(self) -> None:
        """Uvicorn's own, woken by ``leave``."""
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own, without the tenth of a second that it waits where nothing is under way."""
        for server in self.servers:
            server.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while state.connections or state.tasks:  # noqa: ASYNC110 - they end without a word
                    await asyncio.sleep(LOOK_SECONDS)
        for task in state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of ours."""
        yield


def _config(web: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        web,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nobody asks where a request came from, and each would pay for it
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    with socket.create_server((host, port), backlog=BACKLOG) as listener:
        # asyncio does so itself for sockets that name their protocol; this kind does not, and each
        # answer would wait 40 ms for the other side to acknowledge its headers.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener
