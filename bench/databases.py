"""A fresh database on a real disk for each run, with every commit as durable as in real life."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from tests import postgres
from tests.databases import gone
from tests.postgres import Unavailable

__all__ = ["Unavailable", "folder", "postgresql", "server", "sqlite"]

DURABLE = postgres.FAST | {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes when the block ends. Not in ``/tmp``, which often is in memory."""
    parent = Path("var")
    parent.mkdir(exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="bench-", dir=parent.absolute()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sqlite(home: Path) -> str:
    """The URL of a new file."""
    return f"sqlite:///{home}/{uuid4().hex}.db"


@contextmanager
def server(home: Path) -> Iterator[str]:
    """A PostgreSQL server that lives as long as the block. Raises `postgres.Unavailable`."""
    alive = home / "alive"
    os.mkfifo(alive)
    held = os.open(alive, os.O_RDWR)
    for path in (home, alive):
        path.chmod(0o1777)
    try:
        yield postgres.start(home / "postgres", alive, DURABLE)
    finally:
        os.close(held)
        gone(home / "postgres", seconds=10)


def postgresql(server_url: str) -> str:
    """The URL of a new database."""
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8'.encode())
    return server_url.replace("/postgres?", f"/{name}?")
