"""Which mirrors change places: tables of how they stand and how they were said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.usecases import mirrors
from storage.mirrors import Mirror
from storage.records.boxes import PostState
from storage.records.messages import End, Message, Side

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SINCE = NOON - timedelta(minutes=10)
ELSEWHERE = 2


def standing(*said: int) -> list[Mirror]:
    """Mirrors one below the other, of the messages with these keys."""
    return [
        Mirror(key, key, f"200.{number:06d}", f"nonce{number}", PostState.SHOWN)
        for number, key in enumerate(said)
    ]


def message(key: int, *, ts: str = "", channel: int = 1, minutes_ago: float = 0) -> Message:
    said_at = NOON - timedelta(minutes=minutes_ago)
    ts = ts or f"100.{key:06d}"
    return Message(1, key, channel, ts, "", 1, Side.CUSTOMER, End.JOINED, said_at, None)


FOUR = {key: message(key) for key in range(1, 5)}


def after(there: list[Mirror], said: dict[int, Message]) -> list[int]:
    """What stands where, from the first to the last, when all have moved."""
    at = {mirror.id: mirror.ts for mirror in there}
    at |= {mirror.id: place.ts for mirror, place in mirrors.moves(there, said, since=SINCE)}
    assert len(set(at.values())) == len(there)
    return sorted(at, key=lambda key: at[key])


@pytest.mark.parametrize("came", [(1, 2, 3, 4), (4, 1, 2, 3), (2, 3, 4, 1), (4, 3, 2, 1)])
def test_whatever_came_first_stands_in_the_order_in_which_it_was_said(came: tuple[int]) -> None:
    assert after(standing(*came), FOUR) == [1, 2, 3, 4]


def test_what_stands_right_is_not_drawn_again() -> None:
    assert mirrors.moves(standing(1, 2, 3), FOUR, since=SINCE) == []
    moved = mirrors.moves(standing(1, 3, 2, 4), FOUR, since=SINCE)
    assert {mirror.id for mirror, _ in moved} == {2, 3}


def test_a_mirror_takes_the_nonce_of_the_place_with_it() -> None:
    there = standing(2, 1)
    assert mirrors.moves(there, FOUR, since=SINCE) == [(there[1], there[0]), (there[0], there[1])]


@pytest.mark.parametrize(
    "late",
    [
        message(1, minutes_ago=11),  # found by a catch-up: the team has read on since
        message(1, channel=ELSEWHERE),  # two channels have no common order
        message(1, ts="form:7"),
    ],
)
def test_what_has_no_place_among_the_others_stays_where_it_came(late: Message) -> None:
    assert after(standing(2, 3, 1), FOUR | {1: late}) == [2, 3, 1]


def test_nothing_moves_while_nobody_knows_what_stands_there() -> None:
    first, second = standing(2, 1)
    unsure = Mirror(second.id, 1, second.ts, second.nonce, PostState.SENDING)
    assert mirrors.moves([first, unsure], FOUR, since=SINCE) == []
