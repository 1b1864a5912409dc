"""Time comes while the desk looks for what it missed: nothing is made of a silence of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.usecases import waking
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Said
from bot.usecases.work import Work, tenant
from bot.workers.inbox import work_round
from storage import catchup, channels, inbox, workspaces
from storage.engine import open_engine
from storage.records.catchup import Cause, Comparison, Gap
from storage.records.clocks import Goal
from storage.records.csat import PollState
from storage.records.policies import Policy
from storage.records.tickets import Status
from tests.storage.cast import OURS
from tests.usecases.polled import ACME, Desk, settle, slack

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ANSWERED = "carla asks; ana says Please restart it."


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    engine: Engine = open_engine(database_url)
    settle(engine)
    desk = Desk(engine)
    yield desk
    desk.close()
    engine.dispose()


def stopped(desk: Desk, cause: Cause = Cause.START) -> None:
    """Nobody was there for an hour, until now."""
    catchup.add(desk.unit, Gap(OURS, 1, cause, desk.now - HOUR, desk.now))


def compared(desk: Desk, error: str = "") -> None:
    """The customer's channel is done; others are not."""
    done = Comparison(OURS, ACME, desk.now - 9 * HOUR, desk.now, error=error)
    catchup.keep(desk.unit, done, ())


def up_to_its_time(desk: Desk) -> None:
    """A minute is left until the desk looks at the ticket."""
    assert desk.ticket.wake_at
    desk.now = desk.ticket.wake_at - MINUTE


@pytest.mark.parametrize("error", ["", "not_in_channel"])
def test_nobody_is_nudged_before_their_channel_is_read_or_nobody_can(
    desk: Desk, error: str
) -> None:
    desk.tell(ANSWERED)
    up_to_its_time(desk)
    stopped(desk)
    desk.pass_time(10 * MINUTE)
    assert desk.ticket.nudged_at is None
    compared(desk, error)
    desk.pass_time(2 * MINUTE)
    assert desk.ticket.nudged_at is not None


def test_of_a_channel_that_is_open_again_others_do_not_wait(desk: Desk) -> None:
    desk.tell(ANSWERED)
    compared(desk)
    up_to_its_time(desk)
    stopped(desk, Cause.SHUT)
    desk.pass_time(2 * MINUTE)
    assert desk.ticket.nudged_at is not None


@pytest.mark.parametrize(
    "change", ["is_direct", "is_archived", "not is_member", "not is_ext_shared"]
)
def test_in_a_channel_that_nobody_compares_nothing_is_waited_for(desk: Desk, change: str) -> None:
    desk.tell(ANSWERED)
    acme = channels.by_id(desk.unit, ACME)
    assert acme is not None
    told: dict[str, Any] = {change.removeprefix("not "): not change.startswith("not ")}
    channels.put(desk.unit, replace(acme, **told))
    up_to_its_time(desk)
    stopped(desk)
    desk.pass_time(2 * MINUTE)
    assert desk.ticket.nudged_at or desk.ticket.status is Status.OPEN


def test_while_it_waits_it_is_looked_at_ever_more_seldom(desk: Desk) -> None:
    desk.tell(ANSWERED)
    up_to_its_time(desk)
    stopped(desk)
    desk.now += MINUTE
    looks = []
    while desk.ticket.nudged_at is None:
        desk.ring()
        looks.append(desk.now)
        desk.now = max(desk.now, desk.ticket.wake_at or desk.now)
    waits = [later - sooner for sooner, later in pairwise(looks)]
    assert (waits[0], waits[-1]) == (MINUTE / 4, 2 * MINUTE)
    assert len(looks) < 80


def test_what_was_found_and_waits_its_turn_comes_before_the_nudge(desk: Desk) -> None:
    desk.tell(ANSWERED)
    up_to_its_time(desk)
    stopped(desk)
    said = Said("CACME", "1.5", slack("carla"), desk.now - MINUTE, "No.", desk.ticket.thread_ts)
    inbox.put(desk.unit.connection, [to_arrival(OURS, said)])
    catchup.close(desk.unit, [1], desk.now)
    desk.pass_time(10 * MINUTE)
    assert desk.ticket.nudged_at is None


def test_nobody_is_closed_for_silence_meanwhile(desk: Desk) -> None:
    desk.tell(ANSWERED)
    up_to_its_time(desk)
    desk.pass_time(HOUR)
    assert desk.ticket.nudged_at is not None
    up_to_its_time(desk)
    stopped(desk)
    desk.pass_time(10 * MINUTE)
    assert desk.ticket.status is Status.WAITING


def test_no_poll_is_sent_meanwhile(desk: Desk) -> None:
    desk.tell(f"{ANSWERED}; ana does resolve")
    assert desk.poll
    assert desk.poll.due_at
    desk.now = desk.poll.due_at - MINUTE
    stopped(desk)
    desk.pass_time(10 * MINUTE)
    assert _state(desk) is PollState.PLANNED
    compared(desk)
    desk.pass_time(2 * MINUTE)
    assert _state(desk) is PollState.ASKED


def test_who_could_not_be_asked_for_days_is_not_asked_because_it_was_put_off(desk: Desk) -> None:
    desk.tell(f"{ANSWERED}; ana does resolve")
    desk.now += 9 * 24 * HOUR
    stopped(desk)
    desk.ring()
    assert _state(desk) is PollState.DROPPED


def _state(desk: Desk) -> PollState | None:
    return desk.poll.state if desk.poll else None


def test_what_slack_never_lets_us_read_is_not_waited_for_for_ever(desk: Desk) -> None:
    desk.tell(ANSWERED)
    up_to_its_time(desk)
    stopped(desk)
    desk.now += 2 * HOUR
    desk.ring()
    assert desk.ticket.nudged_at is not None


def test_the_second_look_of_the_night_holds_nothing_up(desk: Desk) -> None:
    desk.tell(ANSWERED)
    up_to_its_time(desk)
    stopped(desk, Cause.NIGHT)
    desk.pass_time(2 * MINUTE)
    assert desk.ticket.nudged_at is not None


def test_nothing_is_told_as_missed_meanwhile_whoever_touches_the_ticket(desk: Desk) -> None:
    policy = Policy("all", spans={Goal.FIRST: HOUR})
    settings = replace(workspaces.settings(desk.unit), policies=(policy,))
    workspaces.save_settings(desk.unit, settings, desk.now)
    desk.tell("carla asks")
    (due,) = (each.due_at for each in desk.ticket.clocks)
    assert due is not None
    desk.now = due - MINUTE
    stopped(desk)
    desk.pass_time(5 * MINUTE)
    desk.tell("ana does take")
    assert [each.missed_at for each in desk.ticket.clocks] == [None]
    compared(desk)
    desk.pass_time(MINUTE)
    assert [each.missed_at for each in desk.ticket.clocks] == [due]


def _ring_and_work(desk: Desk) -> None:
    """As the schedule and the inbox do it: an Input of a key that is there already is dropped."""
    waking.BELL.ring(desk.unit.connection, desk.now)
    work_round(desk.unit.connection, desk.now, frozenset())


@pytest.mark.parametrize("is_snoozed", [False, True])
@pytest.mark.parametrize("is_missed", [False, True])
def test_a_time_that_was_put_off_comes_though_a_change_sets_it_back(
    desk: Desk, is_snoozed: bool, is_missed: bool
) -> None:
    desk.tell(ANSWERED)
    if is_snoozed:
        desk.act("snooze", slack("ana"), ticket_id=desk.ticket.id, fields={"until": "2h"})
    up_to_its_time(desk)
    stopped(desk)
    desk.now += MINUTE
    _ring_and_work(desk)
    before, now = desk.ticket, desk.now
    assert (before.nudged_at, before.status is Status.SNOOZED) == (None, is_snoozed)
    work = Work(desk.unit, tenant(desk.unit), 0, now - is_missed * HOUR, is_missed)
    assert waking.save(work, before, before).wake_at == now
    catchup.close(desk.unit, [1], now)
    _ring_and_work(desk)
    assert (desk.ticket.nudged_at, desk.ticket.status is Status.SNOOZED) == (
        None if is_snoozed else now,
        False,
    )
