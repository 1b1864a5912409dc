"""JSON that is written quickly is what the standard library reads, and the other way round."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import quickjson
from storage.records.tickets import Turn

TEXTS = st.text(st.characters(exclude_categories=()))
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | TEXTS
VALUES = st.recursive(PLAIN, lambda some: st.lists(some) | st.dictionaries(TEXTS, some))


@given(VALUES)
def test_the_standard_library_reads_what_was_written(value: Any) -> None:
    assert json.loads(quickjson.octets(value)) == value


@given(VALUES)
def test_what_the_standard_library_writes_is_read(value: Any) -> None:
    assert quickjson.read(json.dumps(value)) == value
    assert quickjson.read(quickjson.text(value)) == value


@given(VALUES)
def test_no_text_holds_what_postgresql_refuses(value: Any) -> None:
    told = quickjson.text(value)
    assert "\0" not in told
    told.encode()  # no half of a surrogate pair either


def test_a_choice_is_its_word_and_a_tuple_a_list() -> None:
    assert (
        quickjson.text({"turn": Turn.NOBODYS, "ids": (1, 2)}) == '{"turn":"nobody\'s","ids":[1,2]}'
    )


def test_keys_that_are_no_texts_become_texts_as_ever() -> None:
    assert quickjson.text({1: "a", Turn.NOBODYS: "b"}) == json.dumps(
        {1: "a", Turn.NOBODYS: "b"}, separators=(",", ":")
    )


@pytest.mark.parametrize("told", ["", "{", "cut off", b"\xff\xfe", b"<html>"])
def test_what_is_no_json_is_a_value_error(told: str | bytes) -> None:
    with pytest.raises(ValueError):
        quickjson.read(told)


def test_what_json_does_not_know_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        quickjson.octets({"a": {1, 2}})
