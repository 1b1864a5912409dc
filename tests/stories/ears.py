"""Hears what the program logs while a story is told: an error ends it, whatever people saw."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


class _Errors(logging.Handler):
    """Keeps what is logged as an error by Python's own loggers."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(f"{record.name}: {record.getMessage()} {record.exc_info or ''}")


@contextmanager
def errors() -> Iterator[list[str]]:
    """All errors that are logged in the block, by whichever way, as they come."""
    heard: list[str] = []
    handler, root = _Errors(heard), logging.getLogger()

    def note(_logger: object, method: str, told: structlog.typing.EventDict) -> str:
        if method in ("error", "critical", "exception"):
            heard.append(repr(dict(told)))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    root.addHandler(handler)
    structlog.configure(processors=[note])
    try:
        yield heard
    finally:
        structlog.configure(processors=before)
        root.removeHandler(handler)
