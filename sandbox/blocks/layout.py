"""The blocks themselves, and what holds for all blocks of one message (slack/FACTS.md §9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blocks.elements import (
    ACCESSORIES,
    ACTIONS,
    ANSWERS,
    CONTEXT_ACTIONS,
    ID,
    IMAGE,
    SLACK_FILE,
    URL,
)
from sandbox.blocks.rich_text import RICH_TEXT
from sandbox.blocks.rules import (
    Check,
    Faults,
    Record,
    Rule,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    fault,
    items,
    one_of,
    plain,
    string,
    text,
)

MESSAGE_MOST = 50
MARKDOWN_MOST = 12_000
TABLE_ROWS, TABLE_COLUMNS = 100, 20


def _block(required: tuple[str, ...], /, *also: Check, **fields: Rule) -> Record:
    return Record({"block_id": ID, **fields}, required, also)


CELL = by_type(
    {"raw_text": Record({"text": string(3_000)}, ("text",)), "rich_text": RICH_TEXT}, "cell"
)
COLUMN = Record({"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _columns(value: Any, at: str) -> Faults:
    """Settings per column; null leaves one as it is."""
    if not isinstance(value, list) or len(value) > TABLE_COLUMNS:
        yield fault(f"must be an array of at most {TABLE_COLUMNS} items", at)
        return
    for place, column in enumerate(value):
        if column is not None:
            yield from COLUMN(column, f"{at}/{place}")


SHARED: dict[str, Rule] = {
    "section": _block(
        (),
        at_least_one("text", "fields"),
        text=text(3_000),
        fields=items(text(2_000), 1, 10),
        accessory=by_type(ACCESSORIES, "element"),
        expand=boolean,
    ),
    "header": _block(("text",), text=plain(150)),
    "divider": _block(()),
    "context": _block(
        ("elements",),
        elements=items(
            by_type({"image": IMAGE, "mrkdwn": text(3_000), "plain_text": text(3_000)}, "element"),
            1,
            10,
        ),
    ),
    "actions": _block(("elements",), elements=items(by_type(ACTIONS, "element"), 1, 25)),
    "input": _block(
        ("label", "element"),
        label=plain(2_000),
        element=by_type(ANSWERS, "element"),
        hint=plain(2_000),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "image": _block(
        ("alt_text",),
        exactly_one("image_url", "slack_file"),
        image_url=URL,
        slack_file=SLACK_FILE,
        alt_text=string(2_000),
        title=plain(2_000),
    ),
    "video": _block(
        ("alt_text", "title", "thumbnail_url", "video_url"),
        alt_text=string(2_000),
        title=plain(200),
        title_url=URL,
        description=plain(200),
        video_url=URL,
        thumbnail_url=URL,
        author_name=string(50),
        provider_name=string(100),
        provider_icon_url=URL,
    ),
    "rich_text": RICH_TEXT,
}
ONLY_MESSAGES: dict[str, Rule] = {
    "markdown": _block(("text",), text=string(MARKDOWN_MOST)),
    "table": _block(
        ("rows",),
        rows=items(items(CELL, 1, TABLE_COLUMNS), 1, TABLE_ROWS),
        column_settings=_columns,
    ),
    "file": _block(("external_id", "source"), external_id=ID, source=one_of("remote")),
    "context_actions": _block(
        ("elements",), elements=items(by_type(CONTEXT_ACTIONS, "element"), 1, 5)
    ),
}
ONLY_MODALS: dict[str, Rule] = {
    "alert": _block(
        ("text",),
        text=text(3_000),
        level=one_of("default", "info", "warning", "error", "success"),
    ),
}
_MESSAGE = items(by_type(SHARED | ONLY_MESSAGES, "block"), 0, MESSAGE_MOST)


def message_faults(blocks: Any, at: str = "/blocks") -> list[str]:
    """Every fault in the blocks of a message; an empty list when Slack would take them."""
    return [*_MESSAGE(blocks, at), *all_together(blocks, at), *_once_per_message(blocks, at)]


def all_together(blocks: Any, at: str) -> Faults:
    """block_ids are unique among the blocks, action_ids within a block."""
    seen: set[str] = set()
    for place, block in enumerate(objects(blocks)):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                yield fault(f"block_id already exists: {block_id}", f"{at}/{place}/block_id")
            seen.add(block_id)
        yield from _action_ids(block, f"{at}/{place}")


def _action_ids(block: Mapping[str, Any], at: str) -> Faults:
    seen: set[str] = set()
    for place, element in enumerate(objects(block.get("elements"))):
        action_id = element.get("action_id")
        if isinstance(action_id, str) and action_id in seen:
            yield fault(f"action_id already exists: {action_id}", f"{at}/elements/{place}")
        elif isinstance(action_id, str):
            seen.add(action_id)


def _once_per_message(blocks: Any, at: str) -> Faults:
    """One table, and 12,000 characters of markdown in all."""
    tables = [block for block in objects(blocks) if block.get("type") == "table"]
    if len(tables) > 1:
        yield fault("only one table allowed", at)
    written = sum(
        len(str(block.get("text"))) for block in objects(blocks) if block.get("type") == "markdown"
    )
    if written > MARKDOWN_MOST:
        yield fault(f"markdown must be less than {MARKDOWN_MOST + 1} characters in all", at)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects among the items of what should be a list of them."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))
