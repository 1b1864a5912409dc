"""The databases that tests are given: fresh, of both kinds, alone."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import databases


def write_a_table(url: str) -> None:
    """Create a table where there must be none: fails on a database that another test has used."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("CREATE TABLE leftover (x int)")
        connection.close()
    else:
        with psycopg.connect(url) as server:
            server.execute("CREATE TABLE leftover (x int)")


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_a_database_that_nobody_has_written_to(
    empty_database_url: str, time: str
) -> None:
    write_a_table(empty_database_url)


def test_a_copy_has_what_the_migration_made(run: databases.Run) -> None:
    with run.copy("sqlite", write_a_table) as url, pytest.raises(sqlite3.OperationalError):
        write_a_table(url)


def test_the_server_dies_with_a_run_that_is_killed() -> None:
    """Kills a process that holds a run of its own, and waits until the server's folder is gone."""
    program = (
        "from tests import databases; import signal;"
        "run = databases.Run.begin();"
        "run.copy('postgresql', databases.empty).__enter__();"
        "print(run.folder, flush=True); signal.pause()"
    )
    environment = {**os.environ, "TEST_POSTGRES_URL": ""}  # one of our own, to watch it die
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as holder:
        assert holder.stdout
        folder = Path(holder.stdout.readline().strip())
        server_ran = (folder / "postgres" / "cluster").exists()
        holder.kill()
    assert server_ran
    assert databases.gone(folder / "postgres", seconds=10)
    databases.Run.begin().end()
    assert not folder.exists()
