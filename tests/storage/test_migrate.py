"""Migrations: from nothing to now, by one call, by several at once."""

import threading

from sqlalchemy import inspect

from storage.base import metadata
from storage.engine import open_engine
from storage.migrate import current, is_current, upgrade
from storage.passages import TABLE


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_a_new_database_gets_all_tables(empty_database_url: str) -> None:
    assert current(empty_database_url) is None
    assert not is_current(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)
    told = {*metadata.tables, "alembic_version"}
    assert {name for name in tables(empty_database_url) if not name.startswith(TABLE)} == told


def test_replicas_that_start_together_migrate_once(empty_database_url: str) -> None:
    errors: list[Exception] = []

    def start() -> None:
        try:
            upgrade(empty_database_url)
        except Exception as error:  # noqa: BLE001 -- it belongs to the test's own thread
            errors.append(error)

    replicas = [threading.Thread(target=start) for _ in range(3)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()
    assert errors == []
    assert is_current(empty_database_url)
