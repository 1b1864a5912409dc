"""Statements on the driver itself do what SQLAlchemy would have done with them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import (
    Engine,
    Select,
    Update,
    bindparam,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound

from storage import channels, driven, people, texts, tickets
from storage.channels import channel_table
from storage.people import person_table
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.workspaces import Mode
from storage.tickets import ticket_table
from storage.unit import Unit, reading, writing
from tests.storage.cast import ANA, NOON, OURS
from tests.storage.cast import CARLA as CARLA_ID

CARLA = Person(OURS, 71, "U71", "T1", name="Carla 👩‍🚀", is_guest=True, fetched_at=NOON)
OMAR = Person(OURS, 72, "U72", "T1", name="Omar")
NAMES = select(person_table.c.name).where(person_table.c.id > 70).order_by(person_table.c.id)

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def both(
    unit: Unit, query: Select[*tuple[object, ...]], **values: object
) -> list[tuple[object, ...]]:
    """The rows of a query, after making sure that both ways find the same."""
    there = [tuple(row) for row in unit.connection.execute(query, values)]
    assert [tuple(row) for row in driven.run(unit.connection, query, values)] == there
    return there


def test_values_come_back_as_the_types_that_went_in(unit: Unit) -> None:
    people.put(unit, CARLA)
    row = both(unit, select(person_table).where(person_table.c.id == bindparam("id")), id=71)[0]
    assert (CARLA.name, True, NOON) == (row[5], row[9], row[12])


def test_choices_and_absent_values_come_back_too(unit: Unit) -> None:
    channels.put(unit, Channel(OURS, 8001, "C81", name="one", mode=Mode.ON_DEMAND))
    channels.put(unit, Channel(OURS, 8002, "C82", name="two"))
    modes = (
        select(channel_table.c.mode).where(channel_table.c.id > 8000).order_by(channel_table.c.id)
    )
    assert both(unit, modes) == [(Mode.ON_DEMAND,), (None,)]


def test_a_statement_brings_its_own_values_along(unit: Unit) -> None:
    people.put(unit, CARLA)
    query = (
        select(func.count())
        .select_from(person_table)
        .where(person_table.c.is_guest == literal(True))
    )
    assert both(unit, query) == [(1,)]


def test_lists_of_values_work_as_well(unit: Unit) -> None:
    people.put(unit, CARLA)
    people.put(unit, OMAR)
    query = NAMES.where(person_table.c.id.in_(bindparam("ids", expanding=True)))
    assert both(unit, query, ids=[71, 72]) == [(CARLA.name,), ("Omar",)]
    assert both(unit, query, ids=[72]) == [("Omar",)]


def test_text_works_as_well(unit: Unit) -> None:
    assert unit.execute(text("SELECT :one + 1"), {"one": 1}).scalar_one() == 2


def test_the_same_update_may_set_other_columns_next_time(unit: Unit) -> None:
    people.put(unit, CARLA)
    change = update(person_table).where(person_table.c.id == bindparam("its_id"))
    assert unit.execute(change, {"its_id": 71, "name": "C"}).rowcount == 1
    assert unit.execute(change, {"its_id": 71, "zone": "Asia/Tokyo"}).rowcount == 1
    assert unit.execute(change, {"its_id": 4711, "zone": "UTC"}).rowcount == 0
    found = people.by_id(unit, 71)
    assert found is not None
    assert (found.name, found.zone) == ("C", "Asia/Tokyo")


def test_what_the_database_refuses_is_an_integrity_error(unit: Unit) -> None:
    people.put(unit, CARLA)
    row = {column.name: getattr(CARLA, column.name) for column in person_table.c}
    with pytest.raises(IntegrityError), unit.savepoint():
        unit.execute(insert(person_table), row)
    with pytest.raises(IntegrityError), unit.savepoint():
        driven.run_many(unit.connection, insert(person_table), [row, row])


def test_a_missing_value_is_an_error_before_anything_is_run(unit: Unit) -> None:
    with pytest.raises(KeyError):
        unit.execute(select(ticket_table).where(ticket_table.c.id == bindparam("id")))


def test_one_means_one(unit: Unit) -> None:
    with pytest.raises(NoResultFound):
        unit.execute(NAMES).one()
    people.put(unit, CARLA)
    assert unit.execute(NAMES).scalar_one() == CARLA.name
    people.put(unit, OMAR)
    with pytest.raises(MultipleResultsFound):
        unit.execute(NAMES).one()


def test_nothing_is_found_where_nothing_is(unit: Unit) -> None:
    found = unit.execute(NAMES)
    assert (found.first(), found.scalar(), found.scalars(), list(found.all())) == (
        None,
        None,
        [],
        [],
    )
    assert tickets.by_id(unit, 4711) is None


def test_who_waits_for_a_row_lets_the_one_go_on_who_has_it(engine: Engine) -> None:
    """Many rows go in one pipeline; while it waits, the interpreter is anybody's."""
    if engine.dialect.name == "sqlite":
        pytest.skip("on SQLite one writes at a time")
    rename = update(person_table).where(person_table.c.id == bindparam("its_id"))
    many = [{"its_id": key, "name": "Carla B."} for key in (ANA, CARLA_ID)]
    with writing(engine, OURS) as mine, ThreadPoolExecutor(1) as other:
        driven.run(mine.connection, rename, many[1])
        waiting = other.submit(_run_many, engine, rename, many)
        while not mine.execute(WAITING).scalar():
            assert not waiting.done(), waiting.result()
            mine.execute(text("SELECT pg_stat_clear_snapshot()"))  # else it sees one moment only
        mine.connection.commit()
    assert waiting.result() == len(many)


def _run_many(engine: Engine, statement: Update, many: list[dict[str, object]]) -> int:
    with writing(engine, OURS) as unit:
        return driven.run_many(unit.connection, statement, many).rowcount


def test_what_was_put_off_is_there_for_whoever_asks_next(unit: Unit) -> None:
    people.put(unit, CARLA)
    rename = update(person_table).where(person_table.c.id == bindparam("its_id"))
    told = unit.execute(rename, {"its_id": CARLA.id, "name": "Carla B."})
    assert people.by_id(unit, CARLA.id) == replace(CARLA, name="Carla B.")
    assert told.rowcount == 1


def test_what_was_put_off_is_committed(engine: Engine) -> None:
    rename = update(person_table).where(person_table.c.id == bindparam("its_id"))
    with writing(engine, OURS) as unit:
        unit.execute(rename, {"its_id": ANA, "name": "Ana the First"})
    with reading(engine, OURS) as unit:
        found = people.by_id(unit, ANA)
    assert found is not None
    assert found.name == "Ana the First"


def _put_twice(engine: Engine, key: int) -> None:
    with writing(engine, OURS) as unit:
        texts.put(unit, key, "hello")
        texts.put(unit, key, "hello")


def test_what_was_put_off_and_cannot_be_fails_the_commit(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        _put_twice(engine, 4711)
    with reading(engine, OURS) as unit:
        assert texts.body(unit, 4711) == ""


def _put_in_vain(unit: Unit, key: int) -> None:
    with unit.savepoint():
        texts.put(unit, key, "hello")
        raise LookupError


def test_what_was_put_off_goes_with_the_savepoint_that_fails(unit: Unit) -> None:
    with pytest.raises(LookupError):
        _put_in_vain(unit, 4712)
    assert texts.body(unit, 4712) == ""


def test_each_set_of_values_has_its_own_answer(unit: Unit) -> None:
    query = select(person_table.c.name).where(person_table.c.id == bindparam("id"))
    found = driven.run_each(unit.connection, query, [{"id": ANA}, {"id": 4711}, {"id": CARLA_ID}])
    assert [each.scalar() for each in found] == ["Ana", None, "Carla"]
