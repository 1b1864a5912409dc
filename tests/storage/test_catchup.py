"""Gaps are kept until they are caught up, and the books stand beside Slack's own count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.rules.catchup import Window
from bot.usecases import catchup as usecase
from bot.usecases import upkeep
from storage import books, catchup, inbox, outbox, texts, tickets
from storage.records.books import Balance
from storage.records.boxes import Arrival, Delivery, Post, Progress
from storage.records.catchup import Cause, Comparison, Gap, Mark, Tally
from storage.records.channels import Channel
from storage.records.messages import End
from storage.records.tickets import Status
from storage.unit import Unit
from tests.storage.cast import ACME, MINUTE, NOON, OURS, ask, say

HOUR = 60 * MINUTE
MIDNIGHT = NOON - 12 * HOUR
EVENING = NOON + 6 * HOUR


def gap(key: int, began: datetime, ended: datetime, cause: Cause = Cause.START) -> Gap:
    return Gap(OURS, key, cause, began, ended)


def test_a_gap_is_open_until_it_is_closed(unit: Unit, zoes: Unit) -> None:
    catchup.add(unit, gap(1, NOON, NOON + HOUR))
    assert [each.id for each in catchup.open_gaps(unit)] == [1]
    assert catchup.open_gaps(zoes) == []
    catchup.found_more(unit, [1], 3)
    catchup.close(unit, [1], EVENING)
    assert catchup.open_gaps(unit) == []
    (closed,) = catchup.latest(unit, most=5)
    assert (closed.found, closed.caught_up_at) == (3, EVENING)


def test_gaps_of_one_cause_that_touch_are_one(unit: Unit) -> None:
    catchup.add(unit, gap(1, NOON, NOON + HOUR, Cause.UNSAVED))
    catchup.add(unit, gap(2, NOON + HOUR / 2, NOON + 2 * HOUR, Cause.UNSAVED))
    catchup.add(unit, gap(3, NOON, NOON + HOUR, Cause.SOCKET))
    found = [(each.id, each.ended_at) for each in catchup.open_gaps(unit)]
    assert found == [(1, NOON + 2 * HOUR), (3, NOON + HOUR)]


def test_the_first_start_has_missed_nothing(unit: Unit) -> None:
    usecase.begin(unit, NOON)
    assert catchup.open_gaps(unit) == []
    assert catchup.marks(unit) == dict.fromkeys(Mark, NOON)


def test_a_later_start_has_missed_all_since_the_last_sign_of_life(unit: Unit) -> None:
    usecase.begin(unit, NOON)
    usecase.beat(unit, NOON + HOUR)
    usecase.begin(unit, NOON + 3 * HOUR)
    (found,) = catchup.open_gaps(unit)
    assert (found.cause, found.began_at, found.ended_at) == (
        Cause.START,
        NOON + HOUR,
        NOON + 3 * HOUR,
    )


def test_each_night_is_asked_for_once(unit: Unit) -> None:
    usecase.begin(unit, NOON)
    nights = []
    for hours in range(1, 40):
        usecase.beat(unit, NOON + hours * HOUR)
        found = catchup.open_gaps(unit)
        nights += [(each.cause, each.began_at, each.ended_at) for each in found]
        catchup.close(unit, [each.id for each in found], NOON + hours * HOUR)
    three = NOON + 15 * HOUR
    assert nights == [(Cause.NIGHT, NOON, three), (Cause.NIGHT, three, three + 24 * HOUR)]


def test_a_gap_that_grew_while_it_was_compared_stays_open(unit: Unit) -> None:
    catchup.add(unit, gap(1, NOON, NOON + HOUR, Cause.UNSAVED))
    planned = catchup.open_gaps(unit)
    catchup.add(unit, gap(2, NOON + HOUR / 2, NOON + 2 * HOUR, Cause.UNSAVED))
    usecase.close(unit, planned, EVENING)
    assert [each.ended_at for each in catchup.open_gaps(unit)] == [NOON + 2 * HOUR]


def test_of_shut_channels_only_what_was_found_or_is_being_looked_for_is_told(unit: Unit) -> None:
    for key in (1, 2, 3):
        catchup.add(unit, gap(key, NOON + key * HOUR, NOON + key * HOUR, Cause.SHUT))
    catchup.found_more(unit, [2], 1)
    catchup.close(unit, [1, 2], EVENING)
    assert [each.id for each in catchup.latest(unit, most=5)] == [3, 2]


def test_gaps_are_forgotten_that_were_caught_up_long_before_others(unit: Unit, zoes: Unit) -> None:
    now = NOON + 40 * 24 * HOUR
    for key, ended in ((1, NOON), (2, NOON), (3, now)):
        catchup.add(unit, gap(key, ended - HOUR, ended, list(Cause)[key]))
    catchup.close(unit, [1, 3], EVENING)
    catchup.add(zoes, replace(gap(4, NOON, NOON), workspace_id=zoes.workspace_id))
    catchup.close(zoes, [4], EVENING)
    say(unit)
    compare(unit, 1)
    upkeep.prune(unit.connection, now)
    assert [each.id for each in catchup.latest(unit, most=5)] == [3, 2]
    assert catchup.latest(zoes, most=5) == []
    assert only(unit).is_balanced


def test_gaps_that_ended_lately_are_found_by_an_index(unit: Unit) -> None:
    """Every ticket whose time came asks for them."""
    if unit.connection.dialect.name != "sqlite":
        pytest.skip("an almost empty PostgreSQL table is read as a whole, rightly")
    query = str(catchup._SINCE.compile(unit.connection))
    rows = unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (0,) * query.count("?"))
    assert "ix_gap_ended (workspace_id=? AND ended_at>?)" in str(rows.all())


def post(key: int, **fields: Any) -> Post:
    told: dict[str, Any] = {"lane": f"channel:{ACME}", "kind": "receipt", "body": {}}
    told |= {"delivery": Delivery.POST, "due_at": NOON, "channel_id": ACME}
    return Post(OURS, key, **told | fields)


def test_what_we_know_is_told_by_ts(unit: Unit) -> None:
    say(unit, "hello", ts="100.000001")
    say(unit, "more", ts="100.000002", thread_ts="100.000001", deleted_at=NOON)
    say(unit, "old", ts="099.000001")
    found = catchup.known(unit, ACME, oldest="100.000000")
    assert {ts: (each.text, each.is_deleted) for ts, each in found.items()} == {
        "100.000001": ("hello", False),
        "100.000002": ("more", True),
    }


def test_of_an_older_thread_all_is_told_by_ts(unit: Unit, zoes: Unit) -> None:
    say(unit, "first", ts="099.000001")
    say(unit, "more", ts="099.000002", thread_ts="099.000001")
    say(unit, "newer", ts="100.000001", thread_ts="099.000001")
    say(unit, "other", ts="099.000003")
    here: dict[str, Any] = {"oldest": "100.000000"}
    found = catchup.known_before(unit, ACME, threads=["099.000001", "098.000001"], **here)
    assert {ts: each.text for ts, each in found.items()} == {
        "099.000001": "first",
        "099.000002": "more",
    }
    assert catchup.known_before(unit, ACME, threads=[], **here) == {}
    assert catchup.known_before(zoes, ACME, threads=["099.000001"], **here) == {}


def test_own_posts_stand_in_their_thread_or_under_their_card(unit: Unit) -> None:
    asked = ask(unit)
    outbox.announce(unit, post(1, ts="100.000005", thread_ts="100.000001"))
    card = {"kind": "card", "picture": f"card:{asked.id}", "ticket_id": asked.id}
    outbox.announce(unit, post(2, ts="100.000006", **card))
    outbox.announce(unit, post(3, ts="100.000007", ticket_id=asked.id, under_card=True))
    assert catchup.own_posts(unit, ACME, oldest="100.000000") == {
        "100.000005": "100.000001",
        "100.000006": "",
        "100.000007": "100.000006",
    }


@pytest.mark.parametrize(
    "changes, is_read",
    [
        ({}, True),
        ({"status": Status.RESOLVED, "resolved_at": NOON}, True),
        ({"status": Status.RESOLVED, "resolved_at": NOON - 30 * 24 * HOUR}, False),
    ],
)
def test_old_threads_are_read_while_their_ticket_may_go_on(
    unit: Unit, changes: dict[str, Any], is_read: bool
) -> None:
    asked = ask(unit, **changes)
    found = catchup.old_threads(
        unit, ACME, oldest="9999999999.000000", resolved_since=NOON - 14 * 24 * HOUR
    )
    assert found == ({asked.thread_ts} if is_read else set())
    assert tickets.by_id(unit, asked.id) is not None


def compare(unit: Unit, theirs: int) -> None:
    """Slack had so many messages of the day when it was evening."""
    tally = Tally(OURS, ACME, MIDNIGHT, theirs, EVENING)
    catchup.keep(unit, Comparison(OURS, ACME, NOON, EVENING), [tally])


def only(unit: Unit) -> Balance:
    (line,) = books.balances(unit)
    return line


def test_the_books_balance_when_slack_has_what_we_saw_less_what_was_deleted(unit: Unit) -> None:
    say(unit)
    say(unit, deleted_at=NOON + HOUR)
    say(unit, end=End.IGNORED, reason="courtesy")
    say(unit, reason="reply")  # our own
    say(unit, said_at=EVENING + HOUR)  # after the comparison
    compare(unit, 2)
    line = only(unit)
    assert line.is_balanced
    assert (line.seen, line.ignored) == (5, {"courtesy": 1})


@pytest.mark.parametrize("theirs", [0, 2, 5])
def test_the_books_do_not_balance_when_slack_has_other_messages(unit: Unit, theirs: int) -> None:
    say(unit)
    compare(unit, theirs)
    assert not only(unit).is_balanced


def test_what_a_thread_brought_along_later_is_counted_on_both_sides(unit: Unit) -> None:
    say(unit)
    compare(unit, 1)
    say(unit, "From before we came")
    assert not only(unit).is_balanced
    catchup.one_more(unit, ACME, day=MIDNIGHT, said_at=NOON)
    assert only(unit).is_balanced
    catchup.one_more(unit, ACME, day=MIDNIGHT, said_at=EVENING + HOUR)  # it was not compared
    assert only(unit).is_balanced


def test_the_words_of_a_form_are_none_of_slacks(unit: Unit) -> None:
    say(unit)
    compare(unit, 1)
    say(unit, "Written in a form", ts="form:17")
    assert only(unit).is_balanced


def test_a_day_on_which_slack_has_nothing_any_more_is_counted_again(unit: Unit) -> None:
    say(unit, deleted_at=NOON + HOUR)
    compare(unit, 1)
    channel = Channel(OURS, ACME, "C-ACME", "acme")
    window = Window(MIDNIGHT, NOON, EVENING + 24 * HOUR)
    usecase.compared(unit, channel, window, found=0, theirs=Counter())
    assert only(unit).is_balanced


def test_a_place_of_which_nothing_is_known_is_no_message(unit: Unit) -> None:
    say(unit)
    say(unit, reason="gone", end=End.IGNORED)
    compare(unit, 1)
    assert only(unit).is_balanced
    assert only(unit).seen == 1


def test_what_failed_in_the_inbox_was_seen(unit: Unit) -> None:
    arrival = Arrival(OURS, 1, "channel:C-ACME", "Said", "said:1", {}, NOON)
    inbox.put(unit.connection, [arrival])
    inbox.finish(unit.connection, [inbox.Ending(OURS, 1, Progress.FAILED, "why")], NOON)
    compare(unit, 1)
    assert only(unit).is_balanced
    assert only(unit).ends[End.FAILED] == 1


def test_what_was_given_up_stays_in_the_books_and_is_not_brought_again(unit: Unit) -> None:
    arrival = Arrival(OURS, 1, "channel:C-ACME", "Said", "said:1", {"of": "hers"}, NOON, "Carla’s")
    inbox.put(unit.connection, [arrival])
    inbox.finish(unit.connection, [inbox.Ending(OURS, 1, Progress.FAILED, "why")], NOON)
    assert inbox.drop(unit, 1)
    compare(unit, 1)
    assert only(unit).is_balanced
    assert only(unit).ends[End.FAILED] == 1
    assert books.waiting(unit, NOON).inbox_failed == 0
    assert inbox.failed(unit) == []
    assert not inbox.retry(unit, 1)
    assert texts.body(unit, 1) == ""
    assert inbox.put(unit.connection, [replace(arrival, id=2)]) == set()


def test_what_people_did_by_hand_is_counted_apart(unit: Unit) -> None:
    keys = ("press:1", "press:2", "command:1", "said:1", "submit:1")
    rows = [
        Arrival(OURS, at, "person:U1", "Acted", key, {}, NOON) for at, key in enumerate(keys, 1)
    ]
    inbox.put(unit.connection, rows)
    assert books.by_hand(unit) == {"press": 2, "command": 1, "submit": 1, "shortcut": 0}


def test_what_waits_is_told_with_its_age(unit: Unit) -> None:
    inbox.put(unit.connection, [Arrival(OURS, 1, "channel:C-ACME", "Said", "said:1", {}, NOON)])
    outbox.announce(unit, post(1, due_at=NOON + HOUR))
    outbox.announce(unit, post(2, due_at=NOON + timedelta(days=1)))
    found = books.waiting(unit, NOON + 2 * HOUR)
    assert (found.inbox, found.inbox_since) == (1, NOON)
    assert (found.outbox, found.outbox_since) == (1, NOON + HOUR)
