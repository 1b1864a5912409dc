"""Promises: read in words, warned of before they break, kept by our word in time alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import Refused
from bot.rules import promise as rules
from bot.rules.when import Asked
from storage.records.promises import Promise, PromiseState
from storage.records.tickets import Resolution, Status, Ticket
from tests.rules.cast import NOON

H = timedelta(hours=1)
ASKED = Asked(NOON)  # a Wednesday
DUE = NOON + 4 * H


def promise(**told: Any) -> Promise:
    return replace(Promise(1, 2, 3, 4, NOON, DUE), **told)


def ticket(**told: Any) -> Ticket:
    owed = Ticket(1, 3, 5, 6, "1.0", 7, 8, NOON - H, Status.OPEN, promised_at=DUE)
    return replace(owed, **told)


@pytest.mark.parametrize(
    "words, hours, what",
    [
        ("15:00", 3, ""),
        ("3h", 3, ""),
        ("tomorrow 9am", 21, ""),
        ("tomorrow 9am a first analysis", 21, "a first analysis"),
        ("15:00 the fix for export 2", 3, "the fix for export 2"),
        ("2 hours about the logs", 2, "about the logs"),
        ("friday", 45, ""),
        ("3h 45 logs", 3, "45 logs"),
        ("tomorrow 9am holiday cover", 21, "holiday cover"),
    ],
)
def test_a_promise_is_a_time_and_perhaps_what_it_is_about(
    words: str, hours: int, what: str
) -> None:
    assert rules.read(words, ASKED) == (NOON + hours * H, what)


@pytest.mark.parametrize("words", ["", "soon", "the fix by 15:00", "yesterday"])
def test_what_is_no_time_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(Refused, match="tomorrow 9am"):
        rules.read(words, ASKED)


@pytest.mark.parametrize(
    "words, hint",
    [
        ("3pm yesterday", "past"),
        ("yesterday 3pm the fix", "past"),
        ("tomorrow at 25:00", "tomorrow at 25:00"),
        ("2d ago", "2d ago"),
        ("friday 31 feb", "no such day"),
        ("tomorrow 3", "3pm"),
    ],
)
def test_nothing_is_promised_for_another_time_than_the_one_that_was_said(
    words: str, hint: str
) -> None:
    with pytest.raises(Refused, match=hint):
        rules.read(words, ASKED)


def test_what_it_is_about_is_short() -> None:
    assert rules.checked("  the \n fix ") == "the fix"
    with pytest.raises(Refused, match="200"):
        rules.checked("x" * 201)


def test_a_promise_is_made_moved_and_taken_back() -> None:
    fresh = ticket(promised_at=None)
    made, (event,) = rules.make(fresh, DUE, by=4, now=NOON)
    assert (made.promised_at, event.act) == (DUE, "promise")  # type: ignore[attr-defined]
    moved, _ = rules.make(made, DUE + H, by=4, now=NOON)
    assert moved.promised_at == DUE + H
    back, _ = rules.take_back(moved, by=4, now=NOON)
    assert back.promised_at is None


def test_who_promises_the_same_twice_or_takes_back_nothing_is_told() -> None:
    with pytest.raises(Refused, match="already"):
        rules.make(ticket(), DUE, by=4, now=NOON)
    with pytest.raises(Refused, match="No update is promised"):
        rules.take_back(ticket(promised_at=None), by=4, now=NOON)
    with pytest.raises(Refused, match="Reopen it first"):
        rules.make(ticket(status=Status.RESOLVED), DUE, by=4, now=NOON)


@pytest.mark.parametrize("hours, warned", [(1, 0.75), (4, 3), (48, 47)])
def test_its_owner_is_warned_at_three_quarters_but_at_most_an_hour_before(
    hours: float, warned: float
) -> None:
    assert rules.warn_at(promise(due_at=NOON + hours * H)) == NOON + warned * H


ANSWERED = {"promised_at": None}
SOLVED = {"status": Status.RESOLVED}
NONE = {**SOLVED, "resolution": Resolution.NOT_A_REQUEST}
OPEN, KEPT, BROKEN = PromiseState.OPEN, PromiseState.KEPT, PromiseState.BROKEN


@pytest.mark.parametrize(
    "after, now, state, ended",
    [
        pytest.param({}, 2, OPEN, None, id="nothing happens"),
        pytest.param({}, 4, BROKEN, 4, id="it is due"),
        pytest.param({}, 40, BROKEN, 4, id="it is long due"),
        pytest.param({**ANSWERED, "last_ours_at": 2}, 2, KEPT, 2, id="we answer"),
        pytest.param({**ANSWERED, "last_ours_at": 4}, 4, KEPT, 4, id="we answer at the minute"),
        pytest.param({**ANSWERED, "last_ours_at": 5}, 5, BROKEN, 4, id="we answer late"),
        pytest.param({**ANSWERED, "last_ours_at": 3}, 6, KEPT, 3, id="we hear late of the answer"),
        pytest.param({**SOLVED, "resolved_at": 3}, 3, KEPT, 3, id="it is solved"),
        pytest.param({**SOLVED, "resolved_at": 5}, 5, BROKEN, 4, id="it is solved late"),
        pytest.param(NONE, 3, PromiseState.WITHDRAWN, 3, id="it was no request"),
    ],
)
def test_a_promise_ends_by_our_word_or_by_its_time(
    after: dict[str, Any], now: float, state: PromiseState, ended: float | None
) -> None:
    stands = {name: _at(v) if isinstance(v, int) else v for name, v in after.items()}
    found = rules.settled(promise(), ticket(**stands), now=_at(now))
    assert (found.state, found.ended_at) == (state, None if ended is None else _at(ended))


def _at(hours: float) -> datetime:
    return NOON + hours * H


def test_what_has_ended_stays_as_it_ended() -> None:
    for state in set(PromiseState) - {PromiseState.OPEN}:
        ended = promise(state=state, ended_at=NOON)
        assert rules.settled(ended, ticket(promised_at=None), now=DUE) == ended
        assert rules.look_at(ended) is None


def test_it_is_looked_at_when_it_is_nearly_due_and_when_it_is_due() -> None:
    fresh = promise()
    assert rules.look_at(fresh) == NOON + 3 * H
    warned = rules.settled(fresh, ticket(), now=NOON + 3 * H)
    assert warned.warned_at == NOON + 3 * H
    assert rules.look_at(warned) == DUE
    assert rules.settled(warned, ticket(), now=NOON + 3.5 * H) == warned
