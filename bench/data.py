"""``python -m bench.data``: the desk's own questions at a growing number of tickets, and its plans.

``--sizes 100000,1000000`` chooses; by default it is a quick look that takes a minute. A database of
a million tickets takes some minutes to make and some 10 GB of disk, both for each kind.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bench import carry, filling, look, past
from bench.look import Question
from bench.measure import POSTGRESQL, SQLITE
from bench.table import machine
from bot.usecases import rollups
from storage import indexing, queues
from storage.engine import open_engine
from storage.records.tickets import Queue
from storage.unit import Unit, reading, writing

RUNS = 40
QUICK = (2_000, 10_000)
Results = dict[int, dict[str, "Timing"]]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds; ``cold`` is the first time on a new connection. ``plan``: what was read."""

    cold: float
    median: float
    p95: float
    plan: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser(prog="python -m bench data", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, QUICK)), help="how many tickets")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument("--plans", action="store_true", help="tell which indexes were used")
    parser.add_argument("--like", default="", help="only what is called so: words, with commas")
    parser.add_argument("--no-exports", action="store_true", help="leave out what takes longest")
    wanted = parser.parse_args(arguments)
    asked = [each for each in look.ALL if any(like in each.name for like in wanted.like.split(","))]
    sizes = [int(size) for size in wanted.sizes.split(",")]
    for kind in (SQLITE, POSTGRESQL):
        if wanted.only in (None, kind.lower()):
            results = {
                size: _measured(kind, size, asked, exports=not wanted.no_exports) for size in sizes
            }
            print(_table(kind, asked, results, plans=wanted.plans), flush=True)
    print(machine())


def _measured(
    kind: str, size: int, asked: Sequence[Question], *, exports: bool
) -> dict[str, Timing]:
    with filling.filled(kind, size) as (url, home):
        _prove(url, size)
        count(url)
        read_all(home)
        if exports:
            for line in carry.measured(url):
                print(line, file=sys.stderr, flush=True)
        return {question.name: _told(question, _asked(url, question)) for question in asked}


def _told(question: Question, timing: Timing) -> Timing:
    """Say at once what the table says in the end: a million tickets take their time."""
    print(f"{question.name}: {timing.median:.2f} ms", file=sys.stderr, flush=True)
    return timing


def _prove(url: str, size: int) -> None:
    """What was made up is what the desk would have made: it finds nothing to do."""
    engine = open_engine(url)
    with reading(engine, past.OURS) as unit:
        assert not indexing.is_behind(unit.connection)
        assert queues.count(unit, Queue()) == past.live_of(size)
    engine.dispose()


def count(url: str) -> None:
    """Let the desk count all days that are over, as it does while nobody waits."""
    engine, began, most, many = open_engine(url), time.monotonic(), 0.0, 0
    with writing(engine, past.OURS) as unit:
        rollups.look(unit.connection, past.NOW)
    while True:
        at = time.monotonic()
        with reading(engine, past.OURS) as unit:
            page = rollups.next_page(unit.connection, past.NOW)
        if page is None:
            break
        with writing(engine, past.OURS) as unit:
            rollups.keep(unit.connection, page)
        most, many = max(most, time.monotonic() - at), many + 1
    engine.dispose()
    told = f"{many:,} days and months counted in {time.monotonic() - began:.0f} s"
    print(f"{told}, the longest took {most * 1000:.0f} ms", file=sys.stderr)


def read_all(home: Path) -> None:
    """A desk's database lies in the machine's memory, as far as that reaches."""
    for path in home.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(2**20):
                    pass


def _asked(url: str, question: Question) -> Timing:
    engine, dice = open_engine(url), random.Random(3)
    try:
        with reading(engine, past.OURS) as unit:
            cold = _timed_in(unit, question, dice)
        for _ in range(3):
            _timed(engine, question, dice)
        taken = sorted(_timed(engine, question, dice) for _ in range(RUNS))
        p95 = taken[len(taken) * 95 // 100]
        return Timing(cold, statistics.median(taken), p95, _plan(engine, question, dice))
    finally:
        engine.dispose()


def _timed(engine: Engine, question: Question, dice: random.Random) -> float:
    """Milliseconds of a whole transaction on a reader's connection, as the desk asks."""
    began = time.perf_counter()
    with reading(engine, past.OURS) as unit:
        question.ask(unit, dice)
    return (time.perf_counter() - began) * 1000


def _timed_in(unit: Unit, question: Question, dice: random.Random) -> float:
    began = time.perf_counter()
    question.ask(unit, dice)
    return (time.perf_counter() - began) * 1000


def _plan(engine: Engine, question: Question, dice: random.Random) -> str:
    with reading(engine, past.OURS) as unit:
        driver: Any = unit.connection.connection.driver_connection
        is_sqlite = engine.dialect.name == "sqlite"
        plans = _sqlite_plans if is_sqlite else _postgresql_plans
        told = "\n".join(plans(driver, lambda: question.ask(unit, dice)))
    found = re.findall(r"(?:INDEX |using |Index Scan on |Seq Scan on |SCAN )([a-z_]\w+)", told)
    return ", ".join(dict.fromkeys(found))


def _sqlite_plans(driver: Any, ask: Any) -> Iterator[str]:
    statements: list[str] = []
    driver.set_trace_callback(statements.append)
    ask()
    driver.set_trace_callback(None)
    for statement in statements:
        if statement.startswith("SELECT"):
            with closing(driver.execute(f"EXPLAIN QUERY PLAN {statement}")) as rows:
                yield from (row[-1] for row in rows)


def _postgresql_plans(driver: Any, ask: Any) -> Iterator[str]:
    """By the server's own tongue: it tells every plan that it has followed."""
    notices: list[str] = []
    driver.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    for command in (
        "LOAD 'auto_explain'",
        "SET LOCAL client_min_messages = log",
        "SET LOCAL auto_explain.log_min_duration = 0",
    ):
        driver.execute(command)
    ask()
    driver.execute("SELECT 1")  # the last plan is told when its answer is put away
    yield from notices


def _table(kind: str, asked: Sequence[Question], results: Results, *, plans: bool) -> str:
    sizes = list(results)
    head = "".join(f"{f'{size:,}: median':>18}{'p95':>8}{'first':>8}" for size in sizes)
    lines = [f"{kind + ', milliseconds':34}{head}{'growth':>8}{'aim':>8}"]
    for question in asked:
        timings = [results[size][question.name] for size in sizes]
        cells = "".join(f"{it.median:18.2f}{it.p95:8.2f}{it.cold:8.2f}" for it in timings)
        growth = timings[-1].median / timings[-2].median if len(timings) > 1 else 1.0
        lines.append(f"{question.name:34}{cells}{growth:7.1f}x{question.most:8.0f}")
        if plans:
            lines.append(f"    {timings[-1].plan}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
