"""How Slack writes a message down: read alike in events, in history and in threads (FACTS 4, 5).

All readers raise KeyError for what is missing and TypeError for what is of another kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.usecases.inputs import Said
from storage.records.messages import FileRef

Json = Mapping[str, Any]


def said(channel: str, message: Json, author_team: str | None = None) -> Said:
    """A message. ``author_team`` is given by who knows better than the message whose it is."""
    ts = need(message, "ts")
    team = author_team
    if team is None:
        team = text(message, "user_team") or text(message, "team")
    return Said(
        channel=channel,
        ts=ts,
        author=text(message, "user"),
        at=moment(ts),
        text=text(message, "text"),
        thread_ts=text(message, "thread_ts"),
        author_team=team,
        subtype=text(message, "subtype"),
        bot_id=text(message, "bot_id"),
        app_id=text(message, "app_id") or text(message.get("bot_profile") or {}, "app_id"),
        channel_type=text(message, "channel_type"),
        files=files(message),
    )


def files(message: Json) -> tuple[FileRef, ...]:
    """The files of a message."""
    return tuple(file(each) for each in message.get("files") or ())


def file(told: Json) -> FileRef:
    """One file. In Connect channels only its id comes: ``check_file_info`` (FACTS 5)."""
    size = told.get("size")
    return FileRef(
        id=need(told, "id"),
        name=text(told, "name") or text(told, "title"),
        mimetype=text(told, "mimetype"),
        size=size if isinstance(size, int) else 0,
        link=text(told, "permalink") or text(told, "url_private"),
    )


def moment(ts: str) -> datetime:
    """A Slack timestamp as aware UTC, for arithmetic only: a ts itself stays a string."""
    return datetime.fromtimestamp(float(ts), UTC)


def text(source: Json, name: str) -> str:
    """A text that may be missing: then, as when it is null, ``""``."""
    value = source.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def need(source: Json, name: str) -> str:
    """A text that must be there."""
    value = text(source, name)
    if not value:
        raise KeyError(name)
    return value
