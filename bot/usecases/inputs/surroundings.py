"""What Slack tells of the places and people around the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
class Uninstalled:
    """The app was removed or its tokens were revoked."""

    what: str
    at: datetime
    event_ts: str

    def lane(self) -> str:
        return "desk:installation"

    def dedupe_key(self) -> str:
        return f"uninstalled:{self.what}:{self.event_ts}"
