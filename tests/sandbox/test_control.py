"""The control API, through the client that other processes use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import SlackClient, connected
from sandbox.local import Sandbox
from sandbox.people import NotAllowed
from tests.sandbox.blocks import CARD, modal
from tests.sandbox.receiver import Receiver


@pytest.fixture
async def hands(slack: Sandbox) -> AsyncIterator[SlackClient]:
    """The control API's client."""
    async with connected(slack.url) as client:
        yield client


async def test_what_is_said_is_delivered_and_read_back(hands: SlackClient, app: Receiver) -> None:
    ts = await hands.say("carla", "#acme-harbour", "Is it down?")
    reply = await hands.say("omar", "acme-harbour", "For me, too", thread_ts=ts)
    await hands.idle()
    assert [event["ts"] for event in app.events()] == [ts, reply]
    (parent,) = await hands.messages("#acme-harbour", user="ana")
    assert (parent["ts"], parent["reply_count"]) == (ts, 1)
    thread = await hands.messages("#acme-harbour", thread_ts=ts)
    assert [message["text"] for message in thread] == ["Is it down?", "For me, too"]


async def test_nobody_reads_what_is_not_theirs(hands: SlackClient) -> None:
    with pytest.raises(NotAllowed, match="not_in_channel"):
        await hands.messages("#acme-harbour", user="zoe")


async def test_messages_are_edited_deleted_and_reacted_to(hands: SlackClient) -> None:
    ts = await hands.say("carla", "#acme-harbour", "One")
    await hands.edit("carla", "#acme-harbour", ts, "Two")
    await hands.react("ana", "#acme-harbour", ts, "eyes")
    (message,) = await hands.messages("#acme-harbour")
    assert message["text"] == "Two"
    assert message["reactions"][0]["name"] == "eyes"
    await hands.unreact("ana", "#acme-harbour", ts, "eyes")
    await hands.delete("carla", "#acme-harbour", ts)
    assert await hands.messages("#acme-harbour") == []


async def test_buttons_modals_and_commands_work_from_afar(
    hands: SlackClient, slack: Sandbox, app: Receiver, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="C0ACMEHARB", text="Card", blocks=CARD)
    await hands.press("ana", "priority", channel="#acme-harbour", ts=posted["ts"], selected="high")
    trigger = app.of_type("block_actions")[0]["trigger_id"]
    await client.views_open(trigger_id=trigger, view=modal())
    (view,) = await hands.views("ana")
    assert (await hands.submit("ana", view["id"], {"text": "Hi"}))["errors"] == {
        "text": "Please enter at least 3 characters."
    }
    done = await hands.submit("ana", view["id"], {"text": {"value": "Hello"}})
    assert done == {"errors": {}, "closed": True, "view": None}
    app.answer = lambda _: {"text": "Nothing open."}
    assert await hands.command("ana", "#help", "/ticket", "list") == {"text": "Nothing open."}
    assert [e["text"] for e in await hands.ephemerals("ana")] == ["Nothing open."]


async def test_an_app_that_does_not_ack_is_told_of(hands: SlackClient, app: Receiver) -> None:
    app.answer = lambda _: 500
    with pytest.raises(NotAllowed, match='failed with the error "http_service_error"'):
        await hands.command("ana", "#help", "/ticket")


async def test_channels_are_made_shared_and_closed(hands: SlackClient) -> None:
    made = await hands.channel("ana", name="initech", members=["threadkeeper"], share_with="globex")
    assert made["is_ext_shared"]
    joined = await hands.channel("ana", channel="#initech", invite="zoe")
    assert len(joined["members"]) == 3
    closed = await hands.channel("ana", channel="initech", archive=True)
    assert closed["is_archived"]
    with pytest.raises(NotAllowed, match="is_archived"):
        await hands.say("zoe", "#initech", "Hello?")


@pytest.mark.parametrize(
    "call, body, hint",
    [
        ("say", {"user": "ana"}, "channel: Field required"),
        ("say", {"user": "ana", "channel": "help", "words": "x"}, "words: Extra inputs"),
        ("press", {"user": "ana", "action_id": "take"}, "say where"),
        ("channel", {"user": "ana", "channel": "help"}, "give exactly one of archive"),
        ("clock", {"move": -5}, "greater than or equal to 0"),
        ("clock", {}, "give exactly one of move"),
        ("clock", {"set": 5}, "the clock does not go back"),
        ("clock", {"set": "noon"}, "noon"),
        ("say", {"user": "nobody", "channel": "help", "text": "x"}, "Nobody is called 'nobody'"),
        ("sya", {}, "there are: app, channel"),
    ],
)
async def test_a_wrong_call_is_told_what_is_wrong(
    slack: Sandbox, call: str, body: dict[str, Any], hint: str
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}/control/{call}", json=body) as response,
    ):
        answer = await response.json()
        assert response.status == 400
        assert answer["ok"] is False
        assert hint in answer["hint"]


async def test_the_clock_moves_freezes_and_runs(hands: SlackClient) -> None:
    noon = 1_772_539_200
    assert (await hands.clock())["now"] == noon
    assert (await hands.move_clock(3_600))["now"] == noon + 3_600
    assert (await hands.set_clock(set="2026-03-04T00:00:00Z"))["now"] == noon + 43_200
    morning = await hands.set_clock(to="next_morning")
    assert morning["iso"] == "2026-03-04T08:00:00+00:00"
    assert morning["frozen"]
    assert not (await hands.set_clock(run=True))["frozen"]


async def test_a_follower_hears_of_a_move_at_once(hands: SlackClient, slack: Sandbox) -> None:
    version = (await hands.clock())["version"]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(hands._get("clock", since=str(version), wait="20"))
        await asyncio.sleep(0)
        await hands.move_clock(60)
    assert waiting.result()["version"] > version


async def test_faults_and_limits_are_set_as_a_whole(hands: SlackClient, slack: Sandbox) -> None:
    await hands.faults(methods={"chat.postMessage": {"lost": 0.02}}, delivery={"retries": [0, 1]})
    assert slack.faults.setting.methods["chat.postMessage"].lost == 0.02
    await hands.faults(seed=3)
    assert slack.faults.setting.methods == {}
    await hands.limits(enabled=False)
    assert (await hands.state())["limits"]["on"] is False


async def test_a_lost_answer_has_had_its_effect(
    hands: SlackClient, slack: Sandbox, client: AsyncWebClient
) -> None:
    await hands.faults(methods={"*": {"lost": 1}})
    client.retry_handlers.clear()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C00000HELP", text="Once")
    assert [message["text"] for message in await hands.messages("#help")] == ["Once"]


async def test_idle_gives_up_when_told_to(hands: SlackClient, app: Receiver) -> None:
    app.hold.clear()
    await hands.say("kim", "#help", "Hi")
    with pytest.raises(NotAllowed, match="not_idle"):
        await hands.idle(patience=0.01)
    app.hold.set()
    await hands.idle()
    assert len(app.events()) == 1


async def test_traffic_is_read_by_kind(hands: SlackClient, client: AsyncWebClient) -> None:
    await client.auth_test()
    await client.users_info(user="U00000ANA")
    (entry,) = await hands.traffic(kind="users.info")
    assert (entry["direction"], entry["status"]) == ("from_app", 200)
    assert await hands.traffic(since=entry["seq"]) == []


async def test_a_reset_begins_anew_where_the_app_is(
    hands: SlackClient, slack: Sandbox, app: Receiver
) -> None:
    await hands.say("kim", "#help", "Before")
    await hands.channel("ana", name="extra")
    await hands.idle()
    app.came.clear()
    slack.people.say("kim", "#help", "Never to be heard of")
    slack.reset()
    await hands.idle()
    assert app.came == []
    assert await hands.messages("#help") == []
    await hands.reset()
    assert "extra" not in {c["name"] for c in (await hands.state())["channels"]}
    await hands.say("kim", "#help", "After")
    await hands.idle()
    assert [event["text"] for event in app.events()] == ["After"]


async def test_the_app_can_be_moved_to_another_address(
    hands: SlackClient, slack: Sandbox, app: Receiver
) -> None:
    await hands.app()
    assert (await hands.state())["app"]["request_url"] is None
    await hands.app(request_url=app.url)
    await hands.say("kim", "#help", "Hi")
    await hands.idle()
    assert len(app.events()) == 1
