"""What people press and choose, on messages and on what only they see."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.local import Sandbox
from sandbox.people import AppFailed, NotAllowed, Spot
from sandbox.people.elements import Chosen
from tests.sandbox.blocks import CARD, button, modal, option
from tests.sandbox.receiver import Receiver

CHANNEL = "C0ACMEHARB"


@pytest.fixture
async def card(app: Receiver, client: AsyncWebClient, slack: Sandbox) -> Spot:
    """A message of the app with one of each element, in the channel shared with Acme."""
    posted = await client.chat_postMessage(channel=CHANNEL, text="Card", blocks=CARD)
    await slack.idle()
    app.came.clear()
    return Spot(CHANNEL, posted["ts"])


async def test_a_press_tells_who_where_and_what(slack: Sandbox, app: Receiver, card: Spot) -> None:
    await slack.people.press("ana", card, "take")
    (pressed,) = app.of_type("block_actions")
    assert app.came[0].is_signed
    assert pressed["user"] == {
        "id": "U00000ANA",
        "username": "ana",
        "name": "ana",
        "team_id": "T0HARBOUR",
    }
    assert pressed["container"]["message_ts"] == pressed["message"]["ts"] == card.ts
    assert pressed["channel"] == {"id": CHANNEL, "name": "acme-harbour"}
    (action,) = pressed["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("take", "card", "1")
    assert pressed["response_url"].startswith(slack.url)


async def test_an_outsiders_press_carries_their_team_beside_the_apps(
    slack: Sandbox, app: Receiver, card: Spot
) -> None:
    await slack.people.press("carla", card, "take")
    (pressed,) = app.of_type("block_actions")
    assert pressed["team"]["id"] == "T0HARBOUR"
    assert pressed["user"]["team_id"] == "T00ACME"


@pytest.mark.parametrize(
    "action_id, chosen, said",
    [
        ("priority", "high", {"selected_option": option("high")}),
        ("more", "history", {"selected_option": option("history")}),
        ("due", "2026-03-09", {"selected_date": "2026-03-09"}),
        ("owner", "U00000BEN", {"selected_user": "U00000BEN"}),
        ("flags", ["vip", "bug"], {"selected_options": [option("vip"), option("bug")]}),
        ("flags", [], {"selected_options": []}),
    ],
)
async def test_what_is_chosen_is_said_as_slack_says_it(
    slack: Sandbox, app: Receiver, card: Spot, action_id: str, chosen: Chosen, said: dict[str, Any]
) -> None:
    await slack.people.press("ana", card, action_id, chosen=chosen)
    (action,) = app.of_type("block_actions")[0]["actions"]
    assert action.items() >= said.items()


async def test_choices_stay_in_the_state_of_the_one_who_chose(
    slack: Sandbox, app: Receiver, card: Spot
) -> None:
    await slack.people.press("ana", card, "priority", chosen="high")
    await slack.people.press("ana", card, "take")
    await slack.people.press("ben", card, "take")
    states = [p["state"]["values"]["card"] for p in app.of_type("block_actions")]
    assert [s["priority"]["selected_option"]["value"] for s in states] == ["high", "high", "low"]
    assert states[0]["due"] == {"type": "datepicker", "selected_date": None}
    assert "take" not in states[0]


async def test_external_options_come_from_the_app_and_only_those_can_be_chosen(
    slack: Sandbox, app: Receiver, card: Spot
) -> None:
    with pytest.raises(NotAllowed, match="no_such_option"):
        await slack.people.press("ana", card, "article", chosen="vpn")
    app.answer = lambda _: {"options": [option("vpn")]}
    assert await slack.people.options("ana", card, "article", "v") == []
    assert await slack.people.options("ana", card, "article", "vp") == [option("vpn")]
    await slack.people.press("ana", card, "article", chosen="vpn")
    (asked,) = app.of_type("block_suggestion")
    assert (asked["action_id"], asked["value"]) == ("article", "vp")
    (pressed,) = app.of_type("block_actions")
    assert pressed["actions"][0]["selected_option"] == option("vpn")


async def test_one_presses_only_what_one_sees(slack: Sandbox, app: Receiver, card: Spot) -> None:
    with pytest.raises(NotAllowed, match="not_in_channel"):
        await slack.people.press("zoe", card, "take")
    with pytest.raises(NotAllowed, match=r"one can press: .*take"):
        await slack.people.press("ana", card, "tkae")
    with pytest.raises(NotAllowed, match="no_such_option"):
        await slack.people.press("ana", card, "priority", chosen="urgent")
    assert app.came == []


async def test_a_press_that_the_app_refuses_is_told_to_the_person(
    slack: Sandbox, app: Receiver, card: Spot
) -> None:
    app.answer = lambda _: 500
    with pytest.raises(AppFailed, match="Threadkeeper did not respond") as refusal:
        await slack.people.press("ana", card, "take")
    assert refusal.value.error == "http_service_error"
    assert len(app.came) == 1


async def test_a_modal_opens_once_for_a_press(
    slack: Sandbox, app: Receiver, card: Spot, client: AsyncWebClient
) -> None:
    await slack.people.press("carla", card, "take")
    trigger = app.of_type("block_actions")[0]["trigger_id"]
    opened = await client.views_open(trigger_id=trigger, view=modal())
    assert opened["view"]["team_id"] == "T00ACME"
    assert opened["view"]["app_installed_team_id"] == "T0HARBOUR"
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=modal())


async def test_what_only_one_person_sees_is_pressed_by_nobody_else(
    slack: Sandbox, app: Receiver, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(
        channel=CHANNEL,
        user="U000CARLA",
        text="Psst",
        blocks=[{"type": "actions", "block_id": "b", "elements": [button("urgent")]}],
    )
    (whisper,) = slack.world.ephemerals.values()
    spot = Spot(ephemeral_id=whisper.id)
    with pytest.raises(NotAllowed, match="message_not_found"):
        await slack.people.press("omar", spot, "urgent")
    await slack.people.press("carla", spot, "urgent")
    (pressed,) = app.of_type("block_actions")
    assert pressed["container"]["is_ephemeral"] is True
    assert "message" not in pressed


async def test_a_response_url_whispers_replaces_and_is_used_up(
    slack: Sandbox, app: Receiver, card: Spot
) -> None:
    await slack.people.press("carla", card, "take")
    url = app.of_type("block_actions")[0]["response_url"]
    message = slack.world.channels[CHANNEL].messages[card.ts]
    assert await respond(url, text="Just for you") == 200
    assert await respond(url, text="For all", response_type="in_channel") == 200
    assert await respond(url, text="Done", replace_original=True) == 200
    assert await respond(url, delete_original=True) == 200
    assert await respond(url) == 404
    assert await respond(url, text="Once too often") == 404
    assert [e.text for e in slack.world.ephemerals.values()] == ["Just for you"]
    assert message.text == "Done"
    assert card.ts not in slack.world.channels[CHANNEL].messages


async def test_a_response_url_is_good_for_half_an_hour(
    slack: Sandbox, app: Receiver, card: Spot
) -> None:
    await slack.people.press("carla", card, "take")
    url = app.of_type("block_actions")[0]["response_url"]
    slack.world.clock.move(30 * 60)
    assert await respond(url, text="In time") == 200
    slack.world.clock.move(1)
    assert await respond(url, text="Too late") == 404


async def respond(url: str, **body: Any) -> int:
    """POST to a response_url; the status."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status
