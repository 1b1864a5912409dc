"""Words typed in an internal thread and found late: not before all of the customer’s is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.rules.catchup import stamp
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Said
from bot.workers.inbox import work_round
from storage import catchup, inbox
from storage.engine import open_engine
from storage.records.boxes import Arrival
from storage.records.catchup import Cause, Comparison, Gap
from storage.records.tickets import Status
from tests.storage.cast import OURS
from tests.usecases.polled import ACME, Desk, settle, slack

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """An hour ago Carla asked; what is found now was said since."""
    engine: Engine = open_engine(database_url)
    settle(engine)
    desk = Desk(engine)
    desk.tell("carla asks")
    desk.now += HOUR
    yield desk
    desk.close()
    engine.dispose()


def found(desk: Desk, channel: str, who: str, words: str, *, at: datetime) -> Arrival:
    """Something that catch-up puts into the inbox."""
    (card,) = desk.posts("card")
    thread_ts = card.ts if channel == "CTRIAGE" else desk.ticket.thread_ts
    said = Said(channel, stamp(at), slack(who), at, words, thread_ts)
    arrival = to_arrival(OURS, replace(said, found_at=desk.now, is_missed=True))
    inbox.put(desk.unit.connection, [arrival])
    return arrival


def typed(desk: Desk, words: str, *, is_late: bool = True) -> str:
    """What Ana hears, if anything, of what she typed half an hour ago, or just now."""
    if is_late:
        found(desk, "CTRIAGE", "ana", words, at=desk.now - HOUR / 2)
    else:
        (card,) = desk.posts("card")
        said = Said("CTRIAGE", stamp(desk.now), slack("ana"), desk.now, words, card.ts)
        inbox.put(desk.unit.connection, [to_arrival(OURS, said)])
    while work_round(desk.unit.connection, desk.now, frozenset()).worked:
        pass
    desk.tell("0m")
    return "".join(words for who, words in desk.told if who == slack("ana"))


def waits(desk: Desk, at: datetime) -> None:
    """Something of Carla's is found, and Slack does not tell yet what it takes to read it."""
    arrival = found(desk, "CACME", "carla", "And the import fails.", at=at)
    inbox.delay(desk.unit.connection, arrival, due_at=desk.now + MINUTE)


def stopped(desk: Desk) -> None:
    catchup.add(desk.unit, Gap(OURS, 1, Cause.START, desk.now - HOUR, desk.now))


def compared(desk: Desk) -> None:
    catchup.keep(desk.unit, Comparison(OURS, ACME, desk.now - 9 * HOUR, desk.now), ())


@pytest.mark.parametrize("word", ["resolve", "wait 3d", "snooze 3d"])
@pytest.mark.parametrize("since", [-MINUTE, MINUTE])
def test_what_would_put_a_ticket_aside_is_not_done_while_the_customers_words_wait(
    desk: Desk, word: str, since: timedelta
) -> None:
    waits(desk, desk.now - HOUR / 2 + since)
    assert "still being read" in typed(desk, f"!{word}")
    assert desk.ticket.status in (Status.NEW, Status.OPEN)


def test_nor_while_nobody_could_look_for_them(desk: Desk) -> None:
    stopped(desk)
    assert "still being read" in typed(desk, "!resolve")
    assert not desk.ticket.is_done


def test_what_holds_the_ticket_fast_is_done_all_the_same(desk: Desk) -> None:
    waits(desk, desk.now - MINUTE)
    typed(desk, "!take")
    assert desk.ticket.owner_id is not None


def test_it_is_done_where_all_was_read_before_if_only_a_moment_ago(desk: Desk) -> None:
    stopped(desk)
    compared(desk)
    found(desk, "CACME", "carla", "The import fails, too.", at=desk.now - HOUR / 2 - MINUTE)
    assert "still being read" not in typed(desk, "!resolve")
    assert desk.ticket.is_done


def test_what_is_typed_now_is_done_now(desk: Desk) -> None:
    stopped(desk)
    waits(desk, desk.now - MINUTE)
    typed(desk, "!resolve", is_late=False)
    assert desk.ticket.is_done
