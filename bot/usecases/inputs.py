"""What somebody did, in the desk's words: the first of the three vocabularies.

Slack ids stay strings here; use cases turn them into our own keys. Every Input knows the lane in
which it is worked in order, and a key that is the same for every copy that Slack may deliver.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
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
class Unpinned:
    """Somebody took the pin off a message."""

    channel: str
    ts: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        return f"unpinned:{self.channel}:{self.ts}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """Slack says that a channel is not what it was: forget what we know and ask again.

    ``new_id`` is set when only its id changed (a share was started, FACTS 5), ``name`` when it is
    called otherwise now.
    """

    channel: str
    what: str
    at: datetime
    event_ts: str
    new_id: str = ""
    name: str = ""

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        return f"channel:{self.channel}:{self.what}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class MemberMoved:
    """Somebody (perhaps the bot) joined or left a channel."""

    channel: str
    person: str
    at: datetime
    event_ts: str
    joined: bool = True

    def lane(self) -> str:
        return f"channel:{self.channel}"

    def dedupe_key(self) -> str:
        what = "joined" if self.joined else "left"
        return f"member:{what}:{self.channel}:{self.person}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Slack says that somebody's profile changed."""

    person: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return f"person:{self.person}"

    def dedupe_key(self) -> str:
        return f"person:{self.person}:{self.event_ts}"


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """The agents' usergroup changed."""

    usergroup: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return "desk:staff"

    def dedupe_key(self) -> str:
        return f"staff:{self.usergroup}:{self.event_ts}"


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
class Uninstalled:
    """The app was removed or its tokens were revoked."""

    what: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return "desk:installation"

    def dedupe_key(self) -> str:
        return f"uninstalled:{self.what}:{self.event_ts}"


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


Input = (
    Said
    | Edited
    | Deleted
    | Reacted
    | Acted
    | ChannelChanged
    | MemberMoved
    | PersonChanged
    | StaffChanged
    | HomeOpened
    | Unpinned
    | Uninstalled
    | Delivered
    | TimeCame
    | OwnerSought
    | Drafting
    | Looked
    | ReviewDue
    | PacketDue
    | PollDue
    | RecoveryDue
    | RotaDue
    | DigestDue
    | Suggested
)
