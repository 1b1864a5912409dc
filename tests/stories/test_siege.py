"""Killed each second and with a Slack in trouble: one ticket, one card and one receipt each."""

from __future__ import annotations

import os
import random
import re
from collections import Counter, defaultdict
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
from tests.stories.crowd import shown
from tests.stories.processes import machine
from tests.stories.siege import Siege, Trouble, troubles
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.both]


class Size(TypedDict):
    """How much is written, where, and how many lives end meanwhile."""

    messages: int
    channels: int
    kills: int


LONG = Size(messages=1000, channels=12, kills=60)
SHORT = Size(messages=12, channels=3, kills=1)
IS_LONG = bool(os.environ.get("THREADKEEPER_LONG"))
SEEDS = [int(seed) for seed in os.environ.get("THREADKEEPER_SEEDS", "1").split(",")]
APART = (
    "killed each second",
    "one of two killed each second",
    "Slack in trouble",
    "doubled and out of order",
)
TOGETHER = ("everything", "everything, two replicas")


@pytest.fixture(params=[*APART, *TOGETHER] if IS_LONG else TOGETHER)
def trouble(request: pytest.FixtureRequest, database_url: str) -> Trouble:
    found = troubles(SEEDS[0])[request.param]
    is_file = database_url.startswith("sqlite")
    if is_file and found.replicas > 1:
        pytest.skip("an SQLite file has one process only")
    if not is_file and found.replicas == 1 and not IS_LONG:
        pytest.skip("two replicas have it harder")
    return found


@pytest.fixture(params=SEEDS)
async def siege(
    trouble: Trouble, database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Siege]:
    """A machine without rate limits, and the dice of one seed."""
    engine, dice = open_engine(database_url), random.Random(request.param)
    world = world_at()
    async with serving(world) as slack, machine(slack, database_url, tmp_path) as place:
        slack.limits.enabled = False
        yield Siege(slack, place, engine, dice, trouble=trouble)
    engine.dispose()


async def test_besieged_it_tells_everybody_everything_once_and_in_order(siege: Siege) -> None:
    await siege.stand(**(LONG if IS_LONG else SHORT))
    all_is_told_once(siege)
    told = {
        number: siege.trouble.unexplained(each) for number, each in enumerate(siege.machine.ran)
    }
    assert not any(told.values()), told


def all_is_told_once(it: Siege) -> None:
    """Nothing is lost, nothing there twice, all in order, and the books say the same."""
    with reading(it.engine, it.workspace_id()) as unit:
        assert inbox.failed(unit) == []
        assert outbox.failed(unit) == []
        _the_books_balance(it, unit)
        _each_message_has_one_card_and_one_receipt(it, unit)
        _all_posts_stand_in_slack_once(it, unit)
        _each_reply_was_sent_once(it, unit)
    _pictures_show_what_is(it)
    _threads_are_in_order(it)


def _the_books_balance(it: Siege, unit: Unit) -> None:
    ends: Counter[End] = Counter()
    for line in books.by_day(unit):
        if line.reason != "reply":  # our own post
            ends[line.end] += line.count
    followed = sum(map(len, it.followed.values()))
    assert ends == {End.OPENED: len(it.said), End.JOINED: followed}
    assert [each for each in books.balances(unit) if not each.is_balanced] == []


def _each_message_has_one_card_and_one_receipt(it: Siege, unit: Unit) -> None:
    cards = {number: len(found) for number, found in it.shown.items()}
    assert cards == dict.fromkeys(range(len(it.said)), 1)
    assert len(it.cards()) == len(it.said)
    table = outbox.outbox.c
    nonces = set(unit.execute(select(table.nonce).where(table.kind == "receipt")).scalars())
    receipts = Counter((m.channel, m.thread_ts) for m in it.told() if _mark(m) in nonces)
    assert receipts == Counter(it.said)


def _mark(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("id"))


def _all_posts_stand_in_slack_once(it: Siege, unit: Unit) -> None:
    table = outbox.outbox.c
    rows = unit.execute(
        select(table.nonce, table.shown, table.wanted).where(
            table.delivery == Delivery.POST, table.state == PostState.SHOWN
        )
    ).all()
    assert all(shown == wanted for _, shown, wanted in rows)
    assert Counter(map(_mark, it.posted())) == Counter(nonce for nonce, _, _ in rows)


def _each_reply_was_sent_once(it: Siege, unit: Unit) -> None:
    """Where the form closed, the answer was promised; a kill may leave one that was not."""
    ends = Counter(unit.execute(select(reply_table.c.state)).scalars())
    assert set(ends) <= {ReplyState.SENT}
    sent = Counter(message.text for message in it.told() if message.username)
    assert set(sent.values()) <= {1}
    assert {words for each in it.sent.values() for words in each} <= set(sent) <= it.replies
    assert len(sent) == ends[ReplyState.SENT]


def _pictures_show_what_is(it: Siege) -> None:
    cards = {number: shown(found[0]) for number, found in it.shown.items()}
    assert [number for number, words in it.edited.items() if words not in cards[number]] == []
    assert [number for number in it.taken if "U00000ANA" not in cards[number]] == []
    assert [number for number in it.resolved if "esolved" not in cards[number]] == []


def _threads_are_in_order(it: Siege) -> None:
    """The customer's words under the card, and the agent's answers in the customer's thread."""
    cards = {found[0].ts: number for number, found in it.shown.items()}
    under: defaultdict[int, list[str]] = defaultdict(list)
    for message in sorted(it.all("#triage"), key=lambda each: each.ts):
        told = re.search(r"More \d+\.\d+: it still fails\.", message.text)
        if message.is_reply and told:
            under[cards[message.thread_ts or ""]].append(told[0])
    assert under == it.followed
    answers: defaultdict[str | None, list[str]] = defaultdict(list)
    for message in sorted(it.told(), key=lambda each: each.ts):
        if message.username:
            answers[message.thread_ts].append(message.text)
    assert [each for each in answers.values() if each != sorted(each)] == []
