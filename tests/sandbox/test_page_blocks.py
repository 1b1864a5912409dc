"""Block Kit as HTML: every kind of block and element is drawn, and none lets text become live."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from sandbox.local import fresh_world
from sandbox.page import attachments, blocks
from sandbox.page.paper import Paper
from sandbox.page.reader import Reader

Json = dict[str, Any]
HOSTILE = '"><script>alert(1)</script>'
RESPONSES = Path(__file__).parents[1] / "data" / "slack"


def _paper(**more: Any) -> Paper:
    world = fresh_world({})
    ana = next(u for u in world.users.values() if u.name == "ana")
    return Paper(Reader(world, ana, "http://127.0.0.1:8765"), "m-1", **more)


def _draw(*given: Json, **more: Any) -> str:
    return str(blocks.html(list(given), _paper(**more)))


def _words(text: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": text}


def _options(*words: str) -> list[Json]:
    return [{"text": _words(word), "value": word} for word in words]


ELEMENTS: list[Json] = [
    {"type": "button", "text": _words(HOSTILE), "value": HOSTILE, "style": "danger"},
    {"type": "static_select", "placeholder": _words(HOSTILE), "options": _options(HOSTILE)},
    {
        "type": "multi_static_select",
        "initial_options": _options(HOSTILE),
        "options": _options(HOSTILE),
    },
    {"type": "external_select", "initial_option": _options(HOSTILE)[0]},
    {"type": "multi_external_select"},
    {"type": "users_select", "initial_user": "U000CARLA"},
    {"type": "multi_users_select"},
    {"type": "conversations_select"},
    {"type": "multi_conversations_select"},
    {"type": "channels_select"},
    {"type": "multi_channels_select"},
    {"type": "overflow", "options": _options(HOSTILE)},
    {"type": "datepicker", "initial_date": "2026-03-03"},
    {"type": "timepicker", "initial_time": "09:30"},
    {"type": "datetimepicker", "initial_date_time": 1_772_539_200},
    {"type": "checkboxes", "options": _options(HOSTILE)},
    {"type": "radio_buttons", "options": _options(HOSTILE)},
    {"type": "plain_text_input", "initial_value": HOSTILE, "multiline": True},
    {"type": "plain_text_input", "initial_value": HOSTILE},
    {"type": "email_text_input"},
    {"type": "url_text_input"},
    {"type": "number_input", "is_decimal_allowed": True},
    {"type": "rich_text_input"},
    {"type": "file_input"},
    {"type": "icon_button", "icon": "trash", "text": _words(HOSTILE)},
    {
        "type": "feedback_buttons",
        "positive_button": {"text": _words(HOSTILE), "value": HOSTILE},
        "negative_button": {"text": _words("No"), "value": "-"},
    },
]
BLOCKS: list[Json] = [
    {"type": "section", "text": _words(HOSTILE, "mrkdwn"), "fields": [_words(HOSTILE)] * 2},
    {"type": "header", "text": _words(HOSTILE)},
    {"type": "context", "elements": [_words(HOSTILE, "mrkdwn")]},
    {"type": "divider"},
    {"type": "image", "image_url": f"https://a.example/{HOSTILE}", "alt_text": HOSTILE},
    {"type": "markdown", "text": f"**b** {HOSTILE} [x](javascript:alert(1)) <b>raw</b>"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
    {"type": "file", "external_id": HOSTILE, "source": "remote"},
    {"type": "alert", "level": "warning", "text": _words(HOSTILE)},
    {"type": HOSTILE},
    {
        "type": "rich_text",
        "elements": [
            {"type": part, "elements": [{"type": "text", "text": HOSTILE, "style": {"bold": True}}]}
            for part in ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
        ],
    },
]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda e: str(e["type"]))
def test_every_element_is_drawn_and_text_in_it_stays_text(element: Json) -> None:
    element = element | {"action_id": "go"}
    for block in ({"type": "actions", "elements": [element]}, _input(element)):
        html = _draw(block | {"block_id": "b"})
        assert "<script" not in html
        assert "unknown" not in html
        assert 'data-action="go"' in html or element["type"] == "file_input"


def _input(element: Json) -> Json:
    return {"type": "input", "label": _words(HOSTILE), "hint": _words(HOSTILE), "element": element}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda b: str(b["type"]))
def test_every_block_is_drawn_and_text_in_it_stays_text(block: Json) -> None:
    html = _draw(block)
    assert "<script" not in html
    assert "javascript:" not in html or "href" not in html
    assert "<b>raw</b>" not in html


def test_a_button_says_which_action_it_is_and_asks_first() -> None:
    confirm = {
        "title": _words("Sure?"),
        "text": _words("Really"),
        "confirm": _words("Do"),
        "deny": _words("No"),
    }
    button = {
        "type": "button",
        "action_id": "take",
        "text": _words("Take"),
        "value": "12",
        "style": "primary",
    }
    html = _draw(
        {"type": "actions", "block_id": "card", "elements": [button | {"confirm": confirm}]}
    )
    assert 'class="btn btn-primary"' in html
    assert 'data-block="card" data-action="take"' in html
    assert 'data-value="12"' in html
    assert '"title":"Sure?"' in unescape(html)


def test_a_picture_from_elsewhere_is_never_fetched() -> None:
    html = _draw(
        {"type": "image", "image_url": "https://a.example/chart.png", "alt_text": "Backlog"}
    )
    assert "<img" not in html
    assert 'aria-label="Backlog"' in html


def test_a_picture_of_this_server_is_shown() -> None:
    html = _draw({"type": "image", "image_url": "http://127.0.0.1:8765/files/F1", "alt_text": "It"})
    assert '<img class="image-large" src="http://127.0.0.1:8765/files/F1" alt="It">' in html


def test_what_was_typed_stands_in_place_of_what_was_there_at_first() -> None:
    block = _input({"type": "plain_text_input", "action_id": "t", "initial_value": "first"})
    typed = {"b": {"t": {"type": "plain_text_input", "value": "second"}}}
    assert 'value="second"' in _draw(block | {"block_id": "b"}, values=typed)


def test_an_emptied_field_stays_empty() -> None:
    block = _input({"type": "plain_text_input", "action_id": "t", "initial_value": "first"})
    typed = {"b": {"t": {"type": "plain_text_input", "value": None}}}
    assert "first" not in _draw(block | {"block_id": "b"}, values=typed)


def test_a_mistake_stands_beside_its_field() -> None:
    block = _input({"type": "plain_text_input", "action_id": "t"}) | {"block_id": "title"}
    html = _draw(block, errors={"title": "Too short"})
    assert 'role="alert"' in html
    assert "Too short" in html
    assert 'aria-invalid="true"' in html


def test_an_input_tells_the_app_only_with_dispatch_action() -> None:
    block = _input({"type": "static_select", "action_id": "s", "options": _options("a")})
    assert "data-fires" not in _draw(block)
    assert "data-fires" in _draw(block | {"dispatch_action": True})


def test_lists_are_drawn_at_their_depth_and_go_on_counting() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    lists = [
        {"type": "rich_text_list", "style": "ordered", "elements": [item]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [item]},
        {"type": "rich_text_list", "style": "ordered", "offset": 1, "elements": [item]},
    ]
    html = _draw({"type": "rich_text", "elements": lists})
    assert 'class="rich-list depth-1"' in html
    assert 'start="2"' in html


def test_an_attachments_colour_cannot_carry_anything_but_a_colour() -> None:
    html = str(attachments.html([{"color": '"><script>', "text": "hi"}], _paper()))
    assert "<script" not in html


def test_every_block_that_slacks_samples_hold_can_be_drawn() -> None:
    found = [
        block
        for path in RESPONSES.rglob("*.sample.json")
        for block in _blocks_in(json.loads(path.read_text()))
    ]
    assert found
    assert "unknown" not in _draw(*found)


def _blocks_in(value: Any) -> list[Json]:
    if isinstance(value, list):
        return [block for item in value for block in _blocks_in(item)]
    if not isinstance(value, dict):
        return []
    here = [b for b in value.get("blocks") or [] if isinstance(b, dict) and "type" in b]
    return here or [block for item in value.values() for block in _blocks_in(item)]
