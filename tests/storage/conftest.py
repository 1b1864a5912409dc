"""Two settled tenants in a database of each kind, and a unit of ours in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from storage.unit import Unit, writing
from tests.storage import cast


@pytest.fixture
def empty_engine(database_url: str) -> Iterator[Engine]:
    """A migrated database without a row."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    cast.settle(empty_engine)
    return empty_engine


@pytest.fixture
def unit(engine: Engine) -> Iterator[Unit]:
    """Our workspace, in one transaction as long as the test."""
    with writing(engine, cast.OURS) as unit:
        yield unit


@pytest.fixture
def zoes(engine: Engine, unit: Unit) -> Unit:
    """Zoe's workspace, seen in the same transaction."""
    return Unit(cast.ZOES, unit.connection)
