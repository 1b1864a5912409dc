"""Compares what the sandbox says with the keys Slack is known to use (tests/data/slack)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data" / "slack"
FREE = frozenset({"blocks", "attachments", "event_payload", "args", "values", "shares"})
MESSAGES = frozenset({"message", "previous_message", "root"})
EVERYWHERE = frozenset({"ok", "error", "warning", "response_metadata", "needed", "provided"})

Json = dict[str, Any]


def unknown_in_answer(method: str, answer: Json) -> list[str]:
    """Keys of an answer that Slack has never been seen to send."""
    told = {key: value for key, value in answer.items() if key not in EVERYWHERE}
    return list(_unknown(told, _response_shape(method)))


def unknown_in_event(event: Json) -> list[str]:
    """Keys of an inner event that Slack has never been seen to send."""
    name = ".".join(filter(None, (event["type"], event.get("subtype"))))
    return list(_unknown(event, _event_shape(name)))


def _unknown(said: Any, shape: Any, at: str = "") -> Iterator[str]:
    """Paths of keys in ``said`` that ``shape`` does not have."""
    if isinstance(said, dict) and isinstance(shape, dict):
        for key in said.keys() - FREE:
            known = _message_shape() if key == "root" else shape.get(key)
            if key in shape or key == "root":
                yield from _unknown(said[key], known, f"{at}/{key}")
            else:
                yield f"{at}/{key}"
    if isinstance(said, list) and isinstance(shape, list):
        for item in said:
            yield from _unknown(item, _merged(shape), f"{at}/*")


@cache
def _response_shape(method: str) -> Json:
    """The union of all answers of a method ever seen, in shape and samples."""
    seen = [json.loads(path.read_text()) for path in (DATA / "responses").glob(f"{method}.s*")]
    if method == "pins.list":  # nobody recorded a pinned message of a bot; the event has one
        seen.append({"items": [_event_shape("pin_added")["item"]]})
    return _merged(seen)


@cache
def _event_shape(name: str) -> Json:
    """All events of a type ever seen; messages inside them may have any key of a message."""
    shape = _merged(list(_seen(name)))
    more = dict.fromkeys(MESSAGES & shape.keys(), _message_shape())
    return (_message_shape() if name.startswith("message") else {}) | shape | more


@cache
def _message_shape() -> Json:
    """Every key ever seen on a message in an event, whatever its subtype."""
    whole = list(_seen("message"))
    inside = [event[key] for event in whole for key in MESSAGES & event.keys()]
    return _merged([*whole, *(part for part in inside if isinstance(part, dict))])


def _seen(name: str) -> Iterator[Json]:
    """The inner events of the shape and of all samples of a type."""
    for path in (DATA / "events").glob(f"{name}.*json"):
        found: Json = json.loads(path.read_text())
        yield found.get("event", found)
    matrix = json.loads((DATA / "events" / "slack_connect_matrix.sample.json").read_text())
    for case in matrix["cases"]:
        if case["body"]["event"]["type"] == name.rstrip("*"):
            yield case["body"]["event"]


def _merged(shapes: list[Any]) -> Json:
    """One shape for several."""
    together: Json = {}
    for shape in shapes:
        for key, value in shape.items() if isinstance(shape, dict) else ():
            together[key] = _both(together.get(key), value)
    return together


def _both(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return _merged([one, other])
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return other
