"""What is let in at the door, and what is answered there."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from handlers import serving
from handlers.admission import SOME
from tests.handlers.conftest import Scene
from tests.handlers.slack import envelope_of, signed

HELLO = {
    "type": "message",
    "channel": "C_ACME",
    "user": "U_CARLA",
    "text": "hello",
    "ts": "1700000001.000100",
}


async def test_a_signed_event_is_durable_when_it_is_acked(scene: Scene) -> None:
    answer = await scene.post.event(HELLO)
    assert answer.status == 200
    assert [item.dedupe_key() for item in await scene.inbox()] == ["said:C_ACME:1700000001.000100"]


async def test_an_event_that_the_database_refuses_is_not_acked(scene: Scene) -> None:
    await scene.refuse_arrivals()
    assert (await scene.post.event(HELLO)).status == 503


async def test_a_copy_is_acked_and_kept_once(scene: Scene) -> None:
    for _ in range(3):
        assert (await scene.post.event(HELLO)).status == 200
    assert len(await scene.inbox()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"x-slack-signature": "v0=" + "0" * 64}, id="forged"),
        pytest.param({"x-slack-signature": "nonsense"}, id="no signature at all"),
        pytest.param({"x-slack-signature": ""}, id="unsigned"),
        pytest.param({"x-slack-request-timestamp": "soon"}, id="no time"),
        pytest.param({"x-slack-request-timestamp": "9" * 400}, id="a time without end"),
        pytest.param({"x-slack-signature": "v0=ä"}, id="no ASCII"),
    ],
)
async def test_a_forgery_is_refused(
    scene: Scene, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps(envelope_of(HELLO)).encode()
    answer = await scene.post.post(body, "application/json", headers)
    assert answer.status == 401
    assert await scene.inbox() == []
    assert not caplog.records


async def test_an_old_signature_is_refused(scene: Scene) -> None:
    body = json.dumps(envelope_of(HELLO)).encode()
    answer = await scene.post.post(body, "application/json", signed(body, age=301))
    assert answer.status == 401


@pytest.mark.parametrize("age, status", [(600, 200), (200, 401)])
async def test_how_old_a_signature_is_goes_by_the_clock_that_is_right(
    scene: Scene, age: int, status: int
) -> None:
    body = json.dumps(envelope_of(HELLO)).encode()
    door = scene.at_another_time(lambda: time.time() - 600)
    answer = await door.post(body, "application/json", signed(body, age=age))
    assert answer.status == status


@pytest.mark.parametrize(
    "body,content_type",
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b'"word"', "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=%5B%5D", "application/x-www-form-urlencoded"),
        (b'{"authorizations": "none", "type": "event_callback"}', "application/json"),
        (b'{"a":' * 100_000, "application/json"),
    ],
)
async def test_what_cannot_be_read_is_refused_without_a_word_in_the_log(
    scene: Scene, body: bytes, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await scene.post.post(body, content_type)
    assert answer.status == 400
    assert not caplog.records


async def test_bytes_that_are_no_text_are_not_from_slack(scene: Scene) -> None:
    assert (await scene.post.post(b"\xff\xfe", "application/json")).status == 401


async def test_what_is_larger_than_slack_sends_is_refused_unread(scene: Scene) -> None:
    assert (await scene.post.post(b" " * 1_000_001, "application/json")).status == 413


async def test_slack_can_verify_the_address(scene: Scene) -> None:
    answer = await scene.post.json({"type": "url_verification", "challenge": "abc"})
    assert (answer.status, answer.json) == (200, {"challenge": "abc"})


async def test_slack_can_check_the_certificate(scene: Scene) -> None:
    assert (await scene.post.form({"ssl_check": "1", "token": "x"})).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"type": "app_rate_limited", "team_id": "T_DESK", "minute_rate_limited": 1518467820},
        {"type": "of the future", "team_id": "T_DESK"},
        {"type": "event_callback"},
        {"type": "event_callback", "event": HELLO, "authorizations": []},
        {"nothing": "at all"},
    ],
)
async def test_what_is_nobody_s_is_acked_so_that_it_does_not_come_again(
    scene: Scene, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await scene.post.json(body)).status == 200
    assert await scene.inbox() == []
    assert scene.front.counts.total() == 1
    assert not caplog.records


async def test_another_workspace_s_events_are_acked_and_never_kept(scene: Scene) -> None:
    zoe = {"enterprise_id": None, "team_id": "T_ZOE", "is_enterprise_install": False}
    answer = await scene.post.event(HELLO, authorizations=[zoe])
    assert answer.status == 200
    assert await scene.inbox() == []
    assert scene.front.counts["stranger's"] == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "event": {"channel": "C_ACME"}},
        {"type": "event_callback", "event": {"type": "message", "ts": 5}},
        {"type": "event_callback", "event": {"type": "reaction_added", "item": "?"}},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": "act:take", "action_ts": "1.0"}]},
        {"type": "view_submission", "view": {}},
        {"type": "view_submission", "view": {"callback_id": "form:reply"}},
        {"type": "shortcut"},
        {"type": "block_suggestion"},
        {"command": "/ticket"},
    ],
)
async def test_an_unreadable_payload_is_kept_as_it_came_and_acked(
    scene: Scene, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert (await scene.post.json(payload | {"team_id": "T_DESK"})).status == 200
    assert len(await scene.unreadable()) == 1
    assert not caplog.records


@dataclass
class Stranger:
    """Says that a body follows, and never sends it; ``heard`` is what it is told."""

    heard: list[Message] = field(default_factory=list)

    def ask(self, app: Starlette) -> asyncio.Task[None]:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
        scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": headers}
        return asyncio.create_task(app(scope, self._never, self._told))

    async def _never(self) -> Message:
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    async def _told(self, message: Message) -> None:
        self.heard.append(message)


async def test_strangers_who_never_say_a_word_keep_no_place_from_slack(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BODY_SECONDS", 60.0)
    asking = [Stranger().ask(scene.post.app) for _ in range(2 * SOME)]
    await asyncio.sleep(0)
    assert (await scene.post.event(HELLO)).status == 200
    for each in asking:
        each.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def test_who_never_sends_the_body_is_sent_away(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BODY_SECONDS", 0.0)
    stranger = Stranger()
    await stranger.ask(scene.post.app)
    assert stranger.heard[0]["status"] == 408
    assert (b"connection", b"close") in stranger.heard[0]["headers"]
