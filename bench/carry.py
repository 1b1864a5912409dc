"""``python -m bench.carry URL WHAT FORMAT``: rows a second of an export, and its memory."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.past import OURS
from bot.exporting import Format, written
from storage import exports
from storage.engine import open_engine
from storage.exports import Export
from storage.unit import reading


def measured(url: str) -> Iterator[str]:
    """A line for each kind of rows and each format, each in a process of its own."""
    for what in (Export.TICKETS, Export.MESSAGES, Export.HISTORY):
        for form in Format:
            command = [sys.executable, "-m", "bench.carry", url, what, form]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            yield done.stdout.strip()


def main(url: str, what: Export, form: Format) -> None:
    """Export everything to nowhere, and tell how that went."""
    engine, lines, size, began = open_engine(url), 0, 0, time.perf_counter()
    with reading(engine, OURS) as unit:
        exports.spare(unit.connection)
        for piece in written(form, exports.columns(what), exports.rows(unit, what)):
            lines, size = lines + piece.count("\n"), size + len(piece)
    took, worked = time.perf_counter() - began, time.process_time()
    megabytes = _most_memory()
    told = f"export of {lines:,} {what} as {form}: {lines / took:,.0f} rows/s"
    told += f" ({lines / worked:,.0f} for each second of a processor)"
    print(f"{told}, {size / 1e6:,.0f} MB written in {took:.0f} s, {megabytes:.0f} MB of memory")


def _most_memory() -> float:
    """Megabytes that were resident at most; what `resource` tells begins with the parent's."""
    status = Path("/proc/self/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main(sys.argv[1], Export(sys.argv[2]), Format(sys.argv[3]))
