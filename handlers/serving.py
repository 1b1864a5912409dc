"""How payloads reach the app: signed POSTs to one address, or Socket Mode."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from handlers.admission import Admission
from handlers.socketwatch import Lost, SocketWatch, unheard

log = logging.getLogger(__name__)

Acked = Callable[[int, float], None]

PATH = "/slack/events"
MOST_BYTES = 1_000_000  # a view may have 250 KB (FACTS 7), and its JSON comes percent-encoded
BODY_SECONDS = 3.0  # Slack gives as long for the whole way (FACTS 1), and sends its body at once
PING_SECONDS = 5.0
# What Bolt trips over when a body is JSON but not of Slack's making.
_MALFORMED = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError)


def _nobody(_status: int, _seconds: float) -> None:
    """Hears of no answer."""


class _TrueTime(Clock):
    """What time it is (seconds since 1970), for the SDK's look at how old a signature is."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()


def route(
    app: AsyncApp,
    signing_secret: str,
    acked: Acked = _nobody,
    *,
    now: Callable[[], float] = time.time,
) -> Route:
    """The one address for events, commands and interactivity alike.

    ``acked`` hears of each answer: its status, and the seconds since the payload's first byte.
    """
    endpoint = SlackEndpoint(app, SignatureVerifier(signing_secret, _TrueTime(now)), acked)
    return Route(PATH, endpoint, methods=["POST"])


class SlackEndpoint:
    """Verifies before it parses: a forgery costs one HMAC and is answered 401, broken JSON 400.

    What could not be answered in time costs nothing at all: 503, and Slack brings it again. Only
    what Slack has signed has a place in the line, so that no stranger takes it.
    """

    def __init__(self, app: AsyncApp, verifier: SignatureVerifier, acked: Acked = _nobody) -> None:
        self._app = app
        self._verifier = verifier
        self._acked = acked
        self._admission = Admission()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        headers = Headers(scope=scope)
        response = await self._answer(headers, receive)
        await response(scope, receive, send)
        self._acked(response.status_code, time.monotonic() - began)

    async def _answer(self, headers: Headers, receive: Receive) -> Response:
        is_patient = _comes_again(headers)
        if is_patient and not self._admission.is_open:
            return _busy()
        body = await self._signed(headers, receive)
        if isinstance(body, Response):
            return body
        if not is_patient:
            return await self._dispatched(headers, body)
        if not self._admission.is_open:  # any more, for it may have taken seconds to read
            return _busy()
        with self._admission.turn():
            return await self._dispatched(headers, body)

    async def _signed(self, headers: Headers, receive: Receive) -> bytes | Response:
        """What Slack has sent, or why nothing of it is looked at."""
        try:
            body = await _body(receive)
        except TimeoutError:
            return PlainTextResponse("too slow", 408, {"connection": "close"})
        if body is None:
            return PlainTextResponse("too large", 413)
        if not self._is_from_slack(headers, body):
            return PlainTextResponse("not signed by Slack", 401)
        return body

    async def _dispatched(self, headers: Headers, body: bytes) -> Response:
        try:
            request = AsyncBoltRequest(body=body.decode(), headers=_kind(headers))
        except _MALFORMED:
            return PlainTextResponse("not readable", 400)
        if not request.body:
            return PlainTextResponse("empty", 400)
        return _response(await self._app.async_dispatch(request))

    def _is_from_slack(self, headers: Headers, body: bytes) -> bool:
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except (ValueError, TypeError, OverflowError):  # no number, or one of 400 digits; no UTF-8
            return False


def _comes_again(headers: Headers) -> bool:
    """Events are JSON, and retried; presses and commands are forms, and a person waits for them."""
    return headers.get("content-type", "").startswith("application/json")


def _kind(headers: Headers) -> dict[str, str | Sequence[str]]:
    """All that Bolt needs of the headers; what it could be told to skip stays outside."""
    return {"content-type": headers.get("content-type", "")}


def _busy() -> Response:
    return PlainTextResponse("busy", 503)


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than anything Slack sends, or who sent it has gone.

    Raises TimeoutError when it does not come.
    """
    async with asyncio.timeout(BODY_SECONDS):
        return await _read(receive)


async def _read(receive: Receive) -> bytes | None:
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES or message["type"] == "http.disconnect":
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _response(bolt: BoltResponse) -> Response:
    return Response(bolt.body, bolt.status, headers=bolt.first_headers_without_set_cookie())


@asynccontextmanager
async def socket_mode(
    app: AsyncApp,
    app_token: str,
    client: AsyncWebClient,
    acked: Acked = _nobody,
    *,
    lost: Lost = unheard,
) -> AsyncIterator[SocketModeClient]:
    """Be connected to Slack; the client reconnects by itself when asked to, or dropped.

    ``lost`` hears of sockets that dropped or fell silent (``handlers.socketwatch``).

    ``client`` opens the connections (apps.connections.open). An envelope is acked only when it was
    answered with 200: otherwise Slack brings it again (FACTS 2).
    """
    socket = SocketModeClient(
        app_token=app_token, web_client=client, ping_interval=PING_SECONDS, logger=log
    )
    socket.socket_mode_request_listeners.append(_listener(app, acked))
    watch = SocketWatch(socket, lost)
    socket.on_message_listeners.append(watch.on_message)
    watching = asyncio.create_task(watch.run(), name="socket watch")
    try:
        await socket.connect()  # type: ignore[no-untyped-call] # the SDK's
        yield socket
    finally:
        watching.cancel()
        await _closed(socket, watching)


def _listener(app: AsyncApp, acked: Acked) -> Any:
    async def on_envelope(client: AsyncBaseSocketModeClient, envelope: SocketModeRequest) -> None:
        began = time.monotonic()
        answer = await answered(app, envelope.payload)
        if answer.status == 200:
            ack = SocketModeResponse(envelope.envelope_id, payload=_payload(answer))
            await client.send_socket_mode_response(ack)
        acked(answer.status, time.monotonic() - began)

    return on_envelope


async def answered(app: AsyncApp, payload: Mapping[str, Any]) -> BoltResponse:
    """The app's answer to a payload; one that cannot be read is done with."""
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=dict(payload))
    except _MALFORMED:
        return BoltResponse(status=200)
    return await app.async_dispatch(request)


def _payload(answer: BoltResponse) -> Any:
    """What an answer says, as Socket Mode wants it: JSON, plain text as a message, or nothing."""
    if not answer.body:
        return None
    is_json = answer.headers.get("content-type", [""])[0].startswith("application/json")
    return json.loads(answer.body) if is_json else {"text": answer.body}


async def _closed(socket: SocketModeClient, watching: asyncio.Task[None]) -> None:
    """Close, and see its three tasks off with ours: the client only asks them to end."""
    await socket.close()  # type: ignore[no-untyped-call] # the SDK's
    theirs = (socket.message_processor, socket.message_receiver, socket.current_session_monitor)
    tasks = (watching, *theirs)
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)
