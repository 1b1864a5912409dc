"""The templates' filters: ``user group channel link date`` alone make Slack's live syntax."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from bot.slack import markdown, mrkdwn
from bot.slack.mrkdwn import Mrkdwn
from storage.records.channels import Channel
from storage.records.people import Person

_SLACK_ID = re.compile(r"[A-Z0-9]+")
_SIZES = (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10))
_SPANS = (("day", 86400), ("h", 3600), ("min", 60))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAME = 80


def user(person: Person) -> Mrkdwn:
    """A live mention: whoever is named in a post is told of it."""
    return Mrkdwn(f"<@{_slack_id(person.slack_id)}>")


def group(slack_id: str) -> Mrkdwn:
    """A live mention of a usergroup: all its members are told."""
    return Mrkdwn(f"<!subteam^{_slack_id(slack_id)}>")


def channel(where: Channel) -> Mrkdwn:
    """A live link to a channel; those who are not in it may see no name (FACTS 10)."""
    return Mrkdwn(f"<#{_slack_id(where.slack_id)}>")


def link(url: str, label: object) -> Mrkdwn:
    """``url`` under the words of ``label``; the words alone when there is no address."""
    return mrkdwn.link(url, mrkdwn.plain(label) if isinstance(label, Markup) else str(label))


def date(at: datetime, form: str = "{date_short_pretty} at {time}", *, after: str = "") -> Mrkdwn:
    """A moment in the zone of whoever reads it; ``form`` in Slack's words (FACTS 10).

    ``after`` is the word before it: inside of the date it keeps Slack from a capital, "by Today".
    Raises ValueError for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    word = f"{after} " if after else ""
    return Mrkdwn(f"<!date^{int(at.timestamp())}^{word}{form}|{word}{_in_utc(at)}>")


def _in_utc(at: datetime) -> str:
    """``2 Mar 2026 14:05 UTC``, in English whatever the locale."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year} {utc.hour:02}:{utc.minute:02} UTC"


def inline(text: str) -> str:
    """The words on one line, for lists: blocks of code are words like others there."""
    return " ".join(text.replace("```", " ").split())


def inline_ends(text: str, most: int) -> str:
    """A longer stretch on one line by its beginning and end, to show what stands beside it."""
    words = " ".join(text.split())
    words = f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}" if words else " "
    if len(words) <= 2 * most + 3:
        return words
    return f"{words[:most].rstrip()} … {words[-most:].lstrip()}"


def name(person: Person | None, other: str = "somebody") -> str:
    """What somebody is called, in plain words; ``other`` for nobody, or for one without a name."""
    return mrkdwn.shorten(person.name.strip(), _NAME) if person and person.name.strip() else other


def shorten(words: str, most: int, lines: int = 0) -> str:
    """At most ``most`` characters; finished mrkdwn stays mrkdwn, plain text stays plain."""
    short = mrkdwn.shorten(str(words), most, lines)
    return Mrkdwn(short) if isinstance(words, Markup) else short


def since(start: datetime, end: datetime) -> str:
    """From ``start`` to ``end`` in the largest unit that fits: ``10 s``, ``3 h``, ``2 days``."""
    seconds = max(int((end - start).total_seconds()), 0)
    for unit, size in _SPANS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"
    return f"{seconds} s"


def ago(then: datetime, now: datetime) -> str:
    """``3 h ago``, or ``just now`` within the first minute."""
    return "just now" if (now - then).total_seconds() < 60 else f"{since(then, now)} ago"


def size(count: int) -> str:
    """Bytes as people read them: ``1.4 MB``."""
    for unit, one in _SIZES:
        if count >= one:
            return f"{count / one:.1f} {unit}".replace(".0 ", " ")
    return f"{count} bytes"


def _slack_id(text: str) -> str:
    if not _SLACK_ID.fullmatch(text):
        raise ValueError(f"{text!r} is no id of Slack's")
    return text


FILTERS: dict[str, Any] = {
    "user": user,
    "group": group,
    "channel": channel,
    "link": link,
    "date": date,
    "quote": mrkdwn.quote,
    "inline": inline,
    "inline_ends": inline_ends,
    "bar": mrkdwn.bar,
    "plain": mrkdwn.plain,
    "typed": markdown.to_plain,
    "name": name,
    "shorten": shorten,
    "since": since,
    "ago": ago,
    "size": size,
}
