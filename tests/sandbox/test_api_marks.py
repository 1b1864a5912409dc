"""reactions.*, pins.* and bookmarks.*."""

import pytest

from tests.sandbox.caller import Caller

HERE = {"channel": "C0ACMEHARB"}


async def test_a_reaction_is_added_once(api: Caller) -> None:
    ts = await api.post()
    args = {**HERE, "timestamp": ts, "name": "eyes"}
    await api.ok("reactions.add", **args)
    assert await api.error("reactions.add", **args) == "already_reacted"
    [event] = api.events("reaction_added")
    assert event["item"] == {"type": "message", "channel": "C0ACMEHARB", "ts": ts}
    assert "thread_ts" not in event["item"]


async def test_only_an_own_reaction_is_taken_back(api: Caller) -> None:
    ts = await api.post()
    api.box.people.react("carla", "#acme-harbour", ts, "eyes")
    args = {**HERE, "timestamp": ts, "name": "eyes"}
    assert await api.error("reactions.remove", **args) == "no_reaction"
    await api.ok("reactions.add", **args)
    await api.ok("reactions.remove", **args)
    said = await api.ok("reactions.get", **HERE, timestamp=ts)
    [eyes] = said["message"]["reactions"]
    assert (eyes["users"], eyes["count"]) == (["U000CARLA"], 1)
    assert len(api.events("reaction_removed")) == 1


@pytest.mark.parametrize(
    "args, error",
    [
        ({"timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
        ({"timestamp": "monday", "name": "eyes"}, "bad_timestamp"),
        ({"timestamp": "1.000001", "name": "No Such!"}, "invalid_name"),
    ],
)
async def test_odd_reactions_are_refused(api: Caller, args: dict[str, str], error: str) -> None:
    assert await api.error("reactions.add", **HERE, **args) == error


async def test_a_bot_reacts_only_where_it_is(api: Caller) -> None:
    error = await api.error(
        "reactions.add", channel="C00GENERAL", timestamp="1.000001", name="eyes"
    )
    assert error == "no_access"


async def test_the_bots_reactions_are_listed(api: Caller) -> None:
    first, _ = await api.post(), await api.post()
    await api.ok("reactions.add", **HERE, timestamp=first, name="eyes")
    said = await api.ok("reactions.list")
    assert [item["message"]["ts"] for item in said["items"]] == [first]


async def test_a_message_is_pinned_once_and_unpinned(api: Caller) -> None:
    ts = await api.post()
    args = {**HERE, "timestamp": ts}
    await api.ok("pins.add", **args)
    assert await api.error("pins.add", **args) == "already_pinned"
    said = await api.ok("pins.list", **HERE)
    assert [item["message"]["ts"] for item in said["items"]] == [ts]
    await api.ok("pins.remove", **args)
    assert await api.error("pins.remove", **args) == "no_pin"
    assert [len(api.events(kind)) for kind in ("pin_added", "pin_removed")] == [1, 1]


async def test_a_deleted_message_is_no_longer_pinned(api: Caller) -> None:
    ts = await api.post()
    await api.ok("pins.add", **HERE, timestamp=ts)
    await api.ok("chat.delete", **HERE, ts=ts)
    assert (await api.ok("pins.list", **HERE))["items"] == []


async def test_a_bookmark_is_kept_changed_and_taken_away(api: Caller) -> None:
    here = {"channel_id": "C0ACMEHARB"}
    made = await api.ok(
        "bookmarks.add", **here, title="Help", type="link", link="https://a.example"
    )
    mark = {**here, "bookmark_id": made["bookmark"]["id"]}
    await api.ok("bookmarks.edit", **mark, title="Handbook")
    [found] = (await api.ok("bookmarks.list", **here))["bookmarks"]
    assert (found["title"], found["link"]) == ("Handbook", "https://a.example")
    await api.ok("bookmarks.remove", **mark)
    assert await api.error("bookmarks.edit", **mark) == "not_found"
