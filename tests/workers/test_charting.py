"""The picture of a digest is put into Slack once it is needed, or given up in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.charts.chart import Chart, Series
from bot.clock import SetClock
from bot.desk import Desk
from bot.errors import SendFailed
from bot.slack.gateway import Gateway, Unsure
from bot.slack.render import Renderer
from bot.usecases.tell import BAD_BLOCKS, Outgoing
from bot.workers import charting
from bot.workers.sender import Sender
from storage.outbox import Sent
from storage.records.boxes import Delivery, Post, PostState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHART = Chart("Opened", "tickets", ("Mon",), (Series("Opened", (1,)),))


@dataclass
class Slack:
    """Answers as a test says: what it fails with, and how often it has not looked at the file."""

    fails: Mapping[str, Exception] = field(default_factory=dict)
    blind: int = 0
    told: list[str] = field(default_factory=list)

    async def read(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self._hear(method)
        if method == charting.PLACE:
            assert arguments["length"] > 1_000
            assert "Mon: 1" in arguments["alt_txt"]
            return {"upload_url": "https://up", "file_id": "F1"}
        self.blind -= 1
        return {"file": {"id": "F1", "mimetype": "" if self.blind >= 0 else "image/png"}}

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        assert "channel_id" not in arguments
        self._hear(method)
        return {}

    async def upload(self, address: str, content: bytes) -> None:
        assert content.startswith(b"\x89PNG")
        self._hear("upload")

    def _hear(self, what: str) -> None:
        self.told.append(what)
        if what in self.fails:
            raise self.fails[what]


async def uploaded(slack: Slack) -> str:
    return await charting._uploaded(cast("Gateway", slack), CHART)


async def test_it_is_shared_with_nobody_and_waited_for_until_slack_knows_it() -> None:
    slack = Slack()
    assert await uploaded(slack) == "F1"
    assert slack.told == [charting.PLACE, "upload", charting.COMPLETE, charting.INFO]


async def test_an_answer_that_was_lost_is_found_again() -> None:
    slack = Slack({charting.COMPLETE: Unsure("lost")})
    assert await uploaded(slack) == "F1"


@pytest.mark.parametrize(
    "slack, trouble",
    [
        (Slack({charting.PLACE: SendFailed("missing_scope", permanent=True)}), SendFailed),
        (Slack({"upload": Unsure("lost")}), Unsure),
        (Slack(blind=99), Unsure),
    ],
)
async def test_what_fails_is_said(
    slack: Slack, trouble: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charting, "LOOK_SECONDS", 0)
    with pytest.raises(trouble):
        await uploaded(slack)


def _refused(post: Post) -> Sent:
    sender = Sender(cast("Desk", None), SetClock(NOON), Renderer())
    return sender._refused(Outgoing(post, "chat.postMessage"), BAD_BLOCKS)


def test_what_slack_refuses_with_its_picture_goes_without_and_is_not_tried_for_ever() -> None:
    post = Post(1, 7, "channel:1", "digest", Delivery.POST, {"digest_id": 1}, NOON)
    first = _refused(post)
    assert (first.state, first.error) == (PostState.WAITING, BAD_BLOCKS)
    again = _refused(replace(post, error=BAD_BLOCKS))
    assert again.state is PostState.FAILED
