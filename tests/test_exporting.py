"""Rows as CSV and JSON: whole, safe to open, and never held all at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.exporting import FORMULA, Format, written

AT = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
VALUES = st.lists(st.tuples(st.text(), st.none() | st.integers()), max_size=5)


def parsed(form: Format, rows: list[Any]) -> str:
    return "".join(written(form, ("words", "number"), rows))


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_words_come_back_as_they_were_whatever_is_in_them(
    rows: list[tuple[str, int | None]],
) -> None:
    found = [json.loads(line) for line in parsed(Format.JSONL, rows).split("\n")[:-1]]
    assert [(row["words"], row["number"]) for row in found] == rows


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_no_cell_is_a_formula_and_nothing_else_is_lost(rows: list[tuple[str, int | None]]) -> None:
    told = parsed(Format.CSV, rows)
    head, *found = csv.reader(StringIO(told, newline=""))
    assert head == ["words", "number"]
    for (words, number), (cell, digits) in zip(rows, found, strict=True):
        assert not cell.startswith(FORMULA)
        assert cell in (words, f"'{words}")
        assert digits == ("" if number is None else str(number))


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_disarmed(words: str) -> None:
    assert parsed(Format.CSV, [(words, -1)]).splitlines()[-1].endswith(",-1")
    ((_, *_), (cell, _)) = csv.reader(StringIO(parsed(Format.CSV, [(words, -1)]), newline=""))
    assert cell == f"'{words}"


def test_times_are_those_of_utc_and_lists_stay_lists() -> None:
    row = (AT, ("vip", "=x"), None, ())
    names = ("at", "tags", "none", "empty")
    told = json.loads("".join(written(Format.JSONL, names, [row])))
    assert told == {"at": "2026-03-02T12:30:00Z", "tags": ["vip", "=x"], "none": None, "empty": []}
    sheet = "".join(written(Format.CSV, names, [row])).splitlines()[1]
    assert sheet == '2026-03-02T12:30:00Z,"[""vip"", ""=x""]",,'


def test_a_piece_is_written_before_the_next_rows_are_read() -> None:
    read = []

    def rows() -> Iterator[tuple[str, int]]:
        for n in range(5_000):
            read.append(n)
            yield "x", n

    pieces = written(Format.CSV, ("words", "number"), rows())
    next(pieces)
    assert next(pieces)
    assert len(read) < 2_000
