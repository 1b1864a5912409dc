"""Slack's mrkdwn: what others wrote made harmless, made plain, made shorter (FACTS 10)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Self

from markupsafe import Markup

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BARE = re.compile(r"&(?!(?:amp|lt|gt);)|[<>]")
_LIVE = re.compile(r"<([^<>]*)>|[<>]|&(?!(?:amp|lt|gt);)")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_MENTION = re.compile(r"<@([^<>|\s]+)>")
_FENCE = "```"
# Control characters, overrides of the writing direction and lone surrogates: Slack refuses them, or
# they let a text pretend to be another one.
_REFUSED = "\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROLS = re.compile(f"[{_REFUSED}]")
_SPECIAL = re.compile(f"[&<>{_REFUSED}]")


class Mrkdwn(Markup):
    """Finished mrkdwn: what is joined to it is escaped as Slack wants it, not as HTML."""

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        return cls(s) if isinstance(s, Markup) else cls(escaped(str(s)))


def escape(text: str) -> Mrkdwn:
    """Plain text as mrkdwn: exactly ``&``, ``<`` and ``>`` are replaced (FACTS 10)."""
    return Mrkdwn(escaped(text))


def escaped(text: str) -> str:
    """The same, but not marked as finished."""
    return _SPECIAL.sub(_entity, text)


def unescape(text: str) -> str:
    """Slack's three entities back to characters."""
    return str(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def quote(text: str) -> Mrkdwn:
    """Somebody's mrkdwn, as Slack brought it, for showing again: links stay, nobody is pinged.

    Mentions and broadcasts become plain words; entities are left as they are.
    """
    return Mrkdwn(_LIVE.sub(_disarm, clean(text)))


def mentioned(text: str) -> set[str]:
    """Slack ids of the people whom somebody's mrkdwn mentions without saying their names."""
    return set(_MENTION.findall(text))


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The same mrkdwn, its mentions labelled with ``names`` by Slack id, as far as known."""
    return _MENTION.sub(lambda found: _labelled(found[1], names.get(found[1], "")), text)


def _labelled(slack_id: str, name: str) -> str:
    return f"<@{slack_id}|{escaped(name).replace('|', ' ')}>" if name else f"<@{slack_id}>"


def plain(text: str) -> str:
    """mrkdwn as unescaped plain text: links by their label, mentions and dates as words."""
    return unescape(_LIVE.sub(_say, clean(text)))


def clean(text: str) -> str:
    """``text`` without characters that Slack refuses or that disguise other text."""
    return _CONTROLS.sub("", str(text))


def link(url: str, label: str) -> Mrkdwn:
    """A live link; only its label when ``url`` is empty or not of a harmless kind."""
    words = clean(label).replace("\n", " ")
    if not _SAFE_LINK.match(url):
        return escape(words)
    target = escaped(url).replace("|", "%7C").replace(" ", "%20")
    return Mrkdwn(f"<{target}|{escaped(words)}>")


def bar(text: str) -> Mrkdwn:
    """mrkdwn with Slack's bar of quotation beside each line; blocks of code stand without."""
    if not text or _FENCE in text:
        return Mrkdwn(text)
    return Mrkdwn("\n".join(f">{line}" for line in str(text).split("\n")))


def shorten(text: str, most: int, lines: int = 0) -> str:
    """At most ``most`` characters (and ``lines`` lines), cut at a word and ended by ``…``.

    Neither an entity nor a link is cut, and a block of code is closed. Entities count as written.
    """
    text = str(text)  # finished mrkdwn would escape what is put into it
    if lines and text.count("\n") >= lines:
        most = min(most, sum(map(len, text.split("\n")[:lines])) + lines)
    if len(text) <= most:
        return text
    closing = f"\n{_FENCE}" if _FENCE in text else ""
    head = text[: _cut(text, most - 1 - len(closing))].rstrip()
    return f"{head}…{closing if head.count(_FENCE) % 2 else ''}"


def _cut(text: str, room: int) -> int:
    """The place at or before ``room`` where ``text`` may be cut."""
    at = max(room, 0)
    if not text[at].isspace():
        at = max(text.rfind(" ", at * 2 // 3, at), text.rfind("\n", at * 2 // 3, at)) + 1 or at
    opened = text.rfind("<", 0, at)
    if opened > text.rfind(">", 0, at):
        at = opened
    entity = text.rfind("&", max(at - 4, 0), at)
    if entity >= 0 and ";" not in text[entity:at]:
        at = entity
    while at > 0 and _belong_together(text[at - 1], text[at]):
        at -= 1
    return at


def _belong_together(left: str, right: str) -> bool:
    """True for a letter and its accent, emoji joined or toned, and the marks of code."""
    accent = unicodedata.category(right) in ("Mn", "Me", "Mc")
    joined = "\u200d" in (left, right) or "\U0001f3fb" <= right <= "\U0001f3ff"
    return accent or joined or left == right == "`"


def _entity(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0], "")


def _disarm(found: re.Match[str]) -> str:
    """A live token or a stray character as harmless mrkdwn."""
    if found[1] is None:
        return _ENTITIES[found[0]]
    target, _, label = _BARE.sub(_entity, found[1]).partition("|")
    if _SAFE_LINK.match(target):
        return f"<{target}|{label}>".replace("\n", " ") if label else f"<{target}>"
    return _words(target, label) or f"&lt;{_BARE.sub(_entity, found[1])}&gt;"


def _say(found: re.Match[str]) -> str:
    """The same as words alone, still escaped."""
    if found[1] is None:
        return _ENTITIES[found[0]]
    target, _, label = _BARE.sub(_entity, found[1]).partition("|")
    if _SAFE_LINK.match(target):
        return label or target.removeprefix("mailto:").removeprefix("tel:")
    return _words(target, label) or f"&lt;{_BARE.sub(_entity, found[1])}&gt;"


def _words(target: str, label: str) -> str:
    """What a mention, channel, broadcast or date is called; ``""`` for anything else."""
    match target[:1]:
        case "@":
            return f"@{label.lstrip('@') or 'someone'}"
        case "#":
            return f"#{label.lstrip('#') or 'channel'}"
        case "!" if target.startswith("!date^"):
            return label or "some time"
        case "!" if target.startswith("!subteam^"):
            return f"@{label.lstrip('@') or 'group'}"
        case "!":
            return f"@{label.lstrip('@') or target[1:].partition('^')[0] or 'channel'}"
    return ""
