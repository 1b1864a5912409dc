"""A Slack that answers at once, or late, or not at all; it checks nothing and remembers posts."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httptools

TEAM, COMPANY = "T0HARBOUR", "T00ACME"
BOT_USER, BOT_ID, APP_ID, AGENT = "U00KEEPERB", "B0THREADKP", "A0THREADKP", "U00000ANA"
TRIAGE = "C000TRIAGE"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A post: when it was wholly here (seconds of ``time.perf_counter``), and what it said."""

    at: float
    body: bytes

    def told(self) -> Json:
        return dict(json.loads(self.body))


@dataclass(eq=False)
class MockSlack:
    """``posts`` holds every chat.postMessage in order of arrival; ``calls`` counts all methods.

    ``latency``: between how many seconds each answer takes. ``is_away``: it answers 503 to all, and
    counts them as ``refused``.
    """

    posts: list[Shown] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    latency: tuple[float, float] = (0.0, 0.0)
    is_away: bool = False
    refused: int = 0
    _count: int = 0
    _dice: random.Random = field(default_factory=lambda: random.Random(160))

    def delay(self) -> float:
        """Seconds until the next answer."""
        return self._dice.uniform(*self.latency)

    @property
    def called(self) -> int:
        """Calls of all methods that were answered."""
        return sum(self.calls.values())

    def answer(self, method: str, query: str, body: bytes) -> Json:
        """What Slack would say, as short as the desk can do with."""
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "chat.postMessage":
            self.posts.append(Shown(time.perf_counter(), body))
            self._count += 1
            return {"ok": True, "ts": f"1800000000.{self._count:06d}"}
        given = {name: values[0] for name, values in parse_qs(query).items()}
        return {"ok": True} | (_ANSWERS[method](given) if method in _ANSWERS else {})


def _person(given: Json) -> Json:
    name = given["user"].removeprefix("U").title()
    company = TEAM if given["user"] == AGENT else COMPANY
    user = {"id": given["user"], "team_id": company, "name": name.lower(), "real_name": name}
    return {"user": user | {"tz": "Europe/Madrid", "profile": {"real_name": name}}}


def _channel(given: Json) -> Json:
    is_ours = given["channel"].startswith(TRIAGE)
    shared = {"is_ext_shared": not is_ours, "is_private": is_ours}
    teams = {} if is_ours else {"connected_team_ids": [COMPANY]}
    name = given["channel"].lower()
    return {"channel": {"id": given["channel"], "name": name, "is_member": True, **shared, **teams}}


_ANSWERS: dict[str, Callable[[Json], Json]] = {
    "auth.test": lambda _given: {
        "url": "https://harbour.slack.com/",
        "team": "Harbour",
        "user": "threadkeeper",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
    },
    "bots.info": lambda _given: {"bot": {"id": BOT_ID, "app_id": APP_ID}},
    "conversations.info": _channel,
    "conversations.members": lambda _given: {"members": [AGENT, BOT_USER]},
    "team.info": lambda given: {"team": {"id": given.get("team"), "name": "Acme Robotics"}},
    "users.info": _person,
}


_OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
_AWAY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


class _Connection(asyncio.Protocol):
    """One kept-open connection of the desk; httptools calls the ``on_…`` methods."""

    def __init__(self, slack: MockSlack) -> None:
        self._slack = slack
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._body = b"", b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._slack.is_away:
            self._slack.refused += 1
            self._transport.write(_AWAY)
        elif wait := self._slack.delay():
            asyncio.get_running_loop().call_later(wait, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        url = urlsplit(self._url.decode())
        method = url.path.rpartition("/")[2]
        query = url.query or (
            "" if self._body.startswith(b"{") else self._body.decode(errors="replace")
        )
        answer = json.dumps(self._slack.answer(method, query, self._body)).encode()
        self._transport.write(_OK % (len(answer), answer))


@asynccontextmanager
async def slack_like(slack: MockSlack | None = None) -> AsyncIterator[tuple[MockSlack, str]]:
    """Serve in this loop: the Slack, and its address for ``SLACK_API_URL``."""
    slack = slack or MockSlack()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(slack), "127.0.0.1", 0)
    try:
        yield slack, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"
    finally:
        server.close()
