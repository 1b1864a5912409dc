"""The pages' numbers for machines: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta

from bot.exporting import FORMULA
from bot.rules.figures import FIGURES, Figure, Unit
from bot.rules.tallies import MINUTE, Value
from bot.usecases.figures import Line, Report


def disarmed(words: str) -> str:
    """As it is shown, and nothing else: an apostrophe before what would be a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words


def csv_of(report: Report) -> str:
    """A line for each, a column for each figure; times in minutes."""
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow([str(report.by), *(_column(figure) for figure in FIGURES)])
    for line in report.lines:
        values = [_plain(line.value(figure)) for figure in FIGURES]
        writer.writerow([disarmed(named(line)), *("" if v is None else v for v in values)])
    return paper.getvalue()


def json_of(report: Report) -> str:
    """The same, with what each figure is called, counted in and counts."""
    figures = [
        {"key": each.key, "title": each.title, "unit": _unit(each), "help": each.help}
        for each in FIGURES
    ]
    span = {"from": str(report.span.first), "to": str(report.span.last), "zone": report.span.zone}
    told = {"span": span, "by": str(report.by), "figures": figures, "lines": _lines(report.lines)}
    return json.dumps(told | {"total": _values(report.total)}, ensure_ascii=False)


def _lines(rows: Sequence[Line]) -> list[dict[str, object]]:
    return [{"name": named(line), **_values(line)} for line in rows]


def _values(line: Line) -> dict[str, object]:
    return {figure.key: _plain(line.value(figure)) for figure in FIGURES}


def named(line: Line) -> str:
    """What a line is called; a day, week or month by its first day."""
    return str(line.key) if isinstance(line.key, date) else line.name


def _column(figure: Figure) -> str:
    return f"{figure.title} ({_unit(figure)})"


def _unit(figure: Figure) -> str:
    return f"minutes of {figure.unit}" if figure.unit in _TIMES else str(figure.unit)


_TIMES = (Unit.BUSINESS_TIME, Unit.WALL_TIME)


def _plain(value: Value) -> int | float | None:
    if isinstance(value, timedelta):
        return value // MINUTE
    return round(value, 2) if isinstance(value, float) else value
