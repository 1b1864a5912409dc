"""One exchange on the wire, as the inspector shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.page import dates
from sandbox.traffic import Entry


@dataclass(frozen=True)
class Shown:
    """A row: ``note`` says in a few words what it was about."""

    seq: int
    time: str
    direction: str
    kind: str
    note: str
    status: int
    outcome: str
    is_bad: bool
    took: str
    request: Callable[[], str]
    response: Callable[[], str]


def shown(entry: Entry, zone: ZoneInfo) -> Shown:
    """An entry with its JSON written out, its time in ``zone``."""
    at = dates.local(entry.at, zone)
    error = entry.response.get("error") if isinstance(entry.response, dict) else None
    return Shown(
        seq=entry.seq,
        time=f"{at:%H:%M:%S}",
        direction=entry.direction,
        kind=entry.kind,
        note=_note(entry.request),
        status=entry.status,
        outcome=str(error or entry.status or "no answer"),
        is_bad=bool(error) or entry.status == 0 or entry.status >= 400,
        took=f"{entry.took_ms:.0f}",
        request=partial(_pretty, entry.request),
        response=partial(_pretty, entry.response),
    )


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def _note(request: Any) -> str:
    """The type of an event, the verb of a command, the channel of a call."""
    if not isinstance(request, dict):
        return ""
    event = request.get("event")
    if isinstance(event, dict):
        parts = [event.get("type"), event.get("subtype"), event.get("channel")]
    else:
        parts = [
            request.get("type"),
            request.get("command"),
            request.get("text"),
            request.get("channel"),
        ]
        parts = [request.get("callback_id"), *parts]
    return " ".join(str(part) for part in parts if part and isinstance(part, str))[:90]
