"""Block Kit that the small app posts and opens."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    """An option whose text is its value."""
    return {"text": plain(value), "value": value}


def button(action_id: str, value: str = "1") -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain(action_id), "value": value}


CARD: list[Json] = [
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            button("take"),
            {
                "type": "static_select",
                "action_id": "priority",
                "placeholder": plain("Priority"),
                "options": [option("low"), option("high")],
                "initial_option": option("low"),
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("reopen"), option("history")],
            },
            {"type": "datepicker", "action_id": "due"},
            {"type": "users_select", "action_id": "owner", "placeholder": plain("Owner")},
            {
                "type": "checkboxes",
                "action_id": "flags",
                "options": [option("vip"), option("bug")],
            },
            {
                "type": "external_select",
                "action_id": "article",
                "placeholder": plain("Article"),
                "min_query_length": 2,
            },
        ],
    }
]


def modal(*, callback_id: str = "reply", **more: Any) -> Json:
    """A form with a required text, an optional number and a menu."""
    text = {"type": "plain_text_input", "multiline": True, "min_length": 3, "max_length": 20}
    hours = {"type": "number_input", "is_decimal_allowed": False, "max_value": "8"}
    kind = {"type": "static_select", "options": [option("question"), option("defect")]}
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Reply"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [
            _asked("text", text),
            _asked("hours", hours) | {"optional": True},
            _asked("kind", kind) | {"optional": True},
        ],
        **more,
    }


def _asked(name: str, element: Json) -> Json:
    label, answer = plain(name.capitalize()), element | {"action_id": "value"}
    return {"type": "input", "block_id": name, "label": label, "element": answer}
