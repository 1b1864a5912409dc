"""blocks.validate: Block Kit's rules for the asking, without a token."""

from __future__ import annotations

from typing import Any

from sandbox.api.call import Call, invalid
from sandbox.blocks import message_faults, view_faults
from sandbox.world import Json

ASKED = ("blocks", "view", "message")


def validate(call: Call) -> Json:
    """The faults of exactly one of blocks, view and message, each with its JSON pointer."""
    given = [name for name in ASKED if call.structure(name) is not None]
    if len(given) != 1:
        raise invalid(f"must have exactly one of: {', '.join(ASKED)}")
    return {"errors": _faults(given[0], call.structure(given[0]))}


def _faults(kind: str, given: Any) -> list[str]:
    if kind == "view":
        named = given.get("type") if isinstance(given, dict) else None
        return view_faults(given, kind="home" if named == "home" else "modal")
    if kind == "message":
        return message_faults(given.get("blocks") if isinstance(given, dict) else None)
    return message_faults(given)


METHODS = {"blocks.validate": validate}
