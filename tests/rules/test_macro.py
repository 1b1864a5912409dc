"""Macros: their names, tags and fields, and which one is meant."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Refused
from bot.rules import macro
from bot.rules.names import slug
from storage.records.macros import Macro
from tests.rules.cast import NOON


def made(name: str, *tags: str, text: str = "Hi") -> Macro:
    return Macro(1, len(name), name, slug(name), text, NOON, tags)


ASK, LOOK, LOOKED = made("Ask for details", "first"), made("Looking into it"), made("Look again")
ALL = [ASK, LOOK, LOOKED]


@pytest.mark.parametrize(
    "word, expected",
    [("Ask for details", ASK), ("ask", ASK), ("askfordetails", ASK), ("looking", LOOK)],
)
def test_a_beginning_is_enough_where_it_fits_one(word: str, expected: Macro) -> None:
    assert macro.named(word, ALL) == expected


@pytest.mark.parametrize(
    "word, words",
    [
        ("look", "Several macros are called so: Looking into it, Look again"),
        ("asking for detail", "Did you mean Ask for details"),
        ("zzz", "There are Ask for details, Look again, Looking into it"),
        ("", "There are Ask for details"),
    ],
)
def test_a_name_that_is_none_gets_the_nearest(word: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        macro.named(word, ALL)


def test_without_macros_the_way_to_the_first_is_told() -> None:
    with pytest.raises(Refused, match="/desk macros new"):
        macro.named("ask", [])


@pytest.mark.parametrize(
    "check, field",
    [
        (lambda: macro.checked_name(" "), "name"),
        (lambda: macro.checked_name("x" * 61), "name"),
        (lambda: macro.checked_name("12 monkeys"), "name"),
        (lambda: macro.checked_tags(",".join("abcdefghijk")), "tags"),
        (lambda: macro.checked_tags("x" * 31), "tags"),
        (lambda: macro.checked_sets({"priority": "huge"}, ()), "priority"),
        (lambda: macro.checked_sets({"status": "snoozed"}, ()), "status"),
        (lambda: macro.checked_sets({"category": "Gone"}, ("Billing",)), "category"),
        (lambda: macro.checked_sets({"set_tags": "x" * 31}, ()), "set_tags"),
        (lambda: macro.check_does_something("  ", ()), "text"),
    ],
)
def test_a_form_says_at_which_field_what_is_wrong(check: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check()
    assert refusal.value.field == field


def test_tags_are_small_and_each_is_there_once() -> None:
    assert macro.checked_tags(" Billing, #refund ,billing,, first  answer") == (
        "billing",
        "refund",
        "first answer",
    )


def test_the_status_is_set_last() -> None:
    fields = {"status": "resolved", "priority": "high", "category": "Billing", "set_tags": "Done"}
    assert macro.checked_sets(fields, ("Billing",)) == (
        ("priority", "high"),
        ("category", "Billing"),
        ("tags", "done"),
        ("status", "resolved"),
    )


def test_words_find_names_tags_and_texts() -> None:
    greeting = made("Hello", "first", text="Good morning")
    assert macro.fitting([*ALL, greeting], "first") == [ASK, greeting]
    assert macro.fitting([*ALL, greeting], "#first MORNING") == [greeting]
    assert macro.fitting(ALL, "") == ALL
