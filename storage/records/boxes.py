"""Rows of the two boxes: what came in and is not done, what is to go out and is not shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.records.light import light


class Progress(StrEnum):
    """How far a row of the inbox is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@light(frozen=True, slots=True)
class Arrival:
    """One Input in the inbox.

    ``body`` is the Input as JSON without its text, which lies in the text table under the same
    ``id``. ``key`` makes duplicates one. Times are desk time, aware UTC.
    """

    workspace_id: int
    id: int
    lane: str
    kind: str
    key: str
    body: dict[str, Any]
    at: datetime
    text: str = ""
    tries: int = 0
    facts: int = 0
    progress: Progress = Progress.WAITING
    due_at: datetime | None = None
    outcome: str = ""


class Delivery(StrEnum):
    """How a notice may be repeated after an unknown outcome (DESIGN, outbound)."""

    POST = "post"
    IDEMPOTENT = "idempotent"
    ONCE = "once"


class PostState(StrEnum):
    """waiting → sending → shown, or dropped (no longer true), or failed; a picture goes round."""

    WAITING = "waiting"
    SENDING = "sending"
    SHOWN = "shown"
    DROPPED = "dropped"
    FAILED = "failed"


@light(frozen=True, slots=True)
class Post:
    """One thing that Slack is to show, and whether it does.

    ``wanted`` rises with every change, ``shown`` follows when Slack has it; a plain post stays
    at 1. ``picture`` is the key of what may be shown only once (``card:17``), ``""`` for plain
    posts. ``ts`` is Slack's id once posted. A post ``under_card`` goes into the thread of its
    ticket's card, else ``thread_ts`` says where. ``nonce`` travels in the message's metadata.
    ``urgency`` 0 is customer-facing. ``tried_at`` is the desk time of the last try. ``kept_by`` is
    the place whose trouble its last refusal was (`storage.records.trouble`), ``""`` without one; a
    new try, or another error, does not change it.
    """

    workspace_id: int
    id: int
    lane: str
    kind: str
    delivery: Delivery
    body: dict[str, Any]
    due_at: datetime
    channel_id: int | None = None
    ticket_id: int | None = None
    picture: str = ""
    under_card: bool = False
    thread_ts: str = ""
    urgency: int = 1
    wanted: int = 1
    shown: int = 0
    state: PostState = PostState.WAITING
    ts: str = ""
    nonce: str = ""
    tries: int = 0
    tried_at: datetime | None = None
    error: str = ""
    kept_by: str = ""
