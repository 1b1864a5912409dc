"""The tickets behind a figure: which figures have a list of them, and where it is."""

from __future__ import annotations

from bot.rules.figures import Figure
from bot.rules.tallies import Value
from web.dashboard.asked import Asked


def link(asked: Asked, figure: Figure, value: Value) -> str:
    """The address of the tickets behind a figure, ``""`` where there are none to show."""
    return ""
