"""What people do in Slack that may ask something of the desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.light import light
from storage.records.messages import FileRef


class Door(StrEnum):
    """By which way an act came in."""

    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    SHORTCUT = "shortcut"
    REACTION = "reaction"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stood when acting, so that the answer can go there.

    Slack ids, ``""`` when unknown.
    """

    channel: str = ""
    ts: str = ""
    thread_ts: str = ""
    response_url: str = ""


@light(frozen=True, slots=True)
class Said:
    """A message was posted. ``text`` is kept in the text table, not in the row.

    ``found_at`` is set when Slack told us late, ``is_missed`` when it never did and catch-up found
    the message in the history.
    """

    channel: str
    ts: str
    author: str
    at: datetime
    text: str = ""
    thread_ts: str = ""
    author_team: str = ""
    subtype: str = ""
    bot_id: str = ""
    app_id: str = ""
    channel_type: str = ""
    files: tuple[FileRef, ...] = ()
    found_at: datetime | None = None
    is_missed: bool = False

    @property
    def is_reply(self) -> bool:
        """True inside a thread; a parent that carries its own thread_ts is no reply (FACTS 4)."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        return f"said:{self.channel}:{self.ts}"


@dataclass(frozen=True, slots=True)
class Edited:
    """A message's words were changed. Of two edits the later is known by ``event_ts`` alone."""

    channel: str
    ts: str
    editor: str
    at: datetime
    event_ts: str
    text: str = ""
    thread_ts: str = ""
    author: str = ""
    bot_id: str = ""
    files: tuple[FileRef, ...] = ()

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        return f"edit:{self.channel}:{self.ts}:{self.editor}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message was deleted, or became a tombstone because it had replies."""

    channel: str
    ts: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        return f"gone:{self.channel}:{self.ts}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody put an emoji on a message, or took it off."""

    channel: str
    ts: str
    person: str
    emoji: str
    at: datetime
    event_ts: str
    removed: bool = False

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        what = "off" if self.removed else "on"
        return f"react:{what}:{self.channel}:{self.ts}:{self.person}:{self.emoji}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody asks for an act of the table in ``bot.acts``.

    The ticket is named by ``ticket_id`` (a button's value), else by ``number``, else by ``place``
    (the only open ticket of the channel, or the thread). ``fields`` are the act's own, as text.
    """

    act: str
    person: str
    door: Door
    at: datetime
    key: str
    place: Place = Place()
    ticket_id: int | None = None
    number: int | None = None
    fields: dict[str, str] = field(default_factory=dict)
    text: str = ""
    person_team: str = ""

    def lane(self) -> str:
        return f"channel:{self.place.channel}" if self.place.channel else f"person:{self.person}"

    def dedupe_key(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at the app's home."""

    person: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return f"person:{self.person}"

    def dedupe_key(self) -> str:
        return f"home:{self.person}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class Drafting:
    """Somebody opened the form of a reply, or (``is_over``) closed it.

    Without a ``person`` forms are meant that were open for too long.
    """

    ticket_id: int
    at: datetime
    key: str
    person: str = ""
    is_over: bool = False

    def lane(self) -> str:
        return f"ticket:{self.ticket_id}"

    def dedupe_key(self) -> str:
        return f"draft:{self.ticket_id}:{self.key}"


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody asked the knowledge base, and was answered: what is known of it by then.

    ``article_id`` is the best passage, if any; ``is_sure`` whether it was shown as the answer.
    """

    question_id: int
    person: str
    at: datetime
    text: str = ""
    article_id: int | None = None
    is_sure: bool = False
    ticket_id: int | None = None

    def lane(self) -> str:
        return f"person:{self.person}"

    def dedupe_key(self) -> str:
        return f"looked:{self.question_id}"
