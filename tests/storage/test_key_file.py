"""The key that the desk makes for itself when nobody gives it one."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.cipher import Cipher, kept_key


def test_a_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "desk.key"
    token = Cipher([kept_key(path)]).encrypt("xoxb-1")
    assert Cipher([kept_key(path)]).decrypt(token) == "xoxb-1"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["desk.key"]


def test_a_draft_of_a_process_that_died_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "desk.key.4711").write_text("half a k")
    assert len(kept_key(tmp_path / "desk.key")) == 44


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "desk.key"
    first = kept_key(path)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(kept_key, [path] * 8)) == {first}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process can become larger than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_key_that_finds_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "desk.key"
    with room_for(10), pytest.raises(OSError, match="too large"):
        kept_key(path)
    assert list(tmp_path.iterdir()) == []
    assert len(kept_key(path)) == 44
