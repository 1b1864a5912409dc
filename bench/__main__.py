"""``python -m bench``: measures what is named, or the main things, and prints medians."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench import data, databases, desk, figures, knowledge
from bench.acks import ACKS
from bench.burst import BURST
from bench.due import DUE
from bench.limits import LIMITS
from bench.measure import POSTGRESQL, SQLITE, Measurement, Run, Site
from bench.memory import MEMORY
from bench.outage import OUTAGE
from bench.replicas import REPLICAS
from bench.slow import SLOW
from bench.table import as_json, table

MAIN = (BURST, REPLICAS, SLOW)
ALL = (*MAIN, ACKS, DUE, LIMITS, OUTAGE, MEMORY)
APART = (
    "  data        (alone, see data --help) what the desk asks its database, years of work in it\n"
    "  desk        (alone, see desk --help) how soon people have an answer, years of work in it\n"
    "  figures     (alone, see figures --help) digests, dashboard, exports, years of work in it\n"
    "  knowledge   (alone, see knowledge --help) how fast questions find answers"
)
ALONE = {
    "data": data.main,
    "desk": desk.main,
    "figures": figures.main,
    "knowledge": knowledge.main,
}


def main() -> None:
    """Measure and print. It leaves with 0 however slow it was: no figure is a test."""
    alone = ALONE.get(sys.argv[1] if sys.argv[1:] else "")
    if alone is not None:
        alone(sys.argv[2:])
        return
    wanted = _arguments()
    chosen = _chosen(wanted)
    results = uvloop.run(_measure(wanted, chosen))
    if wanted.json:
        print(json.dumps(as_json(chosen, results), indent=2))
    else:
        print(table(chosen, results))


def _arguments() -> argparse.Namespace:
    names = "\n".join(f"  {each.name:12}how the desk {each.about}" for each in ALL)
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=f"measurements:\n{names}\n{APART}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    main_ones = ", ".join(each.name for each in MAIN)
    parser.add_argument("names", nargs="*", metavar="measurement", help=f"else: {main_ones}")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--quick", action="store_true", help="small, once: did I break it?")
    parser.add_argument("--runs", type=int, default=0, help="how many; 3, or 1 with --quick")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument("--json", action="store_true", help="for a machine")
    return parser.parse_args()


def _chosen(wanted: argparse.Namespace) -> Sequence[Measurement]:
    by_name = {each.name: each for each in ALL}
    if strange := [name for name in wanted.names if name not in by_name]:
        sys.exit(f"There is no measurement {', '.join(strange)}: choose of {', '.join(by_name)}.")
    if wanted.names:
        return [by_name[name] for name in wanted.names]
    return ALL if wanted.all else MAIN


async def _measure(
    wanted: argparse.Namespace, chosen: Sequence[Measurement]
) -> dict[str, list[Run]]:
    """In turn, so that a slow minute of the machine's falls upon all."""
    results: dict[str, list[Run]] = {each.name: [] for each in chosen}
    runs = wanted.runs or (1 if wanted.quick else 3)
    with ExitStack() as stack:
        home = stack.enter_context(databases.folder())
        site = Site(home, _databases(stack, home, wanted.only), wanted.quick)
        for number in range(runs):
            for each in chosen:
                if number < (runs if each.repeats else 1):
                    results[each.name].append(await _run(each, site, number + 1))
    return results


async def _run(measurement: Measurement, site: Site, number: int) -> Run:
    start = time.monotonic()
    run = await measurement.run(site)
    print(f"{measurement.name}, run {number}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    return run


def _databases(stack: ExitStack, home: Path, only: str | None) -> dict[str, Callable[[], str]]:
    """For each database: what gives the URL of an empty one."""
    makers: dict[str, Callable[[], str]] = {}
    if only != "postgresql":
        makers[SQLITE] = lambda: databases.sqlite(home)
    if only != "sqlite":
        try:
            server = stack.enter_context(databases.server(home))
        except databases.Unavailable as why:
            print(f"PostgreSQL is not measured: {why}", file=sys.stderr)
        else:
            makers[POSTGRESQL] = lambda: databases.postgresql(server)
    return makers


if __name__ == "__main__":
    main()
