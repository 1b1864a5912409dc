"""The rules of modals and App Homes (slack/FACTS.md §7, §9)."""

from __future__ import annotations

from typing import Any

from sandbox.blocks.layout import ONLY_MODALS, SHARED, all_together, objects
from sandbox.blocks.rules import (
    Faults,
    Record,
    Rule,
    boolean,
    by_type,
    fault,
    items,
    plain,
    string,
)

VIEW_MOST = 100
WORDS: dict[str, Rule] = {
    "private_metadata": string(3_000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
MODAL = Record(
    {
        **WORDS,
        "blocks": items(by_type(SHARED | ONLY_MODALS, "block"), 1, VIEW_MOST),
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    ("title", "blocks"),
)
HOME = Record(
    {**WORDS, "blocks": items(by_type(SHARED, "block"), 1, VIEW_MOST)},
    ("blocks",),
)
VIEWS: dict[str, Rule] = {"modal": MODAL, "home": HOME}


def view_faults(view: Any, *, kind: str) -> list[str]:
    """Every fault in a view that should be a ``kind`` ("modal", "home"); empty when it is well."""
    at = "/view"
    if not isinstance(view, dict):
        return [fault("must be an object", at)]
    if view.get("type") != kind:
        return [fault(f"must be {kind}", f"{at}/type")]
    faults = [*VIEWS[kind](view, at), *all_together(view.get("blocks"), f"{at}/blocks")]
    return [*faults, *_focus(view, at), *_submit(view, at)]


def _focus(view: dict[str, Any], at: str) -> Faults:
    """Only one element may have the focus."""
    inputs = (block.get("element") for block in objects(view.get("blocks")))
    focused = [e for e in inputs if isinstance(e, dict) and e.get("focus_on_load")]
    if len(focused) > 1:
        yield fault("only one element may have focus_on_load", f"{at}/blocks")


def _submit(view: dict[str, Any], at: str) -> Faults:
    """A modal with something to fill in needs a button to send it."""
    asks = any(block.get("type") == "input" for block in objects(view.get("blocks")))
    if view.get("type") == "modal" and asks and view.get("submit") is None:
        yield fault("missing required field: submit", at)
