"""What the desk brings about itself: a time that came, a post that was sent, a second look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """The outbox tells how a reply ended: Slack's ts, or why not."""

    post_id: int
    at: datetime
    ts: str = ""
    error: str = ""

    def lane(self) -> str:
        return "desk:deliveries"

    def dedupe_key(self) -> str:
        return f"delivered:{self.post_id}"


@dataclass(frozen=True, slots=True)
class TimeCame:
    """A ticket was to be looked at by the desk itself at ``due_at``."""

    ticket_id: int
    due_at: datetime
    at: datetime

    def lane(self) -> str:
        return f"ticket:{self.ticket_id}"

    def dedupe_key(self) -> str:
        return f"time:{self.ticket_id}:{self.due_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class OwnerSought:
    """A ticket lies in a queue that finds owners by itself; ``owner_id`` has not answered so far.

    All of a workspace go one after the other, so that everybody's turn comes in order.
    """

    ticket_id: int
    at: datetime
    owner_id: int | None = None

    def lane(self) -> str:
        return "desk:assignment"

    def dedupe_key(self) -> str:
        return f"owner:{self.ticket_id}:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class PacketDue:
    """An escalation was to be looked at by the desk itself at ``due_at``."""

    escalation_id: int
    ticket_id: int
    due_at: datetime
    at: datetime

    def lane(self) -> str:
        return f"ticket:{self.ticket_id}"

    def dedupe_key(self) -> str:
        return f"packet:{self.escalation_id}:{self.due_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Suggested:
    """The desk has looked at a new ticket and says what it found, all by keys or numbers as text.

    ``articles``, ``solved`` (tickets of the same customer) and ``elsewhere`` (of others), the best
    first; the guessed ``category``; the number of a ``twin``; the article to ``answer`` with.
    """

    ticket_id: int
    at: datetime
    articles: tuple[str, ...] = ()
    solved: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    category: str = ""
    twin: str = ""
    answer: str = ""

    def lane(self) -> str:
        return f"ticket:{self.ticket_id}"

    def dedupe_key(self) -> str:
        return f"suggested:{self.ticket_id}"


@dataclass(frozen=True, slots=True)
class RotaDue:
    """Somebody else may be on call by now."""

    at: datetime

    def lane(self) -> str:
        return "desk:rotas"

    def dedupe_key(self) -> str:
        return f"rotas:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A subscription's slot at ``due_at`` was to be seen to."""

    subscription_id: int
    due_at: datetime
    at: datetime

    def lane(self) -> str:
        return f"digest:{self.subscription_id}"

    def dedupe_key(self) -> str:
        return f"digest:{self.subscription_id}:{self.due_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """Articles are to be looked through by now."""

    at: datetime

    def lane(self) -> str:
        return "desk:articles"

    def dedupe_key(self) -> str:
        return f"reviews:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class PollDue:
    """A poll was to be looked at by the desk itself at ``due_at``.

    All of one person go one after the other, so that nobody is asked twice within the gap.
    """

    poll_id: int
    asker_id: int
    due_at: datetime
    at: datetime

    def lane(self) -> str:
        return f"asker:{self.asker_id}"

    def dedupe_key(self) -> str:
        return f"poll:{self.poll_id}:{self.due_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class RecoveryDue:
    """Making good after a low score was to be done by ``due_at``, or is to be asked for again."""

    recovery_id: int
    ticket_id: int
    due_at: datetime
    at: datetime

    def lane(self) -> str:
        return f"ticket:{self.ticket_id}"

    def dedupe_key(self) -> str:
        return f"recovery:{self.recovery_id}:{self.due_at.isoformat()}"
