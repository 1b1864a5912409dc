"""PostgreSQL hears how large a table is before it would look itself."""

from sqlalchemy import Connection, Engine, text

from storage import statistics, texts
from storage.engine import to_write
from storage.unit import Unit, writing
from tests.storage.cast import OURS


def known(connection: Connection) -> float:
    """How many rows PostgreSQL believes to be in the table of words."""
    query = text("SELECT reltuples FROM pg_class WHERE relname = 'text'")
    return float(connection.execute(query).scalar_one())


def fill(engine: Engine, first: int, count: int) -> None:
    with writing(engine, OURS) as unit:
        for key in range(first, first + count):
            texts.put(Unit(OURS, unit.connection), key, "words " * 50)


def test_a_table_is_looked_at_when_it_has_doubled_and_not_before(engine: Engine) -> None:
    fill(engine, 5000, 200)
    with to_write(engine) as connection, connection.begin():
        grown = statistics.freshen(connection)
        if engine.dialect.name == "sqlite":
            assert grown == []
            return
        assert "text" in grown
        assert known(connection) >= 200
        assert statistics.freshen(connection) == []
    fill(engine, 6000, 1000)
    with to_write(engine) as connection, connection.begin():
        assert "text" in statistics.freshen(connection)


def test_a_table_that_somebody_holds_is_left_for_the_next_time(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    fill(engine, 7000, 3000)
    with to_write(engine) as holder, holder.begin():
        holder.execute(text("LOCK TABLE text IN SHARE UPDATE EXCLUSIVE MODE"))
        with to_write(engine) as connection, connection.begin():
            statistics.freshen(connection)
            before = known(connection)
    with to_write(engine) as connection, connection.begin():
        assert "text" in statistics.freshen(connection)
        assert known(connection) > before
