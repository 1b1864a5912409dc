"""Notes what people have to mend, and has the log tell of it once."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.rules.trouble import silences
from bot.usecases import trouble
from storage.unit import Unit

log = structlog.get_logger()


def met(unit: Unit, place: str, code: str, now: datetime) -> None:
    """Slack refused with that code; what nobody can be told of in Slack is an error in the log."""
    found = trouble.met(unit, place, code, now)
    if found is None:
        return
    if found.began_at < now:
        log.info("slack: not mended after all", **trouble.named(found))
        return
    tell = log.error if silences(found) else log.warning
    tell("slack: in trouble", **trouble.logged(unit, found))
