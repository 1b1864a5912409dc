"""Blocks and views as slack_sdk reads them, which raises for what Slack would refuse."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from slack_sdk.models.blocks import Block


def read(blocks: Iterable[dict[str, Any]]) -> None:
    """Let slack_sdk read each block; raises SlackObjectFormationError."""
    for block in Block.parse_all([_distinct(each) for each in blocks]):
        block.validate_json()


def _distinct(part: dict[str, Any]) -> dict[str, Any]:
    """Rich text without the lines that stood there before: slack_sdk takes long for each."""
    if not part["type"].startswith("rich_text") or "elements" not in part:
        return part
    inside = {json.dumps(each): _distinct(each) for each in part["elements"]}
    return {**part, "elements": [*inside.values()]}
