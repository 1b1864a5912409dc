"""Keys of our own: 63-bit numbers that rise with time and never meet; no database is asked."""

from __future__ import annotations

import os
import threading
import time

_EPOCH_MS = 1_700_000_000_000
_lock = threading.Lock()
_last = 0
_process = 0


def _is_born() -> None:
    """Take a number among processes: by chance, for they may run on different machines."""
    global _process  # noqa: PLW0603 - one for the whole process
    _process = int.from_bytes(os.urandom(2)) & 0x3FFF


_is_born()
os.register_at_fork(after_in_child=_is_born)  # a fork that kept it would make its parent's keys


def new_id() -> int:
    """A fresh key: 41 bits of machine milliseconds, 8 of a sequence, 14 of this process.

    Keys of one process strictly rise; when 256 are taken in one millisecond the next is borrowed.
    """
    global _last  # noqa: PLW0603 - one sequence for the whole process, held by the lock
    with _lock:
        now = (time.time_ns() // 1_000_000 - _EPOCH_MS) << 8
        _last = max(_last + 1, now)
        return (_last << 14) | _process


def new_nonce() -> str:
    """A random mark that travels in a post's metadata, so that the post can be found again."""
    return os.urandom(12).hex()


def made_at(key: int) -> float:
    """When a key of `new_id` was made: machine seconds since 1970."""
    return ((key >> 22) + _EPOCH_MS) / 1000


def key_at(seconds: float) -> int:
    """What keys made since then (machine seconds since 1970) are greater than."""
    return (int(seconds * 1000) - _EPOCH_MS) << 22
