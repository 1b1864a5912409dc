"""Block Kit elements as a person meets them: where they are, what is offered, what is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.people.refusals import NotAllowed
from sandbox.world import Json

Chosen = str | int | list[str] | Json | list[Json] | None


@dataclass(frozen=True)
class _Kind:
    """How an element of one type says what is chosen (docs: block-elements)."""

    field: str
    initial: str
    is_option: bool = False
    is_many: bool = False


_KINDS = {
    "plain_text_input": _Kind("value", "initial_value"),
    "email_text_input": _Kind("value", "initial_value"),
    "url_text_input": _Kind("value", "initial_value"),
    "number_input": _Kind("value", "initial_value"),
    "rich_text_input": _Kind("rich_text_value", "initial_value"),
    "datepicker": _Kind("selected_date", "initial_date"),
    "timepicker": _Kind("selected_time", "initial_time"),
    "datetimepicker": _Kind("selected_date_time", "initial_date_time"),
    "static_select": _Kind("selected_option", "initial_option", is_option=True),
    "external_select": _Kind("selected_option", "initial_option", is_option=True),
    "radio_buttons": _Kind("selected_option", "initial_option", is_option=True),
    "checkboxes": _Kind("selected_options", "initial_options", is_option=True, is_many=True),
    "multi_static_select": _Kind(
        "selected_options", "initial_options", is_option=True, is_many=True
    ),
    "multi_external_select": _Kind(
        "selected_options", "initial_options", is_option=True, is_many=True
    ),
    "users_select": _Kind("selected_user", "initial_user"),
    "multi_users_select": _Kind("selected_users", "initial_users", is_many=True),
    "conversations_select": _Kind("selected_conversation", "initial_conversation"),
    "multi_conversations_select": _Kind(
        "selected_conversations", "initial_conversations", is_many=True
    ),
    "channels_select": _Kind("selected_channel", "initial_channel"),
    "multi_channels_select": _Kind("selected_channels", "initial_channels", is_many=True),
    "file_input": _Kind("files", "", is_many=True),
}
_OVERFLOW = _Kind("selected_option", "", is_option=True)


@dataclass(frozen=True)
class Place:
    """One interactive element and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """The block's id; Slack gives one to every block."""
        return str(self.block.get("block_id", ""))

    @property
    def action_id(self) -> str:
        """The element's id within its block."""
        return str(self.element.get("action_id", ""))

    @property
    def is_input(self) -> bool:
        """Whether it stands in an input block, which alone is submitted and checked."""
        return bool(self.block["type"] == "input")


def places(blocks: list[Json]) -> Iterator[Place]:
    """All interactive elements, in the order in which they are seen."""
    for block in blocks:
        found = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        for element in found:
            if isinstance(element, dict) and "action_id" in element:
                yield Place(block, element)


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> Place:
    """The element a person means. Raises ``NotAllowed`` when it is not there."""
    known = list(places(blocks))
    for place in known:
        if place.action_id == action_id and block_id in {None, place.block_id}:
            return place
    names = ", ".join(sorted({place.action_id for place in known})) or "nothing"
    raise NotAllowed("no_such_action", f"There is no {action_id!r} here; one can press: {names}.")


def keeps_state(element: Json) -> bool:
    """True for elements whose choice stays visible; buttons and overflow menus only act."""
    return element["type"] in _KINDS


def value_of(element: Json, chosen: Chosen) -> Json:
    """The entry of ``state.values`` for what is picked: option values, ids, dates or text."""
    kind = _KINDS[element["type"]]
    return {"type": element["type"], kind.field: _picked(element, kind, chosen)}


def initial_value(element: Json) -> Json:
    """The entry of ``state.values`` before the person has touched the element."""
    kind = _KINDS[element["type"]]
    empty: Any = [] if kind.is_many else None
    return {"type": element["type"], kind.field: element.get(kind.initial, empty)}


def is_empty(value: Json) -> bool:
    """Whether an entry of ``state.values`` says nothing."""
    return all(not v for k, v in value.items() if k != "type")


def action_of(place: Place, chosen: Chosen, *, action_ts: str) -> Json:
    """One entry of ``actions`` in block_actions."""
    element = place.element
    ids = {"action_id": place.action_id, "block_id": place.block_id}
    stamp = {"type": element["type"], "action_ts": action_ts}
    if keeps_state(element):
        return ids | value_of(element, chosen) | stamp
    if element["type"] == "overflow":
        return ids | {"selected_option": _picked(element, _OVERFLOW, chosen)} | stamp
    shown = {k: element[k] for k in ("text", "value", "style", "confirm", "url") if k in element}
    return ids | shown | stamp


def _picked(element: Json, kind: _Kind, chosen: Chosen) -> Any:
    if chosen in (None, "", []):
        return [] if kind.is_many else None
    many = chosen if isinstance(chosen, list) else [chosen]
    if kind.is_option:
        many = [_option(element, one) for one in many]
    return many if kind.is_many else many[0]


def _option(element: Json, chosen: Any) -> Json:
    """The whole option for its value. Options that an app offered are given whole by the caller."""
    if isinstance(chosen, dict):
        return chosen
    known = options(element)
    for option in known:
        if option["value"] == chosen:
            return option
    values = ", ".join(option["value"] for option in known) or "nothing yet"
    raise NotAllowed("no_such_option", f"{chosen!r} is not offered; one can choose: {values}.")


def options(element: Json) -> list[Json]:
    """The options an element carries itself, grouped or not."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(o for g in groups for o in g["options"])]
