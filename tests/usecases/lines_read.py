"""What people read of lines and charts: in a digest, on the dashboard's pages, in its files."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from bot.rules.figures import BY_KEY, FIGURES, Figure, Unit, said
from bot.rules.tallies import Value
from web.dashboard import lines

Lines = dict[str, dict[str, str]]
"""By what a line is called: its figures by their titles, in words."""

WORK = tuple(BY_KEY[key] for key in ("opened", "resolved", "backlog"))
_SHARE = re.compile(r"(?P<name>.+): ([\d,]+) opened, ([\d,]+) resolved, ([\d,]+) open")
_TIMES = (Unit.BUSINESS_TIME, Unit.WALL_TIME)


def shares(blocks: Iterable[Mapping[str, Any]]) -> dict[str, Lines]:
    """The lines of a digest, by ``account`` and ``category``."""
    found: dict[str, Lines] = {"account": {}, "category": {}}
    for block in blocks:
        words = block.get("text", {}).get("text", "")
        if head := re.match(r"\*By (account|category)\*, in tickets\n", words):
            told = map(_SHARE.fullmatch, words[head.end() :].splitlines())
            found[head[1]] = {
                html.unescape(it["name"]): _work(it.groups()[1:]) for it in told if it
            }
    return found


def _work(numbers: Iterable[str]) -> dict[str, str]:
    told = zip(WORK, (int(each.replace(",", "")) for each in numbers), strict=True)
    return {figure.title: said(figure, number) for figure, number in told}


def drawn(blocks: Iterable[Mapping[str, Any]]) -> dict[str, Callable[[str], int]]:
    """What a digest says that its picture shows: by series, the number at a label."""
    (told,) = (
        element["text"]
        for block in blocks
        for element in block.get("elements", ())
        if str(element.get("text", "")).startswith("In tickets per ")
    )
    found: dict[str, Callable[[str], int]] = {}
    for series in told.partition(": ")[2].removesuffix(".").split(". "):
        title, _, numbers = series.partition(": ")
        at = dict(re.findall(r"(?:^|, )([^,:]+): (\d+)", numbers))
        found[title] = partial(_number, at)
    return found


def _number(at: Mapping[str, str], label: str) -> int:
    return int(at.get(label, 0))


def of_lines(page: str) -> Lines:
    """A page with a line for each account, or the like."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL) or [""]
    rows = map(_cells, re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL))
    titles = [figure.title for figure in lines.SHOWN]
    return {name: dict(zip(titles, cells, strict=True)) for name, *cells in rows}


def of_charts(page: str) -> Iterator[tuple[str, list[list[str]], list[str]]]:
    """The charts of a page: title, the table beneath row by row, and the words of each mark."""
    for chart in re.findall(r'<figure class="chart".*?</figure>', page, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", chart.partition("<tbody>")[2], re.DOTALL)
        marks = re.findall(r"<title>(.*?)</title>", chart)
        yield _plain(chart, "h3"), list(map(_cells, rows)), list(map(html.unescape, marks))


def _cells(row: str) -> list[str]:
    found = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)
    return [html.unescape(re.sub(r"<.*?>", "", each)).strip() for each in found]


def _plain(source: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


def of_file(text: str) -> Lines:
    """``days.csv`` and the like, in the words of the pages."""
    rows = csv.DictReader(io.StringIO(text))
    return {
        next(iter(row.values())): {
            figure.title: said(figure, _value(figure, row[_column(row, figure)]))
            for figure in FIGURES
        }
        for row in rows
    }


def _column(row: Mapping[str, str], figure: Figure) -> str:
    (found,) = (name for name in row if name.rpartition(" (")[0] == figure.title)
    assert figure.unit in found
    return found


def _value(figure: Figure, cell: str) -> Value:
    if not cell:
        return None
    if figure.unit in _TIMES:
        return timedelta(minutes=int(cell))
    return float(cell) if figure.unit is Unit.PERCENT else int(cell)
