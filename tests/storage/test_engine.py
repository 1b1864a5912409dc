"""Opening a database, and what a unit of work may rely on."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import texts
from storage.engine import open_engine
from storage.unit import Unit, reading, writing
from tests.storage.cast import OURS


def put_twice(unit: Unit, text_id: int) -> None:
    texts.put(unit, text_id, "first")
    texts.put(unit, text_id, "second")


@pytest.mark.parametrize(
    "url",
    ["postgres://ana@db/desk", "postgresql://ana@db/desk", "postgresql+psycopg://ana@db/desk"],
)
def test_postgresql_is_taken_as_users_write_it(url: str) -> None:
    engine = open_engine(url)
    assert engine.url.drivername == "postgresql+psycopg"
    assert (engine.url.host, engine.url.database) == ("db", "desk")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://db/desk"])
def test_a_database_that_cannot_serve_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        open_engine(url)


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/var/desk.db")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_what_is_written_can_be_read_afterwards(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        texts.put(unit, 1, "hello")
    with reading(engine, OURS) as unit:
        assert texts.body(unit, 1) == "hello"


def test_an_exception_undoes_the_whole_unit(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine, OURS) as unit:
        put_twice(unit, 1)
    with reading(engine, OURS) as unit:
        assert texts.body(unit, 1) == ""


def test_a_step_that_fails_is_undone_alone(unit: Unit) -> None:
    texts.put(unit, 1, "before")
    with pytest.raises(IntegrityError), unit.savepoint():
        put_twice(unit, 2)
    texts.put(unit, 3, "after")
    assert [texts.body(unit, number) for number in (1, 2, 3)] == ["before", "", "after"]


def test_savepoints_can_be_nested(unit: Unit) -> None:
    with unit.savepoint():
        texts.put(unit, 1, "outer")
        with pytest.raises(IntegrityError), unit.savepoint():
            put_twice(unit, 2)
        with unit.savepoint():
            texts.put(unit, 3, "inner")
    assert [texts.body(unit, number) for number in (1, 2, 3)] == ["outer", "", "inner"]


def test_a_savepoint_whose_transaction_is_gone_says_so(engine: Engine) -> None:
    with pytest.raises(DBAPIError), writing(engine, OURS) as unit, unit.savepoint():
        unit.connection.exec_driver_sql("ROLLBACK")
    with reading(engine, OURS) as unit:
        assert unit.execute(text("SELECT 1")).scalar_one() == 1


def test_a_reader_sees_one_moment_while_others_write(engine: Engine) -> None:
    with reading(engine, OURS) as reader:
        assert texts.body(reader, 1) == ""
        with writing(engine, OURS) as writer:
            texts.put(writer, 1, "meanwhile")
        assert texts.body(reader, 1) == ""
    with reading(engine, OURS) as reader:
        assert texts.body(reader, 1) == "meanwhile"


def test_readers_do_not_block_each_other_or_the_writer(engine: Engine) -> None:
    with (
        writing(engine, OURS) as writer,
        reading(engine, OURS) as one,
        reading(engine, OURS) as two,
    ):
        texts.put(writer, 1, "not yet")
        assert texts.body(one, 1) == texts.body(two, 1) == ""


def test_a_connection_that_read_can_write_later(engine: Engine) -> None:
    for _ in range(3):
        with reading(engine, OURS) as unit:
            texts.body(unit, 1)
    with writing(engine, OURS) as unit:
        texts.put(unit, 1, "hello")
    with reading(engine, OURS) as unit:
        assert texts.body(unit, 1) == "hello"


def test_a_postgresql_reader_cannot_write(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no such promise")
    with pytest.raises(DBAPIError), reading(engine, OURS) as unit:
        texts.put(unit, 1, "hello")
