"""Links to messages, as people paste them: ``https://acme.slack.com/archives/C1/p1700000000000100``.

Slack makes them of the channel's id and the ts without its point; a reply's has its thread's, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINK = re.compile(
    r"/archives/(?P<channel>[CGD][A-Z0-9]{2,30})/p(?P<seconds>[0-9]{10})(?P<rest>[0-9]{6})"
    r"(?:\?(?:[^\s>|]*&)?thread_ts=(?P<thread>[0-9]{10}\.[0-9]{6}))?"
)
_ANY_LINK = re.compile(r"<https?://[^>]*>|https?://\S+")
_WHERE_NUMBERS_STAND = re.compile(rf"\s*(?:([^\s<]+)\s+)?({_ANY_LINK.pattern})")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The message that a link points at; ``thread_ts`` is ``""`` unless the link says it."""

    channel: str
    ts: str
    thread_ts: str = ""


def every(text: str) -> tuple[Pointed, ...]:
    """All messages that the text points at, each once: Slack may repeat a link as its label."""
    found = _LINK.finditer(text.replace("&amp;", "&"))
    return tuple(dict.fromkeys(_pointed(each) for each in found))


def found(text: str) -> tuple[tuple[str, Pointed], ...]:
    """The links to messages as they stand in the text, each with where it points."""
    links = (each[0] for each in _ANY_LINK.finditer(text))
    return tuple((link, there) for link in links if (there := read(link)))


def without(text: str) -> str:
    """The text without its links, whichever way Slack wrote them."""
    return _ANY_LINK.sub(" ", text)


def read(text: str) -> Pointed | None:
    """The first message that the text points at, None when it points at none."""
    return next(iter(every(text)), None)


def for_number(text: str) -> tuple[str, str, Pointed] | None:
    """What stands before it (a verb, or ``""``), the link that stands where a ticket's number may
    stand, and where it points; None where no link stands there."""
    found = _WHERE_NUMBERS_STAND.match(text)
    there = read(found[2]) if found else None
    return (found[1] or "", found[2], there) if found and there else None


def _pointed(found: re.Match[str]) -> Pointed:
    ts = f"{found['seconds']}.{found['rest']}"
    return Pointed(found["channel"], ts, found["thread"] or "")
