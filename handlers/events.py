"""What becomes of every event that somebody reads: made durable, then acked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.reading import EventReader, Kind, kind


def listen(app: AsyncApp, events: Mapping[str, EventReader]) -> None:
    """Take all these events, as they are read here."""
    app.middleware(TakeEvents(events))


class TakeEvents(AsyncMiddleware):
    """Answers events of its table; all else goes on to the listeners.

    Bolt tries its listeners one by one, and gathers all that each could ask for by name, twice: a
    third of an ack, and every event is taken alike.
    """

    def __init__(self, events: Mapping[str, EventReader]) -> None:
        self.events = events

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[Any]],  # noqa: A002 - Bolt's word
    ) -> BoltResponse | None:
        body = req.body
        read = self.events.get(body["event"]["type"]) if kind(body) is Kind.EVENT else None
        if read is None:
            await next()
            return None
        await req.context["front"].take(req.context["tenant"], read, body)
        return BoltResponse(status=200)
