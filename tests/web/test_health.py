"""Whoever runs the desk can ask whether it lives, whether it can work, and how it is doing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from starlette.applications import Starlette
from starlette.types import Message, Scope

from bot.clock import Clock
from bot.desk import Desk
from bot.ids import new_id
from bot.workers.pulse import Pulse
from storage import inbox, outbox, trouble
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.records.boxes import Arrival, Delivery, Post
from storage.records.trouble import INSTALLATION, Trouble, of_channel
from storage.unit import writing
from tests.storage import cast as people_of
from web.health import routes
from web.metrics import Metrics

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_AGO = 30 << 22 << 10  # as a key of ours, made half a minute after the first there could be


class SetClock(Clock):
    """Stands still."""

    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True)
class Watched:
    engine: Engine
    pulse: Pulse
    metrics: Metrics

    async def ask(self, path: str) -> tuple[int, str]:
        """Status and body."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        path, _, query = path.partition("?")
        scope: Scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        scope["query_string"] = query.encode()
        web = Starlette(routes=routes(self.pulse, self.metrics))
        await web(scope, receive, send)
        return sent[0]["status"], sent[1]["body"].decode()

    async def ready(self, only: str = "") -> tuple[int, dict[str, Any]]:
        """Status, and what is told of each part by its name."""
        status, body = await self.ask(f"/readyz{only}")
        return status, {part["what"]: part for part in json.loads(body)["parts"]}


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Watched]:
    engine = open_engine(database_url)
    metrics = Metrics()
    desk = Desk(engine, Cipher.fresh(), wrote=metrics.wrote)
    desk.start()
    yield Watched(engine, Pulse(desk, SetClock()), metrics)
    await desk.stop()
    engine.dispose()


def arrive(engine: Engine, key: int) -> None:
    with writing(engine, 1) as unit:
        inbox.put(unit.connection, [Arrival(1, key, "lane", "Said", str(key), {}, NOW)])


def announce(engine: Engine, due_at: datetime, channel_id: int | None = None) -> None:
    post = Post(1, new_id(), "lane", "card", Delivery.POST, {}, due_at, channel_id)
    with writing(engine, 1) as unit:
        outbox.announce(unit, post)


async def test_a_process_that_answers_lives(desk: Watched) -> None:
    assert await desk.ask("/healthz") == (200, "ok")


async def test_a_desk_that_keeps_up_is_ready(desk: Watched) -> None:
    arrive(desk.engine, new_id())
    announce(desk.engine, NOW - timedelta(seconds=10))
    status, parts = await desk.ready()
    assert status == 200
    assert list(parts) == ["database", "slack", "version", "inbox", "outbox"]
    assert all(part["is_ok"] for part in parts.values())


async def test_rows_that_wait_too_long_are_told(desk: Watched) -> None:
    arrive(desk.engine, LONG_AGO)
    announce(desk.engine, NOW - timedelta(hours=1))
    status, parts = await desk.ready()
    assert status == 503
    assert not parts["inbox"]["is_ok"]
    assert parts["outbox"]["words"] == "1 waiting, the oldest for 3600 s"


async def test_what_is_held_for_later_does_not_lag(desk: Watched) -> None:
    announce(desk.engine, NOW + timedelta(hours=1))
    _, parts = await desk.ready()
    assert parts["outbox"]["words"].startswith("0 waiting")


async def test_a_lag_does_not_keep_events_away(desk: Watched) -> None:
    arrive(desk.engine, LONG_AGO)
    status, parts = await desk.ready("?only=database&only=slack")
    assert status == 200
    assert list(parts) == ["database", "slack"]


async def test_a_process_that_a_newer_version_has_overtaken_says_so(desk: Watched) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    status, parts = await desk.ready()
    assert status == 503
    assert "restart it as that version" in parts["version"]["words"]
    assert [name for name, part in parts.items() if not part["is_ok"]] == ["version"]
    # It makes Slack's events safe all the same.
    assert (await desk.ready("?only=database"))[0] == 200


async def test_a_refused_token_is_told_until_slack_accepts_one(desk: Watched) -> None:
    desk.pulse.heard("chat.postMessage", "token_revoked")
    desk.pulse.heard("chat.postMessage", "no connection")
    status, parts = await desk.ready()
    assert status == 503
    assert "token_revoked" in parts["slack"]["words"]
    desk.pulse.heard("auth.test", "ok")
    assert (await desk.ready())[0] == 200


READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET default_transaction_read_only TO on",
}


async def test_a_database_that_takes_nothing_is_told(desk: Watched) -> None:
    desk.engine.dispose()
    event.listen(desk.engine, "connect", _take_nothing(READ_ONLY[desk.engine.dialect.name]))
    status, parts = await desk.ready()
    assert status == 503
    assert list(parts) == ["database", "slack"]
    assert parts["database"]["words"].startswith("cannot be written")


def _take_nothing(command: str) -> Callable[[Any, Any], None]:
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(command)
        connection.commit()

    return prepare


async def test_figures_tell_depth_and_age_of_both_boxes(desk: Watched) -> None:
    arrive(desk.engine, LONG_AGO)
    announce(desk.engine, NOW - timedelta(seconds=90))
    status, figures = await desk.ask("/metrics")
    assert status == 200
    assert 'threadkeeper_rows{box="inbox",state="waiting"} 1.0' in figures
    assert 'threadkeeper_oldest_seconds{box="outbox"} 90.0' in figures
    assert "threadkeeper_database_up 1.0" in figures


def trouble_at(engine: Engine, place: str, code: str) -> None:
    with writing(engine, 1) as unit:
        people_of.install(unit)
        trouble.begin(unit, Trouble(1, new_id(), place, code, NOW, NOW, NOW))


async def test_a_refused_token_makes_every_process_unready(desk: Watched) -> None:
    trouble_at(desk.engine, INSTALLATION, "token_revoked")
    status, parts = await desk.ready()
    assert status == 503
    assert "SLACK_BOT_TOKEN" in parts["slack"]["words"]


async def test_a_channel_out_of_reach_is_told_and_takes_no_readiness_away(desk: Watched) -> None:
    trouble_at(desk.engine, of_channel(101), "is_archived")
    status, parts = await desk.ready()
    assert status == 200
    assert "archived" in parts["slack"]["words"]
    assert 'threadkeeper_troubles{kind="channel"} 1.0' in (await desk.ask("/metrics"))[1]


async def test_what_waits_for_a_channel_that_people_have_to_open_is_no_lag(desk: Watched) -> None:
    trouble_at(desk.engine, of_channel(101), "is_archived")
    announce(desk.engine, NOW - timedelta(hours=1), 101)
    status, parts = await desk.ready()
    assert status == 200
    assert parts["outbox"]["words"].startswith("0 waiting")
    announce(desk.engine, NOW - timedelta(hours=1), 102)
    assert not (await desk.ready())[1]["outbox"]["is_ok"]


async def test_no_old_trouble_stands_for_those_that_cannot_be_read(desk: Watched) -> None:
    trouble_at(desk.engine, of_channel(101), "is_archived")
    await desk.ask("/metrics")
    desk.engine.dispose()
    event.listen(desk.engine, "connect", _take_nothing("SELECT nothing"))
    _, figures = await desk.ask("/metrics")
    assert "threadkeeper_database_up 0.0" in figures
    assert 'threadkeeper_troubles{kind="channel"} NaN' in figures


async def test_a_slack_that_does_not_answer_for_minutes_is_told(desk: Watched) -> None:
    desk.pulse.heard("chat.postMessage", "internal_error")
    assert (await desk.ready())[0] == 200
    desk.pulse._silent_since -= 301
    status, parts = await desk.ready()
    assert status == 503
    assert "not answered" in parts["slack"]["words"]
    desk.pulse.heard("chat.postMessage", "ok")
    assert (await desk.ready())[0] == 200
