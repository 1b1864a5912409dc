"""What the program logs while the main job is done, and while it fails: no word of anybody's."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from sandbox.faults import FaultSetting, MethodFaults
from tests.stories.stage import Stage, stage

ASKED = "The export says MARKED-BY-CARLA, can you help?"
NOTE = "Between us: MARKED-BY-ANA"
ANSWER = "Please try MARKED-REPLY."
# Every other call fails in one way or another.
TROUBLE = FaultSetting(
    methods={
        "chat.postMessage": MethodFaults(lost=0.3, broken=0.3),
        "chat.update": MethodFaults(broken=0.4),
    }
)


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    level, handlers, stream = root.level, list(root.handlers), io.StringIO()
    logs.configure("INFO", "json", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def _main_job(it: Stage) -> None:
    asked = it.people.say("carla", "#acme-harbour", ASKED)
    await it.quiet()
    (card,) = it.cards()
    it.people.say("ana", "#triage", NOTE, thread_ts=card.ts)
    await it.press("ana", "act:take", card)
    await it.reply("ana", card, ANSWER)
    it.people.edit("carla", "#acme-harbour", asked.ts, f"{ASKED} (edited)")
    await it.press("ana", "act:resolve", card)


async def test_the_main_job_leaves_no_word_of_anybodys_in_the_log(
    database_url: str, told: io.StringIO
) -> None:
    async with stage(database_url) as it:
        await _main_job(it)
        it.slack.faults.replace(TROUBLE)
        it.people.say("kim", "#help", ASKED)
        await it.later(120)
        it.people.archive("ana", "#triage")
        it.people.say("zoe", "#globex-harbour", ASKED)
        await it.quiet()
    _is_discreet(told.getvalue())
    _names_rows(told.getvalue())


def _is_discreet(said: str) -> None:
    for line in said.splitlines():
        json.loads(line)
    for secret in ("MARKED", "xoxb-", "xapp-", "signing-secret"):
        assert secret not in said
    assert "Traceback" not in said


def _names_rows(said: str) -> None:
    told = [json.loads(line) for line in said.splitlines()]
    (paused, *_) = [each for each in told if each["event"] == "outbox: paused"]
    assert all(paused[field] for field in ("workspace", "ticket", "outbox"))
    assert (paused["kind"], paused["code"]) == ("card", "is_archived")
