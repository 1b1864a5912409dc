"""Modals filled in and submitted, and the App Home."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.local import Sandbox
from sandbox.people import AppFailed, NotAllowed
from tests.sandbox.blocks import modal
from tests.sandbox.receiver import Receiver


class Opener:
    """Opens modals as the app does after a command."""

    def __init__(self, slack: Sandbox, app: Receiver, client: AsyncWebClient) -> None:
        self.slack, self.app, self.client = slack, app, client

    async def open(self, user: str = "ana", **more: Any) -> str:
        """The id of a modal now in front of ``user``."""
        trigger = self.slack.world.triggers.mint(self.slack.people.senses.user(user).id)
        opened = await self.client.views_open(trigger_id=trigger, view=modal(**more))
        view_id: str = opened["view"]["id"]
        return view_id


@pytest.fixture
def opener(slack: Sandbox, app: Receiver, client: AsyncWebClient) -> Opener:
    """The app, ready to open a modal."""
    return Opener(slack, app, client)


async def test_a_submission_carries_all_that_was_typed(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    view_id = await opener.open()
    done = await slack.people.submit("ana", view_id, {"text": "Hello", "kind": {"value": "defect"}})
    (came,) = app.of_type("view_submission")
    values = came["view"]["state"]["values"]
    assert values["text"]["value"] == {"type": "plain_text_input", "value": "Hello"}
    assert values["kind"]["value"]["selected_option"]["value"] == "defect"
    assert values["hours"]["value"] == {"type": "number_input", "value": None}
    assert came["view"]["callback_id"] == "reply"
    assert done.view is None
    assert not slack.world.views[view_id].is_open


async def test_an_outsiders_view_is_of_their_team_and_names_the_installation(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    view_id = await opener.open("carla")
    await slack.people.submit("carla", view_id, {"text": "Hello"})
    (came,) = app.of_type("view_submission")
    assert came["team"]["id"] == came["view"]["team_id"] == came["user"]["team_id"] == "T00ACME"
    assert came["view"]["app_installed_team_id"] == "T0HARBOUR"


@pytest.mark.parametrize(
    "values, block_id",
    [
        ({}, "text"),
        ({"text": "Hi"}, "text"),
        ({"text": "x" * 21}, "text"),
        ({"text": "Hello", "hours": "soon"}, "hours"),
        ({"text": "Hello", "hours": "1.5"}, "hours"),
        ({"text": "Hello", "hours": "9"}, "hours"),
    ],
    ids=["missing", "short", "long", "no number", "fraction", "too many"],
)
async def test_mistakes_that_slack_sees_never_reach_the_app(
    slack: Sandbox, app: Receiver, opener: Opener, values: dict[str, Any], block_id: str
) -> None:
    view_id = await opener.open()
    done = await slack.people.submit("ana", view_id, values)
    assert list(done.errors) == [block_id]
    assert slack.world.views[view_id].is_open
    assert app.of_type("view_submission") == []


async def test_the_apps_errors_keep_the_modal_and_its_text(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    view_id = await opener.open()
    app.answer = lambda _: {"response_action": "errors", "errors": {"text": "No links, please."}}
    done = await slack.people.submit("ana", view_id, {"text": "Hello"})
    view = slack.world.views[view_id]
    assert done.errors == view.errors == {"text": "No links, please."}
    assert view.values["text"]["value"]["value"] == "Hello"
    app.answer = lambda _: 200
    assert (await slack.people.submit("ana", view_id)).errors == {}
    assert not view.is_open


async def test_errors_for_what_is_no_input_are_the_apps_mistake(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    view_id = await opener.open()
    app.answer = lambda _: {"response_action": "errors", "errors": {"nowhere": "?"}}
    with pytest.raises(AppFailed, match="trouble connecting"):
        await slack.people.submit("ana", view_id, {"text": "Hello"})
    assert slack.world.views[view_id].is_open


async def test_a_submission_can_change_the_view(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    view_id = await opener.open()
    before = slack.world.views[view_id].hash
    app.answer = lambda _: {"response_action": "update", "view": modal(callback_id="second")}
    done = await slack.people.submit("ana", view_id, {"text": "Hello"})
    assert done.view is not None
    assert done.view.id == view_id
    assert done.view.view["callback_id"] == "second"
    assert done.view.hash != before


async def test_a_stack_holds_three_and_its_top_alone_is_worked_with(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    first = await opener.open()
    app.answer = lambda _: {"response_action": "push", "view": modal()}
    second = (await slack.people.submit("ana", first, {"text": "Hello"})).view
    assert second is not None
    assert (second.root_view_id, second.previous_view_id) == (first, first)
    with pytest.raises(NotAllowed, match="view_covered"):
        await slack.people.submit("ana", first, {"text": "Hello"})
    third = (await slack.people.submit("ana", second.id, {"text": "Hello"})).view
    assert third is not None
    with pytest.raises(AppFailed, match="push_limit_reached"):
        await slack.people.submit("ana", third.id, {"text": "Hello"})
    app.answer = lambda _: 200
    assert (await slack.people.submit("ana", third.id)).view is second


async def test_clear_closes_the_whole_stack(slack: Sandbox, app: Receiver, opener: Opener) -> None:
    first = await opener.open()
    app.answer = lambda _: {"response_action": "push", "view": modal()}
    second = (await slack.people.submit("ana", first, {"text": "Hello"})).view
    assert second is not None
    app.answer = lambda _: {"response_action": "clear"}
    assert (await slack.people.submit("ana", second.id, {"text": "Hello"})).view is None
    assert not any(view.is_open for view in slack.world.views.values())


async def test_the_x_closes_the_whole_stack_and_says_so(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    first = await opener.open(notify_on_close=True)
    app.answer = lambda _: {"response_action": "push", "view": modal(notify_on_close=True)}
    second = (await slack.people.submit("ana", first, {"text": "Hello"})).view
    assert second is not None
    await slack.people.close_all("ana", second.id)
    closed = app.of_type("view_closed")
    assert [c["view"]["id"] for c in closed] == [second.id, first]
    assert all(c["is_cleared"] for c in closed)


@pytest.mark.parametrize("notify", [True, False])
async def test_closing_is_told_only_where_the_view_asks(
    slack: Sandbox, app: Receiver, opener: Opener, notify: bool
) -> None:
    view_id = await opener.open(notify_on_close=notify)
    await slack.people.close("ana", view_id)
    assert not slack.world.views[view_id].is_open
    assert len(app.of_type("view_closed")) == int(notify)


async def test_a_submission_without_an_ack_keeps_the_text(
    slack: Sandbox, app: Receiver, opener: Opener
) -> None:
    view_id = await opener.open()
    app.answer = lambda _: 503
    with pytest.raises(AppFailed, match="We had some trouble connecting"):
        await slack.people.submit("ana", view_id, {"text": "Hello"})
    view = slack.world.views[view_id]
    assert view.is_open
    assert view.values["text"]["value"]["value"] == "Hello"


async def test_nobody_works_with_anothers_modal(slack: Sandbox, opener: Opener) -> None:
    view_id = await opener.open("ana")
    with pytest.raises(NotAllowed, match="view_not_found"):
        await slack.people.submit("ben", view_id, {"text": "Hello"})


async def test_opening_the_home_is_told_with_what_was_published_last(
    slack: Sandbox, app: Receiver, client: AsyncWebClient
) -> None:
    assert slack.people.open_home("ana") is None
    await slack.idle()
    (first,) = app.events("app_home_opened")
    assert first["tab"] == "home"
    assert "view" not in first
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await client.views_publish(user_id="U00000ANA", view=home)
    shown = slack.people.open_home("ana")
    await slack.idle()
    assert shown is not None
    assert app.events("app_home_opened")[1]["view"]["id"] == shown.id
