"""Who gets a ticket: never who is away, asleep or full; in turn, or whoever has least to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import Refused
from bot.rules import assignment
from bot.rules.assignment import Candidate
from bot.rules.lifecycle import Told
from bot.usecases.events import Moved
from storage.records.hours import Hours
from storage.records.people import Absence
from storage.records.tickets import Priority, Status, Ticket, Weight
from storage.records.workspaces import DeskQueue, Way
from tests.rules import cast
from tests.rules.cast import ANA, BEN, NOON

HOURS = Hours("UTC")
HOUR = timedelta(hours=1)
TURNS, LOAD = DeskQueue(way=Way.TURNS), DeskQueue(way=Way.LOAD)


def ana(**more: Any) -> Candidate:
    return Candidate(ANA, **more)


def ben(**more: Any) -> Candidate:
    return Candidate(BEN, **more)


def chosen(queue: DeskQueue, *free: Candidate, owner: int | None = None) -> tuple[str, str]:
    found = assignment.choose(queue, free, account_owner=owner)
    return (found[0].person.name, found[1]) if found else ("", "")


def given(ticket: Ticket, queue: DeskQueue, now: datetime) -> Told:
    return assignment.give(ticket, ana(), "auto-turn", queue=queue, hours=HOURS, now=now)


def test_in_turn_comes_who_was_asked_longest_ago_whatever_their_load() -> None:
    assert chosen(TURNS, ana(last_turn=4), ben(last_turn=3, load=90)) == ("Ben", "auto-turn")
    assert chosen(TURNS, ana(), ben()) == ("Ana", "auto-turn")


def test_by_load_comes_who_has_least_points_and_of_equals_whose_turn_it_is() -> None:
    assert chosen(LOAD, ana(load=5), ben(load=4, last_turn=9)) == ("Ben", "auto-load")
    assert chosen(LOAD, ana(load=4, last_turn=2), ben(load=4, last_turn=1))[0] == "Ben"


def test_the_account_s_owner_comes_first_where_the_queue_says_so() -> None:
    owner_first = replace(TURNS, owner_first=True)
    busy = ben(load=90, last_turn=9, is_member=False)
    assert chosen(owner_first, ana(), busy, owner=BEN.id) == ("Ben", "auto-account")
    assert chosen(TURNS, ana(), busy, owner=BEN.id) == ("Ana", "auto-turn")
    assert chosen(owner_first, ana(), owner=BEN.id) == ("Ana", "auto-turn")


def test_by_hand_nobody_is_chosen_but_the_account_s_owner() -> None:
    assert chosen(DeskQueue(), ana()) == ("", "")
    assert chosen(DeskQueue(owner_first=True), ana(), owner=ANA.id)[1] == "auto-account"
    assert chosen(DeskQueue(owner_first=True), ana(), owner=BEN.id) == ("", "")
    assert chosen(TURNS) == ("", "")


@pytest.mark.parametrize(
    "one, why",
    [
        (ana(), ""),
        (ana(absence=Absence(NOON)), "away"),
        (ana(absence=Absence(NOON, NOON + HOUR)), "away"),
        (ana(absence=Absence(NOON - HOUR, NOON)), ""),
        (Candidate(replace(ANA, status="Out of office until Monday")), "away by status"),
        (Candidate(replace(ANA, status_emoji=":palm_tree:")), "away by status"),
        (Candidate(replace(ANA, status="Vacationing", status_until=NOON)), ""),
        (Candidate(replace(ANA, status="Vacationing", status_until=NOON + HOUR)), "away by status"),
        (Candidate(replace(ANA, zone="Asia/Tokyo")), "outside working hours"),
        (ana(load=9), "busy"),
        (ana(load=8), ""),
    ],
)
def test_who_can_not_be_given_a_ticket_and_why(one: Candidate, why: str) -> None:
    queue = replace(TURNS, capacity=10)
    assert assignment.unfit(one, queue, HOURS, more=2, now=NOON) == why


@pytest.mark.parametrize(
    "status, is_away",
    [
        ("Out sick", True),
        ("OOO", True),
        ("on leave", True),
        ("Im Urlaub bis 3.4.", True),
        ("Krank", True),
        ("PTO", True),
        ("day off", True),
        ("en vacaciones", True),
        ("In a meeting", False),
        ("Working remotely", False),
        ("Commuting", False),
        ("I'll be late", False),
        ("Sickle cell research", False),
        ("", False),
    ],
)
def test_statuses_that_say_away(status: str, is_away: bool) -> None:
    assert assignment.is_away_by_status(replace(ANA, status=status), NOON) is is_away


def test_points_weigh_what_presses_and_little_what_rests() -> None:
    weights = [
        Weight(ANA.id, Status.OPEN, Priority.URGENT, 2),
        Weight(ANA.id, Status.WAITING, Priority.URGENT, 3),
        Weight(BEN.id, Status.NEW, Priority.LOW, 4),
        Weight(None, Status.NEW, Priority.LOW, 4),
    ]
    assert assignment.loads(weights) == {ANA.id: 13, BEN.id: 4}


def test_who_is_asked_has_so_many_open_minutes() -> None:
    ticket = cast.ticket()
    queue = replace(TURNS, pass_on=60)
    late = NOON.replace(hour=16, minute=30)
    told, (event,) = given(ticket, queue, late)
    assert isinstance(event, Moved)
    assert (told.owner_id, event.after, event.by) == (ANA.id, str(ANA.id), None)
    assert told.pass_on_at == (NOON + timedelta(days=1)).replace(hour=9, minute=30)
    assert given(ticket, TURNS, NOON)[0].pass_on_at is None


def test_an_answer_another_owner_or_a_snooze_ends_the_asking_and_nothing_else_does() -> None:
    asked = cast.ticket(owner_id=ANA.id, pass_on_at=NOON + HOUR)
    for after in (
        replace(asked, last_ours_at=NOON),
        replace(asked, owner_id=BEN.id),
        replace(asked, status=Status.SNOOZED),
        replace(asked, status=Status.RESOLVED),
    ):
        assert assignment.settled(asked, after).pass_on_at is None
    assert assignment.settled(asked, replace(asked, priority=Priority.HIGH)).pass_on_at
    again = replace(asked, owner_id=BEN.id, pass_on_at=NOON + 2 * HOUR)
    assert assignment.settled(asked, again) == again


def test_nobody_free_is_said_once() -> None:
    told, events = assignment.nobody(cast.ticket(), NOON + HOUR, is_told=False, now=NOON)
    assert told.pass_on_at == NOON + HOUR
    assert [event.act for event in events if isinstance(event, Moved)] == ["nobody-free"]
    assert assignment.nobody(told, NOON + HOUR, is_told=True, now=NOON)[1] == ()


def test_it_is_looked_at_again_soon_but_not_before_the_first_of_them_works() -> None:
    def again(now: datetime, *zones: str) -> datetime:
        members = [Candidate(replace(ANA, zone=zone)) for zone in zones]
        return assignment.look_again(members, HOURS, now)

    evening, tomorrow = NOON.replace(hour=20), NOON + timedelta(days=1)
    assert again(NOON, "UTC") == NOON + assignment.LOOK_AGAIN
    assert again(evening, "UTC") == again(evening) == tomorrow.replace(hour=9)
    assert again(evening, "UTC", "Asia/Tokyo") == tomorrow.replace(hour=0)


@pytest.mark.parametrize("word", ["-1", "a", "1.5", "10001", "٣"])
def test_odd_numbers_are_refused_at_their_field(word: str) -> None:
    with pytest.raises(Refused) as refused:
        assignment.checked(word, most=10_000, field="pass_on")
    assert refused.value.field == "pass_on"
