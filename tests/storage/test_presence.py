"""Who is alive, and what becomes of what the dead held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage import lanes
from storage.engine import open_engine, to_write
from storage.presence import KIND, AlreadyRunning, Presence
from storage.unit import Unit, writing
from tests.storage.cast import OURS

LANE = "channel:1"


@pytest.fixture
def presence(engine: Engine) -> Iterator[Presence]:
    """A replica among others, on PostgreSQL."""
    found = Presence(engine)
    if engine.dialect.name == "sqlite":
        pytest.skip("an SQLite file has one process only")
    found.begin()
    yield found
    found.end()


@pytest.fixture
def other(engine: Engine) -> Presence:
    found = Presence(engine)
    found.begin()
    return found


def _lease(engine: Engine, holder: int) -> bool:
    with writing(engine, OURS) as unit:
        return lanes.lease(unit, LANE, holder=holder, machine_now=0, machine_until=1000)


def _holder(engine: Engine) -> int:
    with writing(engine, OURS) as unit:
        return int(unit.execute(text("SELECT holder FROM lane")).scalar_one())


def _cut(engine: Engine, presence: Presence) -> None:
    """The database loses the connection of a presence, as in a failover."""
    kill = text(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
        " WHERE locktype = 'advisory' AND objid = :holder"
    )
    with to_write(engine) as connection, connection.begin():
        connection.execute(kill, {"holder": presence.holder})


def test_a_second_process_on_one_sqlite_file_is_told_what_to_do(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("any number may run on PostgreSQL")
    first, second = Presence(engine), Presence(engine)
    first.begin()
    with pytest.raises(AlreadyRunning, match="Stop it first, or use PostgreSQL"):
        second.begin()
    first.end()
    second.begin()
    second.end()


def test_another_name_for_the_file_lets_no_second_process_in(
    engine: Engine, tmp_path: Path
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("any number may run on PostgreSQL")
    link = tmp_path / "link.db"
    link.symlink_to(str(engine.url.database))
    other = open_engine(f"sqlite:///{link}")
    first, second = Presence(engine), Presence(other)
    first.begin()
    with pytest.raises(AlreadyRunning):
        second.begin()
    first.end()
    other.dispose()


def test_lanes_of_the_living_stay_theirs(
    engine: Engine, presence: Presence, other: Presence
) -> None:
    assert _lease(engine, other.holder)
    presence.renew()
    assert _holder(engine) == other.holder
    assert not _lease(engine, presence.holder)
    other.end()


def test_lanes_of_the_dead_are_free_at_once(
    engine: Engine, presence: Presence, other: Presence
) -> None:
    assert _lease(engine, other.holder)
    other.end()
    presence.renew()
    assert _lease(engine, presence.holder)


def test_a_lost_connection_is_made_again_under_the_same_number(
    engine: Engine, presence: Presence, other: Presence
) -> None:
    number = presence.holder
    _cut(engine, presence)
    presence.renew()
    assert presence.holder == number
    assert presence.is_sure
    assert _lease(engine, presence.holder)
    other.renew()
    assert _holder(engine) == number
    other.end()


def test_a_lapsed_lease_may_be_taken(unit: Unit, presence: Presence) -> None:
    assert lanes.lease(unit, LANE, holder=1, machine_now=0, machine_until=10)
    assert not lanes.lease(unit, LANE, holder=2, machine_now=9, machine_until=20)
    assert lanes.lease(unit, LANE, holder=2, machine_now=11, machine_until=20)


def test_who_takes_a_lane_waits_for_nobody_who_is_taking_others(
    engine: Engine, presence: Presence
) -> None:
    """Two who take the same lanes in another order would wait for each other for ever."""
    with writing(engine, OURS) as mine:
        assert lanes.lease(mine, "channel:1", holder=1, machine_now=0, machine_until=10)
        with writing(engine, OURS) as theirs:
            assert lanes.lease(theirs, "channel:2", holder=2, machine_now=0, machine_until=10)
            assert not lanes.lease(theirs, "channel:1", holder=2, machine_now=0, machine_until=10)
            assert not lanes.lease(mine, "channel:2", holder=1, machine_now=0, machine_until=10)


def test_a_session_that_only_the_server_believes_in_is_ended(
    engine: Engine, presence: Presence
) -> None:
    """The network was cut: our old session still holds our number, for hours if nobody ends it."""
    ghost = to_write(engine)
    _cut(engine, presence)
    hold = text("SELECT pg_advisory_lock(:kind, :holder)")
    ghost.execute(hold, {"kind": KIND, "holder": presence.holder})
    presence.renew()
    presence.renew()
    assert presence.is_sure
    ghost.invalidate()
    ghost.close()
