"""Hears what the program logs while a story is told: an error ends it, whatever people saw."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog


class _Errors(logging.Handler):
    """Keeps what is logged as an error by Python's own loggers."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        self._hear(f"{record.name}: {record.getMessage()} {record.exc_info or ''}")


@contextmanager
def errors(counts: Callable[[str], bool] = lambda told: True) -> Iterator[list[str]]:
    """All errors that are logged in the block, by whichever way, as they come.

    ``counts`` says of each whether it is one: those that a test brings about by itself are none.
    """
    heard: list[str] = []

    def hear(told: str) -> None:
        if counts(told):
            heard.append(told)

    def note(_logger: object, method: str, told: structlog.typing.EventDict) -> str:
        if method in ("error", "critical", "exception"):
            hear(f"{dict(told)!r} {_cause(told)}")
        raise structlog.DropEvent

    handler, root = _Errors(hear), logging.getLogger()

    before = structlog.get_config()["processors"]
    root.addHandler(handler)
    structlog.configure(processors=[note])
    try:
        yield heard
    finally:
        structlog.configure(processors=before)
        root.removeHandler(handler)


@contextmanager
def lines() -> Iterator[list[str]]:
    """What the program logs in the block, by the first words of each line, as they come."""
    heard: list[str] = []

    def note(_logger: object, _method: str, told: structlog.typing.EventDict) -> str:
        heard.append(str(told.get("event")))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[note])
    try:
        yield heard
    finally:
        structlog.configure(processors=before)


def _cause(told: structlog.typing.EventDict) -> str:
    error = told.get("exc_info")
    return "".join(traceback.format_exception(sys.exception() if error is True else error))
