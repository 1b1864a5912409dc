"""What Slack's client checks before a form leaves: required fields, lengths, numbers, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.people import elements
from sandbox.people.elements import Place
from sandbox.world import Json

_MISSING = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


def mistakes(blocks: list[Json], values: Json) -> dict[str, str]:
    """What is wrong with the inputs, by block_id; empty when the form may be sent."""
    wrong: dict[str, str] = {}
    for place in elements.places(blocks):
        if place.is_input:
            value = values.get(place.block_id, {}).get(place.action_id) or {}
            if message := _mistake(place, value):
                wrong[place.block_id] = message
    return wrong


def _mistake(place: Place, value: Json) -> str:
    if elements.is_empty(value):
        return "" if place.block.get("optional") else _MISSING
    check = _CHECKS.get(place.element["type"])
    return check(place.element, value) if check else ""


def _text(element: Json, value: Json) -> str:
    length = len(value["value"])
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if length < least:
        return f"Please enter at least {least} characters."
    return f"Please enter at most {most} characters." if length > most else ""


def _number(element: Json, value: Json) -> str:
    try:
        number = float(value["value"])
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", "-inf")):
        return f"Please enter a number of at least {element['min_value']}."
    if number > float(element.get("max_value", "inf")):
        return f"Please enter a number of at most {element['max_value']}."
    return ""


def _email(element: Json, value: Json) -> str:
    return "" if _EMAIL.fullmatch(value["value"]) else "Please enter a valid email address."


def _url(element: Json, value: Json) -> str:
    return "" if _URL.fullmatch(value["value"]) else "Please enter a valid URL."


def _many(element: Json, value: Json) -> str:
    most = element.get("max_selected_items")
    chosen = next(v for k, v in value.items() if k != "type")
    return f"Please choose at most {most}." if most and len(chosen) > most else ""


_CHECKS: dict[str, Callable[[Json, Json], str]] = {
    "plain_text_input": _text,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
    "multi_static_select": _many,
    "multi_external_select": _many,
    "multi_users_select": _many,
    "multi_conversations_select": _many,
    "multi_channels_select": _many,
}
