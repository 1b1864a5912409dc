"""What the gateway makes of answers that are none of Slack's, or not as Slack promises them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.gateway import LONGEST_PAUSE, Gateway, RateLimited, Unsure

POST = {"channel": "C1", "text": "hello"}


@dataclass
class Doorkeeper:
    """Stands where Slack should, and gives every call the same answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.calls.append(f"{request.method} {request.path}")
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@pytest.fixture
def keeper() -> Doorkeeper:
    """All it says is to be set."""
    return Doorkeeper()


@pytest.fixture
async def gateway(keeper: Doorkeeper) -> AsyncIterator[Gateway]:
    """A way to Slack on which the doorkeeper stands."""
    site = web.Application()
    site.router.add_route("*", "/{anywhere:.*}", keeper.answer)
    async with TestServer(site) as server, aiohttp.ClientSession() as session:
        yield Gateway(AsyncWebClient("xoxb-1", str(server.make_url("/api/")), session=session))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>We are down for maintenance.</html>",
        b'{"ok": true, "ts": "17',
        b'{"ok": true, "ts": "\xff"}',
        b"null",
        b"[]",
        b'"ok"',
        b'{"ok": true}',
        b'{"ok": true, "ts": null}',
        b'{"ok": false}',
        b'{"ok": false, "error": null}',
    ],
)
async def test_an_answer_that_says_nothing_leaves_open_whether_it_was_posted(
    keeper: Doorkeeper, gateway: Gateway, body: bytes
) -> None:
    keeper.body = body
    with pytest.raises(Unsure):
        await gateway.post(POST, "nonce")


@pytest.mark.parametrize("body", [b"null", b"[]", b"<html></html>", b'{"ok": false, "error": 7}'])
async def test_a_question_that_is_not_answered_may_be_asked_again(
    keeper: Doorkeeper, gateway: Gateway, body: bytes
) -> None:
    keeper.body = body
    with pytest.raises(Unsure):
        await gateway.read("users.info", {"user": "U1"})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_follows_a_redirect_with_a_post_and_without_its_words(
    keeper: Doorkeeper, gateway: Gateway, status: int
) -> None:
    keeper.status, keeper.headers = status, {"Location": "/elsewhere"}
    with pytest.raises(Unsure):
        await gateway.post(POST, "nonce")
    with pytest.raises(Unsure):
        await gateway.read("users.info", {"user": "U1"})
    assert keeper.calls == ["POST /api/chat.postMessage", "GET /api/users.info"]


@pytest.mark.parametrize(
    "told, seconds",
    [
        ("60", 60),
        ("0", 1),
        ("-5", 1),
        ("", 1),
        ("soon", 1),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1),
        ("nan", 1),
        ("inf", LONGEST_PAUSE),
        ("1e400", LONGEST_PAUSE),
        ("99999999999999", LONGEST_PAUSE),
    ],
)
async def test_a_retry_after_of_whatever_words_is_a_pause_that_ends(
    keeper: Doorkeeper, gateway: Gateway, told: str, seconds: float
) -> None:
    keeper.status, keeper.headers = 429, {"Retry-After": told}
    with pytest.raises(RateLimited) as limited:
        await gateway.post(POST, "nonce")
    assert limited.value.retry_after == seconds


@pytest.mark.parametrize(
    "status, body, is_heard",
    [
        (200, b'{"ok": true, "ts": "1.2"}', True),
        (200, b'{"ok": false, "error": "fatal_error"}', True),
        (429, b'{"ok": false, "error": "ratelimited"}', True),
        (502, b"<html>Bad gateway</html>", False),
        (200, b"<html>Sign in to this network</html>", False),
        (503, b"", False),
    ],
)
async def test_only_slack_says_what_time_it_is(
    keeper: Doorkeeper, gateway: Gateway, status: int, body: bytes, *, is_heard: bool
) -> None:
    date = "Tue, 03 Mar 2026 12:00:00 GMT"
    keeper.status, keeper.body, keeper.headers = status, body, {"Date": date}
    heard: list[str] = []
    gateway.hear = heard.append
    with suppress(Unsure, RateLimited):
        await gateway.post(POST, "nonce")
    assert heard == ([date] if is_heard else [])


async def test_a_page_without_messages_says_nothing_of_what_landed(
    keeper: Doorkeeper, gateway: Gateway
) -> None:
    keeper.body = b'{"ok": true}'
    with pytest.raises(Unsure):
        await gateway.find("C1", frozenset({"nonce"}), thread_ts="", oldest="0")
