"""Attachments, the older way to add to a message: a bar of colour with text, fields or blocks."""

from __future__ import annotations

import re

from markupsafe import Markup

from sandbox.page import blocks, elements, mrkdwn
from sandbox.page.paper import Json, Paper

_NAMED = {"good": "#2e9e6b", "warning": "#d9a420", "danger": "#c0392b"}


def html(attachments: list[Json], paper: Paper) -> Markup:
    """All attachments of a message."""
    return Markup("").join(_attachment(item, paper) for item in attachments)


def _attachment(item: Json, paper: Paper) -> Markup:
    inner = blocks.html(item["blocks"], paper) if item.get("blocks") else _classic(item, paper)
    bar = Markup(
        '<svg class="attachment-bar" preserveAspectRatio="none" viewBox="0 0 1 1" '
        'aria-hidden="true">'
        '<rect width="1" height="1" fill="{}"/></svg>'
    ).format(_color(str(item.get("color", ""))))
    pretext = mrkdwn.html(str(item["pretext"]), paper.reader) if item.get("pretext") else ""
    return Markup(
        '<div class="attachment-pretext">{}</div><div class="attachment">{}<div>{}</div></div>'
    ).format(pretext, bar, inner)


def _color(color: str) -> str:
    if color in _NAMED:
        return _NAMED[color]
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", color)
    return f"#{found[1]}" if found else "#d5d8de"


def _classic(item: Json, paper: Paper) -> Markup:
    parts = [_strong(item.get("author_name")), _title(item, paper)]
    parts += [mrkdwn.html(str(item.get("text") or item.get("fallback") or ""), paper.reader)]
    parts += [_field(field, paper) for field in item.get("fields", [])]
    if item.get("image_url"):
        parts.append(elements.image(item | {"alt_text": item.get("title", "")}, paper, small=False))
    if item.get("footer"):
        parts.append(Markup('<div class="hint">{}</div>').format(mrkdwn.plain(str(item["footer"]))))
    return Markup("").join(Markup("<div>{}</div>").format(part) for part in parts if part)


def _strong(text: object) -> Markup:
    return Markup("<strong>{}</strong>").format(mrkdwn.plain(str(text))) if text else Markup("")


def _title(item: Json, paper: Paper) -> Markup:
    title = _strong(item.get("title"))
    url = item.get("title_link")
    return mrkdwn.link(str(url), title, paper.reader) if title and url else title


def _field(field: Json, paper: Paper) -> Markup:
    return Markup('<div class="section-field"><strong>{}</strong><br>{}</div>').format(
        mrkdwn.plain(str(field.get("title", ""))),
        mrkdwn.html(str(field.get("value", "")), paper.reader),
    )
