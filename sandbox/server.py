"""The local Slack as one web application, and how it is served in this process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox import control
from sandbox.api import WebApi
from sandbox.delivery import AT_ONCE, PATIENCE
from sandbox.local import Sandbox
from sandbox.refused import Refused
from sandbox.world import World

KEPT_OPEN = 75  # seconds; longer than any client of Slack waits to use a connection again
GRACE = 1  # seconds that open requests get when the server stops
LOOK = 0.005  # seconds between two looks whether they have ended


def build(box: Sandbox, *, more: Sequence[BaseRoute] = ()) -> Starlette:
    """All that Slack answers; ``more`` is where the page comes in."""
    return Starlette(
        routes=[
            *box.openid.routes(),
            *_web_api(box).routes(),
            *control.routes(box),
            WebSocketRoute("/socket", box.delivery.socket.serve),
            Route("/response/{token}", _answer_to(box), methods=["POST"]),
            *more,
        ]
    )


def _web_api(box: Sandbox) -> WebApi:
    return WebApi(
        box.world,
        faults=box.faults,
        limits=box.limits,
        traffic=box.traffic,
        new_socket=lambda: box.delivery.socket.new_address(box.url),
    )


def _answer_to(box: Sandbox) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of all response URLs: 200 "ok", or 404 with Slack's word for why not."""

    async def endpoint(request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            box.responses.answer(request.path_params["token"], dict(body))
        except (ValueError, TypeError):
            return PlainTextResponse("invalid_payload", status_code=400)
        except Refused as refused:
            return JSONResponse({"ok": False, "error": refused.code}, status_code=404)
        return PlainTextResponse("ok")

    return endpoint


@asynccontextmanager
async def serving(
    world: World,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    patience: float = PATIENCE,
    at_once: int = AT_ONCE,
    more: Callable[[Sandbox], Sequence[BaseRoute]] = lambda _box: (),
) -> AsyncIterator[Sandbox]:
    """Serve in this event loop as long as the block lasts; ``port`` 0 lets the system choose.

    ``patience`` is what Slack has with the app: 3 machine seconds, in tests less, or more where it
    is not about haste. ``at_once`` is how many events it has on their way at a time.

    Raises OSError when the port is taken.
    """
    with _listening(host, port) as listener:
        world.address = f"http://{host}:{listener.getsockname()[1]}"
        box = Sandbox(world, patience=patience, at_once=at_once)
        server = _Server(_config(build(box, more=more(box))))
        async with box.delivery.running(), asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[listener]), name="sandbox server")
            await server.up.wait()
            failure: BaseException | None = None
            try:
                yield box
            except BaseException as error:  # noqa: BLE001 — held, else the groups would wrap it
                failure = error
            world.clock.release()
            server.leave()
    if failure is not None:
        raise failure


class _Server(uvicorn.Server):
    """A server inside another program: it says when it listens, and leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._leave = asyncio.Event()

    def leave(self) -> None:
        """Stop serving, at once instead of at the next tick."""
        self.should_exit = True
        self._leave.set()

    async def main_loop(self) -> None:
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._leave.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own, without the tenth of a second that it waits where nothing is open."""
        for server in self.servers:
            server.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while state.connections or state.tasks:  # noqa: ASYNC110 - they end without a word
                    await asyncio.sleep(LOOK)
        for task in state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        timeout_keep_alive=KEPT_OPEN,
        timeout_graceful_shutdown=GRACE,
    )


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    with socket.create_server((host, port), backlog=2048) as listener:
        # asyncio does so itself for sockets that name their protocol; this kind does not, and each
        # answer would wait 40 ms for the client's delayed acknowledgement of its headers.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener
