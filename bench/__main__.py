"""``python -m bench``: the floor and the desk in turn, and a table of medians, ratios first."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeVar

from bench import databases, runs
from bench.runs import Floor, Size

FULL = Size(floor=3000, burst=1000, paced=100)
QUICK = Size(floor=1000, burst=300, paced=30)
AIMS = """\
Aims: acks at 45 % of the bare app or better, each durable; card p95 under 30 ms at 10/s;
under 3 CPU seconds per 1,000 tickets. Figures are medians; a test is never made of them."""

Measured = TypeVar("Measured", bound=Floor)
Results = dict[str, Floor]


def main() -> None:
    """Measure and print. It leaves with 0 however slow it was."""
    wanted = _arguments()
    results, skipped = asyncio.run(_measure(wanted))
    if wanted.json:
        print(json.dumps({name: asdict(each) for name, each in results.items()}, indent=2))
    else:
        print(_table(results))
    for line in skipped:
        print(line, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small, once: under a minute")
    parser.add_argument("--json", action="store_true", help="the medians as JSON")
    parser.add_argument("--runs", type=int, default=0, help="how many; 3, or 1 with --quick")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    return parser.parse_args()


async def _measure(wanted: argparse.Namespace) -> tuple[Results, list[str]]:
    size = QUICK if wanted.quick else FULL
    measured: dict[str, list[Floor]] = {"bare Bolt": []}
    skipped: list[str] = []
    with ExitStack() as stack:
        home = stack.enter_context(databases.folder())
        makers = _makers(stack, home, only=wanted.only, skipped=skipped)
        for _ in range(wanted.runs or (1 if wanted.quick else 3)):
            measured["bare Bolt"].append(await runs.floor(size))
            for name, make in makers.items():
                measured.setdefault(name, []).append(await runs.desk(size, make(), home))
    return {name: _median(each) for name, each in measured.items()}, skipped


def _makers(
    stack: ExitStack, home: Path, *, only: str | None, skipped: list[str]
) -> dict[str, Callable[[], str]]:
    """For each database: what gives the URL of an empty one."""
    makers: dict[str, Callable[[], str]] = {}
    if only != "postgresql":
        makers["SQLite"] = lambda: databases.sqlite(home)
    if only != "sqlite":
        try:
            server = stack.enter_context(databases.server(home))
        except databases.Unavailable as why:
            skipped.append(f"PostgreSQL was not measured: {why}")
        else:
            makers["PostgreSQL"] = lambda: databases.postgresql(server)
    return makers


def _median(measured: list[Measured]) -> Measured:
    first = measured[0]
    names = [field.name for field in fields(first)]
    return type(first)(
        **{name: statistics.median(getattr(each, name) for each in measured) for name in names}
    )


_RATIOS = (
    ("acks per second, of the bare app's", "events_per_second", "{:.0%}"),
    ("ack p99, times the bare app's", "ack_p99", "{:.1f} x"),
    ("CPU, whole road, times the bare app's ack", "cpu_per_1000", "{:.1f} x"),
)
_FIGURES = (
    ("events acked per second", "events_per_second", "{:.0f}"),
    ("ack p50, ms", "ack_p50", "{:.1f}"),
    ("ack p99, ms", "ack_p99", "{:.1f}"),
    ("CPU seconds per 1,000", "cpu_per_1000", "{:.2f}"),
    ("message to card at 10/s, p50, ms", "card_p50", "{:.1f}"),
    ("message to card at 10/s, p95, ms", "card_p95", "{:.1f}"),
    ("tickets shown per second", "shown_per_second", "{:.0f}"),
    ("Slack calls per ticket", "calls_per_ticket", "{:.2f}"),
)


def _table(results: Results) -> str:
    bare = results["bare Bolt"]
    rows = [("", *results)]
    for label, name, form in _RATIOS:
        ratios = [getattr(each, name) / getattr(bare, name) for each in results.values()]
        rows.append((label, *(form.format(ratio) for ratio in ratios)))
    for label, name, form in _FIGURES:
        told = [getattr(each, name, None) for each in results.values()]
        rows.append((label, *("-" if it is None else form.format(it) for it in told)))
    return "\n".join([*map(_line, rows), "", _machine(), AIMS])


def _line(row: tuple[str, ...]) -> str:
    label, *cells = row
    return f"{label:42}" + "".join(f"{cell:>12}" for cell in cells)


def _machine() -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{machine}; load of the last five minutes: {os.getloadavg()[1]:.1f}"


if __name__ == "__main__":
    main()
