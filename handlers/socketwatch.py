"""Listens whether the socket still speaks: one that dropped or fell silent has left a gap."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from aiohttp import WSMessage
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from storage.records.catchup import Cause

log = structlog.get_logger()

LOOK_SECONDS = 1.0
SILENT_SECONDS = 120.0
"""Without a word or a pong; the client's own ping is answered every five seconds or so."""

Lost = Callable[[Cause, float], None]


def unheard(_cause: Cause, _seconds: float) -> None:
    """Nobody wants to know."""


@dataclass(eq=False)
class SocketWatch:
    """``lost`` hears of gaps: why, and for how many seconds until now nothing was heard.

    The client reconnects a socket that was closed; one that never answers a ping it would trust for
    ever. When Slack said beforehand that it would close the socket, nothing is lost.
    """

    socket: SocketModeClient
    lost: Lost
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self._heard_at = self._was_well_at = self.now()
        self._session: Any = None
        self._was_told = False

    async def on_message(self, message: WSMessage) -> None:
        """To be called with each message; ``disconnect`` says that the socket is about to close."""
        self._heard_at = self.now()
        self._was_told = self._was_told or '"type":"disconnect"' in _compact(message.data)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("the socket cannot be connected anew", error=repr(error))

    async def look(self) -> None:
        """Once: tell of a socket that was replaced or lost, and replace one that is silent."""
        if self.socket.current_session is not self._session:
            self._replaced()
        silent = self.now() - max(self._heard_at, self.socket.last_ping_pong_time or 0.0)
        if silent > SILENT_SECONDS:
            await self._reconnect(silent)
        elif await self.socket.is_connected():
            self._was_well_at = self.now()

    def _replaced(self) -> None:
        is_first = self._session is None
        self._session = self.socket.current_session
        if not is_first and not self._was_told:
            self.lost(Cause.SOCKET, self.now() - self._was_well_at)
        self._was_told = False

    async def _reconnect(self, silent: float) -> None:
        """It may take long, and we may die meanwhile, so that the gap is told before and after."""
        log.warning("the socket is silent: connecting anew", seconds=round(silent))
        began = self.now() - silent
        self.lost(Cause.SILENCE, silent)
        await self.socket.connect_to_new_endpoint(force=True)
        self._session, self._heard_at = self.socket.current_session, self.now()
        self.lost(Cause.SILENCE, self.now() - began)


def _compact(data: object) -> str:
    return data.replace(" ", "") if isinstance(data, str) else ""
