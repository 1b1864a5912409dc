"""The key that the desk makes for itself when nobody gives it one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
