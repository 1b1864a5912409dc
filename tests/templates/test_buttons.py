"""Which acts have a button anywhere: what is drawn, against what docs/acts.md promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot import doors
from bot.acts import ACTS
from bot.slack.render import Renderer
from tests.templates import cast

RENDERER = Renderer()
GENERIC = {"ticket/picker.j2", "access/completion.j2"}  # they go on with whatever was asked for


def test_every_button_that_is_drawn_is_a_door() -> None:
    drawn = {
        name
        for template, fields in cast.messages("x", "Carla", 3)
        if template not in GENERIC
        for name in _buttons(RENDERER.message(template, **fields).blocks)
    }
    elsewhere = {act.name for act in ACTS if set(doors.of(act)["button"]) - {"More …"}}
    assert not drawn - elsewhere


def test_the_home_draws_the_acts_that_have_it_as_a_door() -> None:
    homes = [RENDERER.home("home/home.j2", scene=scene) for scene in cast.homes("x", "Carla", 3)]
    drawn = {name for home in homes for name in _buttons(home["blocks"])}
    assert drawn == {act.name for act in ACTS if doors.of(act)["home"]}


def _buttons(part: Any) -> Iterator[str]:
    """The names of the acts that can be pressed or chosen in blocks."""
    if isinstance(part, list):
        for each in part:
            yield from _buttons(each)
    if isinstance(part, dict):
        yield from _named(part)
        for each in part.values():
            yield from _buttons(each)


def _named(part: dict[str, Any]) -> Iterator[str]:
    action = str(part.get("action_id", ""))
    if part.get("type") == "overflow":
        yield from (option["value"].partition(":")[0] for option in part["options"])
    elif action.startswith("act:"):
        yield action.split(":")[1]
