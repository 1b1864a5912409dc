"""What can befall a database: it is stopped, locked by somebody else, or its disk is full."""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import text

from storage.engine import open_engine, to_write
from tests.postgres import Server
from tests.stories.processes import Process

Trouble = Callable[[], AbstractAsyncContextManager[None]]

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""

NO_SPACE = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$
"""


NO_ROW = """
CREATE TRIGGER no_space BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_space()
"""


@asynccontextmanager
async def stopped(server: Server) -> AsyncIterator[None]:
    """PostgreSQL is shut down, as for an upgrade, and started again."""
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


@asynccontextmanager
async def hanging(server: Server) -> AsyncIterator[None]:
    """PostgreSQL takes connections and statements, and never answers."""
    await asyncio.to_thread(server.hang, signal.SIGSTOP)
    try:
        yield
    finally:
        server.hang(signal.SIGCONT)


@asynccontextmanager
async def file_locked(url: str) -> AsyncIterator[None]:
    """Another process holds an SQLite file for itself."""
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", HOLDER, url.removeprefix("sqlite:///")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdin
    assert holder.stdout
    await holder.stdout.readline()
    try:
        yield
    finally:
        holder.stdin.close()
        await holder.wait()


@asynccontextmanager
async def table_locked(url: str, table: str = "inbox") -> AsyncIterator[None]:
    """Somebody holds a whole table of PostgreSQL, as for a change by hand."""
    engine = open_engine(url)
    connection = await asyncio.to_thread(engine.connect)
    await asyncio.to_thread(connection.execute, text(f"LOCK TABLE {table}"))
    try:
        yield
    finally:
        connection.close()
        engine.dispose()


@asynccontextmanager
async def no_more_files(process: Process) -> AsyncIterator[None]:
    """The desk can write nothing into any file, as on a full disk."""
    pid = process.process.pid
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


@asynccontextmanager
async def no_more_rows(url: str) -> AsyncIterator[None]:
    """PostgreSQL takes no new row into inbox and outbox: its disk is full."""
    await _tell(url, NO_SPACE)
    for table in ("inbox", "outbox"):  # one by one: the desk locks them, too
        await _tell(url, NO_ROW.format(table=table))
    try:
        yield
    finally:
        for table in ("inbox", "outbox"):
            await _tell(url, f"DROP TRIGGER no_space ON {table}")


async def _tell(url: str, *commands: str) -> None:
    def tell() -> None:
        engine = open_engine(url)
        with to_write(engine) as connection, connection.begin():
            for command in commands:
                connection.exec_driver_sql(command)
        engine.dispose()

    await asyncio.to_thread(tell)
