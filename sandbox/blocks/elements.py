"""What blocks are made of: buttons, menus, pickers, inputs and images (slack/FACTS.md §9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blocks.rich_text import RICH_TEXT
from sandbox.blocks.rules import (
    Faults,
    Record,
    Rule,
    anything,
    boolean,
    exactly_one,
    fault,
    items,
    one_of,
    plain,
    string,
    text,
    whole,
)

ID = string(255)
URL = string(3_000)
DATE, TIME = string(10, least=10), string(5, least=5)
OPTION_MOST = 75
FAR = 2**53

CONFIRM = Record(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)
DISPATCH = Record(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)
FILTER = Record(
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)


def option(label: Rule, **more: Rule) -> Record:
    """One choice: a label, and a value of at most 75 characters."""
    fields = {"text": label, "value": string(OPTION_MOST), "description": text(75)}
    return Record({**fields, **more}, ("text", "value"))


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(text(75))
GROUP = Record({"label": plain(75), "options": items(PLAIN_OPTION, 1, 100)}, ("label", "options"))


def initial_among_options(value: Mapping[str, Any], at: str) -> Faults:
    """What is chosen at first must be one of the options, word by word."""
    choices = list(_options(value))
    chosen = value.get("initial_option")
    if chosen is not None and chosen not in choices:
        yield fault("must match one of the options", f"{at}/initial_option")
    several = value.get("initial_options")
    for place, one in enumerate(several if isinstance(several, list) else []):
        if one not in choices:
            yield fault("must match one of the options", f"{at}/initial_options/{place}")


def _options(value: Mapping[str, Any]) -> Iterator[Any]:
    yield from value.get("options") or ()
    for group in value.get("option_groups") or ():
        if isinstance(group, dict):
            yield from group.get("options") or ()


def _interactive(required: tuple[str, ...] = (), /, **fields: Rule) -> Record:
    return Record({"action_id": ID, "confirm": CONFIRM, **fields}, required)


def _menu(**fields: Rule) -> Record:
    """A menu that asks Slack or the app for what there is to choose."""
    shared: dict[str, Rule] = {"placeholder": plain(150), "focus_on_load": boolean}
    return _interactive(**shared, **fields)


def _static(**fields: Rule) -> Record:
    """A menu with its choices in it."""
    menu = _menu(options=items(PLAIN_OPTION, 1, 100), option_groups=items(GROUP, 1, 100), **fields)
    return Record(menu.fields, (), (exactly_one("options", "option_groups"), initial_among_options))


def _choices(label: Rule, most: int, **fields: Rule) -> Record:
    """Radio buttons and checkboxes."""
    shared: dict[str, Rule] = {"options": items(label, 1, most), "focus_on_load": boolean}
    made = _interactive(**shared, **fields)
    return Record(made.fields, ("options",), (initial_among_options,))


def _input(required: tuple[str, ...] = (), /, **fields: Rule) -> Record:
    """Something to type into."""
    shared: dict[str, Rule] = {
        "action_id": ID,
        "placeholder": plain(150),
        "focus_on_load": boolean,
        "dispatch_action_config": DISPATCH,
    }
    return Record({**shared, **fields}, required)


MULTI: dict[str, Rule] = {"max_selected_items": whole(1, FAR)}
SLACK_FILE = Record({"id": ID, "url": URL})
IMAGE = Record(
    {"image_url": URL, "slack_file": SLACK_FILE, "alt_text": string(2_000)},
    ("alt_text",),
    (exactly_one("image_url", "slack_file"),),
)
BUTTON = _interactive(
    ("text",),
    text=plain(75),
    url=URL,
    value=string(2_000),
    style=one_of("primary", "danger"),
    accessibility_label=string(75),
)
CONVERSATIONS: dict[str, Rule] = {"default_to_current_conversation": boolean, "filter": FILTER}
IDS = items(ID, 0, 100)
CHOSEN = items(PLAIN_OPTION, 1, 100)

MENUS: dict[str, Rule] = {
    "static_select": _static(initial_option=PLAIN_OPTION),
    "external_select": _menu(initial_option=PLAIN_OPTION, min_query_length=whole(0, FAR)),
    "users_select": _menu(initial_user=ID),
    "conversations_select": _menu(
        initial_conversation=ID, response_url_enabled=boolean, **CONVERSATIONS
    ),
    "channels_select": _menu(initial_channel=ID, response_url_enabled=boolean),
    "multi_static_select": _static(initial_options=CHOSEN, **MULTI),
    "multi_external_select": _menu(initial_options=CHOSEN, min_query_length=whole(0, FAR), **MULTI),
    "multi_users_select": _menu(initial_users=IDS, **MULTI),
    "multi_conversations_select": _menu(initial_conversations=IDS, **CONVERSATIONS, **MULTI),
    "multi_channels_select": _menu(initial_channels=IDS, **MULTI),
}
PICKERS: dict[str, Rule] = {
    "datepicker": _menu(initial_date=DATE),
    "timepicker": _menu(initial_time=TIME, timezone=string(100)),
    "datetimepicker": _menu(initial_date_time=whole(0, 9_999_999_999)),
    "radio_buttons": _choices(RICH_OPTION, 10, initial_option=RICH_OPTION),
    "checkboxes": _choices(RICH_OPTION, 10, initial_options=items(RICH_OPTION, 1, 10)),
}
BUTTONS: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": _interactive(("options",), options=items(option(plain(75), url=URL), 1, 5)),
    "workflow_button": Record(
        {
            "action_id": ID,
            "text": plain(75),
            "workflow": anything,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        ("text", "workflow"),
    ),
}
INPUTS: dict[str, Rule] = {
    "plain_text_input": _input(
        initial_value=string(3_000, least=0),
        multiline=boolean,
        min_length=whole(0, 3_000),
        max_length=whole(1, 3_000),
    ),
    "rich_text_input": _input(initial_value=RICH_TEXT),
    "email_text_input": _input(initial_value=string(3_000)),
    "url_text_input": _input(initial_value=URL),
    "number_input": _input(
        ("is_decimal_allowed",),
        is_decimal_allowed=boolean,
        initial_value=string(100),
        min_value=string(100),
        max_value=string(100),
    ),
    "file_input": Record(
        {"action_id": ID, "filetypes": items(ID, 1, 100), "max_files": whole(1, 10)}
    ),
}
FEEDBACK = Record(
    {"text": plain(75), "value": string(2_000), "accessibility_label": string(75)},
    ("text", "value"),
)
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": Record(
        {"action_id": ID, "positive_button": FEEDBACK, "negative_button": FEEDBACK},
        ("positive_button", "negative_button"),
    ),
    "icon_button": _interactive(
        ("icon", "text"),
        icon=one_of("trash"),
        text=plain(75),
        value=string(2_000),
        accessibility_label=string(75),
        visible_to_user_ids=items(ID, 1, 10),
    ),
}
ACTIONS: dict[str, Rule] = BUTTONS | MENUS | PICKERS
ACCESSORIES: dict[str, Rule] = ACTIONS | {"image": IMAGE}
ANSWERS: dict[str, Rule] = INPUTS | MENUS | PICKERS
