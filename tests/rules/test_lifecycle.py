"""How a ticket moves, and how it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.errors import Refused
from bot.rules import labels, lifecycle, link, promise, waking
from bot.rules.labels import Tags
from bot.rules.lifecycle import MOVES, Told
from bot.usecases.events import (
    CustomerWrote,
    Event,
    Moved,
    Reopened,
    Resolved,
    TeamAnswered,
)
from storage.records.tickets import Priority, Resolution, Source, Status, Ticket, Turn
from storage.records.workspaces import Extra
from tests.rules import cast
from tests.rules.cast import ANA, BEN, CARLA, NOON

LATER = NOON + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
LIVE = (Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED)
DONE = (Status.RESOLVED, Status.CLOSED)


def in_status(status: Status, **more: object) -> Ticket:
    turns = {
        Status.WAITING: Turn.THEIRS,
        Status.RESOLVED: Turn.NOBODYS,
        Status.CLOSED: Turn.NOBODYS,
    }
    done = {"resolution": Resolution.ANSWERED, "resolved_at": NOON} if status in DONE else {}
    return cast.ticket(status=status, turn=turns.get(status, Turn.OURS), **(done | more))


def kinds(events: tuple[Event, ...]) -> list[type[Event]]:
    return [type(event) for event in events]


def moves(events: tuple[Event, ...]) -> list[tuple[str, str, str]]:
    return [(each.act, each.before, each.after) for each in events if isinstance(each, Moved)]


def test_a_new_ticket_is_ours_to_answer() -> None:
    ticket = lifecycle.opened(
        workspace_id=1,
        id=900,
        number=12,
        channel_id=100,
        thread_ts="10.0",
        opening_id=800,
        requester_id=CARLA.id,
        now=NOON,
        previous_id=7,
    )
    assert (ticket.status, ticket.turn, ticket.owner_id) == (Status.NEW, Turn.OURS, None)
    assert (ticket.opened_at, ticket.last_customer_at) == (NOON, NOON)
    assert (ticket.source, ticket.previous_id, ticket.version) == (Source.MESSAGE, 7, 1)


@pytest.mark.parametrize(
    "before, after",
    [
        (Status.NEW, Status.NEW),
        (Status.OPEN, Status.OPEN),
        (Status.WAITING, Status.OPEN),
        (Status.SNOOZED, Status.OPEN),
        (Status.RESOLVED, Status.OPEN),
        (Status.CLOSED, Status.OPEN),
    ],
)
def test_a_customers_word_makes_it_our_turn(before: Status, after: Status) -> None:
    ticket, events = lifecycle.customer_wrote(
        in_status(before), cast.message(LATER), courtesy=False, now=LATER
    )
    assert (ticket.status, ticket.turn) == (after, Turn.OURS)
    assert (ticket.resolution, ticket.resolved_at) == (None, None)
    assert ticket.last_customer_at == LATER
    assert kinds(events)[0] is CustomerWrote
    assert all(event.ticket == ticket and event.by == CARLA.id for event in events)


@pytest.mark.parametrize("status", DONE)
def test_a_customers_word_reopens_what_was_done(status: Status) -> None:
    _, events = lifecycle.customer_wrote(
        in_status(status), cast.message(), courtesy=False, now=NOON
    )
    assert kinds(events) == [CustomerWrote, Reopened]
    assert moves(events) == [("reopen-by-word", status, "open")]


@pytest.mark.parametrize("status", [Status.WAITING, Status.SNOOZED])
def test_a_customers_word_that_wakes_a_ticket_is_in_its_history(status: Status) -> None:
    _, events = lifecycle.customer_wrote(
        in_status(status), cast.message(), courtesy=False, now=NOON
    )
    assert kinds(events) == [CustomerWrote, Moved]
    assert moves(events) == [("status", status, "open")]


@pytest.mark.parametrize("status", Status)
def test_courtesy_changes_nothing(status: Status) -> None:
    before = in_status(status)

    ticket, events = lifecycle.customer_wrote(before, cast.message(LATER), courtesy=True, now=LATER)
    assert ticket == before
    assert [getattr(event, "courtesy", None) for event in events] == [True]


@pytest.mark.parametrize("status", LIVE)
def test_our_answer_makes_it_their_turn(status: Status) -> None:
    ticket, events = lifecycle.team_answered(
        in_status(status), cast.message(LATER), by=ANA.id, is_agent=True, now=LATER
    )
    assert (ticket.status, ticket.turn) == (Status.WAITING, Turn.THEIRS)
    assert (ticket.first_answer_at, ticket.last_ours_at) == (LATER, LATER)
    assert kinds(events)[0] is TeamAnswered


def test_the_first_agent_to_answer_owns_it() -> None:
    ticket, events = lifecycle.team_answered(
        cast.ticket(), cast.message(), by=ANA.id, is_agent=True, now=NOON
    )
    assert ticket.owner_id == ANA.id
    assert moves(events) == [("take", "", str(ANA.id)), ("status", "new", "waiting")]


@pytest.mark.parametrize(
    "owner, is_agent, expected",
    [(None, False, None), (BEN.id, True, BEN.id), (BEN.id, False, BEN.id)],
)
def test_nobody_else_comes_to_own_it_by_answering(
    owner: int | None, is_agent: bool, expected: int | None
) -> None:
    ticket, _ = lifecycle.team_answered(
        cast.ticket(owner_id=owner), cast.message(), by=ANA.id, is_agent=is_agent, now=NOON
    )
    assert ticket.owner_id == expected


def test_the_first_answer_is_counted_once() -> None:
    once, _ = lifecycle.team_answered(
        cast.ticket(), cast.message(NOON), by=ANA.id, is_agent=True, now=NOON
    )
    twice, events = lifecycle.team_answered(
        once, cast.message(LATER), by=BEN.id, is_agent=True, now=LATER
    )
    assert (twice.first_answer_at, twice.last_ours_at) == (NOON, LATER)
    assert twice.owner_id == ANA.id
    assert kinds(events) == [TeamAnswered]


@pytest.mark.parametrize("status", DONE)
def test_an_answer_leaves_a_resolved_ticket_resolved(status: Status) -> None:
    before = in_status(status)

    ticket, events = lifecycle.team_answered(
        before, cast.message(LATER), by=ANA.id, is_agent=True, now=LATER
    )
    assert (ticket.status, ticket.turn, ticket.owner_id) == (status, Turn.NOBODYS, None)
    assert ticket.last_ours_at == LATER
    assert kinds(events) == [TeamAnswered]


def test_an_answer_that_came_late_does_not_hide_the_customers_newer_word() -> None:
    before = cast.ticket(last_customer_at=LATER)

    ticket, _ = lifecycle.team_answered(
        before, cast.message(NOON), by=ANA.id, is_agent=True, now=LATER
    )
    assert (ticket.status, ticket.turn) == (Status.OPEN, Turn.OURS)
    assert ticket.first_answer_at == NOON


def test_times_never_run_backwards() -> None:
    before = cast.ticket(last_customer_at=LATER, last_ours_at=LATER, first_answer_at=LATER)

    wrote, _ = lifecycle.customer_wrote(before, cast.message(NOON), courtesy=False, now=LATER)
    answered, _ = lifecycle.team_answered(
        before, cast.message(NOON), by=ANA.id, is_agent=True, now=LATER
    )
    assert wrote.last_customer_at == LATER
    assert answered.last_ours_at == LATER


def test_who_takes_it_owns_it() -> None:
    ticket, events = lifecycle.take(cast.ticket(), by=ANA.id, now=NOON)

    assert (ticket.owner_id, ticket.status, ticket.turn) == (ANA.id, Status.OPEN, Turn.OURS)
    assert moves(events) == [("take", "", str(ANA.id)), ("status", "new", "open")]


def test_taking_from_another_says_from_whom() -> None:
    ticket, events = lifecycle.take(in_status(Status.WAITING, owner_id=BEN.id), by=ANA.id, now=NOON)

    assert (ticket.owner_id, ticket.status) == (ANA.id, Status.WAITING)
    assert moves(events) == [("take", str(BEN.id), str(ANA.id))]


def test_taking_what_is_yours_is_refused() -> None:
    with pytest.raises(Refused, match=r"^#12 is already yours\.$"):
        lifecycle.take(cast.ticket(owner_id=ANA.id), by=ANA.id, now=NOON)


@pytest.mark.parametrize(
    "owner, to, row",
    [
        (None, BEN.id, ("", str(BEN.id))),
        (ANA.id, BEN.id, (str(ANA.id), str(BEN.id))),
        (ANA.id, None, (str(ANA.id), "")),
        (None, ANA.id, ("", str(ANA.id))),
    ],
)
def test_a_ticket_is_given_to_anybody_or_nobody(
    owner: int | None, to: int | None, row: tuple[str, str]
) -> None:
    ticket, events = lifecycle.assign(
        in_status(Status.OPEN, owner_id=owner), to, by=ANA.id, now=NOON
    )
    assert ticket.owner_id == to
    assert moves(events) == [("assign", *row)]


@pytest.mark.parametrize(
    "owner, why", [(None, "Nobody has #12"), (BEN.id, "They already have #12")]
)
def test_giving_it_where_it_is_changes_nothing_and_says_so(owner: int | None, why: str) -> None:
    with pytest.raises(Refused, match=why):
        lifecycle.assign(cast.ticket(owner_id=owner), owner, by=ANA.id, now=NOON)


@pytest.mark.parametrize("status", LIVE)
@pytest.mark.parametrize("resolution", Resolution)
def test_a_resolved_ticket_is_nobodys_turn(status: Status, resolution: Resolution) -> None:
    ticket, events = lifecycle.resolve(
        in_status(status), by=ANA.id, resolution=resolution, now=LATER
    )
    assert (ticket.status, ticket.turn) == (Status.RESOLVED, Turn.NOBODYS)
    assert (ticket.resolution, ticket.resolved_at) == (resolution, LATER)
    assert kinds(events) == [Resolved]
    assert moves(events) == [("resolve", status, resolution)]


def test_not_a_request_is_an_end_of_its_own() -> None:
    ticket, events = lifecycle.not_a_request(cast.ticket(), by=ANA.id, now=NOON)

    assert (ticket.status, ticket.resolution) == (Status.RESOLVED, Resolution.NOT_A_REQUEST)
    assert moves(events) == [("not-a-request", "new", "not a request")]


@pytest.mark.parametrize(
    "ticket, resolution",
    [
        (cast.ticket(first_answer_at=NOON), Resolution.ANSWERED),
        (cast.ticket(), Resolution.FIXED),
    ],
)
def test_the_customer_can_say_that_it_is_solved(ticket: Ticket, resolution: Resolution) -> None:
    told, events = lifecycle.solved_by_customer(ticket, by=CARLA.id, now=NOON)

    assert (told.status, told.turn) == (Status.RESOLVED, Turn.NOBODYS)
    assert told.resolution is resolution
    assert moves(events) == [("solved", "new", resolution)]


@pytest.mark.parametrize("status", DONE)
def test_a_reopened_ticket_is_ours_and_keeps_its_owner(status: Status) -> None:
    ticket, events = lifecycle.reopen(in_status(status, owner_id=ANA.id), by=BEN.id, now=LATER)

    assert (ticket.status, ticket.turn, ticket.owner_id) == (Status.OPEN, Turn.OURS, ANA.id)
    assert (ticket.resolution, ticket.resolved_at) == (None, None)
    assert kinds(events) == [Reopened]
    assert moves(events) == [("reopen", status, "open")]


@pytest.mark.parametrize(
    "ticket, days, expected",
    [
        (in_status(Status.RESOLVED), 0, True),
        (in_status(Status.RESOLVED), 14, True),
        (in_status(Status.CLOSED), 13, True),
        (in_status(Status.RESOLVED), 15, False),
        (in_status(Status.CLOSED, resolved_at=None), 0, False),
        (in_status(Status.OPEN), 0, False),
    ],
)
def test_a_word_reopens_within_the_window_only(ticket: Ticket, days: int, expected: bool) -> None:
    now = NOON + timedelta(days=days)

    assert lifecycle.is_reopenable(ticket, window=timedelta(days=14), now=now) is expected


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN, Status.SNOOZED])
def test_a_ticket_can_wait_for_the_customer(status: Status) -> None:
    ticket, events = lifecycle.wait(in_status(status), by=ANA.id, now=NOON)

    assert (ticket.status, ticket.turn) == (Status.WAITING, Turn.THEIRS)
    assert moves(events) == [("wait", status, "waiting")]


def test_a_ticket_waits_until_somebody_said_and_no_longer() -> None:
    ticket, events = lifecycle.wait(cast.ticket(), until=LATER, by=ANA.id, now=NOON)
    assert (ticket.status, ticket.until_at) == (Status.WAITING, LATER)
    assert moves(events) == [("wait", "new", LATER.isoformat())]
    with pytest.raises(Refused, match="already waits"):
        lifecycle.wait(ticket, until=LATER, by=ANA.id, now=NOON)
    longer, _ = lifecycle.wait(ticket, until=LATER + MINUTE, by=ANA.id, now=NOON)
    assert longer.until_at == LATER + MINUTE


def test_an_answer_keeps_the_time_at_which_somebody_wants_to_look_again() -> None:
    snoozed, _ = waking.snooze(cast.ticket(), LATER, by=ANA.id, now=NOON)
    answered, _ = lifecycle.team_answered(
        snoozed, cast.message(NOON), by=ANA.id, is_agent=True, now=NOON
    )
    assert (answered.status, answered.until_at) == (Status.WAITING, LATER)


@pytest.mark.parametrize("status", [Status.WAITING, Status.SNOOZED])
def test_a_customers_word_ends_waiting_and_snoozing(status: Status) -> None:
    before = in_status(status, until_at=LATER, nudged_at=NOON)
    ticket, _ = lifecycle.customer_wrote(before, cast.message(), courtesy=False, now=NOON)
    assert (ticket.until_at, ticket.nudged_at) == (None, None)


def test_a_priority_is_changed_with_a_row_of_history() -> None:
    ticket, events = lifecycle.set_priority(cast.ticket(), Priority.HIGH, by=ANA.id, now=NOON)

    assert ticket.priority is Priority.HIGH
    assert moves(events) == [("priority", "normal", "high")]


def test_the_same_priority_again_is_refused() -> None:
    with pytest.raises(Refused, match="The priority of #12 is normal already"):
        lifecycle.set_priority(cast.ticket(), Priority.NORMAL, by=ANA.id, now=NOON)


def test_a_customer_who_says_no_makes_it_our_turn() -> None:
    ticket, events = lifecycle.unsolved_by_customer(
        in_status(Status.WAITING, nudged_at=NOON), by=CARLA.id, now=LATER
    )
    assert (ticket.status, ticket.turn, ticket.last_customer_at) == (
        Status.OPEN,
        Turn.OURS,
        LATER,
    )
    assert moves(events) == [("unsolved", "waiting", "open")]


def test_a_customer_makes_it_urgent_once() -> None:
    ticket, events = lifecycle.made_urgent(cast.ticket(), by=CARLA.id, now=NOON)

    assert ticket.priority is Priority.URGENT
    assert moves(events) == [("urgent", "normal", "urgent")]
    with pytest.raises(Refused, match="#12 already counts as urgent"):
        lifecycle.made_urgent(ticket, by=CARLA.id, now=NOON)


def test_urgent_is_a_word_of_the_customer_and_makes_it_our_turn() -> None:
    ticket, events = lifecycle.made_urgent(in_status(Status.WAITING), by=CARLA.id, now=NOON)

    assert (ticket.status, ticket.turn) == (Status.OPEN, Turn.OURS)
    assert moves(events) == [("urgent", "normal", "urgent"), ("status", "waiting", "open")]


def test_a_deleted_answer_makes_it_our_turn_again() -> None:
    asked = in_status(Status.WAITING, last_customer_at=NOON, first_answer_at=LATER)

    ticket, events = lifecycle.answer_deleted(asked, [], by=ANA.id, now=LATER)

    assert (ticket.status, ticket.turn) == (Status.OPEN, Turn.OURS)
    assert (ticket.first_answer_at, ticket.last_ours_at) == (None, None)
    assert moves(events) == [("status", "waiting", "open")]


def test_another_answer_that_stands_keeps_it_the_customers_turn() -> None:
    asked = in_status(Status.WAITING, last_customer_at=NOON)

    ticket, events = lifecycle.answer_deleted(asked, [LATER], by=ANA.id, now=LATER)

    assert (ticket.turn, ticket.first_answer_at) == (Turn.THEIRS, LATER)
    assert events == ()


def test_a_deleted_answer_leaves_a_resolved_ticket_resolved() -> None:
    done = in_status(Status.RESOLVED, last_customer_at=NOON, first_answer_at=LATER)

    ticket, events = lifecycle.answer_deleted(done, [], by=ANA.id, now=LATER)

    assert ticket.status is Status.RESOLVED
    assert events == ()


OTHER = cast.ticket(id=901, number=15)

ACTS: dict[str, Callable[[Ticket], Told]] = {
    "take": lambda t: lifecycle.take(t, by=ANA.id, now=NOON),
    "assign": lambda t: lifecycle.assign(t, BEN.id, by=ANA.id, now=NOON),
    "wait": lambda t: lifecycle.wait(t, until=LATER, by=ANA.id, now=NOON),
    "snooze": lambda t: waking.snooze(t, LATER, by=ANA.id, now=NOON),
    "wake": lambda t: waking.wake(t, by=ANA.id, now=NOON),
    "unanswered": lambda t: waking.unanswered(t, now=NOON),
    "nudge": lambda t: waking.nudge(t, now=NOON),
    "silence": lambda t: waking.silence(t, now=NOON),
    "close": lambda t: waking.close(t, now=NOON),
    "priority": lambda t: lifecycle.set_priority(t, Priority.LOW, by=ANA.id, now=NOON),
    "urgent": lambda t: lifecycle.made_urgent(t, by=CARLA.id, now=NOON),
    "resolve": lambda t: lifecycle.resolve(t, by=ANA.id, resolution=Resolution.FIXED, now=NOON),
    "not-a-request": lambda t: lifecycle.not_a_request(t, by=ANA.id, now=NOON),
    "solved": lambda t: lifecycle.solved_by_customer(t, by=CARLA.id, now=NOON),
    "unsolved": lambda t: lifecycle.unsolved_by_customer(t, by=CARLA.id, now=LATER),
    "tag": lambda t: labels.tag(t, Tags(("vip",)), by=ANA.id, now=NOON),
    "category": lambda t: labels.set_category(t, "Billing", by=ANA.id, now=NOON),
    "field": lambda t: labels.set_extra(t, Extra("Plan"), "Free", by=ANA.id, now=NOON),
    "link": lambda t: link.told(t, "link", "related to #15", by=ANA.id, now=NOON),
    "unlink": lambda t: link.told(t, "unlink", "related to #15", by=ANA.id, now=NOON),
    "merge": lambda t: link.merge(t, OTHER, by=ANA.id, now=NOON),
    "unmerge": lambda t: link.unmerge(replace(t, merged_id=OTHER.id), by=ANA.id, now=NOON),
    "reopen": lambda t: lifecycle.reopen(t, by=ANA.id, now=NOON),
    "promise": lambda t: promise.make(t, LATER, by=ANA.id, now=NOON),
    "unpromise": lambda t: promise.take_back(replace(t, promised_at=LATER), by=ANA.id, now=NOON),
}
# Threads elsewhere come and go in whatever status, and change nothing of it.
BESIDE = {"attach", "detach"}


ALWAYS = {act for act, statuses in MOVES.items() if statuses == set(Status)}


def test_the_table_of_moves_names_every_act() -> None:
    assert set(ACTS) | BESIDE == set(MOVES)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", ACTS)
def test_only_the_legal_moves_are_made(act: str, status: Status) -> None:
    before = in_status(status)
    if status in MOVES[act]:
        ticket, events = ACTS[act](before)
        assert ticket != before or act in ("link", "unlink", "unpromise")
        assert events
        return
    with pytest.raises(Refused, match=r"^#12 .*\.$"):
        ACTS[act](before)


@pytest.mark.parametrize(
    "act, status, sentence",
    [
        (
            "take",
            Status.RESOLVED,
            "#12 is already resolved. Reopen it first with `/ticket reopen 12`.",
        ),
        (
            "resolve",
            Status.CLOSED,
            "#12 is already closed. Reopen it first with `/ticket reopen 12`.",
        ),
        ("wake", Status.OPEN, "#12 is not snoozed, so there is nothing to wake."),
        (
            "wake",
            Status.RESOLVED,
            "#12 is already resolved. Reopen it first with `/ticket reopen 12`.",
        ),
        (
            "reopen",
            Status.OPEN,
            "#12 is open already. If there is more to say, just write in its thread.",
        ),
    ],
)
def test_a_refused_move_says_how_to_mend_it(act: str, status: Status, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        ACTS[act](in_status(status))
    assert str(refused.value) == sentence


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"unmerge", "close", "merge", *ALWAYS}))
def test_what_is_merged_moves_no_more_and_says_why(act: str) -> None:
    merged = in_status(Status.RESOLVED, merged_id=OTHER.id)
    with pytest.raises(Refused, match=r"part of another ticket|together with another request"):
        ACTS[act](merged)


@pytest.mark.parametrize("act", ["solved", "unsolved", "urgent"])
def test_customers_are_not_told_of_commands(act: str) -> None:
    with pytest.raises(Refused) as refused:
        ACTS[act](in_status(Status.RESOLVED))
    assert "/ticket" not in str(refused.value)
    assert "write in its thread" in str(refused.value)


class Desk(RuleBasedStateMachine):
    """Anything may happen to a ticket, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket = cast.ticket()
        self.now = NOON

    @rule(act=st.sampled_from(sorted(ACTS)))
    def act(self, act: str) -> None:
        before = self.ticket
        try:
            self.ticket, events = ACTS[act](before)
        except Refused:
            return
        assert events[-1].ticket == self.ticket

    @rule(courtesy=st.booleans(), ago=st.integers(0, 90))
    def customer_writes(self, courtesy: bool, ago: int) -> None:
        said = cast.message(self.now - timedelta(seconds=ago))
        self.ticket, _ = lifecycle.customer_wrote(
            self.ticket, said, courtesy=courtesy, now=self.now
        )
        assert courtesy or self.ticket.turn is Turn.OURS

    @rule(is_agent=st.booleans(), ago=st.integers(0, 90))
    def team_answers(self, is_agent: bool, ago: int) -> None:
        said = cast.message(self.now - timedelta(seconds=ago))
        self.ticket, _ = lifecycle.team_answered(
            self.ticket, said, by=BEN.id, is_agent=is_agent, now=self.now
        )
        assert self.ticket.first_answer_at is not None

    @rule(seconds=st.integers(1, 3600))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_turn_follows_the_status(self) -> None:
        assert self.ticket.is_done is (self.ticket.turn is Turn.NOBODYS)
        assert (self.ticket.status is Status.WAITING) is (self.ticket.turn is Turn.THEIRS)

    @invariant()
    def only_what_rests_comes_back_at_a_time(self) -> None:
        rests = self.ticket.status in (Status.WAITING, Status.SNOOZED)
        assert rests or self.ticket.until_at is self.ticket.nudged_at is None

    @invariant()
    def a_resolution_belongs_to_what_is_done(self) -> None:
        assert self.ticket.is_done is (self.ticket.resolution is not None)
        assert self.ticket.is_done is (self.ticket.resolved_at is not None)


TestDesk = Desk.TestCase
