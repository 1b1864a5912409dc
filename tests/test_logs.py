"""Whoever reads the log finds rows by their fields, and never a secret or a customer's words."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from bot import logs

TOKEN = "xoxb-sandbox-1"


@pytest.fixture
def _as_before() -> Iterator[None]:
    root, quiet = logging.getLogger(), [logging.getLogger(name) for name in logs.QUIET]
    levels, handlers = [each.level for each in (root, *quiet)], list(root.handlers)
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    for each, level in zip((root, *quiet), levels, strict=True):
        each.setLevel(level)


@pytest.fixture
def told(_as_before: None) -> io.StringIO:
    stream = io.StringIO()
    logs.configure("INFO", "json", stream)
    return stream


def lines(told: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.getvalue().splitlines()]


def test_a_line_is_json_with_its_fields(told: io.StringIO) -> None:
    structlog.get_logger().warning("given up", workspace=1, ticket=2, outbox=3)
    (line,) = lines(told)
    assert line["event"] == "given up"
    assert line["level"] == "warning"
    assert (line["workspace"], line["ticket"], line["outbox"]) == (1, 2, 3)
    assert line["timestamp"].endswith("Z")


def test_libraries_speak_the_same_way(told: io.StringIO) -> None:
    logging.getLogger("slack_sdk").warning("lost %s", "a socket")
    (line,) = lines(told)
    assert (line["event"], line["logger"]) == ("lost a socket", "slack_sdk")


def test_what_helps_nobody_is_not_said(told: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").info("a tick")
    structlog.get_logger().debug("a detail")
    assert told.getvalue() == ""


@pytest.mark.parametrize(
    "secret", [TOKEN, "xapp-sandbox-1", f"xoxe.{TOKEN}", "postgresql://ana:pw1@host/x"]
)
def test_secrets_are_taken_out_wherever_they_stand(told: io.StringIO, secret: str) -> None:
    structlog.get_logger().warning(f"with {secret}", again={"deep": [secret]})
    logging.getLogger("theirs").error("%s", secret, exc_info=ValueError(secret))
    assert len(lines(told)) == 2
    assert "[secret]" in told.getvalue()
    assert secret not in told.getvalue()
    assert "pw1" not in told.getvalue()


def refuse(words: str) -> None:
    raise ValueError(f"too long\n{words}")


def test_an_exception_tells_where_and_the_first_line_of_what(told: io.StringIO) -> None:
    said = "Help me!"
    try:
        refuse(said)
    except ValueError:
        structlog.get_logger().exception("a row failed")
    (line,) = lines(told)
    assert "in refuse" in line["exception"]
    assert "ValueError: too long" in line["exception"]
    assert "Help me" not in told.getvalue()


def test_rows_that_a_database_quotes_are_left_out(told: io.StringIO) -> None:
    cause = Exception("violates a constraint\nDETAIL:  Failing row contains (1, Help me!).")
    error = IntegrityError("INSERT INTO text VALUES (?)", ("Help me!",), cause)
    structlog.get_logger().error("failed", error=repr(error), raised=error, exc_info=error)
    assert "violates a constraint" in told.getvalue()
    assert "Help me" not in told.getvalue()


@pytest.mark.usefixtures("_as_before")
def test_on_a_terminal_people_get_plain_lines() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "text", stream)
    structlog.get_logger().warning("given up", outbox=3)
    assert "given up" in stream.getvalue()
    assert "outbox=3" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
