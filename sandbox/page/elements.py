"""Block elements as HTML: buttons, menus, inputs.

The page's script acts on their ``data-`` attributes: ``data-press`` fires a block_actions at
once, ``data-fires`` after a change; an input's name says block and action (``paper.field_name``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from markupsafe import Markup

from sandbox.page import dates
from sandbox.page.paper import Json, Paper, dumps, field_name


@dataclass(frozen=True)
class Spot:
    """Where an element stands: in which block, and whether a change tells the app at once."""

    paper: Paper
    block_id: str
    fires: bool = True
    label: str = ""


def html(element: Json, spot: Spot) -> Markup:
    """Any element; an unknown one is named, so that nobody wonders where it went."""
    draw = _ELEMENTS.get(element.get("type", ""))
    if draw is None:
        return Markup('<span class="unknown">[{}]</span>').format(element.get("type", "?"))
    return draw(element, spot)


def _attributes(**attributes: Any) -> Markup:
    """Attributes; True stands alone, None and False are left out, ``_`` becomes ``-``."""
    given = {k: v for k, v in attributes.items() if v is not None and v is not False}
    return Markup("").join(_attribute(name, value) for name, value in given.items())


def _attribute(name: str, value: Any) -> Markup:
    html_name = name.rstrip("_").replace("_", "-")
    if value is True:
        return Markup(" {}").format(html_name)
    return Markup(' {}="{}"').format(html_name, value)


def _action(element: Json, spot: Spot) -> dict[str, Any]:
    """The attributes that tell the script which action this is."""
    return {
        "data_type": element.get("type"),
        "data_block": spot.block_id,
        "data_action": element.get("action_id", ""),
        "data_confirm": _confirm(element, spot),
    }


def _confirm(element: Json, spot: Spot) -> str | None:
    confirm = element.get("confirm")
    if not confirm:
        return None
    words = {
        key: spot.paper.words(confirm.get(key)) for key in ("title", "text", "confirm", "deny")
    }
    return dumps(words | {"style": confirm.get("style", "primary")})


def _named(element: Json, spot: Spot) -> dict[str, Any]:
    """Name, id and accessible label of an input."""
    action_id = element.get("action_id", "")
    return {
        "id": spot.paper.id(spot.block_id, action_id),
        "name": field_name(spot.block_id, action_id),
        "aria_label": None
        if spot.label
        else spot.paper.words(element.get("placeholder")) or element.get("type"),
        "aria_describedby": f"{spot.paper.scope}-{spot.block_id}-error"
        if spot.block_id in spot.paper.errors
        else None,
        "aria_invalid": "true" if spot.block_id in spot.paper.errors else None,
    }


def _typed(element: Json, spot: Spot) -> Json:
    return spot.paper.typed(spot.block_id, element.get("action_id", ""))


def _button(element: Json, spot: Spot) -> Markup:
    style = element.get("style", "")
    attributes = _attributes(
        class_=f"btn btn-{style}" if style in ("primary", "danger") else "btn",
        data_press=True,
        data_value=element.get("value"),
        data_url=element.get("url"),
        aria_label=element.get("accessibility_label"),
        **_action(element, spot),
    )
    return Markup('<button type="button"{}>{}</button>').format(
        attributes, spot.paper.text(element.get("text"))
    )


def _icon_button(element: Json, spot: Spot) -> Markup:
    words = spot.paper.words(element.get("text"))
    attributes = _attributes(
        class_="btn btn-icon",
        data_press=True,
        data_value=element.get("value"),
        **_action(element, spot),
    )
    return Markup('<button type="button"{}>{}</button>').format(attributes, words)


def _feedback(element: Json, spot: Spot) -> Markup:
    parts = []
    for side, sign in (("positive_button", "👍"), ("negative_button", "👎")):
        button = element.get(side, {})
        attributes = _attributes(
            class_="btn btn-icon",
            data_press=True,
            data_value=button.get("value"),
            title=spot.paper.words(button.get("text")),
            **_action(element, spot),
        )
        parts.append(Markup('<button type="button"{}>{}</button>').format(attributes, sign))
    return Markup("").join(parts)


def _overflow(element: Json, spot: Spot) -> Markup:
    attributes = _attributes(
        class_="btn btn-more",
        data_pick=dumps({"options": _options(element, spot), "menu": True}),
        aria_haspopup="listbox",
        aria_label="More actions",
        **_action(element, spot),
    )
    return Markup('<button type="button"{}><span aria-hidden="true">⋯</span></button>').format(
        attributes
    )


def _options(element: Json, spot: Spot) -> list[Json]:
    """All options as ``{label, hint, group, json}``; ``json`` is what goes back to the app."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [
        option_row(option, spot.paper, group=spot.paper.words(group.get("label")))
        for group in groups
        for option in group.get("options", [])
    ]


def option_row(option: Json, paper: Paper, *, group: str = "") -> Json:
    """One option for the script's list box."""
    hint = paper.words(option.get("description"))
    return {
        "label": paper.words(option.get("text")),
        "hint": hint,
        "group": group,
        "json": dumps(option),
    }


def _people(element: Json, spot: Spot) -> list[Json]:
    reader = spot.paper.reader
    users = (u for u in reader.world.users.values() if reader.knows(u))
    return [
        _plain_row(u.id, u.real_name or u.name) for u in users if not u.deleted and not u.is_bot
    ]


def _channels(element: Json, spot: Spot) -> list[Json]:
    reader = spot.paper.reader
    named = [
        c
        for c in reader.world.channels.values()
        if not c.is_im and not c.is_mpim and not c.is_archived
    ]
    return [_plain_row(c.id, f"#{c.name}") for c in named if reader.channel(c.id)]


def _plain_row(value: str, label: str) -> Json:
    return {"label": label, "hint": "", "group": "", "json": dumps(value)}


def _chosen_rows(element: Json, spot: Spot, rows: list[Json]) -> list[Json]:
    """What is selected now: what the person chose, else the app's initial choice."""
    kind = element["type"].removeprefix("multi_").removesuffix("_select")
    noun = {"users": "user", "channels": "channel", "conversations": "conversation"}.get(
        kind, "option"
    )
    many = element["type"].startswith("multi_")
    typed, plural = _typed(element, spot), "s" if many else ""
    chosen = (
        typed[f"selected_{noun}s" if many else f"selected_{noun}"]
        if typed
        else element.get(f"initial_{noun}{plural}")
    )
    values = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    return [_row_for(value, rows, spot) for value in values]


def _row_for(value: Any, rows: list[Json], spot: Spot) -> Json:
    if isinstance(value, dict):
        return option_row(value, spot.paper)
    return next((row for row in rows if row["json"] == dumps(value)), _plain_row(value, value))


_SOURCES: dict[str, Callable[[Json, Spot], list[Json]]] = {
    "static": _options,
    "external": lambda element, spot: [],
    "users": _people,
    "channels": _channels,
    "conversations": _channels,
}


def _select(element: Json, spot: Spot) -> Markup:
    source = element["type"].removeprefix("multi_").removesuffix("_select")
    many = element["type"].startswith("multi_")
    rows = _SOURCES[source](element, spot)
    chosen = _chosen_rows(element, spot, rows)
    pick = {"options": rows, "many": many, "max": element.get("max_selected_items")}
    if source == "external":
        pick |= {"ask": True, "least": element.get("min_query_length", 3)}
    return _pick(element, spot, pick, chosen)


def _pick(element: Json, spot: Spot, pick: Json, chosen: list[Json]) -> Markup:
    named = _named(element, spot)
    name = named.pop("name")
    placeholder = spot.paper.words(element.get("placeholder")) or "Select an item"
    attributes = _attributes(
        class_="pick",
        data_pick=dumps(pick),
        data_name=name,
        data_fires=spot.fires,
        data_placeholder=placeholder,
        data_focus=element.get("focus_on_load"),
        aria_haspopup="listbox",
        aria_expanded="false",
        **named,
        **_action(element, spot),
    )
    shown = ", ".join(row["label"] for row in chosen)
    label = Markup('<span class="pick-label{}">{}</span>').format(
        "" if chosen else " is-empty", shown or placeholder
    )
    hidden = Markup("").join(_hidden(name, row["json"]) for row in chosen)
    keep = spot.paper.id(spot.block_id, element.get("action_id", "")) + "-field"
    return Markup(
        '<span class="pick-field" id="{}" data-keep="{}">'
        '<button type="button"{}>{}</button>{}</span>'
    ).format(keep, crc32(dumps(pick).encode()), attributes, label, hidden)


def _hidden(name: str, value: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


def _ticks(element: Json, spot: Spot) -> Markup:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    chosen = _ticked(element, spot)
    rows = [
        _tick(kind, option, spot, element, at=at, checked=option.get("value") in chosen)
        for at, option in enumerate(element.get("options", []))
    ]
    identity = spot.paper.id(spot.block_id, element.get("action_id", "")) + "-field"
    return Markup('<span class="ticks" role="{}" id="{}" data-keep="1"{}>{}</span>').format(
        "radiogroup" if kind == "radio" else "group",
        identity,
        _attributes(aria_label=spot.label or element.get("action_id")),
        Markup("").join(rows),
    )


def _ticked(element: Json, spot: Spot) -> set[str]:
    """The values that are on now."""
    if typed := _typed(element, spot):
        options = typed.get("selected_options") or [typed.get("selected_option")]
    else:
        options = element.get("initial_options") or [element.get("initial_option")]
    return {option["value"] for option in options if option}


def _tick(kind: str, option: Json, spot: Spot, element: Json, *, at: int, checked: bool) -> Markup:
    attributes = _attributes(
        type=kind,
        id=f"{spot.paper.id(spot.block_id, element.get('action_id', ''))}-{at}",
        name=field_name(spot.block_id, element.get("action_id", "")),
        value=dumps(option),
        checked=checked,
        data_fires=spot.fires,
        data_focus=at == 0 and element.get("focus_on_load"),
        **_action(element, spot),
    )
    text, hint = spot.paper.text(option.get("text")), spot.paper.text(option.get("description"))
    return Markup('<label class="tick"><input{}><span>{}{}</span></label>').format(
        attributes, text, Markup('<span class="hint">{}</span>').format(hint) if hint else ""
    )


def _line(element: Json, spot: Spot) -> Markup:
    """plain_text_input, email, URL and number: one line or several."""
    value = (
        _typed(element, spot).get("value")
        if _typed(element, spot)
        else element.get("initial_value")
    )
    attributes: dict[str, Any] = {
        "class_": "text-field",
        "placeholder": spot.paper.words(element.get("placeholder")) or None,
        "maxlength": element.get("max_length"),
        "data_keep": "1",
        "data_fires": _when_typed(element, spot),
        "data_focus": element.get("focus_on_load"),
        "autocomplete": "off",
        **_named(element, spot),
        **_action(element, spot),
    }
    if element.get("multiline"):
        return Markup('<textarea rows="4"{}>{}</textarea>').format(
            _attributes(**attributes), value or ""
        )
    return Markup("<input{}>").format(
        _attributes(type="text", inputmode=_keyboard(element), value=value, **attributes)
    )


def _keyboard(element: Json) -> str | None:
    modes = {"email_text_input": "email", "url_text_input": "url", "number_input": "decimal"}
    return modes.get(element["type"])


def _when_typed(element: Json, spot: Spot) -> str | None:
    """Slack's dispatch_action_config: on Enter unless the app asks for each character."""
    if not spot.fires:
        return None
    triggers = element.get("dispatch_action_config", {}).get("trigger_actions_on", [])
    return "character" if "on_character_entered" in triggers else "enter"


def _rich_input(element: Json, spot: Spot) -> Markup:
    return _line(element | {"multiline": True, "initial_value": None}, spot)


_MOMENTS = {
    "datepicker": ("date", "selected_date", "initial_date"),
    "timepicker": ("time", "selected_time", "initial_time"),
    "datetimepicker": ("datetime-local", "selected_date_time", "initial_date_time"),
}


def _moment(element: Json, spot: Spot) -> Markup:
    kind, selected, initial = _MOMENTS[element["type"]]
    value = _typed(element, spot).get(selected) if _typed(element, spot) else element.get(initial)
    if kind == "datetime-local" and value:
        value = f"{dates.local(int(value), spot.paper.reader.zone):%Y-%m-%dT%H:%M}"
    attributes = _attributes(
        type=kind,
        class_="text-field moment",
        value=value,
        data_keep="1",
        data_fires=spot.fires,
        data_focus=element.get("focus_on_load"),
        **_named(element, spot),
        **_action(element, spot),
    )
    return Markup("<input{}>").format(attributes)


def _file_input(element: Json, spot: Spot) -> Markup:
    attributes = _attributes(
        type="file",
        class_="text-field",
        multiple=element.get("max_files", 10) != 1,
        data_keep="1",
        **_named(element, spot),
    )
    return Markup("<input{}>").format(attributes)


def image(source: Json, paper: Paper, *, small: bool) -> Markup:
    """A picture of ours, or a drawn stand-in: the page never fetches from the network."""
    file = (source.get("slack_file") or {}).get("id")
    own = f"/page/file/{file}/picture?as={paper.reader.here}" if file else ""
    url, alt = str(source.get("image_url", own)), str(source.get("alt_text", ""))
    kind = "image-small" if small else "image-large"
    if paper.reader.is_ours(url):
        return Markup('<img class="{}" src="{}" alt="{}">').format(kind, url, alt)
    return Markup(
        '<span class="{} image-absent" role="img" aria-label="{}" title="{}"><span>{}</span></span>'
    ).format(kind, alt, url, "" if small else alt or "Picture")


_ELEMENTS: dict[str, Callable[[Json, Spot], Markup]] = {
    "button": _button,
    "workflow_button": _button,
    "icon_button": _icon_button,
    "feedback_buttons": _feedback,
    "overflow": _overflow,
    "checkboxes": _ticks,
    "radio_buttons": _ticks,
    "plain_text_input": _line,
    "email_text_input": _line,
    "url_text_input": _line,
    "number_input": _line,
    "rich_text_input": _rich_input,
    "file_input": _file_input,
    "image": lambda element, spot: image(element, spot.paper, small=True),
    **dict.fromkeys(_MOMENTS, _moment),
    **{f"{many}{source}_select": _select for source in _SOURCES for many in ("", "multi_")},
}
