"""JSON, compact and quick: for what each ticket writes and reads many times."""

from __future__ import annotations

import json
from typing import Any

import orjson

# Made once: json.dumps makes a new one each time that it is told how.
_ascii = json.JSONEncoder(separators=(",", ":")).encode


def octets(value: Any) -> bytes:
    """Lists, dicts and plain values as UTF-8, integers of 64 bits at most.

    What UTF-8 cannot say, half a surrogate pair, is escaped: so one that a person typed stays what
    it was. NUL is escaped as well, which PostgreSQL refuses in text. Raises TypeError for others.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return _ascii(value).encode()


def text(value: Any) -> str:
    """The same as text."""
    return octets(value).decode()


def read(told: str | bytes) -> Any:
    """What JSON says. Raises ValueError where it is none."""
    try:
        return orjson.loads(told)
    except ValueError:
        return json.loads(told)  # knows halves of a pair, and says what is wrong
