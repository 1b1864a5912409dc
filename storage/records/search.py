"""What somebody looks for among tickets, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records.messages import Message
from storage.records.tickets import Owner, Priority, Status, Ticket


@dataclass(frozen=True, slots=True)
class Sought:
    """Messages of tickets with all these ``words``, as somebody typed them.

    None asks about nothing; an empty tuple is nobody, no channel, no status: it finds nothing.
    ``author_ids`` and ``channel_ids`` are keys of ours (an account is its channels); a message was
    said between ``since`` and ``before``; ``statuses``, ``owners`` and so on are what its ticket is
    now.
    """

    words: str = ""
    author_ids: tuple[int, ...] | None = None
    channel_ids: tuple[int, ...] | None = None
    statuses: tuple[Status, ...] | None = None
    category: str | None = None
    before: datetime | None = None
    since: datetime | None = None
    owners: tuple[int | Owner, ...] | None = None
    priorities: tuple[Priority, ...] | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket, and its newest message that fits."""

    ticket: Ticket
    message: Message


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest first; ``older`` is where the next begins, None when that was all.

    A page may hold less than was asked for, even nothing, and there be more: only so much is looked
    at in one go.
    """

    hits: tuple[Hit, ...]
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of plain text; ``is_hit`` when it is one of the words that were sought."""

    text: str
    is_hit: bool = False
