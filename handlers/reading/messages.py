"""Events about messages: said, changed, gone, marked with an emoji (FACTS 4)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack.reading import files, moment, need, said, text
from bot.usecases.inputs import Deleted, Edited, Input, Reacted, Said, Unpinned
from handlers.reading.shape import Json
from handlers.reading.whose import company


def message(body: Json) -> Input | None:
    """What a ``message`` or ``app_mention`` event means: Said, Edited, Deleted or nothing."""
    event = body["event"]
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(event)
    if subtype == "message_deleted":
        return _deleted(event, text(event, "deleted_ts") or need(event["previous_message"], "ts"))
    if subtype in ("message_replied", "tombstone") or event.get("hidden"):
        return None
    return _said(body, event)


def _said(body: Json, event: Json) -> Said:
    return said(need(event, "channel"), event, company(body, event))


def _changed(event: Json) -> Input | None:
    """An edit, a deletion in disguise, or, for link previews and counters, nothing (FACTS 4)."""
    now, before = event["message"], _before(event)
    ts = text(now, "ts") or need(before, "ts")
    if now.get("subtype") == "tombstone":
        return _deleted(event, ts)
    same_words = "text" in before and text(before, "text") == text(now, "text")
    same_files = not before or files(before) == files(now)
    if same_files and (same_words or not now.get("edited")):
        return None
    return _edited(event, now, ts=ts)


def _before(event: Json) -> Json:
    """``previous_message`` may be missing or, of all things, an empty list (FACTS 4)."""
    before = event.get("previous_message")
    return before if isinstance(before, Mapping) else {}


def _edited(event: Json, now: Json, *, ts: str) -> Edited:
    edit = now.get("edited") or {}
    event_ts = text(event, "event_ts") or need(event, "ts")
    return Edited(
        channel=need(event, "channel"),
        ts=ts,
        editor=text(edit, "user") or text(now, "user"),
        at=moment(event_ts),
        event_ts=event_ts,
        text=text(now, "text"),
        thread_ts=text(now, "thread_ts"),
        author=text(now, "user"),
        bot_id=text(now, "bot_id"),
        files=files(now),
    )


def _deleted(event: Json, ts: str) -> Deleted:
    event_ts = text(event, "event_ts") or need(event, "ts")
    return Deleted(need(event, "channel"), ts, moment(event_ts), event_ts)


def reaction(body: Json) -> Reacted | None:
    """``reaction_added`` and ``reaction_removed``; those on files are nobody's business."""
    event = body["event"]
    item = event["item"]
    if item.get("type") != "message":
        return None
    stamp = event_stamp(body)
    return Reacted(
        channel=need(item, "channel"),
        ts=need(item, "ts"),
        person=need(event, "user"),
        emoji=need(event, "reaction"),
        at=moment(stamp),
        event_ts=stamp,
        removed=event["type"] == "reaction_removed",
    )


def unpinned(body: Json) -> Unpinned | None:
    """``pin_removed``; of files and the like there is nothing to say."""
    event, stamp = body["event"], event_stamp(body)
    item = event["item"]
    if item.get("type") != "message":
        return None
    told = item.get("message") or {}
    return Unpinned(need(event, "channel_id"), need(told, "ts"), moment(stamp), stamp)


def event_stamp(body: Json) -> str:
    """When an event happened, the same on every retry. Some have only event_time."""
    stamp = text(body["event"], "event_ts") or str(body.get("event_time") or "")
    if not stamp:
        raise KeyError("event_ts")
    return stamp
