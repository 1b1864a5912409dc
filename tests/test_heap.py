"""What was freed between blocks that live on goes back to the machine."""

from __future__ import annotations

import asyncio
import ctypes
import subprocess
import sys
from contextlib import suppress

import pytest

from bot import heap

ROOM = """
import ctypes, re
from bot import heap

def own():
    return int(re.search(r"RssAnon:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1e3

heap.tune()
before = own()
blocks = [b"x" * (50_000 + n) for n in range(2_000)]
blocks = blocks[::100]
full = own()
heap.trim()
print(before, full, own())
"""


def _has_gnus() -> bool:
    return hasattr(ctypes.CDLL(None), "malloc_trim") and sys.platform == "linux"


@pytest.mark.skipif(not _has_gnus(), reason="no GNU C library here")
def test_room_between_blocks_goes_back() -> None:
    told = subprocess.run([sys.executable, "-c", ROOM], capture_output=True, text=True, check=True)
    before, full, after = map(float, told.stdout.split())
    assert full - before > 90, "the room was to be there first"
    assert after - before < 10


class _Other:
    """A C library without these functions."""


def test_another_library_does_as_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "_library", _Other)
    heap.tune()
    heap.trim()


async def test_it_goes_on_until_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    trims = asyncio.Semaphore(0)
    monkeypatch.setattr(heap, "trim", trims.release)
    going_on = asyncio.create_task(heap.keep_trim(0))
    for _ in range(3):
        await trims.acquire()
    going_on.cancel()
    with suppress(asyncio.CancelledError):
        await going_on
    assert going_on.cancelled()
