"""A twin of the gateway for tests of workers: it keeps what was posted, and fails when told to."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.gateway import Gateway

BORN = 1_772_452_800  # 2 March 2026, noon UTC


@dataclass(frozen=True)
class Fate:
    """How a call ends: ``error`` comes back, and Slack has it all the same where it ``landed``."""

    error: Exception
    landed: bool = False


async def nothing() -> None:
    pass


class Slack(Gateway):
    """``messages`` stand in Slack, ``calls`` were made; it tells of ``files`` and ``channels``,
    each of which has the same ``members``.

    ``fates`` wait for the next calls by method. ``then`` happens when Slack has taken a call,
    before its answer is there, and ``asked`` when it was asked something. The first message is
    posted at ``born``, seconds since 1970.
    """

    def __init__(self) -> None:
        super().__init__(cast("AsyncWebClient", None))
        self.messages: list[dict[str, Any]] = []
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.files: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.members: list[str] = ["U-ANA", "U-KIM"]
        self.fates: dict[str, deque[Fate]] = {}
        self.born = BORN
        self.then: Callable[[], Awaitable[None]] = nothing
        self.asked: Callable[[], Awaitable[None]] = nothing

    def will(self, method: str, *fates: Fate) -> None:
        """Let the next calls of the method end so."""
        self.fates.setdefault(method, deque()).extend(fates)

    def made(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of all calls of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        fate = self._meet(method, arguments)
        if fate and not fate.landed:
            raise fate.error
        answer = self._land(arguments) if method == "chat.postMessage" else {}
        await self.then()
        if fate:
            raise fate.error
        return answer

    async def read(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        fate = self._meet(method, arguments)
        await self.asked()
        if fate:
            raise fate.error
        if method == "files.info":
            return {"file": self.files[arguments["file"]]}
        if method == "conversations.info":
            return {"channel": self.channels[arguments["channel"]]}
        if method == "conversations.members":
            return {"members": self.members}
        thread = arguments.get("ts")
        return {"messages": [m for m in self.messages if m.get("thread_ts") == thread]}

    def _meet(self, method: str, arguments: Mapping[str, Any]) -> Fate | None:
        self.calls.append((method, arguments))
        waiting = self.fates.get(method)
        return waiting.popleft() if waiting else None

    def _land(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        ts = f"{self.born + len(self.messages)}.000100"
        self.messages.append({"ts": ts, **arguments})
        return {"ts": ts}
