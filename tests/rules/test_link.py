"""Which tickets may belong together, and what that makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.rules import link
from bot.rules.link import Wish
from bot.usecases.events import Event, Moved
from storage.records.tickets import Kinship, Link, Priority, Resolution, Status, Ticket, Turn
from tests.rules import cast
from tests.rules.cast import ACME, ANA, BEN, GLOBEX, NOON, PUBLIC

LATER = NOON + timedelta(minutes=5)
ONE, OTHER = cast.ticket(), cast.ticket(id=901, number=15, thread_ts="30.0")


def moves(events: tuple[Event, ...]) -> list[tuple[str, str, str]]:
    return [(each.act, each.before, each.after) for each in events if isinstance(each, Moved)]


@pytest.mark.parametrize(
    "words, wish",
    [
        ("15", Wish(None, 15)),
        ("into #15", Wish(Kinship.MERGED, 15)),
        ("and 15", Wish(None, 15)),
        ("related 15", Wish(Kinship.RELATED, 15)),
        ("is related to #15.", Wish(Kinship.RELATED, 15)),
        ("duplicate of 15", Wish(Kinship.DUPLICATE, 15)),
        ("dup 15", Wish(Kinship.DUPLICATE, 15)),
        ("is a child of 15", Wish(Kinship.CHILD, 15)),
        ("15 parent", Wish(Kinship.CHILD, 15, is_turned=True)),
        ("is the parent of 015", Wish(Kinship.CHILD, 15, is_turned=True)),
    ],
)
def test_what_people_type_after_link_and_merge(words: str, wish: Wish) -> None:
    assert link.parse(words) == wish


@pytest.mark.parametrize(
    "words", ["", "related", "15 16", "cousin 15", "related child 15", "#0", "parent child 15"]
)
def test_anything_else_is_answered_by_how_to_say_it(words: str) -> None:
    with pytest.raises(Refused, match="/ticket link 12 related 15"):
        link.parse(words)


def test_a_merged_ticket_is_done_with_and_says_where_it_went() -> None:
    part, events = link.merge(ONE, OTHER, by=ANA.id, now=LATER)
    assert (part.status, part.resolution, part.merged_id) == (
        Status.RESOLVED,
        Resolution.DUPLICATE,
        OTHER.id,
    )
    assert moves(events) == [("merge", "new", "#15")]


def test_the_ticket_that_goes_on_is_as_pressing_as_both_and_ours_if_either_was() -> None:
    waiting = replace(OTHER, status=Status.WAITING, turn=Turn.THEIRS, until_at=LATER, owner_id=None)
    urgent = replace(ONE, priority=Priority.URGENT, owner_id=BEN.id, last_customer_at=LATER)
    whole, events = link.absorbed(waiting, urgent, by=ANA.id, now=LATER)
    assert (whole.status, whole.turn, whole.until_at) == (Status.OPEN, Turn.OURS, None)
    assert (whole.priority, whole.owner_id) == (Priority.URGENT, BEN.id)
    assert whole.last_customer_at == LATER
    assert moves(events) == [
        ("absorb", "", "#12"),
        ("assign", "", str(BEN.id)),
        ("priority", "normal", "urgent"),
        ("status", "waiting", "open"),
    ]


def test_what_was_answered_on_both_sides_goes_on_waiting() -> None:
    waiting = replace(OTHER, status=Status.WAITING, turn=Turn.THEIRS)
    whole, _ = link.absorbed(waiting, replace(waiting, id=1), by=ANA.id, now=LATER)
    assert whole.status is Status.WAITING


@pytest.mark.parametrize(
    "into, hint",
    [
        (replace(OTHER, status=Status.RESOLVED), "/ticket reopen 15"),
        (replace(OTHER, status=Status.RESOLVED, merged_id=7), "part of another"),
    ],
)
def test_nothing_is_merged_into_what_is_done(into: Ticket, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        link.merge(ONE, into, by=ANA.id, now=LATER)


def test_a_ticket_is_not_joined_with_itself() -> None:
    with pytest.raises(Refused, match="that very ticket"):
        link.check_pair(ONE, ONE)


def test_customers_never_come_to_read_each_others_words() -> None:
    link.check_same_customer(ONE, OTHER, (ACME, ACME))
    link.check_same_customer(ONE, OTHER, (PUBLIC, PUBLIC))
    link.check_same_customer(
        ONE, OTHER, (replace(ACME, account_id=7), replace(GLOBEX, account_id=7))
    )
    for here, there in (
        (ACME, GLOBEX),
        (ACME, PUBLIC),
        (replace(ACME, account_id=7), replace(GLOBEX, account_id=8)),
        (replace(ACME, account_id=7), GLOBEX),
    ):
        with pytest.raises(Refused, match="different customers"):
            link.check_same_customer(ONE, OTHER, (here, there))


def test_an_undone_merge_opens_the_ticket_again() -> None:
    part, _ = link.merge(ONE, OTHER, by=ANA.id, now=NOON)
    back, events = link.unmerge(part, by=ANA.id, now=LATER)
    assert (back.status, back.turn, back.merged_id) == (Status.OPEN, Turn.OURS, None)
    assert moves(events) == [("unmerge", "resolved", "open")]


def test_only_what_is_merged_can_be_parted() -> None:
    with pytest.raises(Refused, match="not merged into another"):
        link.unmerge(replace(ONE, status=Status.RESOLVED), by=ANA.id, now=LATER)


def test_what_came_along_goes_back_and_what_was_said_in_its_thread_since() -> None:
    came = cast.message(id=1, ts="11.0", thread_ts="")
    since = cast.message(id=2, ts="40.0", thread_ts=ONE.thread_ts)
    its_own = cast.message(id=3, ts="41.0", thread_ts=OTHER.thread_ts)
    elsewhere = cast.message(id=4, ts="42.0", thread_ts=ONE.thread_ts, channel_id=GLOBEX.id)
    known = Link(1, ONE.id, Kinship.MERGED, OTHER.id, NOON, moved=(1,))
    back = link.going_back([ONE], known, OTHER, [came, since, its_own, elsewhere])
    assert back == [1, 2]


def test_of_two_tickets_in_one_thread_only_what_came_along_goes_back() -> None:
    same = replace(OTHER, thread_ts=ONE.thread_ts)
    came = cast.message(id=1, ts="11.0", thread_ts=ONE.thread_ts)
    since = cast.message(id=2, ts="40.0", thread_ts=ONE.thread_ts)
    known = Link(1, ONE.id, Kinship.MERGED, OTHER.id, NOON, moved=(1,))
    assert link.going_back([ONE], known, same, [came, since]) == [1]


def test_two_that_are_related_are_linked_once_whoever_says_so() -> None:
    made = link.linked(OTHER, Kinship.RELATED, ONE, [], now=NOON)
    assert (made.ticket_id, made.other_id) == (ONE.id, OTHER.id)
    with pytest.raises(Refused, match="linked already"):
        link.linked(ONE, Kinship.CHILD, OTHER, [made], now=NOON)


def test_a_ticket_has_one_parent() -> None:
    known = Link(1, ONE.id, Kinship.CHILD, 7, NOON)
    with pytest.raises(Refused, match="has a parent already"):
        link.linked(ONE, Kinship.CHILD, OTHER, [known], now=NOON)
    assert link.linked(OTHER, Kinship.CHILD, ONE, [known], now=NOON).other_id == ONE.id


@pytest.mark.parametrize("kind", Kinship)
def test_a_link_reads_from_either_end(kind: Kinship) -> None:
    made = Link(1, ONE.id, kind, OTHER.id, NOON)
    assert link.word(made, ONE.id)
    assert (link.word(made, ONE.id) == link.word(made, OTHER.id)) is (kind is Kinship.RELATED)
