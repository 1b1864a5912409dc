"""Sends payloads to an app as Slack does, signed, and measures how fast it acks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager

from slack_sdk.signature import SignatureVerifier

SECRET = "bench-signing-secret"
AT_ONCE = 50
TAKEN, REFUSED = b"200", b"503"
AGAIN_SECONDS = 0.2
IDLE_SECONDS = 2.0  # uvicorn closes after five, perhaps just as we write

_SIGN = SignatureVerifier(SECRET)


def request(payload: bytes, kind: str = "application/json") -> bytes:
    """A whole HTTP request with the payload, signed now: good for five minutes (FACTS 1)."""
    now = str(int(time.time()))
    head = (
        "POST /slack/events HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept: */*",
        f"Content-Type: {kind}",
        f"Content-Length: {len(payload)}",
        f"X-Slack-Request-Timestamp: {now}",
        f"X-Slack-Signature: {_SIGN.generate_signature(timestamp=now, body=payload)}",
    )
    return "\r\n".join((*head, "", "")).encode() + payload


class Line:
    """One kept-open connection to an app, opened anew before the app closes it as idle."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> Line:
        self._used_at = time.perf_counter()
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def send(self, data: bytes) -> float:
        """Seconds until the ack was here; what was refused is sent again, as Slack does.

        AssertionError for any answer but 200 and 503.
        """
        start = time.perf_counter()
        await self.ask(data)
        return time.perf_counter() - start

    async def ask(self, data: bytes) -> bytes:
        """What the ack says, ``b""`` mostly. AssertionError as with ``send``."""
        status, body = await self._asked(data)
        while status == REFUSED:
            await asyncio.sleep(AGAIN_SECONDS)
            status, body = await self._asked(data)
        assert status == TAKEN, status
        return body

    async def _asked(self, data: bytes) -> tuple[bytes, bytes]:
        if self._reader.at_eof() or time.perf_counter() - self._used_at > IDLE_SECONDS:
            self.close()
            await self.open()
        self._used_at = time.perf_counter()
        self._writer.write(data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        return head[9:12], await self._reader.readexactly(_length(head))

    def close(self) -> None:
        self._writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def lines(ports: Sequence[int], number: int) -> AsyncIterator[list[Line]]:
    """So many open connections, to each port as many."""
    opened = [await Line(ports[each % len(ports)]).open() for each in range(number)]
    try:
        yield opened
    finally:
        for line in opened:
            line.close()


async def rush(
    ports: Sequence[int], requests: Iterable[bytes], at_once: int = AT_ONCE
) -> tuple[float, list[float]]:
    """Send all, each connection the next as soon as its last was acked: whole time, each ack's."""
    waiting = iter(requests)
    async with lines(ports, at_once) as opened:
        start = time.perf_counter()
        taken = await asyncio.gather(*(_send_on(line, waiting) for line in opened))
        return time.perf_counter() - start, [each for some in taken for each in some]


async def _send_on(line: Line, waiting: Iterator[bytes]) -> list[float]:
    return [await line.send(data) for data in waiting]


async def evenly(
    ports: Sequence[int], requests: Iterable[bytes], *, per_second: float
) -> tuple[list[float], list[float]]:
    """Send at an even pace, whether or not the last was acked.

    For each the moment when it was sent (``time.perf_counter``), and the seconds to its ack.
    """
    sent: list[float] = []
    async with lines(ports, AT_ONCE) as opened, asyncio.TaskGroup() as group:
        free = asyncio.Queue[Line]()
        for line in opened:
            free.put_nowait(line)
        start, acks = time.perf_counter(), list[asyncio.Task[float]]()
        for number, data in enumerate(requests):
            await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            line = await free.get()
            sent.append(time.perf_counter())
            acks.append(group.create_task(_send_once(line, data, free), name="event"))
        await asyncio.gather(*acks)
    return sent, [each.result() for each in acks]


async def _send_once(line: Line, data: bytes, free: asyncio.Queue[Line]) -> float:
    try:
        return await line.send(data)
    finally:
        free.put_nowait(line)
