"""Deliveries as signed POSTs to the app's request URL (slack/FACTS.md §1)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlencode

import aiohttp

from sandbox.delivery.parcel import PATIENCE, Outcome, Parcel
from sandbox.delivery.signing import signed
from sandbox.world import Json, World

# Shorter than the 5 s of uvicorn, so that no POST meets a connection that is just being closed.
KEPT_OPEN = 4.0

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_FORM = "application/x-www-form-urlencoded"


class HttpDoor:
    """Posts to ``app.request_url`` over one kept-open session."""

    def __init__(self, world: World, patience: float = PATIENCE) -> None:
        self._world = world
        self._patience = aiohttp.ClientTimeout(total=patience)
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep a session as long as the block lasts. Proxies of the environment are never asked."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_OPEN)
        session = aiohttp.ClientSession(connector=connector, timeout=self._patience)
        async with session as self._session:
            yield
        self._session = None

    async def hand_over(self, parcel: Parcel) -> Outcome:
        """POST once; anything but a 2xx within 3 s is a failure with Slack's word for it."""
        app = self._world.app
        if app is None or app.request_url is None or self._session is None:
            return Outcome("connection_failed")
        body = _encoded(parcel)
        headers = _headers(parcel) | signed(app.signing_secret, body)
        post = self._session.post(app.request_url, data=body, headers=headers, max_redirects=2)
        try:
            return await _outcome(post)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(_reason(error))


async def _outcome(post: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> Outcome:
    async with post as response:
        text = await response.text()
        return Outcome(
            reason="" if response.status // 100 == 2 else "http_error",
            status=response.status,
            body=_read(text, response.content_type),
            no_retry=response.headers.get("x-slack-no-retry") == "1",
        )


def _reason(error: Exception) -> str:
    """Slack's word for what went wrong before there was an answer; the order is narrow to wide."""
    words: tuple[tuple[type[Exception], str], ...] = (
        (TimeoutError, "http_timeout"),
        (aiohttp.TooManyRedirects, "too_many_redirects"),
        (aiohttp.ClientSSLError, "ssl_error"),
        (aiohttp.ClientConnectionError, "connection_failed"),
        (aiohttp.ClientError, "unknown_error"),
        (OSError, "connection_failed"),
    )
    return next((word for kind, word in words if isinstance(error, kind)), "unknown_error")


def _encoded(parcel: Parcel) -> bytes:
    if parcel.kind == "events_api":
        return _compact(parcel.payload).encode()
    if parcel.kind == "interactive":
        return urlencode({"payload": _compact(parcel.payload)}).encode()
    return urlencode(parcel.payload).encode()


def _headers(parcel: Parcel) -> dict[str, str]:
    content = "application/json" if parcel.kind == "events_api" else _FORM
    headers = {
        "content-type": content,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }
    if parcel.attempt:
        headers["x-slack-retry-num"] = str(parcel.attempt)
        headers["x-slack-retry-reason"] = parcel.reason
    return headers


def _read(text: str, content_type: str) -> Json | str:
    """A JSON object where the app sent one, else its text."""
    if content_type != "application/json":
        return text
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        return text
    return read if isinstance(read, dict) else text
