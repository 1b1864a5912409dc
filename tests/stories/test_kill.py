"""kill -9 at any moment loses nothing and doubles nothing.

The real program is killed and started again.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypedDict

import pytest
from sqlalchemy import select

from sandbox.server import serving
from sandbox.world import Message
from storage import books, inbox, outbox
from storage.engine import open_engine
from storage.records.boxes import Delivery, PostState
from storage.records.messages import End
from storage.records.replies import ReplyState
from storage.replies import reply_table
from storage.unit import Unit, reading
from tests.stories.ordeal import Ordeal, faults
from tests.stories.processes import machine
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.both]


class Size(TypedDict):
    """How much is written, and how often the desk is killed meanwhile."""

    messages: int
    kills: int
    channels: int


LONG = Size(messages=500, kills=5, channels=10)
SHORT = Size(messages=60, kills=2, channels=6)
SIZE = LONG if os.environ.get("THREADKEEPER_LONG") else SHORT
SEEDS = [int(seed) for seed in os.environ.get("THREADKEEPER_SEEDS", "1").split(",")]


@pytest.fixture
async def ordeal(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Ordeal]:
    """A machine without rate limits, a Slack that loses answers, and the dice of one seed."""
    seed = request.param
    world = world_at()
    engine = open_engine(database_url)
    async with serving(world) as slack, machine(slack, database_url, tmp_path) as place:
        slack.limits.enabled = False
        slack.faults.replace(faults(seed))
        yield Ordeal(slack, place, engine, random.Random(seed))
    engine.dispose()


@pytest.mark.parametrize("ordeal", SEEDS, indirect=True)
async def test_killed_in_the_middle_it_tells_everybody_everything_once(ordeal: Ordeal) -> None:
    await ordeal.play(**SIZE)
    _all_is_told_once(ordeal)
    assert [each.trouble for each in ordeal.machine.ran if each.trouble] == []


@pytest.mark.parametrize("ordeal", SEEDS, indirect=True)
async def test_a_database_that_hangs_up_on_it_now_and_then_changes_nothing(ordeal: Ordeal) -> None:
    if ordeal.engine.dialect.name == "sqlite":
        pytest.skip("a file does not hang up")
    await ordeal.play(**SIZE | {"kills": 0}, cuts=SIZE["kills"] * 2)
    _all_is_told_once(ordeal)
    assert [each.trouble for each in ordeal.machine.ran if each.trouble] == []


def _all_is_told_once(it: Ordeal) -> None:
    assert it.slack.delivery.events.given_up == 0
    with reading(it.engine, it.workspace_id()) as unit:
        _every_message_has_one_ticket_and_one_receipt(it, unit)
        _all_that_was_to_be_shown_stands_in_slack_once(it, unit)
        _each_reply_was_sent_once_or_undone(it, unit)
        assert inbox.failed(unit) == []
        assert outbox.failed(unit) == []


def _every_message_has_one_ticket_and_one_receipt(it: Ordeal, unit: Unit) -> None:
    opened = [line.count for line in books.by_day(unit) if line.end is End.OPENED]
    assert sum(opened) == len(it.said)
    assert len(it.cards()) == len({_number(card) for card in it.cards()}) == len(it.said)
    receipts = Counter(
        (message.channel, message.thread_ts) for message in it.told() if not message.username
    )
    assert receipts == Counter(it.said)


def _number(card: Message) -> str:
    return card.text.partition(" ")[0]


def _all_that_was_to_be_shown_stands_in_slack_once(it: Ordeal, unit: Unit) -> None:
    """Each post carries a mark of its own: no mark is missing, none is there twice."""
    table = outbox.outbox.c
    rows = unit.execute(
        select(table.nonce, table.shown, table.wanted).where(
            table.delivery == Delivery.POST, table.state == PostState.SHOWN
        )
    ).all()
    assert all(shown == wanted for _, shown, wanted in rows)
    posted = [each.metadata or {} for each in it.posted()]
    marks = Counter(str(metadata["event_payload"]["id"]) for metadata in posted)
    assert marks == Counter(nonce for nonce, _, _ in rows)


def _each_reply_was_sent_once_or_undone(it: Ordeal, unit: Unit) -> None:
    ends = Counter(unit.execute(select(reply_table.c.state)).scalars())
    assert set(ends) <= {ReplyState.SENT, ReplyState.UNDONE}
    sent = [message.text for message in it.told() if message.username]
    assert len(sent) == len(set(sent)) == ends[ReplyState.SENT]
