"""Tells whoever runs us whether this process lives, and whether it can take work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def routes(is_ready: Callable[[], Awaitable[bool]]) -> list[Route]:
    """``/healthz`` answers as long as the process does; ``/readyz`` asks ``is_ready`` first."""

    async def alive(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> PlainTextResponse:
        if await is_ready():
            return PlainTextResponse("ready")
        return PlainTextResponse("not ready", 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]
