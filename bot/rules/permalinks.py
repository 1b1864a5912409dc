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


@dataclass(frozen=True, slots=True)
class Pointed:
    """The message that a link points at; ``thread_ts`` is ``""`` unless the link says it."""

    channel: str
    ts: str
    thread_ts: str = ""


def read(text: str) -> Pointed | None:
    """The first message that the text points at, None when it points at none."""
    found = _LINK.search(text.replace("&amp;", "&"))
    if found is None:
        return None
    ts = f"{found['seconds']}.{found['rest']}"
    return Pointed(found["channel"], ts, found["thread"] or "")
