"""A message as Slack's history tells it, read into what somebody said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.usecases.inputs import Said
from storage.records.messages import FileRef


def said(channel: str, told: Mapping[str, Any]) -> Said:
    """One message of conversations.history or .replies. Raises KeyError when it has no ts."""
    profile = told.get("bot_profile") or {}
    return Said(
        channel=channel,
        ts=str(told["ts"]),
        author=told.get("user") or "",
        at=datetime.fromtimestamp(float(told["ts"]), UTC),
        text=told.get("text") or "",
        thread_ts=told.get("thread_ts") or "",
        author_team=told.get("user_team") or told.get("team") or "",
        subtype=told.get("subtype") or "",
        bot_id=told.get("bot_id") or "",
        app_id=told.get("app_id") or profile.get("app_id") or "",
        files=tuple(_file(file) for file in told.get("files") or ()),
    )


def _file(told: Mapping[str, Any]) -> FileRef:
    """In Connect channels only the id comes: ``file_access: check_file_info`` (FACTS 5)."""
    size = told.get("size")
    return FileRef(
        id=str(told["id"]),
        name=told.get("name") or told.get("title") or "",
        mimetype=told.get("mimetype") or "",
        size=size if isinstance(size, int) else 0,
        link=told.get("permalink") or told.get("url_private") or "",
    )
