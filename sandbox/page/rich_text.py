"""rich_text blocks as safe HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from sandbox.page import emoji, mrkdwn
from sandbox.page.reader import Reader

Json = dict[str, Any]
_STYLES = {
    "bold": "strong",
    "italic": "em",
    "strike": "s",
    "underline": "u",
    "code": "code",
    "highlight": "mark",
}
_LIST_TYPES = {"ordered": "ol", "bullet": "ul"}


def html(block: Json, reader: Reader) -> Markup:
    """A whole rich_text block; nested lists come as a flat run, each drawn at its ``indent``."""
    return Markup("").join(_part(part, reader) for part in block.get("elements", []))


def _part(part: Json, reader: Reader) -> Markup:
    inner = spans(part.get("elements", []), reader)
    match part.get("type"):
        case "rich_text_list":
            return _list(part, reader)
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(inner)
        case "rich_text_preformatted":
            return Markup("<pre>{}</pre>").format(_raw(part))
        case _:
            return Markup('<div class="rich">{}</div>').format(inner)


def _raw(part: Json) -> str:
    return "".join(str(e.get("text") or e.get("url") or "") for e in part.get("elements", []))


def _list(part: Json, reader: Reader) -> Markup:
    tag = _LIST_TYPES.get(part.get("style", "bullet"), "ul")
    items = Markup("").join(
        Markup("<li>{}</li>").format(spans(item.get("elements", []), reader))
        for item in part.get("elements", [])
    )
    depth, start = min(int(part.get("indent") or 0), 8), int(part.get("offset") or 0) + 1
    return Markup('<{} class="rich-list depth-{}" {}>{}</{}>').format(
        Markup(tag), depth, Markup(f'start="{start}"') if tag == "ol" else "", items, Markup(tag)
    )


def spans(elements: list[Json], reader: Reader) -> Markup:
    """The elements of a section, one after the other."""
    return Markup("").join(_styled(element, reader) for element in elements)


def _styled(element: Json, reader: Reader) -> Markup:
    shown = _SPANS.get(element.get("type", ""), _unknown)(element, reader)
    style = element.get("style")
    for name, tag in _STYLES.items():
        if isinstance(style, dict) and style.get(name):
            shown = Markup(f"<{tag}>{{}}</{tag}>").format(shown)
    return shown


def _text(element: Json, reader: Reader) -> Markup:
    lines = str(element.get("text", "")).split("\n")
    return Markup("<br>").join(emoji.draw_characters(line) for line in lines)


def _link(element: Json, reader: Reader) -> Markup:
    label = element.get("text")
    return mrkdwn.link(str(element.get("url", "")), escape(label) if label else None, reader)


def _emoji(element: Json, reader: Reader) -> Markup:
    return emoji.html(str(element.get("name", "")))


def _group(element: Json, reader: Reader) -> Markup:
    return mrkdwn.live(f"!subteam^{element.get('usergroup_id', '')}", reader)


def _broadcast(element: Json, reader: Reader) -> Markup:
    return Markup('<span class="mention mention-me">@{}</span>').format(element.get("range", ""))


def _date(element: Json, reader: Reader) -> Markup:
    shown = mrkdwn.date(
        int(element.get("timestamp", 0)), str(element.get("format", "{date}")), reader
    )
    url = element.get("url")
    return mrkdwn.link(str(url), shown, reader) if url else shown


def _color(element: Json, reader: Reader) -> Markup:
    return Markup("<code>{}</code>").format(element.get("value", ""))


def _unknown(element: Json, reader: Reader) -> Markup:
    return escape(element.get("text", ""))


_SPANS: dict[str, Callable[[Json, Reader], Markup]] = {
    "text": _text,
    "link": _link,
    "emoji": _emoji,
    "user": lambda element, reader: mrkdwn.person(str(element.get("user_id", "")), reader),
    "channel": lambda element, reader: mrkdwn.channel(str(element.get("channel_id", "")), reader),
    "usergroup": _group,
    "broadcast": _broadcast,
    "date": _date,
    "color": _color,
}
