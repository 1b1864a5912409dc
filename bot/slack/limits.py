"""What Slack takes at most, in one table (FACTS 9), and the check that nothing larger is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

Block = dict[str, Any]

# Characters for texts, items for lists. A key of a block that holds a text object limits its text.
LIMITS: dict[str, dict[str, int]] = {
    "message": {"text": 4000, "blocks": 50},
    "modal": {
        "title": 24,
        "submit": 24,
        "close": 24,
        "callback_id": 255,
        "private_metadata": 3000,
        "blocks": 100,
    },
    "home": {"callback_id": 255, "private_metadata": 3000, "blocks": 100},
    "section": {"text": 3000, "fields": 10, "block_id": 255},
    "header": {"text": 150, "block_id": 255},
    "context": {"elements": 10, "block_id": 255},
    "actions": {"elements": 25, "block_id": 255},
    "divider": {"block_id": 255},
    "image": {"alt_text": 2000, "block_id": 255},
    "input": {"label": 2000, "hint": 2000, "block_id": 255},
    "rich_text": {"block_id": 255},
    "button": {"text": 75, "action_id": 255, "value": 2000, "url": 3000},
    "overflow": {"options": 5, "action_id": 255},
    "static_select": {"options": 100, "placeholder": 150, "action_id": 255},
    "checkboxes": {"options": 10, "action_id": 255},
    "users_select": {"placeholder": 150, "action_id": 255},
    "multi_external_select": {"initial_options": 100, "placeholder": 150, "action_id": 255},
    "datepicker": {"placeholder": 150, "action_id": 255},
    "number_input": {"placeholder": 150, "action_id": 255},
    "plain_text_input": {"initial_value": 3000, "placeholder": 150, "action_id": 255},
    "confirm": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
    "option": {"text": 75, "value": 75, "description": 75},
    "field": {"text": 2000},
    "element": {"text": 3000},
}
# A view may hold 250 KB (FACTS 7); so many words leave room for all that is around them.
MOST_IN_VIEW = 60_000
MOST_BYTES = 250_000
# So much of it may be taken when a list of choices comes; what is typed needs the rest.
MOST_FOR_LISTS = 120_000
# All words of a message's blocks together. Where Slack's msg_blocks_too_long begins is not written
# down; 13,200 is said to be too much. Labels of buttons are not counted.
MOST_WORDS = 12_000
_MORE = "… there is more than fits here."
_HOLDING = frozenset({"section", "input", "actions"})  # what can be pressed, chosen or filled in
_NEVER_EMPTY = {"alt_text", "title", "submit", "close", "text", "label", "value"}
_RANGES = {
    what: tuple((key, int(key in _NEVER_EMPTY), most) for key, most in row.items())
    for what, row in LIMITS.items()
}


class TooMuch(ValueError):
    """Slack would refuse this. ``str()`` names the place, what is there and what is allowed."""


def limit(what: str, key: str) -> int:
    """How many characters or items ``key`` of a ``what`` may have."""
    return LIMITS[what][key]


def check_message(text: str, blocks: list[Block]) -> None:
    """Raises TooMuch where Slack would answer invalid_blocks, no_text or msg_too_long."""
    _measure("message", {"text": text, "blocks": blocks})
    _check_blocks(blocks)
    words = sum(map(words_in, blocks))
    if words > MOST_WORDS:
        raise TooMuch(f"message: {words} characters in its blocks, {MOST_WORDS} allowed")


def check_view(view: Block) -> None:
    """Raises TooMuch where Slack would refuse a modal or a home."""
    _measure(view["type"], view)
    _check_blocks(view["blocks"])
    size = bytes_in(view)
    if size > MOST_BYTES:
        raise TooMuch(f"{view['type']}: {size} bytes, {MOST_BYTES} allowed")


def fit(
    blocks: list[Block],
    most: int,
    room: int = MOST_WORDS,
    weigh: Callable[[Block], int] | None = None,
) -> list[Block]:
    """The blocks from the top that Slack takes in one message or view of ``most`` blocks.

    ``weigh`` says what a block takes of the ``room``, else its words. Whatever is left out is
    marked by a line with ``…``; the buttons at the end always stay.
    """
    weigh = weigh or words_in
    if len(blocks) <= most and sum(map(weigh, blocks)) <= room:
        return blocks
    end = _end(blocks)
    room, kept = room - sum(map(weigh, (_more(), *end))), 0
    for block in blocks[: min(len(blocks), most - 1) - len(end)]:
        room -= weigh(block)
        if room < 0:
            break
        kept += 1
    return [*blocks[:kept], _more(), *end]


def _end(blocks: list[Block]) -> list[Block]:
    """The last row of buttons with the small lines below it; nothing where there are no buttons."""
    for count in (1, 2, 3):
        end = blocks[-count:]
        if end[0]["type"] == "actions":
            return end
        if end[0]["type"] != "context":
            break
    return []


def _more() -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _MORE, "verbatim": True}]}


def _check_blocks(blocks: list[Block]) -> None:
    for block in blocks:
        kind = block["type"]
        _measure(kind, block)
        for field in block.get("fields", ()):
            _measure("field", field)
        if kind == "context":
            for element in block["elements"]:
                _measure("element", element)
        elif kind in _HOLDING:
            for element in _elements(block):
                _check_element(element)
            _refuse_twins("action_id", block.get("elements", ()))
    _refuse_twins("block_id", blocks)


def _check_element(element: Block) -> None:
    _measure(element["type"], element)
    for option in element.get("options", ()):
        _measure("option", option)
    if "confirm" in element:
        _measure("confirm", element["confirm"])


def _measure(what: str, part: Block) -> None:
    """Compares one dict with its row of the table."""
    if what not in _RANGES:
        raise TooMuch(f"{what}: not a kind that the desk knows")
    for key, least, most in _RANGES[what]:
        value = part.get(key)
        if value is not None:
            size = len(value["text"] if value.__class__ is dict else value)
            if not least <= size <= most:
                raise TooMuch(f"{what}.{key}: {size}, from 1 to {most} allowed")


def _elements(block: Block) -> Iterable[Block]:
    alone = (block[key] for key in ("accessory", "element") if key in block)
    return (*alone, *block.get("elements", ()))


def _refuse_twins(key: str, parts: Iterable[Block]) -> None:
    seen = [part[key] for part in parts if key in part]
    if len(seen) != len(set(seen)):
        raise TooMuch(f"{key}: the same one twice in {seen}")


def bytes_in(part: Block) -> int:
    """At the most, however Slack counts: a letter beyond ASCII is six bytes, an emoji twelve."""
    return len(json.dumps(part))


def words_in(block: Block) -> int:
    """Characters that a block says; called for every block sent, so it looks where words can be."""
    if block["type"] == "rich_text":
        return sum(map(_deep, block["elements"]))
    text = len(block["text"]["text"]) if "text" in block else 0
    if block["type"] == "context":
        return sum(len(element["text"]) for element in block["elements"])
    return text + sum(len(field["text"]) for field in block.get("fields", ()))


def _deep(part: Block) -> int:
    return len(part.get("text") or part.get("url") or "") + sum(
        map(_deep, part.get("elements", ()))
    )
