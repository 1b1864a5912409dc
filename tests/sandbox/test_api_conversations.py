"""conversations.*: what the bot may see, read and change."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller

EVERY_KIND = "public_channel,private_channel,mpim,im"


async def names(api: Caller, **args: Any) -> list[str]:
    return [c.get("name", "dm") for c in (await api.ok("conversations.list", **args))["channels"]]


async def test_public_channels_are_listed_unless_other_kinds_are_asked_for(api: Caller) -> None:
    assert await names(api) == ["acme-harbour", "globex-harbour", "help", "general"]
    assert await names(api, types="private_channel") == ["triage", "tech-support", "digests"]


async def test_private_channels_without_the_bot_are_not_listed(api: Caller) -> None:
    api.channel("digests").members.remove("U00KEEPERB")
    assert await names(api, types="private_channel") == ["triage", "tech-support"]


async def test_archived_channels_can_be_left_out(api: Caller) -> None:
    await api.ok("conversations.archive", channel="C00000HELP")
    assert "help" in await names(api)
    assert "help" not in await names(api, exclude_archived="true")


async def test_pages_follow_each_other_without_gap_or_double(api: Caller) -> None:
    found, cursor = [], ""
    while True:
        page = await api.ok("conversations.list", limit=3, cursor=cursor, types=EVERY_KIND)
        found += [channel["id"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert found == list(api.world.channels)


@pytest.mark.parametrize(
    "args, error",
    [
        ({"types": "dungeon"}, "invalid_types"),
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"limit": 1_001}, "invalid_limit"),
    ],
)
async def test_odd_lists_are_refused(api: Caller, args: dict[str, Any], error: str) -> None:
    assert await api.error("conversations.list", **args) == error


async def test_only_info_tells_of_connected_teams(api: Caller) -> None:
    info = await api.ok("conversations.info", channel="C0ACMEHARB", include_num_members=True)
    listed = await api.ok("conversations.list")
    assert info["channel"]["connected_team_ids"] == ["T00ACME"]
    assert info["channel"]["conversation_host_id"] == "T0HARBOUR"
    assert info["channel"]["num_members"] == 5
    assert "connected_team_ids" not in listed["channels"][0]
    assert listed["channels"][0]["is_ext_shared"] is True


async def test_a_channel_of_others_is_not_found(api: Caller) -> None:
    api.channel("triage").members.remove("U00KEEPERB")
    assert await api.error("conversations.info", channel="C000TRIAGE") == "channel_not_found"
    assert await api.error("conversations.info", channel="C0NOWHERE") == "channel_not_found"


async def test_outsiders_are_members_like_others(api: Caller) -> None:
    said = await api.ok("conversations.members", channel="C0ACMEHARB", limit=2)
    assert said["members"] == ["U000CARLA", "U0000OMAR"]
    assert said["response_metadata"]["next_cursor"]


async def test_users_conversations_are_those_one_is_in(api: Caller) -> None:
    own = await api.ok("users.conversations", types=EVERY_KIND)
    kims = await api.ok("users.conversations", user="U00000KIM")
    assert "general" not in [c["name"] for c in own["channels"]]
    assert [c["name"] for c in kims["channels"]] == ["help"]


async def test_history_goes_from_the_newest_back(api: Caller) -> None:
    posted = [await api.post(text=str(n)) for n in range(5)]
    first = await api.ok("conversations.history", channel="C0ACMEHARB", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.ok("conversations.history", channel="C0ACMEHARB", limit=3, cursor=cursor)
    found = [m["ts"] for m in first["messages"] + second["messages"]]
    assert found == posted[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)


async def test_a_page_of_history_stays_in_place_when_more_is_said(api: Caller) -> None:
    posted = [await api.post(text=str(n)) for n in range(4)]
    first = await api.ok("conversations.history", channel="C0ACMEHARB", limit=2)
    await api.post(text="later")
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.ok("conversations.history", channel="C0ACMEHARB", limit=2, cursor=cursor)
    assert [m["ts"] for m in second["messages"]] == posted[1::-1]


async def test_replies_are_not_in_history(api: Caller) -> None:
    parent = await api.post()
    await api.post(thread_ts=parent)
    said = await api.ok("conversations.history", channel="C0ACMEHARB")
    assert [m["ts"] for m in said["messages"]] == [parent]


@pytest.mark.parametrize("inclusive, expected", [(False, [1]), (True, [2, 1, 0])])
async def test_bounds_of_time_count_when_inclusive(
    api: Caller, inclusive: bool, expected: list[int]
) -> None:
    posted = [await api.post(text=str(n)) for n in range(3)]
    said = await api.ok(
        "conversations.history",
        channel="C0ACMEHARB",
        oldest=posted[0],
        latest=posted[2],
        inclusive=inclusive,
    )
    assert [m["ts"] for m in said["messages"]] == [posted[n] for n in expected]


async def test_bounds_may_be_whole_seconds(api: Caller) -> None:
    await api.post()
    now = int(api.world.clock.time())
    later = await api.ok("conversations.history", channel="C0ACMEHARB", oldest=str(now + 1))
    since = await api.ok("conversations.history", channel="C0ACMEHARB", oldest=str(now - 1))
    always = await api.ok("conversations.history", channel="C0ACMEHARB", oldest="0")
    found = (later["messages"], len(since["messages"]), len(always["messages"]))
    assert found == ([], 1, 1)


@pytest.mark.parametrize("bound", ["oldest", "latest"])
async def test_odd_bounds_are_refused(api: Caller, bound: str) -> None:
    error = await api.error("conversations.history", channel="C0ACMEHARB", **{bound: "monday"})
    assert error == f"invalid_ts_{bound}"


async def test_history_wants_the_bot_in_the_channel(api: Caller) -> None:
    assert await api.error("conversations.history", channel="C00GENERAL") == "not_in_channel"


async def test_a_thread_is_read_by_its_parent_or_any_reply(api: Caller) -> None:
    parent = await api.post()
    reply = await api.post(thread_ts=parent)
    for ts in (parent, reply):
        said = await api.ok("conversations.replies", channel="C0ACMEHARB", ts=ts)
        assert [m["ts"] for m in said["messages"]] == [parent, reply]


async def test_a_long_thread_comes_in_pages(api: Caller) -> None:
    parent = await api.post()
    replies = [await api.post(thread_ts=parent) for _ in range(3)]
    args = {"channel": "C0ACMEHARB", "ts": parent, "limit": 2}
    first = await api.ok("conversations.replies", **args)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.ok("conversations.replies", cursor=cursor, **args)
    assert [m["ts"] for m in first["messages"]] == [parent, *replies[:2]]
    assert [m["ts"] for m in second["messages"]] == replies[2:]


async def test_a_lone_message_is_a_thread_of_one(api: Caller) -> None:
    ts = await api.post()
    said = await api.ok("conversations.replies", channel="C0ACMEHARB", ts=ts)
    assert [m["ts"] for m in said["messages"]] == [ts]


async def test_no_message_is_no_thread(api: Caller) -> None:
    error = await api.error("conversations.replies", channel="C0ACMEHARB", ts="1.000001")
    assert error == "thread_not_found"


async def test_a_dm_is_opened_once(api: Caller) -> None:
    first = await api.ok("conversations.open", users="U00000ANA")
    again = await api.ok("conversations.open", users="U00000ANA")
    assert first["channel"] == again["channel"]
    assert "already_open" not in first
    assert again["already_open"] is True


async def test_a_dm_with_an_outsider_who_shares_a_channel_is_open_to_the_bot(api: Caller) -> None:
    said = await api.ok("conversations.open", users="U000CARLA", return_im=True)
    assert said["channel"]["user"] == "U000CARLA"


async def test_several_people_make_a_group_dm(api: Caller) -> None:
    said = await api.ok("conversations.open", users="U00000ANA,U00000BEN")
    assert api.world.channels[said["channel"]["id"]].is_mpim


@pytest.mark.parametrize(
    "users, error",
    [
        ("", "users_list_not_supplied"),
        ("U0NOBODY", "user_not_found"),
        (",".join(["U00000ANA"] * 9), "too_many_users"),
    ],
)
async def test_a_dm_needs_people(api: Caller, users: str, error: str) -> None:
    assert await api.error("conversations.open", users=users) == error


async def test_a_channel_is_made_with_the_bot_in_it(api: Caller) -> None:
    said = await api.ok("conversations.create", name="war-room")
    channel = api.world.channels[said["channel"]["id"]]
    assert (channel.members, channel.team_ids) == (["U00KEEPERB"], ["T0HARBOUR"])
    [event] = api.events("channel_created")
    assert event["channel"]["name"] == "war-room"


@pytest.mark.parametrize(
    "name, error",
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("War Room", "invalid_name_specials"),
        ("triage", "name_taken"),
    ],
)
async def test_odd_names_are_refused(api: Caller, name: str, error: str) -> None:
    assert await api.error("conversations.create", name=name) == error


async def test_joining_is_told_twice_over(api: Caller) -> None:
    await api.ok("conversations.join", channel="C00GENERAL")
    [event] = api.events("member_joined_channel")
    assert (event["user"], event["channel_type"]) == ("U00KEEPERB", "C")
    assert len(api.events("message", "channel_join")) == 1


async def test_joining_again_is_only_a_warning(api: Caller) -> None:
    said = await api.ok("conversations.join", channel="C00000HELP")
    assert said["warning"] == "already_in_channel"


async def test_leaving_is_told_to_the_app_as_channel_left(api: Caller) -> None:
    await api.ok("conversations.leave", channel="C00000HELP")
    assert [e["channel"] for e in api.events("channel_left")] == ["C00000HELP"]
    await api.ok("conversations.leave", channel="C00000HELP")


async def test_leaving_a_private_channel_is_group_left(api: Caller) -> None:
    await api.ok("conversations.leave", channel="C000TRIAGE")
    assert [e["channel"] for e in api.events("group_left")] == ["C000TRIAGE"]


@pytest.mark.parametrize(
    "users, error",
    [
        ("U00KEEPERB", "cant_invite_self"),
        ("U00000ANA", "already_in_channel"),
        ("U0NOBODY", "user_not_found"),
        ("U00000ZOE", "org_user_not_in_team"),
        ("", "no_user"),
    ],
)
async def test_some_cannot_be_invited(api: Caller, users: str, error: str) -> None:
    assert await api.error("conversations.invite", channel="C0ACMEHARB", users=users) == error


async def test_an_invitation_brings_somebody_in(api: Caller) -> None:
    await api.ok("conversations.invite", channel="C0ACMEHARB", users="U0000MONA")
    [event] = api.events("member_joined_channel")
    assert (event["user"], event["inviter"]) == ("U0000MONA", "U00KEEPERB")


async def test_somebody_is_put_out(api: Caller) -> None:
    await api.ok("conversations.kick", channel="C00000HELP", user="U00000GUS")
    assert "U00000GUS" not in api.channel("help").members
    assert await api.error("conversations.kick", channel="C00000HELP", user="U00KEEPERB") == (
        "cant_kick_self"
    )


async def test_archiving_is_told_by_kind_of_channel(api: Caller) -> None:
    await api.ok("conversations.archive", channel="C00000HELP")
    await api.ok("conversations.archive", channel="C000TRIAGE")
    assert [e["channel"] for e in api.events("channel_archive")] == ["C00000HELP"]
    assert [e["channel"] for e in api.events("group_archive")] == ["C000TRIAGE"]
    assert await api.error("conversations.archive", channel="C00000HELP") == "already_archived"


async def test_an_archived_channel_is_opened_again(api: Caller) -> None:
    await api.ok("conversations.archive", channel="C00000HELP")
    await api.ok("conversations.unarchive", channel="C00000HELP")
    assert await api.post("help")
    assert await api.error("conversations.unarchive", channel="C00000HELP") == "not_archived"


async def test_only_own_channels_may_be_renamed(api: Caller) -> None:
    made = await api.ok("conversations.create", name="war-room")
    args = {"name": "peace-room"}
    await api.ok("conversations.rename", channel=made["channel"]["id"], **args)
    [event] = api.events("channel_rename")
    assert event["channel"]["name"] == "peace-room"
    error = await api.error("conversations.rename", channel="C00000HELP", name="aid")
    assert error == "not_authorized"


async def test_topic_and_purpose_are_set_and_told(api: Caller) -> None:
    await api.ok("conversations.setTopic", channel="C00000HELP", topic="Storm")
    await api.ok("conversations.setPurpose", channel="C00000HELP", purpose="Help")
    info = await api.ok("conversations.info", channel="C00000HELP")
    assert info["channel"]["topic"]["value"] == "Storm"
    assert info["channel"]["purpose"]["value"] == "Help"
    assert api.events("message", "channel_topic")[0]["topic"] == "Storm"


async def test_a_topic_may_be_too_long(api: Caller) -> None:
    error = await api.error("conversations.setTopic", channel="C00000HELP", topic="x" * 251)
    assert error == "too_long"


async def test_the_bot_marks_what_it_has_read(api: Caller) -> None:
    ts = await api.post()
    await api.ok("conversations.mark", channel="C0ACMEHARB", ts=ts)
    info = await api.ok("conversations.info", channel="C0ACMEHARB")
    assert info["channel"]["last_read"] == ts
