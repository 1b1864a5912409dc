"""``/desk health`` tells an agent at once, and nobody else, how the desk is."""

import pytest

from tests.handlers.conftest import Scene
from tests.handlers.slack import typed


async def test_an_agent_is_told_at_once(scene: Scene) -> None:
    answer = await scene.post.form(typed("/desk", "health"))
    assert "The desk is well" in answer.text
    assert "seen = " in answer.text
    assert await scene.inbox() == []


@pytest.mark.parametrize("person", ["U_OLGA", "U_CARLA"])
async def test_nobody_else_is(scene: Scene, person: str) -> None:
    answer = await scene.post.form(typed("/desk", "health", user_id=person))
    assert "Only" in answer.text
    assert "seen" not in answer.text


@pytest.mark.parametrize("text, words", [("", "/desk health"), ("heath", "Did you mean")])
async def test_wrong_input_is_answered_with_what_is_right(
    scene: Scene, text: str, words: str
) -> None:
    assert words in (await scene.post.form(typed("/desk", text))).text
