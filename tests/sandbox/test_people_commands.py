"""Slash commands and shortcuts, for whom they are there."""

from __future__ import annotations

import pytest

from sandbox.local import Sandbox
from sandbox.people import AppFailed, NotAllowed
from tests.sandbox.receiver import Receiver


async def test_a_command_comes_as_slacks_form(slack: Sandbox, app: Receiver) -> None:
    await slack.people.command("ana", "#triage", "/ticket", "show <3 & @ben")
    (came,) = app.came
    assert came.is_signed
    assert (
        came.payload.items()
        >= {
            "command": "/ticket",
            "text": "show &lt;3 &amp; @ben",
            "user_id": "U00000ANA",
            "user_name": "ana",
            "channel_name": "privategroup",
            "team_id": "T0HARBOUR",
            "is_enterprise_install": "false",
        }.items()
    )
    assert came.payload["trigger_id"]


async def test_mentions_are_live_only_where_the_manifest_escapes(
    slack: Sandbox, app: Receiver
) -> None:
    await slack.people.command("ana", "#help", "/assign", "#12 @ben")
    assert app.came[0].payload["text"] == "#12 <@U00000BEN|ben>"


async def test_the_acks_text_is_seen_by_the_one_who_asked(slack: Sandbox, app: Receiver) -> None:
    app.answer = lambda _: {"text": "Three are open."}
    assert await slack.people.command("ana", "#help", "/ticket", "list") == {
        "text": "Three are open."
    }
    (whisper,) = slack.world.ephemerals.values()
    assert (whisper.user, whisper.text) == ("U00000ANA", "Three are open.")


async def test_the_acks_text_can_be_for_all(slack: Sandbox, app: Receiver) -> None:
    app.answer = lambda _: {"text": "Hello all", "response_type": "in_channel"}
    await slack.people.command("ana", "#help", "/ticket", "list")
    channel = slack.people.senses.channel("#help")
    assert channel.messages[channel.last_ts].text == "Hello all"
    assert channel.messages[channel.last_ts].bot_id


async def test_an_empty_ack_shows_nothing(slack: Sandbox, app: Receiver) -> None:
    await slack.people.command("ana", "#help", "/ticket", "list")
    assert slack.world.ephemerals == {}


@pytest.mark.parametrize(
    "user, channel, command",
    [
        ("ana", "#help", "/tickets"),
        ("carla", "#acme-harbour", "/ticket"),
    ],
    ids=["unknown", "outsider"],
)
async def test_what_is_no_command_here_never_reaches_the_app(
    slack: Sandbox, app: Receiver, user: str, channel: str, command: str
) -> None:
    with pytest.raises(NotAllowed, match="is not a valid command"):
        await slack.people.command(user, channel, command)
    assert app.came == []


async def test_commands_are_refused_in_threads(slack: Sandbox, app: Receiver) -> None:
    with pytest.raises(NotAllowed, match="/ticket is not supported in threads"):
        await slack.people.command("ana", "#help", "/ticket", thread_ts="1.0")
    assert app.came == []


async def test_a_command_that_fails_says_so_with_slacks_error(
    slack: Sandbox, app: Receiver
) -> None:
    app.answer = lambda _: 500
    with pytest.raises(AppFailed, match='/ticket failed with the error "http_service_error"'):
        await slack.people.command("ana", "#help", "/ticket")
    slack.people.senses.app.request_url = "http://127.0.0.1:9/slack/events"
    with pytest.raises(AppFailed, match="dispatch_failed"):
        await slack.people.command("ana", "#help", "/ticket")


async def test_a_global_shortcut_has_neither_channel_nor_response_url(
    slack: Sandbox, app: Receiver
) -> None:
    await slack.people.shortcut("ana", "new_ticket")
    (came,) = app.of_type("shortcut")
    assert came["callback_id"] == "new_ticket"
    assert not {"channel", "response_url", "message"} & set(came)


async def test_a_message_shortcut_carries_the_message(slack: Sandbox, app: Receiver) -> None:
    said = slack.people.say("carla", "#acme-harbour", "Help")
    await slack.people.shortcut("ana", "track", channel="#acme-harbour", ts=said.ts)
    (came,) = app.of_type("message_action")
    assert came["message_ts"] == came["message"]["ts"] == said.ts
    assert came["message"]["user"] == "U000CARLA"
    assert came["response_url"]


@pytest.mark.parametrize("user, callback_id", [("carla", "new_ticket"), ("ana", "track")])
async def test_shortcuts_are_only_where_they_belong(
    slack: Sandbox, app: Receiver, user: str, callback_id: str
) -> None:
    with pytest.raises(NotAllowed, match="no_such_shortcut"):
        await slack.people.shortcut(user, callback_id)
    assert app.came == []
