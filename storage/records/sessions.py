"""A stay in the browser: who is signed in, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's stay in the dashboard, from ``at`` to ``until_at``, by the machine's own clock.

    ``id`` is the hash of what their browser holds, so that nobody who reads the table, or a backup,
    gets in. ``sign_in`` is the hash of the attempt that it began with: no attempt counts twice.
    """

    workspace_id: int
    id: str
    person_id: int
    sign_in: str
    at: datetime
    until_at: datetime
