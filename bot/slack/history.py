"""What Slack's history says of a message beside its words: its last edit, and its thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.rules.catchup import Told
from bot.slack import reading


def told(channel: str, message: Mapping[str, Any]) -> Told:
    """One message of conversations.history or .replies. Raises as ``reading.said``."""
    edit = message.get("edited") or {}
    return Told(
        said=reading.said(channel, message),
        stamp=str(edit.get("ts") or ""),
        editor=edit.get("user") or "",
        is_tombstone=message.get("subtype") == "tombstone",
        replies=int(message.get("reply_count") or 0),
        latest_reply=str(message.get("latest_reply") or ""),
    )
