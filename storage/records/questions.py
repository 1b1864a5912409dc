"""What people asked the knowledge base, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a question.

    ANSWERED: a passage was sure enough to be shown as the answer; SILENT: none was. SENT: somebody
    of ours sent the article to the customer; then people say HELPED or NOT_HELPED.
    """

    ANSWERED = "answered"
    SILENT = "silent"
    SENT = "sent"
    HELPED = "helped"
    NOT_HELPED = "not helped"


class Gap(StrEnum):
    """Whether a question without a good answer is to be asked for: OPEN unless somebody said."""

    OPEN = "open"
    DISMISSED = "dismissed"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Question:
    """``text`` lies in the text table under ``text_id``, where erasing finds it.

    ``article_id`` is the best passage at that time, however sure; ``person_id`` who asked,
    ``ticket_id`` for which ticket, if for any.
    """

    workspace_id: int
    id: int
    at: datetime
    text_id: int
    outcome: Outcome
    gap: Gap = Gap.OPEN
    article_id: int | None = None
    person_id: int | None = None
    ticket_id: int | None = None
    text: str = ""
    version: int = 1
