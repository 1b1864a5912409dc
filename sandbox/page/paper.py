"""What blocks are drawn on: for whom, under which ids, with what was typed and what was wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from sandbox.page import emoji, mrkdwn
from sandbox.page.reader import Reader

Json = dict[str, Any]


def field_name(block_id: str, action_id: str) -> str:
    """The form's name of an element; ``forms`` reads it back."""
    return f"{quote(block_id, safe='')}/{quote(action_id, safe='')}"


@dataclass(frozen=True)
class Paper:
    """``scope`` makes element ids unique on the page; ``values`` is a view's ``state.values``."""

    reader: Reader
    scope: str
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def id(self, block_id: str, action_id: str) -> str:
        """The HTML id of an element."""
        return f"{self.scope}-{field_name(block_id, action_id)}"

    def typed(self, block_id: str, action_id: str) -> Json:
        """What the person chose so far, as in ``view.state.values``; empty when untouched."""
        value = self.values.get(block_id, {}).get(action_id)
        return value if isinstance(value, dict) else {}

    def text(self, item: Json | None) -> Markup:
        """A text object, plain or mrkdwn."""
        if not item:
            return Markup("")
        if item.get("type") == "mrkdwn":
            return mrkdwn.html(
                str(item.get("text", "")), self.reader, verbatim=bool(item.get("verbatim"))
            )
        return mrkdwn.plain(str(item.get("text", ""))).replace("\n", Markup("<br>"))

    def words(self, item: Json | None) -> str:
        """A text object without any markup, for attributes and lists drawn by the browser."""
        return readable(mrkdwn.unescape(str((item or {}).get("text", ""))))


def readable(text: str) -> str:
    """``:name:`` as characters."""
    return emoji.as_characters(text)


def dumps(value: Any) -> str:
    """JSON for a ``data-`` attribute; the template or Markup escapes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
