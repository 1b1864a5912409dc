"""Deliveries over Socket Mode websockets (slack/FACTS.md §2)."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import uuid
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.delivery.parcel import PATIENCE, Outcome, Parcel
from sandbox.world import Json

MOST_CONNECTIONS = 10
LIFETIME = 18060.0
DEBUG_LIFETIME = 360.0
WARNING = 10.0


class Connection:
    """One websocket of the app, with the envelopes that it has not acked yet."""

    def __init__(self, websocket: WebSocket, *, lifetime: float, patience: float) -> None:
        self.websocket = websocket
        self._patience = patience
        self.life = asyncio.timeout(lifetime)
        self.unacked: dict[str, asyncio.Future[Json]] = {}

    async def send(self, message: Json) -> None:
        """Send one JSON message."""
        await self.websocket.send_text(json.dumps(message, separators=(",", ":")))

    async def ask(self, envelope: Json) -> Json:
        """Send an envelope and wait for its ack: the ack's payload. Raises OSError when cut off."""
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.unacked[envelope["envelope_id"]] = ack
        try:
            async with asyncio.timeout(self._patience):
                await self.send(envelope)
                return await ack
        finally:
            del self.unacked[envelope["envelope_id"]]

    def hear(self, text: str) -> None:
        """Take what the app sent: acks. Anything else is let pass, as Slack does."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        envelope_id = message.get("envelope_id") if isinstance(message, dict) else None
        ack = self.unacked.get(str(envelope_id))
        if ack is not None and not ack.done():
            ack.set_result(message.get("payload") or {})

    def cut_off(self) -> None:
        """Fail what waits for an ack that can no longer come."""
        for ack in self.unacked.values():
            if not ack.done():
                ack.set_exception(ConnectionResetError("the websocket is gone"))

    def end_in(self, seconds: float) -> None:
        """Close after so many machine seconds."""
        if self.life.when() is not None and not self.life.expired():
            self.life.reschedule(asyncio.get_running_loop().time() + seconds)


class SocketDoor:
    """All websockets of the app; each payload goes to any one of them."""

    def __init__(self, app_id: Callable[[], str], patience: float = PATIENCE) -> None:
        self._app_id = app_id
        self._patience = patience
        self._tickets: set[str] = set()
        self.connections: list[Connection] = []

    def new_address(self, base: str) -> str:
        """Where one websocket may be opened, once (apps.connections.open)."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        host = base.replace("http", "ws", 1)
        return f"{host}/socket?ticket={ticket}&app_id={self._app_id()}"

    async def serve(self, websocket: WebSocket) -> None:
        """The ``/socket`` endpoint: say hello, then take acks until one side hangs up."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close()
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        is_debug = websocket.query_params.get("debug_reconnects") == "true"
        lifetime = DEBUG_LIFETIME if is_debug else LIFETIME
        connection = Connection(websocket, lifetime=lifetime, patience=self._patience)
        if len(self.connections) >= MOST_CONNECTIONS:
            await connection.send(self._goodbye("too_many_websockets"))
            await websocket.close()
            return
        self.connections.append(connection)
        try:
            await self._converse(connection)
        finally:
            self._forget(connection)

    async def _converse(self, connection: Connection) -> None:
        try:
            async with connection.life:
                await connection.send(self._hello())
                while True:
                    connection.hear(await connection.websocket.receive_text())
        except TimeoutError:
            await connection.websocket.close()
        except (WebSocketDisconnect, RuntimeError):
            return  # the app hung up, or was dropped

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        connection.cut_off()

    async def hand_over(self, parcel: Parcel) -> Outcome:
        """Send to one connection and wait 3 s for its ack."""
        if not self.connections:
            return Outcome("connection_failed")
        connection = random.choice(self.connections)
        try:
            return Outcome(status=200, body=await connection.ask(_envelope(parcel)))
        except TimeoutError:
            return Outcome("timeout")
        except (OSError, RuntimeError, WebSocketDisconnect):
            return Outcome("connection_failed")

    async def drop(self) -> int:
        """Cut every connection without a word; how many there were."""
        gone = list(self.connections)
        for connection in gone:
            self._forget(connection)
            connection.end_in(0)
        return len(gone)

    async def disconnect(self, reason: str = "refresh_requested") -> int:
        """Ask the app to come again: ``warning`` leaves it 10 s, other reasons none."""
        asked = list(self.connections)
        for connection in asked:
            await connection.send(self._goodbye(reason))
            connection.end_in(WARNING if reason == "warning" else 0)
        return len(asked)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": int(LIFETIME),
            },
            "connection_info": {"app_id": self._app_id()},
        }

    def _goodbye(self, reason: str) -> Json:
        return {
            "type": "disconnect",
            "reason": reason,
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-sandbox"},
            "connection_info": {"app_id": self._app_id()},
        }


def _envelope(parcel: Parcel) -> Json:
    envelope: dict[str, Any] = {
        "envelope_id": str(uuid.uuid4()),
        "payload": parcel.payload,
        "type": parcel.kind,
        "accepts_response_payload": parcel.wants_answer,
    }
    if parcel.kind == "events_api":
        envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
    return envelope
