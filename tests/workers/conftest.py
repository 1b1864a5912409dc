"""An office in a database of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine

from bot.desk import Desk
from storage.engine import open_engine
from storage.presence import Presence
from tests.workers.office import CIPHER, Office, settle


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
async def office(engine: Engine) -> AsyncIterator[Office]:
    ticket = settle(engine)
    desk = Desk(engine, CIPHER)
    presence = Presence(engine, sure=60)  # a busy machine must not let a test's lanes go
    presence.begin()
    desk.start()
    yield Office(desk, ticket, presence)
    await desk.stop()
    presence.end()
