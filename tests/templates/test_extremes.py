"""The longest titles, names and lists that there are: every card, list, home and form stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.slack.render import Renderer
from bot.usecases.scenes.forms import FieldScene, LabelsFormScene, NewFormScene
from bot.usecases.scenes.ticket import ListScene
from sandbox.blocks import message_faults, view_faults
from storage.records.workspaces import Extra, ExtraKind
from tests.templates import cast
from tests.templates.reading import read

RENDERER = Renderer()
MANY = 3_000
CUT = "there is more than fits here"
VIEW_BYTES = 250_000

TITLES = {
    "a title of 4,000 letters": ("The robot at dock four stopped again. " * 200)[:4000],
    "a title from right to left": ("שלום, הרובוט נעצר ליד הרציף " * 200)[:4000],
    "a title of emoji": ("👩\u200d👩\u200d👧👍🏽🤖" * 800)[:4000],
    "a title of 2,000 lines": "a\n" * 2000,
}
NAMES = {
    "a long name": "Müller & Söhne Robotics International Holding " * 6,
    "a name from right to left": "شركة الروبوتات العالمية المحدودة " * 8,
    "a name with emoji": "דנה 🤖 Robots 👩\u200d👩\u200d👧 " * 10,
}
# What is too much for Slack comes of both together: each goes with the longest of the others.
LONGEST = ("a title of emoji", "a name from right to left")
TOLD = [pair for pair in product(TITLES, NAMES) if pair[0] == LONGEST[0] or pair[1] == LONGEST[1]]
# Nobody is called so, and still nothing may break: each letter is sent as several.
ODD = {"only emoji": "👩\u200d👩\u200d👧👍🏽" * 60, "only marks": "<&>" * 90}


@pytest.fixture(params=TOLD, ids=", ".join)
def told(request: pytest.FixtureRequest) -> tuple[str, str]:
    title, name = request.param
    return TITLES[title], NAMES[name]


def test_every_message_is_whole(told: tuple[str, str]) -> None:
    for template, said in _messages(*told, MANY):
        _slack_takes(said)
        assert CUT not in str(said), template


def test_every_form_is_whole(told: tuple[str, str]) -> None:
    for template, view in _modals(*told, MANY):
        _slack_takes_view(view)
        assert CUT not in str(view), template


def test_every_home_is_whole(told: tuple[str, str]) -> None:
    for scene in cast.homes(*told, MANY):
        view = RENDERER.home("home/home.j2", scene=scene)
        _slack_takes_view(view)
        assert CUT not in str(view)


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
def test_slack_takes_all_of_it_whatever_anybody_is_called(name: str) -> None:
    title = TITLES["a title of emoji"]
    for _, said in _messages(title, name, 200):
        _slack_takes(said)
    for _, view in _modals(title, name, 200):
        _slack_takes_view(view)
    for scene in cast.homes(title, name, 200):
        _slack_takes_view(RENDERER.home("home/home.j2", scene=scene))


@pytest.mark.parametrize("choice", ["Option", "אפשרות ארוכה מאוד מאוד", "🤖 Robots " * 5])
def test_sixty_fields_of_sixty_options_are_all_in_the_forms(choice: str) -> None:
    choices = tuple(f"{choice} {n}"[-60:] for n in range(60))
    extras = [Extra(f"Field {n} {choice}"[:60], ExtraKind.CHOICE, choices) for n in range(60)]
    fields = tuple(FieldScene.of(each, choices[-1]) for each in extras)
    pairs = tuple((each, each) for each in choices)
    form = LabelsFormScene(cast.labelled(cast.scene()), pairs, pairs, fields, hidden=100)
    channels = tuple((str(n), NAMES["a name with emoji"]) for n in range(100))
    new = NewFormScene(channels, "99", "x" * 3000, choices, fields)
    for template, scene in (("ticket/labels_form.j2", form), ("ticket/new_form.j2", new)):
        view = RENDERER.modal(template, scene=scene)
        _slack_takes_view(view)
        asked = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
        assert {each.name for each in fields} <= asked.keys()
        assert choices[-1] in str(asked[fields[0].name]["element"]["initial_option"])
        assert asked[fields[-1].name]["element"]["initial_value"] == choices[-1]


def test_a_list_says_how_many_there_was_no_room_for() -> None:
    one = cast.scene("The robot stopped again and nobody knows why. " * 9, NAMES["a long name"])
    scene = ListScene("Open tickets", (one,) * 30, MANY)
    blocks = RENDERER.message("ticket/list.j2", scene=scene).blocks
    shown = sum("The robot stopped" in str(block) for block in blocks)
    assert 15 < shown < 30
    assert f"and {MANY - shown} more" in str(blocks[-1])


Drawn = Iterator[tuple[str, Any]]


def _messages(title: str, name: str, many: int) -> Drawn:
    for template, fields in cast.messages(title, name, many):
        yield template, RENDERER.message(template, **fields)


def _modals(title: str, name: str, many: int) -> Drawn:
    for template, fields in cast.modals(title, name, many):
        yield template, RENDERER.modal(template, **fields)


def _slack_takes(said: Any) -> None:
    assert not message_faults(said.blocks)
    read(said.blocks)


def _slack_takes_view(view: dict[str, Any]) -> None:
    assert not view_faults(view, kind=view["type"])
    assert len(json.dumps(view)) <= VIEW_BYTES
    View(**view).validate_json()
