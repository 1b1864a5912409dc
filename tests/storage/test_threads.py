"""Which threads were read whole."""

from sqlalchemy import Engine

from storage import threads
from storage.unit import writing
from tests.storage.cast import ACME, LOBBY, MINUTE, NOON, OURS, settle


def test_a_thread_is_read_from_the_moment_on_that_was_marked(engine: Engine) -> None:
    settle(engine)
    with writing(engine, OURS) as unit:
        assert not threads.is_read(unit, ACME, "1.1", since=NOON)
        threads.mark(unit, ACME, ["1.1", "2.2"], NOON)
        assert threads.is_read(unit, ACME, "2.2", since=NOON)
        assert not threads.is_read(unit, ACME, "1.1", since=NOON + MINUTE)
        assert not threads.is_read(unit, LOBBY, "1.1", since=NOON)
        threads.mark(unit, ACME, ["1.1"], NOON + MINUTE)
        assert threads.is_read(unit, ACME, "1.1", since=NOON + MINUTE)
