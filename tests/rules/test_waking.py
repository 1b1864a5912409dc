"""What time does: it wakes, reminds, gives up and closes, and never closes on us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.rules import calendar, lifecycle, waking
from bot.usecases.events import Moved, Resolved
from storage.records.hours import Hours
from storage.records.tickets import Resolution, Status, Ticket, Turn
from storage.records.workspaces import DeskSettings
from tests.rules import cast
from tests.rules.cast import ANA, NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS = Hours()
SETTINGS = DeskSettings(nudge=3 * DAY, give_up=4 * DAY, reopen=14 * DAY)


def waiting(**more: Any) -> Ticket:
    """Answered by us at noon; the customer had asked a minute before."""
    values = {"status": Status.WAITING, "turn": Turn.THEIRS, "last_ours_at": NOON}
    return cast.ticket(last_customer_at=NOON - timedelta(minutes=1), **(values | more))


def look(ticket: Ticket, settings: DeskSettings = SETTINGS) -> datetime | None:
    return waking.next_look(ticket, settings, HOURS)


def came(ticket: Ticket, now: datetime, settings: DeskSettings = SETTINGS) -> tuple[Ticket, str]:
    """The ticket after its time came, and the act by which it moved."""
    told, events = waking.came(ticket, settings, HOURS, is_heard=True, now=now)
    assert all(event.by is None and event.ticket == told for event in events)
    return told, events[0].act if events and isinstance(events[0], Moved) else ""


def test_a_snoozed_ticket_sleeps_until_its_time_and_is_ours_then() -> None:
    ticket, events = waking.snooze(cast.ticket(), NOON + HOUR, by=ANA.id, now=NOON)
    assert (ticket.status, ticket.turn) == (Status.SNOOZED, Turn.OURS)
    assert [(e.act, e.after) for e in events if isinstance(e, Moved)] == [
        ("snooze", (NOON + HOUR).isoformat())
    ]
    assert look(ticket) == NOON + HOUR
    assert came(ticket, NOON + HOUR - timedelta(seconds=1)) == (ticket, "")
    woken, act = came(ticket, NOON + HOUR)
    assert (woken.status, woken.turn, woken.until_at, act) == (
        Status.OPEN,
        Turn.OURS,
        None,
        "wake",
    )


def test_a_snooze_may_be_changed_but_not_to_the_same() -> None:
    ticket, _ = waking.snooze(cast.ticket(), NOON + HOUR, by=ANA.id, now=NOON)
    with pytest.raises(Refused, match="#12 is snoozed until then already"):
        waking.snooze(ticket, NOON + HOUR, by=ANA.id, now=NOON)
    longer, _ = waking.snooze(ticket, NOON + DAY, by=ANA.id, now=NOON)
    assert look(longer) == NOON + DAY


def test_what_waits_until_a_time_comes_back_to_us_then() -> None:
    ticket, _ = lifecycle.wait(waiting(), until=NOON + 2 * DAY, by=ANA.id, now=NOON)
    assert look(ticket) == NOON + 2 * DAY
    back, act = came(ticket, NOON + 2 * DAY)
    assert (back.status, back.turn, act) == (Status.OPEN, Turn.OURS, "unanswered")


def test_a_silent_customer_is_asked_once_and_then_counts_as_answered() -> None:
    ticket = waiting()
    asked_at = NOON + 5 * DAY - 3 * HOUR  # the third day is a Saturday: on Monday at nine
    assert look(ticket) == asked_at
    asked, act = came(ticket, asked_at)
    assert (asked.status, asked.nudged_at, act) == (Status.WAITING, asked_at, "nudge")
    assert look(asked) == waking.gives_up_on(asked, SETTINGS, HOURS) == asked_at + 4 * DAY
    done, events = waking.came(asked, SETTINGS, HOURS, is_heard=True, now=asked_at + 4 * DAY)
    assert (done.status, done.resolution) == (Status.RESOLVED, Resolution.NO_ANSWER)
    assert [type(event) for event in events] == [Resolved]


@pytest.mark.parametrize(
    "more",
    [
        {"last_ours_at": None},
        {"last_ours_at": NOON - HOUR},
        {"thread_ts": ""},
    ],
    ids=["never answered", "the customer wrote last", "no customer reads it"],
)
def test_silence_never_closes_what_we_did_not_answer(more: dict[str, Any]) -> None:
    ticket = waiting(**more)
    at = look(ticket)
    assert at is not None
    back, act = came(ticket, at)
    assert (back.status, back.turn, act) == (Status.OPEN, Turn.OURS, "unanswered")


@pytest.mark.parametrize("more", [{}, {"nudged_at": NOON}], ids=["to ask", "asked"])
def test_silence_of_a_customer_whom_we_cannot_reach_proves_nothing(more: dict[str, Any]) -> None:
    ticket = waiting(**more)
    back, _ = waking.came(ticket, SETTINGS, HOURS, is_heard=False, now=NOON + 30 * DAY)
    assert (back.status, back.turn) == (Status.OPEN, Turn.OURS)


def test_a_customer_is_reminded_in_the_customers_own_hours() -> None:
    in_tokyo = Hours("Asia/Tokyo")
    at = waking.next_look(waiting(), SETTINGS, in_tokyo)
    assert at is not None
    assert calendar.is_open(at, in_tokyo)
    assert not calendar.is_open(at, HOURS)


def test_without_a_period_nobody_is_reminded_and_nothing_closed() -> None:
    assert look(waiting(), replace(SETTINGS, nudge=timedelta())) is None


def test_what_is_done_is_closed_after_the_time_to_reopen_it() -> None:
    done, _ = lifecycle.resolve(cast.ticket(), by=ANA.id, resolution=Resolution.ANSWERED, now=NOON)
    assert look(done) == NOON + 14 * DAY
    closed, act = came(done, NOON + 14 * DAY)
    assert (closed.status, closed.resolved_at, act) == (Status.CLOSED, NOON, "close")
    assert look(closed) is None


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN])
def test_what_is_ours_waits_for_no_time(status: Status) -> None:
    assert look(cast.ticket(status=status)) is None


def test_a_new_answer_begins_the_silence_anew() -> None:
    asked = waiting(nudged_at=NOON + 3 * DAY)
    again, _ = lifecycle.team_answered(
        asked, cast.message(NOON + 5 * DAY), by=ANA.id, is_agent=True, now=NOON + 5 * DAY
    )
    assert again.nudged_at is None
    assert look(again) == NOON + 8 * DAY


@given(
    st.sampled_from(Status),
    st.integers(-9, 9),
    st.integers(-9, 9),
    st.one_of(st.none(), st.integers(-9, 9)),
    st.integers(0, 400),
)
def test_time_never_closes_on_us(
    status: Status, ours: int, theirs: int, nudged: int | None, hours: int
) -> None:
    ticket = cast.ticket(
        status=status,
        last_ours_at=NOON + ours * HOUR,
        last_customer_at=NOON + theirs * HOUR,
        nudged_at=None if nudged is None else NOON + nudged * HOUR,
    )
    told, _ = waking.came(ticket, SETTINGS, HOURS, is_heard=True, now=NOON + hours * HOUR)
    if told.is_done and not ticket.is_done:
        assert status is Status.WAITING
        assert ours >= theirs
        assert nudged is not None
