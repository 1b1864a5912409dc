"""The cast: who is where when a sandbox begins."""

import re

import pytest

from sandbox import shapes
from sandbox.cast import ACME, GLOBEX, HARBOUR, seed
from sandbox.clock import Clock
from sandbox.world import Channel, World

MANIFEST = {"oauth_config": {"scopes": {"bot": ["chat:write", "users:read"]}}}


@pytest.fixture
def world() -> World:
    held = World(Clock())
    held.clock.freeze(1_772_539_200.0)
    seed(held, MANIFEST)
    return held


def channel(world: World, name: str) -> Channel:
    return next(c for c in world.channels.values() if c.name == name)


def names(world: World, channel_name: str) -> set[str]:
    return {world.users[member].name for member in channel(world, channel_name).members}


def test_each_customer_shares_one_channel_with_harbour(world: World) -> None:
    assert channel(world, "acme-harbour").team_ids == [HARBOUR, ACME]
    assert channel(world, "globex-harbour").team_ids == [HARBOUR, GLOBEX]


def test_no_customer_is_in_another_customers_channel(world: World) -> None:
    assert names(world, "acme-harbour") == {"carla", "omar", "ana", "ben", "threadkeeper"}
    assert names(world, "globex-harbour") == {"zoe", "ana", "ben", "threadkeeper"}


@pytest.mark.parametrize("name", ["triage", "tech-support", "digests"])
def test_team_channels_are_private_and_harbours_own(world: World, name: str) -> None:
    found = channel(world, name)
    assert found.is_private
    assert {world.users[member].team_id for member in found.members} == {HARBOUR}


def test_kim_of_the_community_is_a_guest_in_help_alone(world: World) -> None:
    kim = next(u for u in world.users.values() if u.name == "kim")
    assert (kim.team_id, kim.is_restricted) == (HARBOUR, True)
    assert [c.name for c in world.channels.values() if kim.id in c.members] == ["help"]


def test_the_bot_is_everywhere_but_in_general(world: World) -> None:
    missing = [c.name for c in world.channels.values() if "U00KEEPERB" not in c.members]
    assert missing == ["general"]


def test_the_app_has_the_scopes_of_its_manifest(world: World) -> None:
    assert world.app is not None
    assert world.app.scopes == ["chat:write", "users:read"]


def test_each_role_is_a_usergroup(world: World) -> None:
    named = {
        group.handle: {world.users[user].name for user in group.users}
        for group in world.usergroups.values()
    }
    assert named == {
        "support": {"ana", "ben"},
        "specialists": {"tariq"},
        "leads": {"ana"},
        "managers": {"mona"},
    }


def test_ids_look_like_slacks(world: World) -> None:
    ids = [*world.users, *world.channels, *world.teams, *world.usergroups]
    assert all(re.fullmatch(r"[UCTS][A-Z0-9]{6,11}", found) for found in ids)


def test_a_sandbox_begins_empty_unless_it_is_to_remember(world: World) -> None:
    assert not any(c.messages for c in world.channels.values())


def test_the_past_is_past_read_by_all_and_told_to_nobody() -> None:
    world = World(Clock())
    world.clock.freeze(1_772_539_200.0)
    told: list[object] = []
    world.listeners.append(lambda event, *_: told.append(event))
    seed(world, MANIFEST, history=True)
    acme = channel(world, "acme-harbour")
    assert acme.messages
    assert all(float(ts) < world.clock.time() for c in world.channels.values() for ts in c.messages)
    assert world.read_marks["U000CARLA", acme.id] == acme.last_ts
    assert told == []


def test_what_comes_later_has_a_later_ts_than_the_past() -> None:
    world = World(Clock())
    seed(world, MANIFEST, history=True)
    for found in world.channels.values():
        assert all(ts < world.next_ts(found) for ts in list(found.messages))


def test_an_outsider_is_no_stranger_but_has_no_email_or_locale(world: World) -> None:
    carla = world.users["U000CARLA"]
    seen = shapes.user(world, carla, viewer=world.users["U00KEEPERB"], email=True, locale=True)
    assert seen["is_stranger"] is False
    assert "locale" not in seen
    assert "email" not in seen["profile"]
    assert "real_name" not in seen


def test_an_outsider_who_left_every_channel_is_a_stranger(world: World) -> None:
    channel(world, "acme-harbour").members.remove("U0000OMAR")
    omar = world.users["U0000OMAR"]
    seen = shapes.user(world, omar, viewer=world.users["U00KEEPERB"])
    assert seen["is_stranger"] is True
