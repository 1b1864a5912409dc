"""Rows as text for other programs: CSV that a spreadsheet may open, or a line of JSON for each."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from io import StringIO
from itertools import islice
from types import MappingProxyType
from typing import Any

AT_ONCE = 500  # rows of a piece

Rows = Iterable[Sequence[Any]]


class Format(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


# A spreadsheet takes what begins so for a formula, wide letters too, and formulas can do harm.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FIRST = frozenset(FORMULA)


def written(form: Format, columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """The rows in pieces of some hundred lines, one after the other; nothing is held longer."""
    return _WAYS[form](columns, rows)


def _csv(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """As RFC 4180 has it, with a head; times are ISO 8601 in UTC."""
    left = iter(rows)
    found: list[Sequence[Any]] = [columns]
    while found:
        piece = StringIO()
        csv.writer(piece).writerows([_cells(row) for row in found])
        yield piece.getvalue()
        found = list(islice(left, AT_ONCE))


def _cells(row: Sequence[Any]) -> list[Any]:
    """Written for speed: it is called for each of millions of rows."""
    return [
        each
        if each is None or type(each) is int
        else (f"'{each}" if each[:1] in _FIRST else each)
        if type(each) is str
        else _cell(each)
        for each in row
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, (list, tuple)):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


def _jsonl(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """An object a line; times are ISO 8601 in UTC, what there is none of is null."""
    left = iter(rows)
    while found := list(islice(left, AT_ONCE)):
        lines = (dict(zip(columns, row, strict=True)) for row in found)
        yield "".join([_ENCODER.encode(line) + "\n" for line in lines])


def _plain(value: Any) -> str:
    return _moment(value) if isinstance(value, datetime) else str(value)


def _moment(at: datetime) -> str:
    return f"{at.isoformat()[:-6]}Z"  # all are in UTC


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
_WAYS: Mapping[Format, Callable[[Sequence[str], Rows], Iterator[str]]] = MappingProxyType(
    {Format.CSV: _csv, Format.JSONL: _jsonl}
)
