"""What Slack's history says of a message beside its words: its last edit, and its thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from sys import intern
from typing import Any

from bot.rules.catchup import Told
from bot.slack import reading
from bot.usecases.inputs import Said

UNREADABLE = (KeyError, TypeError, AttributeError, ValueError)


def all_told(channel: str, messages: Iterable[Mapping[str, Any]]) -> Iterator[Told]:
    """These messages; one that nobody can read stands there all the same, and stops no other."""
    for each in messages:
        try:
            yield told(channel, each)
        except UNREADABLE:
            if there := _there(channel, each):
                yield there


def _there(channel: str, message: Mapping[str, Any]) -> Told | None:
    """What has a ts; None for what has none, and is no message at all."""
    try:
        ts = reading.need(message, "ts")
        thread_ts = reading.text(message, "thread_ts")
        return Told(
            Said(channel, ts, "", reading.moment(ts), thread_ts=thread_ts), is_unreadable=True
        )
    except UNREADABLE:
        return None


def told(channel: str, message: Mapping[str, Any]) -> Told:
    """One message of conversations.history or .replies. Raises as ``reading.said``.

    Of thousands that are compared at once, few have authors of their own: one name serves them all.
    """
    edit, said = message.get("edited") or {}, reading.said(channel, message)
    return Told(
        said=replace(said, author=intern(said.author), author_team=intern(said.author_team)),
        stamp=str(edit.get("ts") or ""),
        editor=edit.get("user") or "",
        is_tombstone=message.get("subtype") == "tombstone",
        replies=int(message.get("reply_count") or 0),
        latest_reply=str(message.get("latest_reply") or ""),
    )
