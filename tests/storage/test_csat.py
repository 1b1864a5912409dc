"""Polls are kept with their comments, found by ticket and asker, counted by day, and walled."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage import csat, recovery, texts
from storage.errors import Conflict
from storage.records.csat import Ballot, Poll, PollCount, PollState, Recovery, RecoveryState
from storage.timers import Due
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, BEN, CARLA, LOBBY, MINUTE, NOON, OURS, ask

HOUR = 60 * MINUTE
DAY = timedelta(days=1)
NOONS_DAY = (NOON.date() - NOON.date().replace(1970, 1, 1)).days


def polled(unit: Unit, key: int, **told: Any) -> Poll:
    ticket_id = told.pop("ticket_id", None) or ask(unit, owner_id=ANA).id
    poll = replace(Poll(OURS, key, ticket_id, CARLA, ACME, NOON), **told)
    csat.add(unit, poll)
    return poll


def asked(unit: Unit, key: int, state: PollState = PollState.ASKED, **told: Any) -> Poll:
    told = {"asked_at": NOON, "owner_id": ANA} | told
    return polled(unit, key, state=state, **told)


def test_the_last_poll_of_a_ticket_is_found_with_its_comment(unit: Unit, zoes: Unit) -> None:
    texts.put(unit, 7, "quick and kind")
    first = polled(unit, 1, state=PollState.DROPPED, why="reopened")
    last = asked(unit, 3, PollState.VOTED, ticket_id=first.ticket_id, score=5, comment_id=7)
    polled(unit, 4)
    told = replace(last, comment="quick and kind")
    assert csat.latest(unit, first.ticket_id) == told
    assert csat.by_id(unit, 3) == told
    assert csat.shown(unit, [first.ticket_id, 99]) == {first.ticket_id: told}
    assert csat.shown(unit, []) == {}
    for read in (csat.latest(zoes, first.ticket_id), csat.by_id(zoes, 3)):
        assert read is None
    assert csat.shown(zoes, [first.ticket_id]) == {}


def test_a_comment_that_is_erased_is_gone_from_the_poll(unit: Unit) -> None:
    texts.put(unit, 7, "quick and kind")
    asked(unit, 1, PollState.VOTED, score=5, comment_id=7)
    texts.erase(unit, [7])
    found = csat.by_id(unit, 1)
    assert found is not None
    assert found.comment == ""
    assert csat.voices(unit, NOON, NOON + HOUR, channel_ids=[ACME], most=9) == []


def test_of_two_who_change_a_vote_one_is_told_of_the_other(unit: Unit) -> None:
    poll = asked(unit, 1)
    voted = replace(poll, state=PollState.VOTED, score=2, ballot=Ballot.REPLY, voted_at=NOON)
    assert csat.save(unit, poll, voted).version == 2
    with pytest.raises(Conflict):
        csat.save(unit, poll, replace(poll, score=4))


def test_people_are_known_by_when_they_were_asked_last(unit: Unit, zoes: Unit) -> None:
    assert csat.last_asked(unit, CARLA) is None
    asked(unit, 1)
    asked(unit, 2, PollState.EXPIRED, asked_at=NOON + HOUR)
    assert csat.last_asked(unit, CARLA) == NOON + HOUR
    taken_back = asked(unit, 3, PollState.DROPPED, asked_at=NOON + DAY)
    polled(unit, 4)
    assert csat.last_asked(unit, CARLA) == NOON + DAY
    assert csat.latest_of(unit, CARLA) == taken_back
    assert csat.latest_of(zoes, CARLA) is None
    assert csat.last_asked(unit, ANA) is None
    assert csat.last_asked(zoes, CARLA) is None


def test_polls_are_counted_by_the_day_on_which_they_were_asked(unit: Unit, zoes: Unit) -> None:
    asked(unit, 1, PollState.VOTED, score=5, voted_at=NOON + 9 * DAY)
    asked(unit, 2, PollState.VOTED, score=5)
    asked(unit, 3, PollState.EXPIRED, channel_id=LOBBY, owner_id=None, category="Billing")
    asked(unit, 4, asked_at=NOON + DAY - MINUTE)
    asked(unit, 5, asked_at=NOON + DAY)
    asked(unit, 6, asked_at=NOON - MINUTE)
    asked(unit, 7, PollState.DROPPED)
    polled(unit, 8)
    assert sorted(csat.counts(unit, NOON, NOON + DAY), key=lambda each: each.state) == [
        PollCount(NOONS_DAY + 1, ACME, ANA, "", PollState.ASKED, None, 1),
        PollCount(NOONS_DAY, LOBBY, None, "Billing", PollState.EXPIRED, None, 1),
        PollCount(NOONS_DAY, ACME, ANA, "", PollState.VOTED, 5, 2),
    ]
    assert csat.counts(zoes, NOON, NOON + DAY) == []


def test_comments_are_read_newest_first_and_of_the_channels_that_are_asked_for(
    unit: Unit, zoes: Unit
) -> None:
    for key in (7, 8, 9):
        texts.put(unit, key, f"words {key}")
    first = asked(unit, 1, PollState.VOTED, score=2, comment_id=7)
    later = asked(unit, 2, PollState.VOTED, score=5, comment_id=8, asked_at=NOON + MINUTE)
    asked(unit, 3, PollState.VOTED, score=5, comment_id=9, channel_id=LOBBY)
    asked(unit, 4, PollState.VOTED, score=5)
    span: dict[str, Any] = {"since": NOON, "until": NOON + HOUR, "channel_ids": [ACME]}
    found = csat.voices(unit, **span, most=9)
    assert [each.id for each in found] == [later.id, first.id]
    assert [each.comment for each in found] == ["words 8", "words 7"]
    assert len(csat.voices(unit, **span, most=1)) == 1
    assert csat.voices(zoes, **span, most=9) == []


def test_what_is_due_is_claimed_once_the_longest_due_first(unit: Unit) -> None:
    assert csat.TIMER.next_at(unit.connection) is None
    late = polled(unit, 2, due_at=NOON - HOUR)
    polled(unit, 1, due_at=NOON)
    polled(unit, 3, due_at=NOON + MINUTE)
    found = csat.TIMER.due(unit.connection, NOON, most=9)
    assert [each.id for each in found] == [2, 1]
    assert csat.TIMER.next_at(unit.connection) == NOON - HOUR
    assert found[0] == Due(OURS, 2, CARLA, NOON - HOUR)
    assert csat.TIMER.claim(unit.connection, found[:1]) == found[:1]
    assert csat.TIMER.claim(unit.connection, found[:1]) == []
    assert csat.by_id(unit, 2) == replace(late, due_at=None, version=2)


def test_what_is_due_and_counted_is_read_from_indexes(unit: Unit) -> None:
    """However many polls there were, a day costs that day."""
    if unit.connection.dialect.name != "sqlite":
        pytest.skip("an almost empty PostgreSQL table is read as a whole, rightly")
    for query, index in (
        (csat.TIMER.sweep, "INDEX ix_csat_due (due_at>? AND due_at<?)"),
        (csat.TIMER.next, "COVERING INDEX ix_csat_due"),
        (csat._COUNTS, "COVERING INDEX ix_csat_asked (workspace_id=? AND asked_at>? AND asked_at<"),
        (csat._LAST_ASKED, "INDEX ix_csat_asker (workspace_id=? AND asker_id=?"),
        (recovery.TIMER.sweep, "INDEX ix_recovery_look (look_at>? AND look_at<?)"),
        (recovery._OPEN, "ix_recovery_open (workspace_id=?)"),
    ):
        sql = str(query.compile(unit.connection))
        told = (0,) * sql.count("?")
        rows = unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", told)
        plan = "\n".join(row[-1] for row in rows)
        assert index in plan, plan


def task(unit: Unit, key: int, **told: Any) -> Recovery:
    poll = asked(unit, key + 100, PollState.VOTED, score=1)
    made = Recovery(OURS, key, poll.ticket_id, poll.id, NOON, NOON + DAY, look_at=NOON + DAY)
    made = replace(made, **told)
    recovery.add(unit, made)
    return made


def test_a_task_is_found_by_ticket_and_poll_with_its_outcome(unit: Unit, zoes: Unit) -> None:
    texts.put(unit, 7, "called and sorted")
    made = task(unit, 1, state=RecoveryState.DONE, outcome_id=7, by_id=BEN, ended_at=NOON)
    told = replace(made, outcome="called and sorted")
    assert recovery.by_id(unit, 1) == told
    assert recovery.of_poll(unit, made.poll_id) == told
    assert recovery.of_tickets(unit, [made.ticket_id]) == {made.ticket_id: told}
    assert recovery.of_tickets(unit, []) == {}
    assert recovery.by_id(zoes, 1) is None
    assert recovery.of_poll(zoes, made.poll_id) is None
    assert recovery.of_tickets(zoes, [made.ticket_id]) == {}


def test_a_poll_calls_for_one_task_only(unit: Unit) -> None:
    made = task(unit, 1)
    with pytest.raises(IntegrityError), unit.savepoint():
        recovery.add(unit, replace(made, id=2))


def test_open_tasks_are_listed_the_longest_due_first(unit: Unit, zoes: Unit) -> None:
    soon, sooner = task(unit, 1), task(unit, 2, due_at=NOON + HOUR)
    task(unit, 3, state=RecoveryState.DROPPED)
    assert recovery.to_do(unit, most=9) == [sooner, soon]
    assert recovery.to_do(unit, most=1) == [sooner]
    assert recovery.to_do(zoes, most=9) == []


def test_a_task_that_is_due_is_claimed_once(unit: Unit) -> None:
    assert recovery.TIMER.next_at(unit.connection) is None
    made = task(unit, 1)
    assert recovery.TIMER.next_at(unit.connection) == NOON + DAY
    found = recovery.TIMER.due(unit.connection, NOON + DAY, most=9)
    assert found == [Due(OURS, 1, made.ticket_id, NOON + DAY)]
    assert recovery.TIMER.claim(unit.connection, found) == found
    assert recovery.TIMER.claim(unit.connection, found) == []
    assert recovery.save(unit, replace(made, version=2, look_at=None), made).version == 3
