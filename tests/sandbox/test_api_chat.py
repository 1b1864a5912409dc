"""chat.*: posts, threads, edits, deletions and whispers of the app."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


async def test_a_post_carries_the_marks_of_the_bot(api: Caller) -> None:
    said = await api.ok("chat.postMessage", channel="C0ACMEHARB", text="Hello", blocks=[SECTION])
    message = said["message"]
    assert (message["bot_id"], message["app_id"]) == ("B0THREADKP", "A0THREADKP")
    assert message["bot_profile"]["app_id"] == "A0THREADKP"
    assert "subtype" not in message
    assert message["blocks"][0]["block_id"]


async def test_a_post_is_told_as_a_message_event_with_known_keys(api: Caller) -> None:
    ts = await api.post(text="Hello")
    [event] = api.events("message")
    assert (event["ts"], event["channel"], event["channel_type"]) == (ts, "C0ACMEHARB", "channel")
    assert event["bot_id"] == "B0THREADKP"


async def test_a_reply_makes_its_parent_a_thread(api: Caller) -> None:
    parent = await api.post()
    reply = await api.post(text="More", thread_ts=parent)
    replies = await api.ok("conversations.replies", channel="C0ACMEHARB", ts=parent)
    first, second = replies["messages"]
    assert (first["reply_count"], first["latest_reply"]) == (1, reply)
    assert (first["thread_ts"], second["thread_ts"]) == (parent, parent)
    assert second["parent_user_id"] == first["user"]


async def test_a_reply_to_a_reply_goes_under_the_parent(api: Caller) -> None:
    parent = await api.post()
    reply = await api.post(thread_ts=parent)
    deeper = await api.post(thread_ts=reply)
    assert api.channel("acme-harbour").messages[deeper].thread_ts == parent


async def test_a_broadcast_reply_stands_in_the_channel_with_its_root(api: Caller) -> None:
    parent = await api.post(text="Root")
    reply = await api.post(thread_ts=parent, reply_broadcast=True)
    history = await api.ok("conversations.history", channel="C0ACMEHARB")
    newest = history["messages"][0]
    assert (newest["ts"], newest["subtype"]) == (reply, "thread_broadcast")
    assert newest["root"]["text"] == "Root"


async def test_a_reply_to_nothing_is_refused(api: Caller) -> None:
    error = await api.error(
        "chat.postMessage", channel="C0ACMEHARB", text="x", thread_ts="1.000001"
    )
    assert error == "cannot_reply_to_message"


async def test_a_very_long_text_is_cut_at_forty_thousand(api: Caller) -> None:
    ts = await api.post(text="x" * 40_001)
    assert len(api.channel("acme-harbour").messages[ts].text) == 40_000


@pytest.mark.parametrize(
    "written, stored",
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("already &amp; &lt;ok&gt;", "already &amp; &lt;ok&gt;"),
        (
            "<@U1> <#C1|x> <!here> <https://a.example|a>",
            "<@U1> <#C1|x> <!here> <https://a.example|a>",
        ),
        ("> quoted", "&gt; quoted"),
    ],
)
async def test_text_is_kept_escaped_but_slack_syntax_lives(
    api: Caller, written: str, stored: str
) -> None:
    ts = await api.post(text=written)
    assert api.channel("acme-harbour").messages[ts].text == stored


async def test_a_custom_name_makes_a_bot_message_without_user(api: Caller) -> None:
    said = await api.ok(
        "chat.postMessage", channel="C0ACMEHARB", text="x", username="Ana", icon_emoji=":ana:"
    )
    message = said["message"]
    assert (message["subtype"], message["username"]) == ("bot_message", "Ana")
    assert "user" not in message
    assert len(api.events("message", "bot_message")) == 1


async def test_a_custom_name_needs_its_scope(api: Caller) -> None:
    api.box.people.senses.app.scopes.remove("chat:write.customize")
    said = await api.refusal("chat.postMessage", channel="C0ACMEHARB", text="x", username="Ana")
    assert (said["error"], said["needed"]) == ("missing_scope", "chat:write.customize")


async def test_nothing_to_say_is_refused(api: Caller) -> None:
    assert await api.error("chat.postMessage", channel="C0ACMEHARB", text="") == "no_text"


async def test_markdown_text_excludes_text(api: Caller) -> None:
    error = await api.error(
        "chat.postMessage", channel="C0ACMEHARB", text="x", markdown_text="**x**"
    )
    assert error == "markdown_text_conflict"


async def test_faulty_blocks_are_refused_with_pointers(api: Caller) -> None:
    said = await api.refusal("chat.postMessage", channel="C0ACMEHARB", blocks=[{"type": "hat"}])
    assert said["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/type]" in said["response_metadata"]["messages"][0]


async def test_blocks_may_come_as_json_text_in_a_form(api: Caller) -> None:
    said = await api.client.api_call(
        "chat.postMessage", data={"channel": "C0ACMEHARB", "blocks": '[{"type":"divider"}]'}
    )
    assert said["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize("blocks", ["[", {"type": "divider"}])
async def test_blocks_that_are_no_list_are_refused(api: Caller, blocks: Any) -> None:
    error = await api.error("chat.postMessage", channel="C0ACMEHARB", blocks=blocks)
    assert error == "invalid_blocks_format"


async def test_a_private_channel_without_the_bot_does_not_exist(api: Caller) -> None:
    api.channel("triage").members.remove("U00KEEPERB")
    assert await api.error("chat.postMessage", channel="C000TRIAGE", text="x") == (
        "channel_not_found"
    )


async def test_a_public_channel_without_the_bot_wants_it_in(api: Caller) -> None:
    api.box.people.senses.app.scopes.remove("chat:write.public")
    assert await api.error("chat.postMessage", channel="C00GENERAL", text="x") == "not_in_channel"


async def test_chat_write_public_posts_where_the_bot_is_not(api: Caller) -> None:
    assert await api.post("general")


async def test_an_archived_channel_takes_no_posts(api: Caller) -> None:
    await api.ok("conversations.archive", channel="C00DIGESTS")
    assert await api.error("chat.postMessage", channel="C00DIGESTS", text="x") == "is_archived"


async def test_a_user_id_as_channel_means_the_dm(api: Caller) -> None:
    said = await api.ok("chat.postMessage", channel="U00000ANA", text="Psst")
    dm = api.world.channels[said["channel"]]
    assert dm.is_im
    assert set(dm.members) == {"U00000ANA", "U00KEEPERB"}


async def test_a_channel_may_be_named(api: Caller) -> None:
    said = await api.ok("chat.postMessage", channel="#triage", text="x")
    assert said["channel"] == "C000TRIAGE"


async def test_metadata_is_told_only_to_those_who_ask(api: Caller) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": "1"}}
    await api.post(metadata=metadata)
    plain = await api.ok("conversations.history", channel="C0ACMEHARB")
    full = await api.ok("conversations.history", channel="C0ACMEHARB", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    "metadata, error",
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({"event_payload": {}}, "invalid_metadata_format"),
        ("{", "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": None}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {}, "more": 1}, "invalid_metadata_schema"),
    ],
)
async def test_odd_metadata_is_refused(api: Caller, metadata: Any, error: str) -> None:
    found = await api.error("chat.postMessage", channel="C0ACMEHARB", text="x", metadata=metadata)
    assert found == error


async def test_an_update_with_text_alone_takes_the_blocks_away(api: Caller) -> None:
    ts = await api.post(blocks=[SECTION])
    said = await api.ok("chat.update", channel="C0ACMEHARB", ts=ts, text="New")
    assert said["text"] == "New"
    assert "blocks" not in said["message"]
    assert said["message"]["edited"]["user"] == "U00KEEPERB"


async def test_an_update_of_blocks_alone_shows_no_edit(api: Caller) -> None:
    ts = await api.post(blocks=[SECTION])
    said = await api.ok("chat.update", channel="C0ACMEHARB", ts=ts, blocks=[{"type": "divider"}])
    assert "edited" not in said["message"]
    assert said["message"]["text"] == "Hello"


async def test_an_update_is_told_as_message_changed(api: Caller) -> None:
    ts = await api.post(text="Old")
    await api.ok("chat.update", channel="C0ACMEHARB", ts=ts, text="New")
    [event] = api.events("message", "message_changed")
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("Old", "New")
    assert event["message"]["ts"] == ts != event["ts"]


async def test_an_update_may_keep_or_clear_metadata(api: Caller) -> None:
    ts = await api.post(metadata={"event_type": "card", "event_payload": {}})
    message = api.channel("acme-harbour").messages[ts]
    await api.ok("chat.update", channel="C0ACMEHARB", ts=ts, text="New")
    assert message.metadata
    await api.ok("chat.update", channel="C0ACMEHARB", ts=ts, text="New", metadata={})
    assert not message.metadata


async def test_an_update_over_four_thousand_characters_is_refused(api: Caller) -> None:
    ts = await api.post()
    error = await api.error("chat.update", channel="C0ACMEHARB", ts=ts, text="x" * 4_001)
    assert error == "msg_too_long"


async def test_only_own_messages_may_be_changed_and_deleted(api: Caller) -> None:
    said = api.box.people.say("carla", "#acme-harbour", "Mine")
    args = {"channel": "C0ACMEHARB", "ts": said.ts}
    assert await api.error("chat.update", text="x", **args) == "cant_update_message"
    assert await api.error("chat.delete", **args) == "cant_delete_message"


async def test_what_is_not_there_cannot_be_changed(api: Caller) -> None:
    args = {"channel": "C0ACMEHARB", "ts": "1.000001"}
    assert await api.error("chat.update", text="x", **args) == "message_not_found"
    assert await api.error("chat.delete", **args) == "message_not_found"


async def test_a_post_under_a_custom_name_is_still_the_apps_own(api: Caller) -> None:
    ts = await api.post(username="Ana")
    await api.ok("chat.update", channel="C0ACMEHARB", ts=ts, text="New")
    await api.ok("chat.delete", channel="C0ACMEHARB", ts=ts)


async def test_a_deletion_is_told_with_what_was_there(api: Caller) -> None:
    ts = await api.post(text="Gone")
    await api.ok("chat.delete", channel="C0ACMEHARB", ts=ts)
    [event] = api.events("message", "message_deleted")
    assert (event["deleted_ts"], event["previous_message"]["text"]) == (ts, "Gone")
    assert ts not in api.channel("acme-harbour").messages


async def test_a_deleted_parent_leaves_a_tombstone_over_its_replies(api: Caller) -> None:
    parent = await api.post()
    await api.post(thread_ts=parent)
    await api.ok("chat.delete", channel="C0ACMEHARB", ts=parent)
    [event] = api.events("message", "message_changed")
    assert event["message"]["subtype"] == "tombstone"
    assert event["message"]["user"] == "USLACKBOT"
    assert api.events("message", "message_deleted") == []


async def test_the_last_reply_takes_its_tombstone_along(api: Caller) -> None:
    parent = await api.post()
    reply = await api.post(thread_ts=parent)
    await api.ok("chat.delete", channel="C0ACMEHARB", ts=parent)
    await api.ok("chat.delete", channel="C0ACMEHARB", ts=reply)
    assert api.channel("acme-harbour").messages == {}


async def test_a_whisper_reaches_members_only(api: Caller) -> None:
    args = {"channel": "C0ACMEHARB", "text": "Psst"}
    said = await api.ok("chat.postEphemeral", user="U000CARLA", **args)
    assert said["message_ts"]
    assert await api.error("chat.postEphemeral", user="U00000ZOE", **args) == (
        "user_not_in_channel"
    )
    [whisper] = api.world.ephemerals.values()
    assert (whisper.user, whisper.text) == ("U000CARLA", "Psst")


async def test_a_whisper_cannot_be_updated(api: Caller) -> None:
    said = await api.ok("chat.postEphemeral", channel="C0ACMEHARB", user="U000CARLA", text="Psst")
    error = await api.error("chat.update", channel="C0ACMEHARB", ts=said["message_ts"], text="x")
    assert error == "message_not_found"


async def test_a_permalink_of_a_reply_names_its_thread(api: Caller) -> None:
    parent = await api.post()
    reply = await api.post(thread_ts=parent)
    said = await api.ok("chat.getPermalink", channel="C0ACMEHARB", message_ts=reply)
    assert said["permalink"].startswith("https://harbour.slack.com/archives/C0ACMEHARB/p")
    assert said["permalink"].endswith(f"?thread_ts={parent}&cid=C0ACMEHARB")


async def test_a_scheduled_message_is_posted_in_its_time(api: Caller) -> None:
    at = int(api.world.clock.time()) + 60
    said = await api.ok("chat.scheduleMessage", channel="C0ACMEHARB", text="Later", post_at=at)
    waiting = await api.ok("chat.scheduledMessages.list")
    assert [m["id"] for m in waiting["scheduled_messages"]] == [said["scheduled_message_id"]]
    seen = len(api.world.changes)
    api.world.clock.move(61)
    await api.world.wait_beyond(seen, timeout=5)
    assert [m.text for m in api.channel("acme-harbour").messages.values()] == ["Later"]


async def test_a_scheduled_message_with_metadata_never_comes(api: Caller) -> None:
    at = int(api.world.clock.time()) + 60
    metadata = {"event_type": "x", "event_payload": {}}
    args = {"channel": "C0ACMEHARB", "post_at": at}
    await api.ok("chat.scheduleMessage", text="Never", metadata=metadata, **args)
    await api.ok("chat.scheduleMessage", text="Later", **args)
    seen = len(api.world.changes)
    api.world.clock.move(61)
    await api.world.wait_beyond(seen, timeout=5)
    assert [m.text for m in api.channel("acme-harbour").messages.values()] == ["Later"]


async def test_a_scheduled_message_can_be_taken_back(api: Caller) -> None:
    at = int(api.world.clock.time()) + 60
    said = await api.ok("chat.scheduleMessage", channel="C0ACMEHARB", text="x", post_at=at)
    args = {"channel": "C0ACMEHARB", "scheduled_message_id": said["scheduled_message_id"]}
    await api.ok("chat.deleteScheduledMessage", **args)
    assert await api.error("chat.deleteScheduledMessage", **args) == (
        "invalid_scheduled_message_id"
    )


@pytest.mark.parametrize("seconds, error", [(-1, "time_in_past"), (121 * 86_400, "time_too_far")])
async def test_a_message_cannot_be_scheduled_for_any_time(
    api: Caller, seconds: int, error: str
) -> None:
    at = int(api.world.clock.time()) + seconds
    found = await api.error("chat.scheduleMessage", channel="C0ACMEHARB", text="x", post_at=at)
    assert found == error
