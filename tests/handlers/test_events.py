"""Events become Inputs in the inbox; our own are skipped, and unsaved ones come again."""

from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.usecases.inputs import ChannelChanged, HomeOpened, MemberMoved, Reacted, Said
from handlers.app import NoClient, build
from tests.handlers.conftest import Scene

STAMP = {"event_ts": "1700000002.000100"}
SAID = {"type": "message", "channel": "C_ACME", "user": "U_CARLA", "ts": "1.0"}
ITEM = {"type": "message", "channel": "C_ACME", "ts": "1700000001.000100"}


@pytest.mark.parametrize(
    "event,kind",
    [
        ({"type": "message", "channel": "C_ACME", "user": "U_CARLA", "ts": "1.0"}, Said),
        ({"type": "reaction_added", "user": "U_ANA", "reaction": "eyes", "item": ITEM}, Reacted),
        ({"type": "channel_rename", "channel": {"id": "C_ACME"}}, ChannelChanged),
        ({"type": "member_joined_channel", "user": "U_BOT", "channel": "C_ACME"}, MemberMoved),
        ({"type": "app_home_opened", "user": "U_ANA", "tab": "home"}, HomeOpened),
    ],
)
async def test_an_event_is_kept_as_what_somebody_did(
    scene: Scene, event: dict[str, Any], kind: type
) -> None:
    assert (await scene.post.event(event | STAMP)).status == 200
    assert [type(item) for item in await scene.inbox()] == [kind]


async def test_no_slack_client_is_made_for_a_request(scene: Scene) -> None:
    app = build(scene.front)
    body = {"type": "event_callback", "team_id": "T_DESK", "event": SAID | STAMP, "event_id": "E"}
    request = AsyncBoltRequest(mode="socket_mode", body=body)
    assert (await app.async_dispatch(request)).status == 200
    assert isinstance(request.context["client"], NoClient)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": "C_ACME", "user": "U_BOT", "ts": "1.0"},
        {"type": "message", "channel": "C_ACME", "bot_id": "B_BOT", "ts": "1.0"},
        {"type": "reaction_added", "user": "U_BOT", "reaction": "eyes", "item": ITEM},
    ],
)
async def test_what_the_bot_does_itself_is_not_told_to_the_desk(
    scene: Scene, event: dict[str, Any]
) -> None:
    assert (await scene.post.event(event | STAMP)).status == 200
    assert await scene.inbox() == []


async def test_an_event_that_nobody_waits_for_is_acked_and_counted(scene: Scene) -> None:
    answer = await scene.post.event({"type": "emoji_changed"} | STAMP)
    assert answer.status == 200
    assert scene.front.counts["unheard event"] == 1


async def test_an_event_that_is_not_saved_comes_again(scene: Scene) -> None:
    await scene.save_nothing_more()
    assert (await scene.post.event(SAID)).status == 503


async def test_the_environment_of_others_switches_nothing_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "xoxb-of-somebody-else")
    event = {"type": "message", "channel": "C_ACME", "user": "U_CARLA", "ts": "1.0"}
    assert (await scene.anew().event(event)).status == 200
    assert scene.slack.told == []


async def test_what_nobody_can_say_whose_it_is_comes_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.lose_the_tenants(known=False)
    assert (await scene.post.event(SAID)).status == 503
    assert not caplog.records


async def test_who_was_known_is_served_while_the_database_does_not_tell(scene: Scene) -> None:
    await scene.lose_the_tenants(known=True)
    assert (await scene.post.event(SAID)).status == 200


async def test_what_cannot_be_read_nor_kept_comes_again(scene: Scene) -> None:
    await scene.save_nothing_more()
    assert (await scene.post.event({"type": "message", "channel": ["?"]})).status == 503
