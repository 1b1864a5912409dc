"""Figures line by line: one account, agent, category or channel each, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.errors import Missing
from bot.rules.figures import BY_KEY, Figure, said
from bot.rules.tallies import Value
from bot.usecases import figures
from bot.usecases.figures import By, Line
from storage.unit import Unit
from web.dashboard import behind
from web.dashboard.asked import NONE, Asked

PAGE = 100
SHOWN = tuple(
    BY_KEY[key]
    for key in (
        "opened",
        "resolved",
        "reopened",
        "backlog",
        "first_p50",
        "first_p90",
        "resolution_p50",
        "sla",
        "csat",
        "escalated",
    )
)
PAGES: Mapping[str, By] = MappingProxyType(
    {
        "accounts": By.ACCOUNT,
        "agents": By.AGENT,
        "categories": By.CATEGORY,
        "channels": By.CHANNEL,
    }
)
NAME, DOWN, UP = "name", "desc", "asc"


@dataclass(frozen=True, slots=True)
class Order:
    """By name or by a figure's key, up (asc) or down (desc)."""

    by: str
    way: str

    @property
    def spoken(self) -> str:
        """As ``aria-sort`` has it."""
        return "ascending" if self.way == UP else "descending"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the link that sorts by it, and how it is sorted now, if it is."""

    title: str
    help: str
    link: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in words, and the address of its tickets."""

    words: str
    link: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One line; ``link`` is the overview of it alone."""

    name: str
    link: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of lines, and the sum of all."""

    by: By
    path: str
    heads: tuple[Head, ...]
    rows: tuple[Shown, ...]
    total: tuple[Cell, ...]
    count: int
    place: str
    earlier: str
    later: str


def read(unit: Unit, asked: Asked, now: datetime, *, told: Mapping[str, str], path: str) -> Lines:
    """The page of that path. Raises Missing for an order or a page that there is not."""
    by, order, number = PAGES[path], _order(told), _number(told.get("page", ""))
    report = figures.read(unit, asked.span, now=now, by=by, where=asked.where)
    found, begin = ordered(report.lines, order), (number - 1) * PAGE
    if begin and begin >= len(found):
        raise Missing
    asked = replace(asked, extra={"sort": order.by, "order": order.way})
    shown = found[begin : begin + PAGE]
    return Lines(
        by,
        path,
        _heads(asked, path, order, by),
        tuple(_shown(asked, by, line) for line in shown),
        tuple(_cell(asked, figure, report.total) for figure in SHOWN),
        len(found),
        f"{begin + 1:,} to {begin + len(shown):,} of {len(found):,}",
        asked.again(path, page=number - 1) if number > 1 else "",
        asked.again(path, page=number + 1) if begin + PAGE < len(found) else "",
    )


def _order(told: Mapping[str, str]) -> Order:
    by, way = told.get("sort") or "opened", told.get("order") or DOWN
    if by not in {NAME, *(figure.key for figure in SHOWN)} or way not in {UP, DOWN}:
        raise Missing
    return Order(by, way)


def _number(told: str) -> int:
    if not told:
        return 1
    if not (told.isascii() and told.isdecimal()) or not 0 < int(told[:9]) < 10**6:
        raise Missing
    return int(told)


def ordered(rows: tuple[Line, ...], order: Order) -> list[Line]:
    """Sorted; of what there is nothing to tell comes last, either way."""
    by_name = sorted(rows, key=lambda row: row.name.casefold(), reverse=order.way == DOWN)
    if order.by == NAME:
        return by_name
    figure, is_down = BY_KEY[order.by], order.way == DOWN
    telling = [row for row in rows if row.value(figure) is not None]
    telling.sort(key=lambda row: row.name.casefold())
    telling.sort(key=lambda row: _number_of(row.value(figure)), reverse=is_down)
    return telling + [row for row in rows if row.value(figure) is None]


def _number_of(value: Value) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value or 0)


def _heads(asked: Asked, path: str, order: Order, by: By) -> tuple[Head, ...]:
    columns = [(NAME, by.capitalize(), ""), *((f.key, f.title, f.help) for f in SHOWN)]
    return tuple(
        Head(
            title,
            help_,
            asked.again(path, sort=key, order=_next_way(order, key)),
            order.spoken if key == order.by else "none",
        )
        for key, title, help_ in columns
    )


def _next_way(order: Order, key: str) -> str:
    """Names are first sorted up, figures down; asked once more, the other way."""
    first, second = (UP, DOWN) if key == NAME else (DOWN, UP)
    return second if order.by == key and order.way == first else first


def _shown(asked: Asked, by: By, line: Line) -> Shown:
    own: dict[str, Any] = {by: line.key}
    alone = replace(asked, where=replace(asked.where, **own), extra={})
    cells = tuple(_cell(alone, figure, line) for figure in SHOWN)
    return Shown(line.name, asked.to("", **{by: NONE if line.key == "" else line.key}), cells)


def _cell(asked: Asked, figure: Figure, line: Line) -> Cell:
    value = line.value(figure)
    return Cell(said(figure, value), behind.link(asked, figure, value))
