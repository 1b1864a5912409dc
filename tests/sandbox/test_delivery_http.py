"""Events over HTTP: signed, in Slack's envelope, tried again by Slack's schedule."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.faults import DeliveryFaults, FaultSetting
from sandbox.local import Sandbox, fresh_world
from sandbox.people import AppFailed
from sandbox.server import serving
from tests.sandbox.receiver import Receiver, receiving

SECRET = "sandbox-signing-secret"


async def test_a_message_reaches_the_app_signed(slack: Sandbox, app: Receiver) -> None:
    said = slack.people.say("carla", "#acme-harbour", "Is the export down?")
    await slack.idle()
    (came,) = app.came
    assert came.is_signed
    assert came.payload["type"] == "event_callback"
    assert came.event["ts"] == said.ts
    assert came.event["text"] == "Is the export down?"
    assert came.event["channel_type"] == "channel"


async def test_the_signature_bears_machine_time_wherever_the_clock_stands(
    slack: Sandbox, app: Receiver
) -> None:
    slack.world.clock.move(90 * 86_400)
    slack.people.say("carla", "#acme-harbour", "Hello?")
    await slack.idle()
    assert app.came[0].is_signed


async def test_only_the_authorization_names_the_installation_in_a_connect_channel(
    slack: Sandbox, app: Receiver
) -> None:
    slack.people.say("carla", "#acme-harbour", "Hello?")
    await slack.idle()
    body = app.came[0].payload
    installed = slack.people.senses.app
    carla = slack.people.senses.user("carla")
    assert body["team_id"] == body["context_team_id"] == carla.team_id != installed.team_id
    assert [a["team_id"] for a in body["authorizations"]] == [installed.team_id]
    assert body["authorizations"][0]["user_id"] == installed.bot_user
    assert body["is_ext_shared_channel"] is True
    assert body["event"]["team"] == carla.team_id


async def test_at_home_all_sides_are_the_installation(slack: Sandbox, app: Receiver) -> None:
    slack.people.say("kim", "#help", "Does it do webhooks?")
    await slack.idle()
    body = app.came[0].payload
    home = slack.people.senses.app.team_id
    assert body["team_id"] == body["context_team_id"] == body["event"]["team"] == home
    assert body["is_ext_shared_channel"] is False


async def test_a_mention_comes_twice_under_one_ts_and_two_event_ids(
    slack: Sandbox, app: Receiver
) -> None:
    said = slack.people.say("carla", "#acme-harbour", "@threadkeeper help")
    await slack.idle()
    first, second = app.came
    assert {first.event["type"], second.event["type"]} == {"message", "app_mention"}
    assert first.event["ts"] == second.event["ts"] == said.ts
    assert first.payload["event_id"] != second.payload["event_id"]


async def test_an_outsiders_mention_names_their_company_beside_ours(
    slack: Sandbox, app: Receiver
) -> None:
    slack.people.say("carla", "#acme-harbour", "@threadkeeper help")
    await slack.idle()
    (mention,) = app.events("app_mention")
    assert mention["team"] == slack.people.senses.app.team_id
    assert (
        mention["user_team"] == mention["source_team"] == slack.people.senses.user("carla").team_id
    )


async def test_the_app_hears_nothing_of_channels_it_is_not_in(
    slack: Sandbox, app: Receiver
) -> None:
    slack.people.say("ana", "#general", "Lunch?")
    await slack.idle()
    assert app.came == []


async def test_the_app_hears_only_what_its_manifest_asks_for(slack: Sandbox, app: Receiver) -> None:
    said = slack.people.say("kim", "#help", "Hi")
    slack.people.senses.app.manifest["settings"]["event_subscriptions"]["bot_events"].remove(
        "reaction_added"
    )
    slack.people.react("kim", "#help", said.ts, "eyes")
    await slack.idle()
    assert app.events("reaction_added") == []
    assert len(app.events("message")) == 1


async def test_a_refused_event_comes_again_at_once_then_after_one_and_five_minutes(
    slack: Sandbox, app: Receiver
) -> None:
    app.answer = lambda _: 500
    slack.people.say("kim", "#help", "Hi")
    await slack.idle()
    assert _retries(app) == [None, "1"]
    slack.world.clock.move(60)
    await slack.idle()
    assert _retries(app) == [None, "1", "2"]
    slack.world.clock.move(299)
    await slack.idle()
    assert len(app.came) == 3
    slack.world.clock.move(1)
    await slack.idle()
    assert _retries(app) == [None, "1", "2", "3"]
    assert {d.headers.get("x-slack-retry-reason") for d in app.came[1:]} == {"http_error"}
    assert len({d.payload["event_id"] for d in app.came}) == 1
    slack.world.clock.move(86_400)
    await slack.idle()
    assert len(app.came) == 4
    assert slack.delivery.events.given_up == 1


def _retries(app: Receiver) -> list[str | None]:
    return [d.headers.get("x-slack-retry-num") for d in app.came]


async def test_an_app_that_takes_too_long_is_tried_again(manifest: dict[str, Any]) -> None:
    world = fresh_world(manifest)
    world.clock.freeze()
    async with serving(world, patience=0.05) as slack, receiving(SECRET) as app:
        slack.people.senses.app.request_url = app.url
        app.hold.clear()
        slack.people.say("kim", "#help", "Hi")
        await slack.idle()
        assert app.came[1].headers["x-slack-retry-reason"] == "http_timeout"
        with pytest.raises(AppFailed, match="operation_timeout"):
            await slack.people.command("ana", "#help", "/ticket")


async def test_no_retry_on_a_failure_is_honoured(slack: Sandbox, app: Receiver) -> None:
    app.answer, app.headers = lambda _: 500, {"x-slack-no-retry": "1"}
    slack.people.say("kim", "#help", "Hi")
    await slack.idle()
    slack.world.clock.move(600)
    await slack.idle()
    assert len(app.came) == 1


async def test_an_app_that_comes_back_gets_what_it_missed(slack: Sandbox, app: Receiver) -> None:
    url = app.url
    slack.people.senses.app.request_url = "http://127.0.0.1:9/slack/events"
    slack.people.say("kim", "#help", "Hi")
    await slack.idle()
    slack.people.senses.app.request_url = url
    slack.world.clock.move(60)
    await slack.idle()
    (came,) = app.came
    assert came.headers["x-slack-retry-num"] == "2"
    assert came.headers["x-slack-retry-reason"] == "connection_failed"


async def test_retries_can_be_hurried(slack: Sandbox, app: Receiver) -> None:
    slack.faults.replace(FaultSetting(delivery=DeliveryFaults(retries=(0, 0, 0))))
    app.answer = lambda _: 503
    slack.people.say("kim", "#help", "Hi")
    await slack.idle()
    assert len(app.came) == 4


async def test_events_can_come_double_under_one_event_id(slack: Sandbox, app: Receiver) -> None:
    slack.faults.replace(FaultSetting(delivery=DeliveryFaults(doubled=1)))
    slack.people.say("kim", "#help", "Hi")
    await slack.idle()
    assert len(app.came) == 2
    assert len({d.payload["event_id"] for d in app.came}) == 1


async def test_events_can_come_out_of_order(slack: Sandbox, app: Receiver) -> None:
    slack.faults.replace(FaultSetting(seed=1, delivery=DeliveryFaults(shuffle=50)))
    for number in range(20):
        slack.people.say("kim", "#help", f"{number}")
    await slack.idle()
    said = [event["text"] for event in app.events()]
    assert sorted(said, key=int) == [str(number) for number in range(20)]
    assert said != sorted(said, key=int)


async def test_many_events_all_arrive(slack: Sandbox, app: Receiver) -> None:
    for number in range(300):
        slack.people.say("kim", "#help", f"{number}")
    await slack.idle()
    assert sorted(int(event["text"]) for event in app.events()) == list(range(300))


async def test_traffic_shows_each_attempt(slack: Sandbox, app: Receiver) -> None:
    app.answer = lambda _: 500
    slack.people.say("kim", "#help", "Hi")
    await slack.idle()
    first, second = slack.traffic.since(kind="event.message")
    assert (first.direction, first.status) == ("to_app", 500)
    assert second.request["retry_num"] == 1
