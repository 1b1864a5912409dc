"""Days as operators type them: ``90d``."""

from __future__ import annotations

from typing import Any

import click

MOST_DAYS = 3_650


class Days(click.ParamType[int]):
    """A number of days from ``least`` on, with or without its d."""

    name = "days"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Fails, with words for whoever typed it, on anything else."""
        days = str(value).strip().lower().removesuffix("d")
        if not days.isdecimal() or not self.least <= int(days) <= MOST_DAYS:
            self.fail(f"say how many days, such as 90d, {MOST_DAYS}d at most.", param, ctx)
        return int(days)
