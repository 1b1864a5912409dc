"""Keys of our own rise, and never meet those of another process."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from bot.ids import key_at, made_at, new_id

FORKS = """
import os
from bot.ids import new_id

print(new_id() & 0x3FFF, flush=True)
for _ in range(5):
    if not os.fork():
        print(new_id() & 0x3FFF, flush=True)
        os._exit(0)
    os.wait()
"""


def test_keys_rise_however_fast_they_are_taken() -> None:
    keys = [new_id() for _ in range(2_000)]
    assert all(one < other for one, other in pairwise(keys))


def test_a_key_tells_when_it_was_made() -> None:
    key = new_id()
    assert key_at(made_at(key)) <= key < key_at(made_at(key) + 1)


def test_a_fork_makes_no_keys_of_its_parent() -> None:
    program, root = [sys.executable, "-c", FORKS], Path(__file__).parents[1]
    told = subprocess.run(program, capture_output=True, text=True, check=True, cwd=root)
    parent, *forks = told.stdout.split()
    assert len(forks) == 5
    assert set(forks) != {parent}  # one of five may have drawn the same by chance
