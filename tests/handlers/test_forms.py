"""Forms are checked while they are open: whatever is amiss, the typed words stay."""

from typing import Any

import pytest

from bot.usecases.inputs import Acted, Door
from tests.handlers.conftest import NOW, TICKET, Scene
from tests.handlers.slack import submit

NOTE = {"ticket_id": TICKET}


def errors(answer: Any) -> Any:
    assert answer.status == 200
    assert answer.json["response_action"] == "errors"
    return answer.json["errors"]


async def test_a_request_form_keeps_its_words_apart_from_its_fields(scene: Scene) -> None:
    form = submit(
        "form:new", {}, title="Export", details="It is slow", priority="high", channel="600"
    )
    assert (await scene.post.interaction(form)).text == ""
    (item,) = await scene.inbox()
    assert isinstance(item, Acted)
    assert (item.act, item.door, item.at, item.text) == (
        "new",
        Door.FORM,
        NOW,
        "Export\nIt is slow",
    )
    assert item.fields == {"category": "", "priority": "high", "channel": "600"}


@pytest.mark.parametrize("form,field", [("reply", "text"), ("priority", "priority")])
async def test_what_is_left_empty_is_asked_for_again(scene: Scene, form: str, field: str) -> None:
    answer = await scene.post.interaction(submit(f"form:{form}", NOTE, **{field: " \n"}))
    assert field in errors(answer)
    assert await scene.inbox() == []


async def test_who_may_not_is_told_in_the_form(scene: Scene) -> None:
    form = submit("form:reply", NOTE, text="Hello") | {"user": {"id": "U_CARLA"}}
    assert "support team" in errors(await scene.post.interaction(form))["text"]
    assert await scene.inbox() == []


async def test_words_that_are_not_saved_stay_in_the_form(scene: Scene) -> None:
    await scene.save_nothing_more()
    answer = await scene.post.interaction(submit("form:reply", NOTE, text="Hello"))
    assert "not saved" in errors(answer)["text"]


async def test_a_form_sent_twice_is_kept_once(scene: Scene) -> None:
    for _ in range(2):
        await scene.post.interaction(submit("form:reply", NOTE, text="Hello"))
    assert len(await scene.inbox()) == 1


async def test_a_closed_form_is_acked(scene: Scene) -> None:
    form = submit("form:reply", NOTE, text="Hello") | {"type": "view_closed"}
    assert (await scene.post.interaction(form)).status == 200


async def test_options_that_nobody_offers_are_none(scene: Scene) -> None:
    ask = {
        "type": "block_suggestion",
        "action_id": "x",
        "value": "",
        "team": {"id": "T_DESK"},
        "user": {"id": "U_ANA"},
    }
    assert (await scene.post.interaction(ask)).json == {"options": []}
