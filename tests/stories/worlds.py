"""The world of a story: the cast with our own app, on a Monday morning whatever day it is.

Opening hours, deadlines, digests and polls all look at the clock, so a story that began at the
machine's own time would be another one each hour.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox.clock import Clock
from sandbox.local import fresh_world
from sandbox.world import World

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
MONDAY_MORNING = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 7, 9, 30, tzinfo=UTC)  # nothing falls due


def world_at(at: datetime = MONDAY_MORNING, *, history: bool = False) -> World:
    """A new world whose clock shows ``at`` now and runs on; with ``history``, days of talk."""
    return fresh_world(manifest(), clock=clock_at(at), history=history)


def clock_at(at: datetime) -> Clock:
    """A clock that shows ``at`` now and runs on as fast as the machine's."""
    clock = Clock()
    clock.offset = at.timestamp() - time.time()
    return clock


def manifest() -> dict[str, Any]:
    """What the app asks Slack for, anew for each sandbox."""
    asked: dict[str, Any] = json.loads(_manifest())
    return asked


@cache
def _manifest() -> str:
    """Read once in a process: YAML is slow."""
    return json.dumps(yaml.safe_load(MANIFEST.read_text()))
