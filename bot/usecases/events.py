"""What became true: the second vocabulary.

Each Event is told by a rule and turned into history and Notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records.messages import Message
from storage.records.replies import Reply
from storage.records.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Event:
    """``ticket`` as it is now; ``by`` our key of who did it, None for the desk itself."""

    ticket: Ticket
    at: datetime
    by: int | None


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """A ticket came to be; ``found_at`` when catch-up found its words in Slack's history.

    ``is_long``: the card cannot show all its words.
    """

    found_at: datetime | None = None
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class CustomerWrote(Event):
    """The customer said more in a ticket's thread; ``courtesy`` when it asks for nothing."""

    message: Message
    courtesy: bool


@dataclass(frozen=True, slots=True)
class TeamAnswered(Event):
    """Somebody of ours wrote to the customer, in the thread or by Reply."""

    message: Message


@dataclass(frozen=True, slots=True)
class HelperAnswered(Event):
    """Somebody else who reads a public channel answered the question."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageEdited(Event):
    """Words of a ticket's message changed; ``after_answer`` when we had answered already."""

    message: Message
    after_answer: bool


@dataclass(frozen=True, slots=True)
class MessageDeleted(Event):
    """A ticket's message was taken away."""

    message: Message


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """One field changed.

    ``act`` is the history's word (take, assign, resolve, reopen, priority …).
    """

    act: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Resolved(Moved):
    """The ticket is done."""


@dataclass(frozen=True, slots=True)
class Reopened(Moved):
    """The ticket was done and is not any more."""


@dataclass(frozen=True, slots=True)
class Noted(Moved):
    """The team knows more; ``message`` is None where it stands in the internal thread already."""

    message: Message | None


@dataclass(frozen=True, slots=True)
class Overheard(Event):
    """Something is read in the ticket's internal thread and moves nothing.

    It was said in a thread that is attached to the ticket, or by us before the customer asked.
    """

    message: Message


@dataclass(frozen=True, slots=True)
class ReplyHeld(Event):
    """A reply waits for its undo time to pass."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class ReplyEnded(Event):
    """A reply was sent, undone, deleted or failed: ``reply.state`` says which."""

    reply: Reply
