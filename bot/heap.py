"""The C library's heap: what nobody uses goes back to the machine.

Only GNU's has to be asked for it. Another one does as it does: nothing here ever fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
from functools import cache
from typing import Any

# Of mallopt: from what size on a block is given back when it is freed (else up to 32 MB stay), and
# how many heaps there are (else sixteen, each with what its threads left).
M_MMAP_THRESHOLD, LARGE_BYTES = -3, 1 << 20
M_ARENA_MAX, HEAPS = -8, 2
# A rush leaves room between blocks that live on. To give that back takes a millisecond.
TRIM_SECONDS = 2.0


def tune() -> None:
    """Indexes and the model of meanings take large blocks, on threads that come and go."""
    with contextlib.suppress(AttributeError, OSError):
        mallopt = _library().mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_ARENA_MAX, HEAPS)


def trim() -> None:
    """Give back all pages on which nothing lies."""
    with contextlib.suppress(AttributeError, OSError):
        _library().malloc_trim(0)


async def keep_trim(seconds: float = TRIM_SECONDS) -> None:
    """Until cancelled, every so many seconds of machine time."""
    while True:
        await asyncio.sleep(seconds)
        trim()


@cache
def _library() -> Any:
    return ctypes.CDLL(None)
