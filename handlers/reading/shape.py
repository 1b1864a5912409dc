"""What sort of thing Slack tells, and what to do with what it never tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from bot.usecases.inputs import Input

Json = Mapping[str, Any]


EventReader = Callable[[Json], Input | None]


T = TypeVar("T")


_SHAPE_ERRORS = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    OSError,
)


class Unreadable(Exception):
    """The payload is not shaped as Slack shapes it. ``str()`` says what was looked for."""


def understood(read: Callable[[Json], T], body: Json) -> T:
    """``read(body)``, with every complaint about its shape raised as ``Unreadable``."""
    try:
        return read(body)
    except _SHAPE_ERRORS as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


class Kind(StrEnum):
    """What sort of thing Slack tells; each has its own patience and its own way to be answered."""

    EVENT = "event"
    COMMAND = "command"
    PRESS = "press"
    SUBMISSION = "submission"
    CLOSED = "closed"
    SHORTCUT = "shortcut"
    OPTIONS = "options"
    OTHER = "other"


_KINDS = {
    "event_callback": Kind.EVENT,
    "block_actions": Kind.PRESS,
    "view_submission": Kind.SUBMISSION,
    "view_closed": Kind.CLOSED,
    "shortcut": Kind.SHORTCUT,
    "message_action": Kind.SHORTCUT,
    "block_suggestion": Kind.OPTIONS,
}


def kind(body: Json) -> Kind:
    """The sort of payload; OTHER for what is obsolete or unknown. Never raises."""
    told = body.get("type")
    known = _KINDS.get(told) if isinstance(told, str) else None
    if known is None and isinstance(body.get("command"), str):
        return Kind.COMMAND
    return known or Kind.OTHER


_ROUTES: dict[Kind, Callable[[Json], Sequence[object]]] = {
    Kind.EVENT: lambda body: [body["event"]["type"]],
    Kind.PRESS: lambda body: [body["actions"][0]["action_id"]],
    Kind.SUBMISSION: lambda body: [body["view"]["callback_id"], body["view"]["type"]],
    Kind.CLOSED: lambda body: [body["view"]["callback_id"], body["view"]["type"]],
    Kind.SHORTCUT: lambda body: [body["callback_id"]],
    Kind.OPTIONS: lambda body: [body["action_id"]],
    Kind.COMMAND: lambda body: [body["command"]],
}


def routable(body: Json) -> None:
    """Raises where Bolt would stumble while it looks for the listener of a payload."""
    if not all(isinstance(word, str) for word in _ROUTES[kind(body)](body)):
        raise TypeError("what names the listener is no text")
