"""Inputs survive the inbox: what comes out of a row is what went in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.usecases.codec import from_arrival, to_arrival
from bot.usecases.inputs import (
    Acted,
    Deleted,
    Door,
    Drafting,
    Edited,
    Input,
    MemberMoved,
    OwnerSought,
    Place,
    Reacted,
    Said,
    TimeCame,
)
from storage.records.messages import FileRef

AT = datetime(2026, 3, 1, 9, 0, 0, 123_456, tzinfo=UTC)
FILE = FileRef("F1", "log.txt", "text/plain", 17, "https://files.example/1")

INPUTS: list[Input] = [
    Said("C1", "1.2", "", AT, bot_id="B1"),
    Said("C1", "1.2", "U1", AT, text="Why?", thread_ts="1.1", files=(FILE, FileRef("F2"))),
    Edited("C1", "1.2", "", AT, "1.3"),
    Deleted("C1", "1.2", AT, "1.3"),
    Reacted("C1", "1.2", "U1", "eyes", AT, "1.3", removed=True),
    TimeCame(7, AT, AT),
    OwnerSought(7, AT, 12),
    Drafting(7, AT, "key", "U1", is_over=True),
    MemberMoved("C1", "U1", AT, "1.3"),
    MemberMoved("C1", "U1", AT, "1.3", joined=False),
    Acted("take", "U1", Door.BUTTON, AT, "key", place=Place("C1", "1.2"), ticket_id=7),
    Acted("assign", "U1", Door.FORM, AT, "key", fields={"to": ""}, text="words"),
]


@pytest.mark.parametrize("item", INPUTS, ids=lambda item: type(item).__name__)
def test_what_comes_out_of_a_row_is_what_went_in(item: Input) -> None:
    assert from_arrival(to_arrival(1, item)) == item
