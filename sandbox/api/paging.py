"""Cursors and pages: by place in a list, or by time in a channel."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.api.call import TS, Call
from sandbox.refused import Refused
from sandbox.world import Json

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items and the cursor to the next ones, empty at the end."""

    items: list[T]
    cursor: str

    @property
    def metadata(self) -> Json:
        """The response_metadata of the answer."""
        return {"response_metadata": {"next_cursor": self.cursor}}


def page(call: Call, items: Sequence[T], *, default: int = 100, most: int = 1000) -> Page[T]:
    """The part of ``items`` that ``cursor`` and ``limit`` ask for.

    Refused with invalid_cursor and invalid_limit.
    """
    limit = read_limit(call, default=default, most=most)
    start = int(_read_cursor(call, "offset") or 0)
    end = start + limit
    cursor = _cursor("offset", str(end)) if end < len(items) else ""
    return Page(list(items[start:end]), cursor)


def read_limit(call: Call, *, default: int, most: int) -> int:
    """How many items a page may have; 0 means the default, as with Slack."""
    limit = call.number("limit") or default
    if not 1 <= limit <= most:
        raise Refused("invalid_limit")
    return limit


def newest_first(call: Call, order: Sequence[str]) -> Page[str]:
    """The ts of a page of history: from ``latest`` back to ``oldest``. ``order`` ascends."""
    limit = read_limit(call, default=100, most=999)
    low, high = _span(call, order)
    if before := _read_cursor(call, "before"):
        high = min(high, bisect_left(order, before))
    start = max(low, high - limit)
    more = start > low
    return Page(list(reversed(order[start:high])), _cursor("before", order[start]) if more else "")


def oldest_first(call: Call, order: Sequence[str]) -> Page[str]:
    """The ts of a page of a thread: from ``oldest`` on to ``latest``. ``order`` ascends."""
    limit = read_limit(call, default=1000, most=1000)
    low, high = _span(call, order)
    if after := _read_cursor(call, "after"):
        low = max(low, bisect_right(order, after))
    end = min(high, low + limit)
    more = end < high
    return Page(list(order[low:end]), _cursor("after", order[end - 1]) if more else "")


def _span(call: Call, order: Sequence[str]) -> tuple[int, int]:
    """Where ``oldest`` and ``latest`` lie in ``order``; both exclusive unless ``inclusive``."""
    inclusive = call.flag("inclusive")
    low, high = 0, len(order)
    if oldest := _read_ts(call, "oldest"):
        low = bisect_left(order, oldest) if inclusive else bisect_right(order, oldest)
    if latest := _read_ts(call, "latest"):
        high = bisect_right(order, latest) if inclusive else bisect_left(order, latest)
    return low, max(low, high)


def _read_ts(call: Call, name: str) -> str | None:
    """A bound of time, padded so that it compares with a ts as text."""
    given = call.given(name)
    if given is None:
        return None
    if not TS.fullmatch(given):
        raise Refused(f"invalid_ts_{name}")
    seconds, _, fraction = given.partition(".")
    return f"{seconds.zfill(10)}.{fraction.ljust(6, '0')}"


def _cursor(kind: str, place: str) -> str:
    return base64.b64encode(f"{kind}:{place}".encode()).decode()


def _read_cursor(call: Call, kind: str) -> str | None:
    """The place a cursor of ours names; refused with invalid_cursor if it is none of this kind."""
    given = call.given("cursor")
    if given is None:
        return None
    try:
        found, _, place = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_cursor") from None
    if found != kind or not TS.fullmatch(place):
        raise Refused("invalid_cursor")
    return place
