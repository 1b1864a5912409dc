"""Slack's history beside ours: tables of what is missed, changed, gone, and what is only young."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.rules import catchup
from bot.rules.catchup import Side, Told, Window
from bot.usecases.inputs import Deleted, Edited, Said
from storage.records.catchup import Cause, Comparison, Gap, Known
from storage.records.messages import End, Message
from storage.records.messages import Side as Whose
from storage.records.people import Team
from storage.records.tickets import Ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WINDOW = Window(NOON - DAY, NOON - 2 * HOUR, NOON)
NOTHING = Side({}, {})


def ts(hours_ago: float, number: int = 0) -> str:
    return f"{(NOON - hours_ago * HOUR).timestamp():.0f}.{number:06d}"


def told(at: str, text: str = "help", thread: str = "", **more: Any) -> Told:
    said = Said("C1", at, "U1", catchup.moment(at), text, thread)
    return Told(said, **more)


def known(at: str, text: str | None = "help", thread: str = "", **more: Any) -> Known:
    return Known(at, thread, text, **more)


def missed(
    theirs: list[Told],
    ours: list[Known],
    *,
    read: tuple[str, ...] = (),
    away: tuple[catchup.Absence, ...] = (),
) -> list[catchup.Missed]:
    side = Side({each.ts: each for each in ours}, {})
    by_ts = {each.said.ts: each for each in theirs}
    return catchup.missed(by_ts, side, channel="C1", read=read, window=WINDOW, away=away)


OLD, PARENT, REPLY, NEW = ts(20), ts(1.5), ts(1.2), ts(1)
YOUNG = ts(0.01)


def test_what_we_know_is_not_missed() -> None:
    assert missed([told(NEW)], [known(NEW)]) == []


def test_what_cannot_be_read_is_neither_missed_nor_gone_nor_edited() -> None:
    assert missed([told(NEW, "", is_unreadable=True)], []) == []
    assert missed([told(NEW, "", is_unreadable=True), told(OLD)], [known(NEW), known(OLD)]) == []


def test_what_we_lack_is_missed_in_the_order_of_time() -> None:
    found = missed([told(NEW), told(PARENT)], [])
    assert [item.ts for item in found] == [PARENT, NEW]
    assert all(isinstance(item, Said) for item in found)


def test_what_is_from_before_the_gap_was_not_ours_to_take() -> None:
    assert missed([told(OLD)], []) == []


def test_what_stood_there_before_the_bot_came_was_not_ours_to_take() -> None:
    assert missed([told(PARENT), told(NEW)], [], away=(("", REPLY),)) == [told(NEW).said]


def move(at: str, what: str, who: str = "U_BOT") -> Told:
    return Told(replace(told(at).said, author=who, subtype=f"channel_{what}"))


@pytest.mark.parametrize(
    "moves, away",
    [
        ([], []),
        ([move(OLD, "join", "U_ANA")], []),
        ([move(OLD, "join")], [("", OLD)]),
        ([move(OLD, "leave")], []),  # still away: nobody lets us read there
        ([move(NEW, "join"), move(OLD, "leave")], [(OLD, NEW)]),
        ([move(OLD, "join"), move(PARENT, "leave"), move(NEW, "join")], [("", OLD), (PARENT, NEW)]),
        ([move(OLD, "join"), move(NEW, "join")], [("", OLD), (OLD, NEW)]),
    ],
)
def test_a_stay_of_the_bot_begins_where_it_joins_and_ends_where_it_leaves(
    moves: list[Told], away: list[catchup.Absence]
) -> None:
    assert catchup.absences(moves, bot="U_BOT") == away


def test_what_was_said_before_the_bot_was_put_out_and_brought_back_is_still_missed() -> None:
    theirs = [told(PARENT), told(REPLY), told(NEW)]
    away = ((ts(1.3), ts(1.1)),)
    assert missed(theirs, [], away=away) == [told(PARENT).said, told(NEW).said]


def test_a_place_of_which_we_know_nothing_else_is_missed() -> None:
    assert missed([told(NEW)], [known(NEW, is_stub=True)]) == [told(NEW).said]


@pytest.mark.parametrize(
    "theirs, ours, is_edited",
    [
        (told(OLD, "new", stamp=ts(1)), known(OLD, "old"), True),
        (told(OLD, "new", stamp=ts(1)), known(OLD, "old", stamp=ts(1, 300)), True),
        (told(OLD, "new", stamp=ts(2)), known(OLD, "newer", stamp=ts(1)), False),
        (told(OLD, "same", stamp=ts(1)), known(OLD, "same"), False),
        (told(OLD, "unfurled"), known(OLD, "old"), False),
        (told(OLD, "new", stamp=ts(1)), known(OLD, None), True),
        (told(OLD, "new", stamp=ts(1)), known(OLD, None, stamp=ts(1, 300)), False),
        (told(OLD, "new", stamp=ts(1)), known(OLD, "", deleted_at=NOON), False),
        (told(OLD, "new", stamp=ts(1)), known(OLD, "old", is_own=True), False),
    ],
)
def test_an_edit_is_what_slack_marks_as_one_with_other_words(
    theirs: Told,
    ours: Known,
    is_edited: bool,
) -> None:
    found = missed([theirs], [ours])
    assert [type(item) for item in found] == ([Edited] if is_edited else [])


def test_a_found_edit_is_newer_than_any_of_its_second_that_we_know() -> None:
    (edit,) = missed([told(OLD, "new", stamp=ts(1))], [known(OLD, "old", stamp=ts(1, 999_000))])
    assert isinstance(edit, Edited)
    assert edit.event_ts > ts(1, 999_000)


@pytest.mark.parametrize(
    "ours, read, is_gone",
    [
        (known(NEW), (), True),
        (known(YOUNG), (), False),  # Slack's history may lag behind its events
        (known(ts(23)), (), True),  # older than all that Slack shows, but too young to be cleared
        (known(ts(25)), (), False),  # perhaps not kept any longer
        (known(NEW, thread=PARENT), (), False),  # its thread was not read
        (known(NEW, thread=PARENT), (PARENT,), True),
        (known(NEW, deleted_at=NOON), (), False),
        (known(NEW, is_stub=True), (), False),
        (known(NEW, is_own=True), (), False),
    ],
)
def test_what_slack_shows_no_more_was_deleted(
    ours: Known,
    read: tuple[str, ...],
    is_gone: bool,
) -> None:
    found = missed([told(OLD), told(PARENT)], [known(OLD), known(PARENT), ours], read=read)
    assert [type(item) for item in found] == ([Deleted] if is_gone else [])


def test_what_is_older_than_a_day_was_deleted_where_slack_keeps_something_older() -> None:
    first, window = known(ts(25)), replace(WINDOW, listed_from=NOON - 3 * DAY)
    side = Side({first.ts: first}, {})
    theirs: dict[str, Any] = {"told": {OLD: told(OLD)}, "ours": side, "read": (), "window": window}
    for kept, is_gone in (("", False), (ts(24.5), False), (ts(26), True)):
        found = catchup.missed(**theirs, channel="C1", kept=kept)
        assert [type(item) for item in found] == ([Deleted] if is_gone else []), kept
        assert catchup.in_doubt(**theirs, kept=kept) == (set() if is_gone else {first.ts})


@pytest.mark.parametrize("kept, is_counted", [("", True), (ts(30), False)])
def test_what_slack_may_not_keep_any_longer_counts_as_we_know_it(
    kept: str, is_counted: bool
) -> None:
    window = replace(WINDOW, listed_from=NOON - 3 * DAY)
    ours = Side({ts(29): known(ts(29))}, {})
    counted = catchup.tally({NEW: told(NEW)}, ours, read=set(), window=window, kept=kept)
    assert sum(counted.values()) == 1 + is_counted


def test_comings_and_empty_places_do_not_tell_what_slack_keeps() -> None:
    grave = told(PARENT, is_tombstone=True)
    assert catchup.oldest_kept([move(OLD, "join"), grave, told(NEW), told(YOUNG)]) == NEW
    assert catchup.oldest_kept([move(OLD, "join")]) == ""


def test_an_empty_history_deletes_nothing() -> None:
    assert missed([], [known(OLD), known(NEW)]) == []


def test_the_only_message_of_a_channel_can_be_taken_back_too() -> None:
    assert [type(item) for item in missed([], [known(NEW)])] == [Deleted]
    assert missed([], [known(ts(25))]) == []  # perhaps it is not kept any longer


def test_a_tombstone_is_a_deletion_of_what_we_know_and_nothing_else() -> None:
    grave = told(PARENT, "This message was deleted.", is_tombstone=True)
    assert [type(item) for item in missed([grave], [known(PARENT)])] == [Deleted]
    assert missed([grave], []) == []


def parent(replies: int, latest: str) -> dict[str, Told]:
    return {OLD: told(OLD, replies=replies, latest_reply=latest)}


@pytest.mark.parametrize(
    "listed, ours, threads",
    [
        (parent(1, ts(10)), Side({}, {}), [OLD]),
        (parent(1, ts(10)), Side({ts(10): known(ts(10), thread=OLD)}, {}), []),
        (parent(1, ts(10)), Side({}, {ts(10): OLD}), []),  # our own receipt
        (parent(2, ts(10)), Side({ts(10): known(ts(10), thread=OLD)}, {}), [OLD]),
        (parent(1, REPLY), Side({REPLY: known(REPLY, thread=OLD)}, {}), [OLD]),  # may be edited
        ({OLD: told(OLD)}, Side({ts(10): known(ts(10), thread=OLD)}, {}), [OLD]),
        ({OLD: told(OLD)}, NOTHING, []),
        ({NEW: told(NEW, thread=OLD)}, NOTHING, [OLD]),  # sent to the channel, too
        ({}, Side({}, {}, {"1.000001"}), ["1.000001"]),  # an old ticket that is open still
        ({}, Side({PARENT: known(PARENT), NEW: known(NEW, thread=PARENT)}, {}), [PARENT]),
    ],
)
def test_a_thread_is_read_when_it_may_be_other_than_we_know(
    listed: dict[str, Told], ours: Side, threads: list[str]
) -> None:
    assert catchup.threads_to_read(listed, ours, WINDOW) == threads


def test_after_a_long_gap_threads_of_the_days_before_are_read_for_edits() -> None:
    ours = Side({ts(10): known(ts(10), thread=OLD)}, {})
    for minutes, threads in ((5, []), (30, [OLD])):
        gap = Gap(1, 1, Cause.START, NOON - timedelta(minutes=minutes), NOON)
        window = catchup.window([gap], first=NOON - 90 * DAY, reopen=14 * DAY, now=NOON)
        assert catchup.threads_to_read(parent(1, ts(10)), ours, window) == threads


def test_a_tally_counts_what_slack_has_and_threads_that_were_not_read_as_we_know_them() -> None:
    ours = Side({REPLY: known(REPLY, thread=PARENT), NEW: known(NEW, thread=OLD)}, {})
    theirs = {PARENT: told(PARENT), OLD: told(OLD, is_tombstone=True)}
    counted = catchup.tally(theirs, ours, read={OLD}, window=WINDOW)
    assert counted == {catchup.day_of(NOON): 2}


def test_a_tally_leaves_out_what_we_were_told_after_slack_was_asked() -> None:
    later = [ts(-1), ts(-2)]
    ours = Side({at: known(at, thread=PARENT) for at in (REPLY, *later)}, {})
    counted = catchup.tally({PARENT: told(PARENT)}, ours, read=set(), window=WINDOW)
    assert counted == {catchup.day_of(NOON): 2}


@pytest.mark.parametrize("thread", ["", PARENT])
def test_what_was_taken_back_while_slack_was_asked_stood_there_in_the_window(thread: str) -> None:
    after, before = NOON + timedelta(seconds=1), NOON - timedelta(seconds=1)
    for deleted_at, count in ((after, 1), (NOON, 0), (before, 0)):
        ours = Side({NEW: known(NEW, thread=thread, deleted_at=deleted_at)}, {})
        counted = catchup.tally({}, ours, read=set(), window=WINDOW)
        assert sum(counted.values()) == count, deleted_at


def test_a_first_message_that_was_buried_while_slack_was_asked_stood_there_in_the_window() -> None:
    ours = Side({OLD: known(OLD, deleted_at=NOON + timedelta(seconds=1))}, {})
    counted = catchup.tally({OLD: told(OLD, is_tombstone=True)}, ours, read=set(), window=WINDOW)
    assert counted == {catchup.day_of(catchup.moment(OLD)): 1}


def test_after_a_second_invitation_what_was_told_before_it_still_counts() -> None:
    ours = Side({OLD: known(OLD)}, {})
    theirs = {OLD: told(OLD), PARENT: told(PARENT), NEW: told(NEW)}
    counted = catchup.tally(theirs, ours, read=set(), window=WINDOW, away=[("", NEW)])
    assert counted == {catchup.day_of(catchup.moment(ts)): 1 for ts in (OLD, NEW)}


def test_own_posts_are_left_out() -> None:
    team = Team("T1", "", "U_BOT", "B_BOT", "A1")
    ours = Told(replace(told(NEW).said, bot_id="B_BOT"))
    assert catchup.of_people({NEW: ours, OLD: told(OLD)}, team) == {OLD: told(OLD)}


def test_nothing_from_before_the_first_start_is_looked_at() -> None:
    gap = Gap(1, 1, Cause.START, NOON - HOUR, NOON)
    window = catchup.window([gap], first=NOON - 2 * HOUR, reopen=14 * DAY, now=NOON)
    assert window.listed_from == catchup.day_of(NOON)
    assert window.since == NOON - HOUR - catchup.MARGIN
    gap = Gap(1, 1, Cause.START, NOON - 3 * HOUR, NOON)
    assert catchup.window([gap], first=NOON - HOUR, reopen=DAY, now=NOON).since == NOON - HOUR


def test_whole_days_are_compared_back_through_the_reopen_window() -> None:
    gap = Gap(1, 1, Cause.START, NOON - HOUR, NOON)
    window = catchup.window([gap], first=NOON - 90 * DAY, reopen=14 * DAY, now=NOON)
    assert window.listed_from == catchup.day_of(NOON - 14 * DAY)


@pytest.mark.parametrize(
    "owed, since",
    [
        (NOON - HOUR, NOON - 2 * HOUR),  # no more than the gap itself
        (NOON - 5 * HOUR, NOON - 5 * HOUR),
        (NOON - 9 * DAY, NOON - DAY),  # no further than is listed
    ],
)
def test_a_channel_that_was_shut_reaches_back_to_what_is_owed(
    owed: datetime, since: datetime
) -> None:
    reached = catchup.reaching_back(WINDOW, owed)
    assert (reached.since, reached.until) == (since, WINDOW.until)
    assert reached.listed_from == WINDOW.listed_from


START = Gap(1, 1, Cause.START, NOON - HOUR, NOON)
SHUT = replace(START, cause=Cause.SHUT)
BEFORE = Comparison(1, 101, NOON - DAY, NOON - HOUR / 2)
DONE = replace(BEFORE, until=NOON)


@pytest.mark.parametrize(
    "gap, last, is_unread",
    [
        (START, None, True),
        (START, BEFORE, True),
        (START, replace(DONE, since=NOON - HOUR / 2), True),
        (START, DONE, False),
        (START, replace(DONE, error="not_in_channel"), False),  # nobody is going to read it
        (replace(START, caught_up_at=NOON), None, False),
        (SHUT, None, False),
        (SHUT, BEFORE, False),  # another channel is open again
        (SHUT, replace(BEFORE, error="not_in_channel"), True),
        (SHUT, replace(DONE, since=NOON, error="not_in_channel"), False),
    ],
)
def test_what_may_still_be_found_in_a_channel_depends_on_how_it_was_compared_last(
    gap: Gap, last: Comparison | None, is_unread: bool
) -> None:
    assert catchup.is_unread(gap, last) is is_unread


@pytest.mark.parametrize("over, seconds", [(0, 15), (60, 15), (240, 60), (480, 120), (7000, 120)])
def test_the_longer_a_gap_is_over_the_seldomer_it_is_looked_for(over: int, seconds: int) -> None:
    ended_at = NOON - timedelta(seconds=over)
    assert catchup.look_again(ended_at, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("hours, may_wait", [(1, True), (2, False)])
def test_for_what_cannot_be_read_the_rest_waits_two_hours_from_the_first_gap(
    hours: int, may_wait: bool
) -> None:
    later = replace(START, ended_at=NOON + HOUR)
    assert catchup.may_wait([later, START], NOON + hours * HOUR) is may_wait


@pytest.mark.parametrize(
    "now, zone, due",
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), "UTC", datetime(2026, 3, 2, 3, tzinfo=UTC)),
        (datetime(2026, 3, 2, 2, tzinfo=UTC), "UTC", datetime(2026, 3, 1, 3, tzinfo=UTC)),
        (datetime(2026, 3, 2, 2, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 2, 2, tzinfo=UTC)),
        # The night in which clocks go forward has no half past two, and still its three o'clock.
        (
            datetime(2026, 3, 29, 9, tzinfo=UTC),
            "Europe/Berlin",
            datetime(2026, 3, 29, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_night_ends_at_three_where_the_desk_is(now: datetime, zone: str, due: datetime) -> None:
    assert catchup.night_before(now, zone) == due


def message(**more: Any) -> Message:
    return Message(1, 1, 1, OLD, "", 1, Whose.CUSTOMER, End.OPENED, NOON - DAY, None, **more)


TICKET = Ticket(1, 1, 1, 1, OLD, 1, 1, NOON - DAY)


@pytest.mark.parametrize(
    "ticket, opening, first, is_of_use",
    [
        (TICKET, message(), message(), True),
        (replace(TICKET, last_ours_at=NOON), message(), message(), False),
        (TICKET, message(deleted_at=NOON), message(), False),
        (TICKET, message(), message(deleted_at=NOON), False),
        (TICKET, message(), message(reason="gone"), False),
        (TICKET, message(), None, False),
    ],
)
def test_a_late_first_word_is_said_only_where_it_helps(
    ticket: Ticket,
    opening: Message,
    first: Message | None,
    is_of_use: bool,
) -> None:
    assert catchup.is_of_use(ticket, opening, first) is is_of_use


def test_what_is_told_late_says_when_it_was_found() -> None:
    late, soon = told(ts(1)).said, told(ts(0.1)).said
    assert catchup.marked(late, NOON) == replace(late, found_at=NOON)
    assert catchup.marked(soon, NOON) == soon
