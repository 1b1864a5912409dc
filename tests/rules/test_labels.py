"""Tags, categories and fields: what is kept, what is refused, and what the history says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.rules import labels
from bot.rules.labels import Tags
from bot.usecases.events import Event, Moved
from storage.records.tickets import Status
from storage.records.workspaces import Extra, ExtraKind
from tests.rules import cast
from tests.rules.cast import ANA, NOON

TAGGED = cast.ticket(tags=("old", "eu"))
CATEGORIES = ("Technical", "Billing", "Pre-sales", "Warranty and repair", "Other")
BUILD = Extra("Build number")
PLAN = Extra("Plan", ExtraKind.CHOICE, ("Free", "Paid", "Paid plus"))
SEATS = Extra("Seats", ExtraKind.NUMBER)
RENEWAL = Extra("Renewal", ExtraKind.DATE)
EXTRAS = (BUILD, PLAN, SEATS, RENEWAL)


def moves(events: tuple[Event, ...]) -> list[tuple[str, str, str]]:
    return [(each.act, each.before, each.after) for each in events if isinstance(each, Moved)]


@pytest.mark.parametrize(
    "words, tags",
    [
        ("vip", Tags(("vip",))),
        ("VIP -old", Tags(("vip",), ("old",))),
        ("#vip, +eu; q3-renewal", Tags(("vip", "eu", "q3-renewal"))),
        ("−old and vip vip", Tags(("vip",), ("old",))),
        ("größe 顧客", Tags(("größe", "顧客"))),
    ],
)
def test_tags_as_people_type_them(words: str, tags: Tags) -> None:
    assert labels.parse_tags(words) == tags


@pytest.mark.parametrize("words", ["", "  ", "-", "!!", "<!channel>", "vip -vip", "x" * 41, "a_"])
def test_what_is_no_tag_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(Refused) as refused:
        labels.parse_tags(words)
    assert "<" not in str(refused.value)


def test_tags_are_added_and_taken_away_with_one_row_of_history() -> None:
    ticket, events = labels.tag(TAGGED, Tags(("vip", "eu"), ("old",)), by=ANA.id, now=NOON)
    assert ticket.tags == ("eu", "vip")
    assert moves(events) == [("tag", "old", "vip")]


@pytest.mark.parametrize(
    "wanted, hint",
    [(Tags(("old",)), "tagged so already"), (Tags((), ("vip",)), "not tagged so")],
)
def test_tags_that_change_nothing_are_refused(wanted: Tags, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        labels.tag(TAGGED, wanted, by=ANA.id, now=NOON)


def test_a_ticket_has_two_hundred_tags_at_most() -> None:
    full = cast.ticket(tags=tuple(f"t{n}" for n in range(200)))
    with pytest.raises(Refused, match="200 tags at most"):
        labels.tag(full, Tags(("more",)), by=ANA.id, now=NOON)
    swapped, _ = labels.tag(full, Tags(("more",), ("t0",)), by=ANA.id, now=NOON)
    assert len(swapped.tags) == 200


@pytest.mark.parametrize(
    "word, category",
    [
        ("billing", "Billing"),
        ("Tech", "Technical"),
        ("warr", "Warranty and repair"),
        ("none", ""),
    ],
)
def test_a_category_is_known_by_its_beginning(word: str, category: str) -> None:
    assert labels.category_of(word, CATEGORIES) == category


def test_an_unknown_category_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"Did you mean Billing\? There are: Technical, Billing"):
        labels.category_of("biling", CATEGORIES)
    with pytest.raises(Refused, match="no such category"):
        labels.category_of("", CATEGORIES)


def test_a_category_is_changed_with_a_row_of_history() -> None:
    ticket, events = labels.set_category(cast.ticket(), "Billing", by=ANA.id, now=NOON)
    assert (ticket.category, moves(events)) == ("Billing", [("category", "", "Billing")])
    with pytest.raises(Refused, match="is Billing already"):
        labels.set_category(ticket, "Billing", by=ANA.id, now=NOON)


@pytest.mark.parametrize(
    "words, extra, value",
    [
        ("build number 4.2", BUILD, "4.2"),
        ("Plan: paid", PLAN, "paid"),
        ("seats = 12", SEATS, "12"),
        ("ren 2026-12-01", RENEWAL, "2026-12-01"),
        ("plan", PLAN, ""),
    ],
)
def test_a_field_is_named_before_its_value(words: str, extra: Extra, value: str) -> None:
    assert labels.field_and_value(words, EXTRAS) == (extra, value)


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="There are: Build number, Plan, Seats, Renewal"):
        labels.field_and_value("colour red", EXTRAS)
    with pytest.raises(Refused, match=r"threadkeeper\.toml"):
        labels.field_and_value("colour red", ())


@pytest.mark.parametrize(
    "extra, words, value",
    [
        (BUILD, " 4.2 beta ", "4.2 beta"),
        (PLAN, "paid", "Paid"),
        (PLAN, "fr", "Free"),
        (SEATS, "1 200,5", "1200.5"),
        (RENEWAL, "2026-12-01", "2026-12-01"),
        (PLAN, "none", ""),
    ],
)
def test_a_value_is_kept_as_its_kind_wants_it(extra: Extra, words: str, value: str) -> None:
    assert labels.value_of(extra, words) == value


@pytest.mark.parametrize(
    "extra, words, hint",
    [
        (BUILD, "x" * 301, "300 characters"),
        (PLAN, "gold", "Plan takes one of: Free, Paid, Paid plus"),
        (SEATS, "many", "Seats takes a number"),
        (SEATS, "nan", "Seats takes a number"),
        (SEATS, "1,000", "Seats takes a number without"),
        (SEATS, "5 6", "Seats takes a number without"),
        (RENEWAL, "soon", "Renewal takes a date"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(extra: Extra, words: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        labels.value_of(extra, words)


def test_a_field_is_set_changed_and_emptied() -> None:
    ticket, events = labels.set_extra(cast.ticket(), PLAN, "Free", by=ANA.id, now=NOON)
    assert moves(events) == [("field Plan", "", "Free")]
    paid, _ = labels.set_extra(ticket, PLAN, "Paid", by=ANA.id, now=NOON)
    assert paid.own_field("Plan") == "Paid"
    empty, events = labels.set_extra(paid, PLAN, "", by=ANA.id, now=NOON)
    assert (empty.extras, moves(events)) == ((), [("field Plan", "Paid", "")])
    with pytest.raises(Refused, match="empty already"):
        labels.set_extra(empty, PLAN, "", by=ANA.id, now=NOON)


def test_fields_are_shown_in_the_order_of_the_settings_and_gone_ones_not() -> None:
    ticket = cast.ticket(extras=(("Plan", "Free"), ("Gone", "1"), ("Build number", "4")))
    assert labels.shown(ticket, EXTRAS) == (("Build number", "4"), ("Plan", "Free"))


@pytest.mark.parametrize("status", Status)
def test_labels_may_be_put_right_in_every_status(status: Status) -> None:
    ticket = replace(TAGGED, status=status)
    told, _ = labels.tag(ticket, Tags(("vip",)), by=ANA.id, now=NOON)
    assert told.status is status


@given(st.text(max_size=60))
def test_whatever_is_typed_is_tags_or_a_hint(words: str) -> None:
    try:
        wanted = labels.parse_tags(words)
    except Refused:
        return
    for tag in (*wanted.add, *wanted.take):
        assert labels.tag_of(tag) == tag
