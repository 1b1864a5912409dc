"""Tells whoever runs us whether this process lives, whether it can work, and how it is doing."""

from __future__ import annotations

from dataclasses import asdict

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.workers.pulse import Pulse
from web.metrics import Metrics


def routes(pulse: Pulse, metrics: Metrics) -> list[Route]:
    """``/healthz`` answers as long as the event loop does, ``/readyz`` 503 names what is not ready.

    ``/readyz?only=database`` asks for some parts: a lag is no reason to keep Slack's events away.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        only = request.query_params.getlist("only")
        found = [part for part in await pulse.findings() if not only or part.what in only]
        is_ready = all(part.is_ok for part in found)
        body = {"ready": is_ready, "parts": [asdict(part) for part in found]}
        return JSONResponse(body, 200 if is_ready else 503)

    async def figures(_: Request) -> Response:
        try:
            metrics.depths(await pulse.depths())
            metrics.troubles(each.trouble.kind for each in await pulse.troubles())
        except (SQLAlchemyError, TimeoutError):
            metrics.depths(None)
            metrics.troubles(None)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", figures)]
