"""Says how the desk logs: lines for a person or JSON for a machine, never a secret or a row's text.

Everything goes one way, Python's own loggers and those of the libraries too. Fields that rows are
found by: ``workspace``, ``ticket``, ``inbox`` and ``outbox`` (the row's id).
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, ExcInfo, Processor

# What these say at INFO helps nobody who runs a desk: one line for every tick, say.
QUIET = ("alembic", "apscheduler", "uvicorn", "sqlalchemy", "aiohttp.access", "asyncio")

_SECRET = re.compile(
    r"xox[a-z](?:-|\.)[\w.%-]+|xapp-[\w-]+"  # Slack's tokens
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"  # user and password of an address
    r"|(?<=hooks\.slack\.com/)[^\s\"']+|(?<=[?&]ticket=)[^\s&\"']+"  # response_url, socket
)
# Where a database begins to quote the row that it complains about.
_ROW = re.compile(r"(?:\\n|\s)*(?:DETAIL:|\[SQL:|\[parameters:)")
_LONGEST = 500  # characters of an exception's own words


def configure(level: str, form: str, stream: TextIO) -> None:
    """Log from ``level`` on, as ``form`` says: json, text, or auto, which is text on a terminal."""
    is_text = form == "text" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(stream, is_text=is_text))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    at_least = max(logging.WARNING, logging.getLogger().level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "DEBUG" else at_least)
    structlog.configure(
        processors=[*_FIELDS, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLogger().level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _formatter(stream: TextIO, *, is_text: bool) -> logging.Formatter:
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    if is_text:
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False)
    trace = structlog.processors.ExceptionRenderer(_trace)
    return _Discreet(
        foreign_pre_chain=_FIELDS,
        processors=[ProcessorFormatter.remove_processors_meta, trace, _without_rows, renderer],
    )


_FIELDS: tuple[Processor, ...] = (
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class _Discreet(ProcessorFormatter):
    """The last to see a line takes secrets out, wherever they came from."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub("[secret]", super().format(record))


def _without_rows(_logger: Any, _method: str, told: EventDict) -> EventDict:
    """Databases quote whole rows when they refuse one, and rows hold what people wrote."""
    for name, value in told.items():
        if isinstance(value, str):
            told[name] = _ROW.split(value, maxsplit=1)[0]
        elif isinstance(value, BaseException):
            told[name] = _words(value)
    return told


def _trace(exc_info: ExcInfo) -> str:
    """Where it happened, and the first line of what it says: the rest may quote people's words."""
    return "\n".join(_told(exc_info[1]))


def _told(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause:
        yield from _told(cause)
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield _words(error)
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _told(each)


def _words(error: BaseException) -> str:
    first = _ROW.split(str(error), maxsplit=1)[0].partition("\n")[0]
    return f"{type(error).__qualname__}: {first[:_LONGEST]}"
