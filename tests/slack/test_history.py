"""What many messages of a history have in common is kept once."""

from __future__ import annotations

import json
from typing import Any

from bot.slack import history, reading

MESSAGE = """
    {"ts": "1795386068.000002", "user": "U-CARLA", "team": "T-ACME", "text": "Is anybody there?"}
"""


def by_carla() -> dict[str, Any]:
    """A message as a payload brings it: each with names of its own."""
    return dict(json.loads(MESSAGE))


def test_one_name_serves_all_messages_of_a_history() -> None:
    one, other = history.all_told("C-ACME", [by_carla(), by_carla()])
    assert one.said.author is other.said.author
    assert one.said.author_team is other.said.author_team


def test_names_in_a_delivery_go_with_it() -> None:
    """Interned, each leaves a trace in Python's table of names, which grew by two MB."""
    one, other = (reading.said("C-ACME", by_carla()) for _ in range(2))
    assert one.author == other.author
    assert one.author is not other.author
    assert one.author_team is not other.author_team
