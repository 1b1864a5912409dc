"""The desk's vocabulary of trouble; each is caught where something can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.errors import Conflict

__all__ = [
    "ChannelFact",
    "ChartFact",
    "Conflict",
    "DirectFact",
    "Fact",
    "FileFact",
    "MessageFact",
    "Missing",
    "PeopleFact",
    "PersonFact",
    "Refused",
    "SendFailed",
    "StaffFact",
    "ThreadFact",
    "Unknown",
]


class Refused(Exception):
    """An act that is not allowed or makes no sense now.

    ``str()`` is a plain sentence for the person; ``field`` names the form's field that it is about.
    """

    def __init__(self, words: str = "", *, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class Missing(Exception):
    """What was asked for is not there. ``str()`` is a plain sentence for the person."""


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Who is this Slack user?"""

    slack_id: str


@dataclass(frozen=True, slots=True)
class PeopleFact:
    """Who are these Slack users? One fact, however many: a step may ask for a few facts only."""

    slack_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelFact:
    """What is this Slack channel?"""

    slack_id: str


@dataclass(frozen=True, slots=True)
class DirectFact:
    """Where do we talk with this Slack user alone?"""

    slack_id: str


@dataclass(frozen=True, slots=True)
class MessageFact:
    """What was said at this place? Asked for the parent of a reply that came first."""

    slack_channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class ThreadFact:
    """What was said in the whole thread around this message, before we tracked it?"""

    slack_channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class FileFact:
    """What is this file of a message of ours? Asked where Slack told nothing but its id."""

    slack_id: str
    message_id: int


@dataclass(frozen=True, slots=True)
class StaffFact:
    """Who are the agents?"""


@dataclass(frozen=True, slots=True)
class ChartFact:
    """Which file in Slack is the picture of this digest? There is none before that is asked."""

    digest_id: int


Fact = (
    PersonFact
    | PeopleFact
    | ChannelFact
    | DirectFact
    | MessageFact
    | ThreadFact
    | FileFact
    | StaffFact
    | ChartFact
)


class Unknown(Exception):
    """A fact is lacking: the worker asks Slack, writes it down and runs the step again."""

    def __init__(self, fact: Fact) -> None:
        super().__init__(repr(fact))
        self.fact = fact


class SendFailed(Exception):
    """Slack did not take it.

    ``code`` is Slack's error; ``permanent`` means that trying again is useless.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
