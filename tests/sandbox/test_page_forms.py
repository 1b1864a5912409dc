"""What a view's form says, as people take it; and texts back as they were typed."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import FormData

from sandbox.local import fresh_world
from sandbox.page import forms
from sandbox.page.paper import field_name
from sandbox.page.reader import Reader
from sandbox.page.retyped import typed_again

BERLIN = ZoneInfo("Europe/Berlin")
OPTION = {"text": {"type": "plain_text", "text": "High"}, "value": "high"}


@pytest.mark.parametrize(
    "kind,sent,chosen",
    [
        ("plain_text_input", ["a\r\nb"], "a\nb"),
        ("plain_text_input", [""], None),
        ("number_input", ["4"], "4"),
        ("static_select", [json.dumps(OPTION)], OPTION),
        ("static_select", [], None),
        ("multi_static_select", [json.dumps(OPTION)], [OPTION]),
        ("checkboxes", [], []),
        ("radio_buttons", [json.dumps(OPTION)], OPTION),
        ("users_select", ['"U1"'], "U1"),
        ("multi_users_select", ['"U1"', '"U2"'], ["U1", "U2"]),
        ("datepicker", ["2026-03-03"], "2026-03-03"),
        ("timepicker", ["09:30"], "09:30"),
        ("datetimepicker", ["2026-03-03T13:00"], 1_772_539_200),
    ],
)
def test_an_element_is_read_as_what_the_person_chose(
    kind: str, sent: list[str], chosen: Any
) -> None:
    block = {"type": "input", "block_id": "b/ 1", "element": {"type": kind, "action_id": "a&1"}}
    form = FormData([(field_name("b/ 1", "a&1"), text) for text in sent])
    assert forms.chosen([block], form, BERLIN) == {"b/ 1": {"a&1": chosen}}


def test_buttons_have_nothing_to_say() -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
    assert forms.chosen([{"type": "actions", "elements": [button]}], FormData(), BERLIN) == {}


@pytest.mark.parametrize(
    "stored,typed",
    [
        ("hi <@U000CARLA> &amp; <!here>", "hi @carla & @here"),
        ("see <https://a.example/?x=1&amp;y=2>", "see https://a.example/?x=1&y=2"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<#C000TRIAGE|triage> <!subteam^S0SUPPORT>", "#triage @support"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_a_message_to_edit_reads_as_it_was_typed(stored: str, typed: str) -> None:
    world = fresh_world({})
    ana = next(u for u in world.users.values() if u.name == "ana")
    assert typed_again(Reader(world, ana), stored) == typed
