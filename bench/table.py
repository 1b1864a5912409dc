"""All that was measured as one table: ratios first, then figures, each beside what was aimed at."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence

from bench.measure import BARE, Figure, Figures, Measurement, Run, median, ratios

Results = Mapping[str, Sequence[Run]]
"""The runs of each measurement, by its name."""

LABEL, CELL = 44, 15


def table(measurements: Iterable[Measurement], results: Results) -> str:
    """For people."""
    measured = [each for each in measurements if any(results[each.name])]
    columns = _columns(results)
    lines = [_line("", [*columns, "aim"]), *_ratio_lines(measured, results, columns)]
    for each in measured:
        lines += ["", f"{each.name}: how it {each.about}"]
        found = median(results[each.name])
        lines += [_figure_line(figure, found, columns) for figure in each.figures]
    return "\n".join([*lines, "", machine()])


def _columns(results: Results) -> list[str]:
    """The bare app first, all others as they came."""
    found = dict.fromkeys(column for runs in results.values() for run in runs for column in run)
    return sorted(found, key=lambda column: column != BARE)


def _ratio_lines(
    measured: Sequence[Measurement], results: Results, columns: Sequence[str]
) -> Iterable[str]:
    for each in measured:
        for figure in each.figures:
            found = ratios(results[each.name], figure) if figure.ratio_to else {}
            if found:
                cells = _cells(found, columns, figure.ratio_form)
                label = f"{figure.label.removesuffix(', ms')} / {figure.ratio_to}"
                yield _line(label, [*cells, figure.aim if "%" in figure.aim else ""])


def _figure_line(figure: Figure, found: Run, columns: Sequence[str]) -> str:
    told = {column: each[figure.key] for column, each in found.items() if figure.key in each}
    aim = "" if "%" in figure.aim else figure.aim
    return _line(figure.label, [*_cells(told, columns, figure.form), aim])


def _cells(told: Figures, columns: Sequence[str], form: str) -> list[str]:
    return [form.format(told[column]) if column in told else "-" for column in columns]


def _line(label: str, cells: Iterable[str]) -> str:
    return f"{label:{LABEL}}" + "".join(f"{cell:>{CELL}}" for cell in cells)


def machine() -> str:
    """What it ran on, and how much else ran there."""
    told = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{told}; load of the last five minutes: {os.getloadavg()[1]:.1f}"


def as_json(measurements: Iterable[Measurement], results: Results) -> dict[str, object]:
    """For machines: medians and ratios, by measurement, column and key."""
    return {
        each.name: {
            "figures": median(results[each.name]),
            "ratios": {
                f"{figure.key} / {figure.ratio_to}": ratios(results[each.name], figure)
                for figure in each.figures
                if figure.ratio_to
            },
        }
        for each in measurements
        if any(results[each.name])
    } | {"machine": machine()}
