"""The way to the app: chooses the door, keeps the events moving, asks and waits for acks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.delivery.events import AT_ONCE, Events
from sandbox.delivery.http import HttpDoor
from sandbox.delivery.parcel import PATIENCE, Door, Kind, Outcome, Parcel
from sandbox.delivery.socket import SocketDoor
from sandbox.faults import Faults
from sandbox.traffic import Traffic
from sandbox.world import App, Json, World


class Delivery:
    """Everything on its way to the app; each attempt is noted in ``traffic``.

    ``patience`` is in machine seconds; Slack's is 3, and only tests have another. ``at_once``: how
    many events are on their way at a time.
    """

    def __init__(
        self,
        world: World,
        faults: Faults,
        traffic: Traffic,
        *,
        patience: float = PATIENCE,
        at_once: int = AT_ONCE,
    ) -> None:
        self._world = world
        self._faults = faults
        self._traffic = traffic
        self._http = HttpDoor(world, patience)
        self._asking = 0
        self._answered = asyncio.Event()
        self.socket = SocketDoor(lambda: self._app.id, patience)
        self.events = Events(world, faults, self._carry, at_once=at_once)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver as long as the block lasts; what is under way at its end is dropped."""
        async with self._http.open(), asyncio.TaskGroup() as tasks:
            self.events.start(tasks)
            try:
                yield
            finally:
                self.events.stop()

    async def ask(self, kind: Kind, payload: Json) -> Outcome:
        """Hand over an interaction or command: once, with 3 s of patience, never again."""
        self._asking += 1
        try:
            return await self._carry(Parcel(kind, payload))
        finally:
            self._asking -= 1
            self._answered.set()
            self._answered = asyncio.Event()

    async def idle(self) -> None:
        """Wait until nothing is on its way, due retries included; later retries do not count."""
        while self._asking or not self.events.is_calm:
            await self.events.calm()
            if self._asking:
                await self._answered.wait()

    async def _carry(self, parcel: Parcel) -> Outcome:
        if parcel.kind == "events_api" and self._faults.strikes(self._faults.delivery.cut):
            await self.socket.drop()
        started = time.monotonic()
        outcome = await self._door.hand_over(parcel)
        self._note(parcel, outcome, took_ms=(time.monotonic() - started) * 1000)
        return outcome

    def _note(self, parcel: Parcel, outcome: Outcome, *, took_ms: float) -> None:
        request: Json = parcel.payload
        if parcel.attempt:
            retry = {"retry_num": parcel.attempt, "retry_reason": parcel.reason}
            request = request | retry
        self._traffic.note(
            "to_app",
            parcel.label,
            request,
            outcome.body if outcome.is_acked else {"failed": outcome.reason, "body": outcome.body},
            status=outcome.status,
            took_ms=took_ms,
        )

    @property
    def _door(self) -> Door:
        """HTTP where the app has a request URL, else Socket Mode."""
        return self._http if self._app.request_url is not None else self.socket

    @property
    def _app(self) -> App:
        if self._world.app is None:
            raise LookupError("no app is installed in this Slack")
        return self._world.app
