"""views.*: triggers, stacks, hashes and App Homes."""

from typing import Any

import pytest

from sandbox.triggers import BadTrigger, Triggers
from tests.sandbox.caller import Caller

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Reply"), "blocks": [{"type": "divider"}], **more}


HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


def trigger(api: Caller, *, in_view: str | None = None) -> str:
    return api.world.triggers.mint("U000CARLA", view_id=in_view)


async def opened(api: Caller, **more: Any) -> Json:
    said = await api.ok("views.open", trigger_id=trigger(api), view=modal(**more))
    view: Json = said["view"]
    return view


async def test_a_modal_opens_for_whoever_acted(api: Caller) -> None:
    view = await opened(api, callback_id="reply", private_metadata="7")
    assert (view["callback_id"], view["private_metadata"]) == ("reply", "7")
    assert (view["team_id"], view["app_installed_team_id"]) == ("T00ACME", "T0HARBOUR")
    assert view["root_view_id"] == view["id"]
    assert api.world.views[view["id"]].user == "U000CARLA"


async def test_blocks_without_id_are_given_one(api: Caller) -> None:
    view = await opened(api)
    assert view["blocks"][0]["block_id"]


async def test_a_trigger_opens_one_modal(api: Caller) -> None:
    used = trigger(api)
    await api.ok("views.open", trigger_id=used, view=modal())
    assert await api.error("views.open", trigger_id=used, view=modal()) == "exchanged_trigger_id"
    assert await api.error("views.open", trigger_id="1.2", view=modal()) == "invalid_trigger_id"
    assert await api.error("views.open", view=modal()) == "invalid_arguments"


def test_a_trigger_lives_for_three_seconds() -> None:
    now = 100.0
    triggers = Triggers(lambda: now)
    soon, late = triggers.mint("U000CARLA"), triggers.mint("U000CARLA")
    now += 2.9
    assert triggers.spend(soon).user == "U000CARLA"
    now += 0.2
    with pytest.raises(BadTrigger, match="expired_trigger_id"):
        triggers.spend(late)


async def test_a_faulty_view_does_not_use_the_trigger_up(api: Caller) -> None:
    used = trigger(api)
    said = await api.refusal("views.open", trigger_id=used, view=modal(title=plain("x" * 25)))
    assert said["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in said["response_metadata"]["messages"][0]
    await api.ok("views.open", trigger_id=used, view=modal())


async def test_three_modals_may_be_stacked(api: Caller) -> None:
    view = await opened(api)
    for _ in range(2):
        said = await api.ok("views.push", trigger_id=trigger(api, in_view=view["id"]), view=modal())
        assert said["view"]["previous_view_id"] == view["id"]
        view = said["view"]
    error = await api.error("views.push", trigger_id=trigger(api, in_view=view["id"]), view=modal())
    assert error == "push_limit_reached"


async def test_a_modal_is_updated_by_id_or_external_id(api: Caller) -> None:
    view = await opened(api, external_id="t-1")
    await api.ok("views.update", view_id=view["id"], view=modal(title=plain("One")))
    await api.ok("views.update", external_id="t-1", view=modal(title=plain("Two")))
    assert api.world.views[view["id"]].view["title"] == plain("Two")


async def test_an_update_with_an_old_hash_loses(api: Caller) -> None:
    view = await opened(api)
    args = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
    await api.ok("views.update", **args)
    assert await api.error("views.update", **args) == "hash_conflict"


async def test_a_closed_modal_is_not_found(api: Caller) -> None:
    view = await opened(api)
    api.world.views[view["id"]].is_open = False
    assert await api.error("views.update", view_id=view["id"], view=modal()) == "not_found"
    assert await api.error("views.update", view_id="V0", view=modal()) == "not_found"


async def test_an_external_id_is_used_once(api: Caller) -> None:
    await opened(api, external_id="t-1")
    error = await api.error("views.open", trigger_id=trigger(api), view=modal(external_id="t-1"))
    assert error == "duplicate_external_id"


async def test_a_view_may_be_too_large(api: Caller) -> None:
    texts = [{"type": "section", "text": plain("x" * 2_900)}] * 90
    error = await api.error("views.open", trigger_id=trigger(api), view=modal(blocks=texts))
    assert error == "view_too_large"


async def test_a_home_is_published_and_replaced_in_place(api: Caller) -> None:
    first = await api.ok("views.publish", user_id="U00000ANA", view=HOME)
    second = await api.ok("views.publish", user_id="U00000ANA", view=HOME)
    assert first["view"]["id"] == second["view"]["id"]
    assert first["view"]["hash"] != second["view"]["hash"]


async def test_a_home_with_an_old_hash_loses(api: Caller) -> None:
    first = await api.ok("views.publish", user_id="U00000ANA", view=HOME)
    args = {"user_id": "U00000ANA", "view": HOME, "hash": first["view"]["hash"]}
    await api.ok("views.publish", **args)
    assert await api.error("views.publish", **args) == "hash_conflict"


async def test_without_a_home_tab_nothing_is_published(api: Caller) -> None:
    app = api.box.people.senses.app
    app.manifest["features"]["app_home"]["home_tab_enabled"] = False
    assert await api.error("views.publish", user_id="U00000ANA", view=HOME) == "not_enabled"


@pytest.mark.parametrize("view", ["{", "text", 7])
async def test_a_view_that_is_no_object_is_refused(api: Caller, view: Any) -> None:
    error = await api.error("views.open", trigger_id=trigger(api), view=view)
    assert error == "invalid_arguments"
