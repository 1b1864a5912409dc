"""The Web API as a server: tokens, forms, limits, faults, traffic."""

import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import FaultSetting, MethodFaults
from sandbox.limits import load_methods
from sandbox.local import Sandbox
from tests.sandbox.caller import Caller


async def raw(box: Sandbox, method: str, **request: object) -> tuple[int, dict[str, object]]:
    """A request by hand: status and answer."""
    address = f"{box.url}/api/{method}"
    async with aiohttp.ClientSession() as session, session.post(address, **request) as answer:  # type: ignore[arg-type]
        return answer.status, await answer.json()


async def test_auth_test_says_who_it_is_and_what_it_may(api: Caller) -> None:
    said = await api.client.auth_test()
    assert (said["team_id"], said["user_id"]) == ("T0HARBOUR", "U00KEEPERB")
    assert "chat:write" in said.headers["x-oauth-scopes"].split(",")


async def test_a_refusal_is_http_200(slack: Sandbox) -> None:
    assert await raw(slack, "auth.test") == (200, {"ok": False, "error": "not_authed"})


async def test_an_unknown_method_is_named(slack: Sandbox) -> None:
    _, said = await raw(slack, "chat.shout")
    assert (said["error"], said["req_method"]) == ("unknown_method", "chat.shout")


async def test_a_method_the_sandbox_lacks_says_so(api: Caller) -> None:
    said = await api.refusal("canvases.create")
    assert said["error"] == "method_not_supported_in_sandbox"
    assert "canvases.create" in said["detail"]


async def test_api_test_echoes_and_fails_on_demand(api: Caller) -> None:
    assert (await api.ok("api.test", foo="bar"))["args"] == {"foo": "bar"}
    with pytest.raises(SlackApiError, match="no_luck"):
        await api.client.api_test(error="no_luck")


async def test_the_token_may_be_an_argument(slack: Sandbox) -> None:
    _, said = await raw(slack, "auth.test", data={"token": "xoxb-sandbox"})
    assert said["ok"] is True


@pytest.mark.parametrize(
    "content_type, body, error",
    [
        ("application/json", "{", "invalid_json"),
        ("application/json", "[]", "json_not_object"),
        ("text/plain", "x", "invalid_post_type"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    slack: Sandbox, content_type: str, body: str, error: str
) -> None:
    _, said = await raw(slack, "auth.test", data=body, headers={"Content-Type": content_type})
    assert said["error"] == error


@pytest.mark.parametrize(
    "args",
    [
        {"channel": {"id": "C1"}, "text": "x"},
        {"channel": "C0ACMEHARB", "text": "x", "reply_broadcast": "perhaps"},
        {"channel": "C0ACMEHARB", "text": ["x"]},
    ],
    ids=["object", "boolean", "list"],
)
async def test_arguments_of_the_wrong_kind_are_refused(
    api: Caller, args: dict[str, object]
) -> None:
    assert await api.error("chat.postMessage", **args) == "invalid_arguments"


async def test_a_fifth_post_in_a_second_is_too_many(slack: Sandbox, client: AsyncWebClient) -> None:
    for _ in range(4):
        await client.chat_postMessage(channel="C0ACMEHARB", text="x")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0ACMEHARB", text="x")
    response = refused.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "1"
    assert slack.limits.refusals == {"chat.postMessage": 1}
    assert len(slack.world.channels["C0ACMEHARB"].messages) == 4


async def test_a_lost_answer_has_had_its_effect(api: Caller) -> None:
    api.box.faults.replace(FaultSetting(methods={"chat.postMessage": MethodFaults(lost=1)}))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.post(text="Lost")
    assert [m.text for m in api.channel("acme-harbour").messages.values()] == ["Lost"]


async def test_a_broken_call_has_no_effect(api: Caller) -> None:
    setting = FaultSetting(methods={"*": MethodFaults(broken=1, broken_status=503)})
    api.box.faults.replace(setting)
    with pytest.raises(SlackApiError) as refused:
        await api.post(text="Never")
    assert refused.value.response.status_code == 503
    assert not api.channel("acme-harbour").messages


async def test_the_traffic_shows_calls_without_their_tokens(api: Caller) -> None:
    await api.post(text="Hello")
    await api.error("chat.postMessage", channel="C0NOWHERE", text="x")
    posted, refused = api.box.traffic.since(kind="chat.postMessage")
    assert posted.request == {"channel": "C0ACMEHARB", "text": "Hello"}
    assert posted.response["ok"] is True
    assert refused.response["error"] == "channel_not_found"
    assert posted.seq < refused.seq
    assert "xoxb" not in json.dumps([posted.request, posted.response])


async def test_a_lost_answer_is_in_the_traffic_without_status(api: Caller) -> None:
    api.box.faults.replace(FaultSetting(methods={"auth.test": MethodFaults(lost=1)}))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.client.auth_test()
    [entry] = api.box.traffic.since(kind="auth.test")
    assert (entry.status, entry.response) == (0, None)


async def test_socket_mode_begins_with_the_app_token(slack: Sandbox) -> None:
    client = AsyncWebClient("xapp-sandbox", base_url=f"{slack.url}/api/")
    said = await client.apps_connections_open(app_token="xapp-sandbox")
    assert said["url"].startswith("ws://127.0.0.1:")


async def test_team_and_bot_are_known(api: Caller) -> None:
    assert (await api.ok("team.info"))["team"]["name"] == "Harbour"
    assert (await api.ok("team.info", team="T00ACME"))["team"]["name"] == "Acme Robotics"
    assert await api.error("team.info", team="T0NOWHERE") == "team_not_found"
    assert (await api.ok("bots.info", bot="B0THREADKP"))["bot"]["app_id"] == "A0THREADKP"
    assert await api.error("bots.info", bot="B0NOBODY") == "bot_not_found"


async def test_blocks_are_validated_for_the_asking(slack: Sandbox) -> None:
    _, said = await raw(slack, "blocks.validate", json={"blocks": [{"type": "hat"}]})
    assert said["errors"] == ["unsupported block type: hat [json-pointer:/blocks/0/type]"]


DESK = frozenset(
    """
    api.test auth.test apps.connections.open team.info bots.info chat.postMessage
    chat.postEphemeral chat.update chat.delete chat.getPermalink chat.meMessage
    chat.scheduleMessage chat.deleteScheduledMessage chat.scheduledMessages.list
    conversations.list conversations.info conversations.history conversations.replies
    conversations.members conversations.open conversations.close conversations.join
    conversations.leave conversations.create conversations.invite conversations.kick
    conversations.archive conversations.unarchive conversations.rename conversations.setTopic
    conversations.setPurpose conversations.mark users.info users.list users.conversations
    users.lookupByEmail users.profile.get users.getPresence usergroups.list
    usergroups.users.list usergroups.users.update reactions.add reactions.remove reactions.get
    reactions.list pins.add pins.remove pins.list bookmarks.add bookmarks.edit bookmarks.list
    bookmarks.remove views.open views.push views.update views.publish
    files.getUploadURLExternal files.completeUploadExternal files.info files.list files.delete
    """.split()  # noqa: SIM905 — a list of words, not of quotation marks
)


async def test_every_method_of_a_support_desk_is_there(api: Caller) -> None:
    lacking = []
    for method in DESK:
        try:
            await api.client.api_call(method, json={})
        except SlackApiError as refused:
            if refused.response["error"] in ("unknown_method", "method_not_supported_in_sandbox"):
                lacking.append(method)
    assert lacking == []
    assert set(load_methods()) >= DESK
