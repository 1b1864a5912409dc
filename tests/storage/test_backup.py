"""A backup is one moment's whole truth, and goes into an empty database of either kind."""

from __future__ import annotations

import gzip
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Table, select

from storage import backup, outbox, texts, tickets
from storage.backup import NoBackup, NotEmpty
from storage.base import DERIVED, metadata
from storage.engine import open_engine, to_read
from storage.migrate import head, is_current, upgrade
from storage.records.boxes import Delivery, Post, PostState
from storage.unit import reading, writing
from tests import databases, postgres
from tests.storage import cast

ODD = "Ünïcode 🚨, a \\ backslash,\ta tab,\na line, 'quotes' \"both\", \\N and NULL"


@pytest.fixture(params=databases.KINDS)
def other_url(request: pytest.FixtureRequest, run: databases.Run) -> Iterator[str]:
    """Where a backup is restored: a database without tables, of each kind."""
    try:
        with run.copy(request.param, databases.empty) as url:
            yield url
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")


def url_of(engine: Engine) -> str:
    url = engine.url.render_as_string(hide_password=False)
    return url.replace("+psycopg", "")


def truth(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if DERIVED not in column.info]


def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = open_engine(url)
    try:
        with to_read(engine) as connection:
            return {
                name: sorted(map(tuple, connection.execute(select(*truth(table)))), key=repr)
                for name, table in metadata.tables.items()
            }
    finally:
        engine.dispose()


def test_what_is_saved_comes_back_whole_on_either_database(
    engine: Engine, other_url: str, tmp_path: Path
) -> None:
    with writing(engine, cast.OURS) as unit:
        first, second = cast.ask(unit), cast.ask(unit)
        cast.say(unit, ODD, ticket_id=first.id)
    saved = backup.save(url_of(engine), tmp_path / "desk.backup")
    assert saved["ticket"] == 2
    assert backup.restore(other_url, tmp_path / "desk.backup") == saved
    assert is_current(other_url)
    assert rows(other_url) == rows(url_of(engine))
    other = open_engine(other_url)
    with reading(other, cast.OURS) as unit:
        assert tickets.by_id(unit, second.id) == second
    other.dispose()


@pytest.mark.parametrize("there", ["a database", "a key", "a pipe", "a socket"])
def test_only_a_backup_gives_way_to_a_backup(engine: Engine, tmp_path: Path, there: str) -> None:
    path, before = tmp_path / "precious", b"SQLite format 3\0"
    if there == "a pipe":
        os.mkfifo(path)
    elif there == "a socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    else:
        path.write_bytes(before if there == "a database" else b"secret")
    inode = path.stat().st_ino
    with pytest.raises(ValueError, match="there is"):
        backup.save(url_of(engine), path)
    assert path.stat().st_ino == inode
    assert [each.name for each in tmp_path.iterdir()] == ["precious"]


def test_an_earlier_backup_gives_way_where_a_link_leads(
    engine: Engine, empty_database_url: str, tmp_path: Path
) -> None:
    link, file = tmp_path / "latest", tmp_path / "elsewhere" / "desk.backup"
    file.parent.mkdir()
    file.touch()  # reserved
    link.symlink_to(file)
    backup.save(url_of(engine), link)
    with writing(engine, cast.OURS) as unit:
        for _ in range(2):
            cast.ask(unit)
    saved = backup.save(url_of(engine), link)
    assert link.is_symlink()
    assert saved["ticket"] == 2
    assert list(file.parent.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    assert backup.restore(empty_database_url, file) == saved


def test_what_a_killed_backup_left_goes_and_what_another_writes_stays(
    engine: Engine, tmp_path: Path
) -> None:
    left, others = (tmp_path / f"desk.backup.{name}.part" for name in ("left", "others"))
    for each in (left, others):
        each.touch()
    os.utime(left, (0, 0))
    backup.save(url_of(engine), tmp_path / "desk.backup")
    assert {each.name for each in tmp_path.iterdir()} == {"desk.backup", others.name}


def test_a_backup_is_one_moment_whatever_is_written_meanwhile(
    engine: Engine, empty_database_url: str, tmp_path: Path
) -> None:
    with writing(engine, cast.OURS) as unit:
        cast.ask(unit)

    def and_somebody_asks(_name: str, _rows: int) -> None:
        with writing(engine, cast.OURS) as unit:
            cast.ask(unit)

    saved = backup.save(url_of(engine), tmp_path / "desk.backup", and_somebody_asks)
    assert saved["ticket"] == saved["message"] == saved["text"] == 1
    backup.restore(empty_database_url, tmp_path / "desk.backup")


def test_a_backup_is_for_its_owners_eyes_only(engine: Engine, tmp_path: Path) -> None:
    backup.save(url_of(engine), tmp_path / "desk.backup")
    assert (tmp_path / "desk.backup").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["desk.backup"]


def test_tokens_stay_encrypted_in_it(engine: Engine, tmp_path: Path) -> None:
    backup.save(url_of(engine), tmp_path / "desk.backup")
    assert "xoxb-" not in gzip.decompress((tmp_path / "desk.backup").read_bytes()).decode()


def test_a_database_with_anything_in_it_is_refused_and_untouched(
    engine: Engine, tmp_path: Path
) -> None:
    backup.save(url_of(engine), tmp_path / "desk.backup")
    before = rows(url_of(engine))
    with pytest.raises(NotEmpty):
        backup.restore(url_of(engine), tmp_path / "desk.backup")
    assert rows(url_of(engine)) == before


def test_a_migrated_database_without_rows_is_empty_enough(
    engine: Engine, empty_database_url: str, tmp_path: Path
) -> None:
    backup.save(url_of(engine), tmp_path / "desk.backup")
    upgrade(empty_database_url)
    backup.restore(empty_database_url, tmp_path / "desk.backup")
    assert rows(empty_database_url) == rows(url_of(engine))


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_half_a_backup_restores_nothing(
    engine: Engine, empty_database_url: str, tmp_path: Path, kept: float
) -> None:
    whole, half = tmp_path / "whole", tmp_path / "half"
    backup.save(url_of(engine), whole)
    half.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * kept)])
    with pytest.raises(NoBackup):
        backup.restore(empty_database_url, half)
    upgrade(empty_database_url)
    assert not any(rows(empty_database_url).values())


HEAD = {"threadkeeper": backup.FORMAT, "revision": head()}
PERSON = {"table": "person", "columns": ["workspace_id", "id", "name"]}


@pytest.mark.parametrize(
    "lines",
    [
        [HEAD],
        [HEAD, "hello"],
        [HEAD, 1],
        [HEAD, None],
        [HEAD, []],
        [{"threadkeeper": backup.FORMAT}, {"end": {}}],
        [HEAD | {"revision": ["0001"]}, {"end": {}}],
        [HEAD, {"table": "person"}, {"end": {"person": 0}}],
        [HEAD, PERSON | {"columns": ["nothing"]}, [1], {"end": {"person": 1}}],
        [HEAD, PERSON | {"columns": [1, 2, 3]}, [1, 2, "Carla"], {"end": {"person": 1}}],
        [HEAD, {"table": "nothing", "columns": ["id"]}, [1], {"end": {"nothing": 1}}],
        [HEAD, {"table": "person", "columns": 7}, [1], {"end": {"person": 1}}],
        [HEAD, {"table": ["person"], "columns": ["id"]}, [1], {"end": {"person": 1}}],
        [HEAD, {"table": 7, "columns": ["id"]}, [1], {"end": {"7": 1}}],
        [HEAD, PERSON, [1, 2], {"end": {"person": 1}}],
        [HEAD, PERSON, [1, 2, {"Carla": []}], {"end": {"person": 1}}],
        [HEAD, PERSON, ["Carla", "Carla", "Carla"], {"end": {"person": 1}}],
        [HEAD, PERSON, [1, 2, "Carla"], [1, 2, "Carla"], {"end": {"person": 2}}],
        [HEAD, PERSON, [10**30, 2, "Carla"], {"end": {"person": 1}}],
        [HEAD, {"end": {}}, {"end": {}}],
        [HEAD, {"end": None}],
        [HEAD, {}],
    ],
)
def test_what_somebody_has_changed_in_a_backup_is_refused_without_its_words(
    empty_database_url: str, tmp_path: Path, lines: list[Any]
) -> None:
    file = tmp_path / "changed"
    file.write_bytes(gzip.compress("".join(f"{json.dumps(each)}\n" for each in lines).encode()))
    with pytest.raises(NoBackup) as refused:
        backup.restore(empty_database_url, file)
    assert "Carla" not in str(refused.value)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.9])
def test_a_disk_that_lost_some_bytes_restores_nothing(
    engine: Engine, empty_database_url: str, tmp_path: Path, at: float
) -> None:
    file = tmp_path / "desk.backup"
    with writing(engine, cast.OURS) as unit:
        cast.ask(unit)
    backup.save(url_of(engine), file)
    stored = bytearray(file.read_bytes())
    begin = int(len(stored) * at)
    stored[begin : begin + 64] = b"\xff" * 64
    file.write_bytes(stored)
    with pytest.raises(NoBackup):
        backup.restore(empty_database_url, file)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", gzip.compress(b""), gzip.compress(b"hello\n"), gzip.compress(b"[]\n")],
    ids=["nothing", "no gzip", "empty", "no JSON", "no header"],  # gzip writes the time of day
)
def test_what_is_no_backup_is_told_apart(
    empty_database_url: str, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(NoBackup):
        backup.restore(empty_database_url, tmp_path / "odd")


def test_a_backup_of_a_newer_version_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    head = json.dumps({"threadkeeper": backup.FORMAT, "revision": "9999"})
    (tmp_path / "newer").write_bytes(gzip.compress(f'{head}\n{{"end": {{}}}}\n'.encode()))
    with pytest.raises(NoBackup, match="newer"):
        backup.restore(empty_database_url, tmp_path / "newer")


def test_after_a_restore_posts_are_looked_for_before_they_are_sent(
    engine: Engine, empty_database_url: str, tmp_path: Path
) -> None:
    ways = {"greeting": Delivery.POST, "whisper": Delivery.ONCE, "card": Delivery.IDEMPOTENT}
    with writing(engine, cast.OURS) as unit:
        for number, (kind, delivery) in enumerate(ways.items()):
            outbox.announce(unit, post(number, kind, delivery))
    backup.save(url_of(engine), tmp_path / "desk.backup")
    backup.restore(empty_database_url, tmp_path / "desk.backup")
    other = open_engine(empty_database_url)
    with reading(other, cast.OURS) as unit:
        (posts,) = outbox.of_lanes(unit, {"lane": 9}, now=cast.NOON)
        found = {p.kind: p.state for p in posts}
    other.dispose()
    assert found == {
        "greeting": PostState.SENDING,
        "whisper": PostState.SENDING,
        "card": PostState.WAITING,
    }


def post(number: int, kind: str, delivery: Delivery) -> Post:
    return Post(cast.OURS, number, "lane", kind, delivery, {}, cast.NOON)


def test_no_text_is_left_behind(engine: Engine, tmp_path: Path) -> None:
    with writing(engine, cast.OURS) as unit:
        cast.say(unit, ODD)
        kept = unit.execute(select(texts.text.c.body)).scalars()
    backup.save(url_of(engine), tmp_path / "desk.backup")
    lines = gzip.decompress((tmp_path / "desk.backup").read_bytes()).decode().splitlines()
    assert all(any(words in json.loads(line) for line in lines) for words in kept)
