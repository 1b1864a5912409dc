"""The floor: a Bolt app as its guide has it, whose one listener only acks."""

from __future__ import annotations

import asyncio
import os
import signal

import uvloop
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.load import SECRET
from web.serving import serving


def build(api_url: str) -> Starlette:
    """The app behind the same address as ours."""
    client = AsyncWebClient(token="xoxb-bench", base_url=api_url)
    bolt = AsyncApp(client=client, signing_secret=SECRET)
    bolt.event("message")(_ack)
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


async def _ack() -> None:
    """Bolt has acked before it called us."""


async def _main() -> None:
    async with serving(build(os.environ["SLACK_API_URL"]), host="127.0.0.1", port=0) as url:
        print("listening", url, flush=True)
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        await told.wait()


if __name__ == "__main__":
    uvloop.run(_main())
