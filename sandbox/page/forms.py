"""What was typed and chosen in a view's form, as ``people`` takes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sandbox.page.blocks import block_id
from sandbox.page.paper import Json, field_name

_NOT_STATE = {
    "button",
    "workflow_button",
    "overflow",
    "image",
    "icon_button",
    "feedback_buttons",
    "file_input",
}


class Fields(Protocol):
    """A posted form: several values under one name (Starlette's FormData)."""

    def getlist(self, key: Any) -> list[Any]:
        """All values of a name, in order."""


def stateful(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Every element that keeps a value, with its block's id."""
    for at, block in enumerate(blocks):
        within = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        for element in within if block.get("type") in {"input", "section", "actions"} else []:
            if element and element.get("type") not in _NOT_STATE:
                yield block_id(block, at), element


def chosen(blocks: list[Json], form: Fields, zone: ZoneInfo) -> Json:
    """``{block_id: {action_id: chosen}}``; local times are read in ``zone``."""
    values: Json = {}
    for block, element in stateful(blocks):
        action = element.get("action_id", "")
        texts = [str(v) for v in form.getlist(field_name(block, action)) if isinstance(v, str)]
        values.setdefault(block, {})[action] = choice(element, texts, zone)
    return values


def choice(element: Json, texts: list[str], zone: ZoneInfo) -> Any:
    """One element's choice from the strings that the form sent for it."""
    return _READERS.get(element["type"], _text)([text for text in texts if text], zone)


def _text(texts: list[str], zone: ZoneInfo) -> Any:
    return texts[0].replace("\r\n", "\n") if texts else None


def _rich(texts: list[str], zone: ZoneInfo) -> Any:
    if not texts:
        return None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": texts[0]}]}
    return {"type": "rich_text", "elements": [section]}


def _one(texts: list[str], zone: ZoneInfo) -> Any:
    return json.loads(texts[0]) if texts else None


def _many(texts: list[str], zone: ZoneInfo) -> Any:
    return [json.loads(text) for text in texts]


def _instant(texts: list[str], zone: ZoneInfo) -> Any:
    if not texts:
        return None
    return int(datetime.fromisoformat(texts[0]).replace(tzinfo=zone).timestamp())


_SOURCES = ("static", "external", "users", "channels", "conversations")
_READERS: dict[str, Callable[[list[str], ZoneInfo], Any]] = {
    "checkboxes": _many,
    "radio_buttons": _one,
    "rich_text_input": _rich,
    "datetimepicker": _instant,
    **{f"{source}_select": _one for source in _SOURCES},
    **{f"multi_{source}_select": _many for source in _SOURCES},
}
