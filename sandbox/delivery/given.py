"""What an app gives in an ack or to a response_url: checked like the Web API checks it."""

from __future__ import annotations

from sandbox.api.content import stored_text
from sandbox.blocks import message_faults, view_faults
from sandbox.refused import Refused
from sandbox.world import Json, World


def text_of(body: Json) -> str:
    """The text as Slack keeps it."""
    return stored_text(str(body.get("text") or ""))


def blocks_of(world: World, body: Json) -> list[Json]:
    """The blocks, each with an id. Refused with invalid_blocks."""
    given = body.get("blocks") or []
    if not isinstance(given, list) or message_faults(given):
        raise Refused("invalid_blocks")
    return _with_ids(world, given)


def view_of(world: World, given: object) -> Json:
    """A modal whose blocks have ids. Refused with invalid_view and what is wrong."""
    if not isinstance(given, dict):
        raise Refused("invalid_view")
    if faults := view_faults(given, kind="modal"):
        raise Refused("invalid_view", messages=faults)
    _with_ids(world, given["blocks"])
    return given


def _with_ids(world: World, blocks: list[Json]) -> list[Json]:
    for block in blocks:
        if not block.get("block_id"):
            block["block_id"] = world.new_id("b")
    return blocks
