"""What every test may ask for: a migrated database of its own, of each kind we promise."""

import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from storage.migrate import upgrade
from tests import databases, postgres

YOUNG_OBJECTS = 20_000  # as in app.py
RUN = pytest.StashKey[databases.Run]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``make test ARGS=--both``; docs/decisions/0024 says what it is for."""
    parser.addoption("--both", action="store_true", help="run every story on both databases")


def pytest_configure(config: pytest.Config) -> None:
    """Open the run's folder: the main process makes it, xdist's workers are told where it is."""
    gc.set_threshold(YOUNG_OBJECTS)
    _log_plainly()
    told = getattr(config, "workerinput", None)
    config.stash[RUN] = databases.Run(Path(told["run_folder"])) if told else databases.Run.begin()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Among several workers long tests go first, so that none is left alone with one at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Ten thousand tests and all modules stay to the end: no need to look through them again."""
    gc.collect()
    gc.freeze()


def _log_plainly() -> None:
    """Where rich is installed, structlog draws each traceback with it: two seconds apiece."""
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_folder"] = str(node.config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash[RUN]
    if hasattr(config, "workerinput"):
        run.leave()
    else:
        run.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which databases were really used, so that a run on half of them cannot pass unseen."""
    stats = terminalreporter.stats
    finished = [*stats.get("passed", ()), *stats.get("failed", ())]
    calls = (report.user_properties for report in finished if report.when == "call")
    tests = Counter(value for told in calls for name, value in told if name == "database")
    run = terminalreporter.config.stash[RUN]
    used = [f"{run.describe(kind)} ({tests[kind]} tests)" for kind in databases.KINDS]
    terminalreporter.write_line("databases: " + ", ".join(used))


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> databases.Run:
    """The databases of this test run, for those who want more than one at a time."""
    return pytestconfig.stash[RUN]


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated database; the test runs once on SQLite and once on PostgreSQL."""
    yield from _database(request, upgrade)


@pytest.fixture(params=databases.KINDS)
def empty_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database without a single table, for tests of migrations themselves."""
    yield from _database(request, databases.empty)


def _database(request: pytest.FixtureRequest, migrate: databases.Migrate) -> Iterator[str]:
    request.node.user_properties.append(("database", request.param))
    try:
        with request.config.stash[RUN].copy(request.param, migrate) as url:
            yield url
    except postgres.Unavailable as why:
        pytest.skip(f"no PostgreSQL here: {why}")
