"""What Slack sends, made and signed beforehand, and how fast an app acks it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

from slack_sdk.signature import SignatureVerifier

from bench.slack import APP_ID, BOT_USER, COMPANY, TEAM

SECRET = "bench-signing-secret"
CHANNELS = tuple(f"C0CUSTOMER{number}" for number in range(5))
REGULARS, NEWCOMERS = 40, 200


class Talk:
    """Customers who write now, each in each channel once, so that every message is a request.

    More than `REGULARS` or `NEWCOMERS` times five messages would be grouped (PRODUCT 1.2).
    """

    def __init__(self) -> None:
        self._marks = count(1)
        self._by_regulars = _turns("REGULAR", REGULARS)
        self._by_newcomers = _turns("NEW", NEWCOMERS)

    def regular(self) -> tuple[str, bytes]:
        """The next message of one of a few: its mark, and its payload."""
        return self._say(*next(self._by_regulars))

    def newcomer(self) -> tuple[str, bytes]:
        """The next message of one of many."""
        return self._say(*next(self._by_newcomers))

    def _say(self, who: str, where: str) -> tuple[str, bytes]:
        number = next(self._marks)
        mark = f"case{number:06d}"
        return mark, _message(mark, who, where, f"{int(time.time())}.{number:06d}")


def _turns(name: str, people: int) -> Iterator[tuple[str, str]]:
    """Person and channel: all people take turns, each time in another channel."""
    for number in count():
        place = (number + number // people) % len(CHANNELS)
        yield f"U0{name}{number % people:03d}", CHANNELS[place]


def _message(mark: str, who: str, where: str, ts: str) -> bytes:
    text = f"Hello, the export of {mark} stops at 80 % since this morning. Can you have a look?"
    words = [{"type": "text", "text": text}]
    section = {"type": "rich_text_section", "elements": words}
    event = {
        "type": "message",
        "user": who,
        "ts": ts,
        "client_msg_id": f"9a1c7c2e-0000-4000-8000-{mark[4:]:>012}",
        "text": text,
        "team": COMPANY,
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [section]}],
        "channel": where,
        "event_ts": ts,
        "channel_type": "channel",
    }
    own = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
    body = {
        "token": "verification-token",
        "team_id": COMPANY,
        "context_team_id": TEAM,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{mark}",
        "event_time": int(float(ts)),
        "authorizations": [own | {"is_enterprise_install": False}],
        "is_ext_shared_channel": True,
        "event_context": f"4-{mark}",
    }
    return json.dumps(body, separators=(",", ":")).encode()


_SIGN = SignatureVerifier(SECRET)


def request(payload: bytes) -> bytes:
    """A whole HTTP request with the payload, signed now: good for five minutes (FACTS 1)."""
    now = str(int(time.time()))
    head = (
        "POST /slack/events HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(payload)}",
        f"X-Slack-Request-Timestamp: {now}",
        f"X-Slack-Signature: {_SIGN.generate_signature(timestamp=now, body=payload)}",
    )
    return "\r\n".join((*head, "", "")).encode() + payload


class Line:
    """One kept-open connection to the app."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> float:
        """Seconds until the ack was here. AssertionError for anything but 200."""
        start = time.perf_counter()
        self._writer.write(data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        await self._reader.readexactly(_length(head))
        assert head.startswith(b"HTTP/1.1 200"), head
        return time.perf_counter() - start

    def close(self) -> None:
        self._writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def lines(port: int, number: int) -> AsyncIterator[list[Line]]:
    """So many open connections."""
    opened = [Line(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(number)]
    try:
        yield opened
    finally:
        for line in opened:
            line.close()


async def burst(port: int, requests: Sequence[bytes], at_once: int) -> tuple[float, list[float]]:
    """Send all, each connection the next as soon as its last was acked: whole time, each ack's."""
    waiting = iter(requests)
    async with lines(port, at_once) as opened:
        start = time.perf_counter()
        taken = await asyncio.gather(*(_send_on(line, waiting) for line in opened))
        return time.perf_counter() - start, [each for some in taken for each in some]


async def _send_on(line: Line, waiting: Iterator[bytes]) -> list[float]:
    return [await line.send(data) for data in waiting]


async def paced(port: int, requests: Sequence[bytes], *, per_second: float) -> list[float]:
    """Send at an even pace; for each the moment when it was sent (``time.perf_counter``)."""
    sent: list[float] = []
    async with lines(port, 8) as opened:
        start = time.perf_counter()
        for number, data in enumerate(requests):
            await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            sent.append(time.perf_counter())
            await opened[number % 8].send(data)
    return sent
