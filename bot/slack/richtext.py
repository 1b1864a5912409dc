"""Slack's rich_text blocks read as words: as Slack's own mrkdwn, or as plain text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from bot.slack.mrkdwn import escape

Element = dict[str, Any]
Say = Callable[[Element], str]


def mrkdwn(block: Element) -> str:
    """A rich_text block as mrkdwn, its mentions still live: show it through ``quote`` only."""
    return _read(block, _marked)


def plain(block: Element) -> str:
    """A rich_text block as unescaped plain text."""
    return _read(block, _bare)


def _read(block: Element, say: Say) -> str:
    return "\n".join(_part(part, say) for part in block.get("elements", ()))


def _part(part: Element, say: Say) -> str:
    match part.get("type"):
        case "rich_text_list":
            return "\n".join(_items(part, say))
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _inline(part, say).split("\n"))
        case "rich_text_preformatted":
            fence = "```" if say is _marked else ""
            return f"{fence}{_inline(part, say)}{fence}"
    return _inline(part, say).removesuffix("\n")


def _items(part: Element, say: Say) -> Iterable[str]:
    indent, first = "    " * part.get("indent", 0), part.get("offset", 0) + 1
    for number, item in enumerate(part.get("elements", ()), first):
        sign = f"{number}." if part.get("style") == "ordered" else "•"
        yield f"{indent}{sign} {_inline(item, say)}"


def _inline(part: Element, say: Say) -> str:
    return "".join(map(say, part.get("elements", ())))


_MARKS = {"code": "`", "strike": "~", "italic": "_", "bold": "*"}


def _marked(element: Element) -> str:
    words = _live(element)
    for style, mark in _MARKS.items():
        if element.get("style", {}).get(style) and words.strip():
            inner = words.strip()
            words = words.replace(inner, f"{mark}{inner}{mark}", 1)
    return words


_LIVE = {
    "user": "<@{user_id}>",
    "usergroup": "<!subteam^{usergroup_id}>",
    "channel": "<#{channel_id}>",
    "broadcast": "<!{range}>",
}
_BARE = {
    "user": "@someone",
    "usergroup": "@group",
    "channel": "#channel",
    "broadcast": "@{range}",
    "emoji": ":{name}:",
    "color": "{value}",
    "date": "{fallback}",
}


def _live(element: Element) -> str:
    if element["type"] == "link":
        label = f"|{escape(element['text'])}" if element.get("text") else ""
        return f"<{escape(element['url'])}{label}>"
    form = _LIVE.get(element["type"])
    return form.format_map(defaultdict(str, element)) if form else str(escape(_bare(element)))


def _bare(element: Element) -> str:
    form = _BARE.get(element["type"])
    if form:
        return form.format_map(defaultdict(str, element))
    return str(element.get("text") or element.get("url") or "")
