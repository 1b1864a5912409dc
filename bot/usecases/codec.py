"""Inputs as rows: a dataclass to JSON and back, its text apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from bot.ids import new_id
from bot.usecases.inputs import Door, Input, Place
from storage.records.boxes import Arrival
from storage.records.messages import FileRef

_KINDS: dict[str, type[Input]] = {kind.__name__: kind for kind in get_args(Input)}
_READ: dict[str, Callable[[Any], Any]] = {
    "at": datetime.fromisoformat,
    "found_at": datetime.fromisoformat,
    "due_at": datetime.fromisoformat,
    "place": lambda told: Place(**told),
    "door": Door,
    "articles": tuple,
    "solved": tuple,
    "elsewhere": tuple,
    "files": lambda told: tuple(FileRef(**file) for file in told),
}


def to_arrival(workspace_id: int, item: Input) -> Arrival:
    """The inbox row of an Input; what equals the default is left out of the body."""
    return Arrival(
        workspace_id=workspace_id,
        id=new_id(),
        lane=item.lane(),
        kind=type(item).__name__,
        key=item.dedupe_key(),
        body=_body(item),
        at=item.at,
        text=getattr(item, "text", ""),
    )


def _body(item: Input) -> dict[str, Any]:
    told = ((name, getattr(item, name), usual) for name, usual in _USUAL[type(item)])
    return {name: _plain(value) for name, value, usual in told if value != usual}


def _default(field: dataclasses.Field[Any]) -> Any:
    made = field.default_factory
    return field.default if made is dataclasses.MISSING else made()


# The fields of each kind without its text, with their defaults.
_USUAL: dict[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple((f.name, _default(f)) for f in dataclasses.fields(kind) if f.name != "text")
    for kind in get_args(Input)
}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def from_arrival(arrival: Arrival) -> Input:
    """The Input of a row, its text with it.

    Raises KeyError or TypeError for a row of another version.
    """
    kind = _KINDS[arrival.kind]
    body = {
        name: _READ[name](value) if name in _READ else value for name, value in arrival.body.items()
    }
    if arrival.text:
        body["text"] = arrival.text
    return kind(**body)
