"""Channels under keys of our own."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import channels
from storage.records.channels import Channel
from storage.records.workspaces import Mode
from storage.unit import Unit
from tests.storage.cast import ACME, LOBBY, NOON, OURS, ZOES, ZOES_CHANNEL


def test_a_channel_comes_back_as_slack_told_it(unit: Unit) -> None:
    told = Channel(
        OURS,
        103,
        "G1",
        "Ärger",
        company="Acme",
        is_private=True,
        is_ext_shared=True,
        mode=Mode.OFF,
        fetched_at=NOON,
    )
    channels.put(unit, told)
    assert channels.by_id(unit, 103) == told
    assert channels.by_slack(unit, "G1") == told


def test_a_channel_told_again_is_replaced_and_its_version_rises(unit: Unit) -> None:
    channels.put(unit, Channel(OURS, ACME, "C-ACME", "acme-support", is_archived=True))
    now = channels.by_id(unit, ACME)
    assert now == Channel(OURS, ACME, "C-ACME", "acme-support", is_archived=True, version=2)


def test_a_channel_whose_id_changed_answers_to_both(unit: Unit) -> None:
    before = channels.by_slack(unit, "C-ACME")
    assert before is not None
    channels.put(unit, replace(before, slack_id="C-NEW"))
    for slack_id in ("C-ACME", "C-NEW"):
        found = channels.by_slack(unit, slack_id)
        assert found is not None
        assert (found.id, found.slack_id) == (ACME, "C-NEW")


def test_an_alias_can_come_to_mean_another_channel(unit: Unit) -> None:
    channels.alias(unit, "C-ACME", LOBBY)
    found = channels.by_slack(unit, "C-ACME")
    assert found is not None
    assert found.id == LOBBY


def test_of_two_who_learn_a_channel_in_the_same_moment_one_has_to_look_again(unit: Unit) -> None:
    channels.put(unit, Channel(OURS, 201, "C-NEW", "new"))
    with pytest.raises(IntegrityError), unit.savepoint():
        channels.put(unit, Channel(OURS, 202, "C-NEW", "new"))
    assert channels.by_slack(unit, "C-NEW") == Channel(OURS, 201, "C-NEW", "new")
    assert channels.by_id(unit, 202) is None


def test_a_channel_that_two_tenants_share_is_two_channels(unit: Unit, zoes: Unit) -> None:
    ours, hers = channels.by_slack(unit, "C-ACME"), channels.by_slack(zoes, "C-ACME")
    assert ours is not None
    assert hers is not None
    assert (ours.workspace_id, ours.id) == (OURS, ACME)
    assert (hers.workspace_id, hers.id) == (ZOES, ZOES_CHANNEL)
    assert channels.by_id(unit, ZOES_CHANNEL) is None


def test_many_channels_are_those_that_exist_here(unit: Unit) -> None:
    found = channels.many(unit, {ACME, LOBBY, ZOES_CHANNEL, 999})
    assert {key: channel.name for key, channel in found.items()} == {ACME: "acme", LOBBY: "lobby"}
    assert channels.many(unit, []) == {}


def test_tracked_channels_are_those_that_the_bot_can_read(unit: Unit) -> None:
    hidden = [
        Channel(OURS, 1, "C1", "left", is_member=False),
        Channel(OURS, 2, "C2", "old", is_archived=True),
        Channel(OURS, 3, "C3", "gone", is_found=False),
        Channel(OURS, 4, "D4", "talk", is_direct=True),
    ]
    for channel in hidden:
        channels.put(unit, channel)
    tracked = channels.tracked(unit)
    assert [channel.name for channel in tracked] == ["acme", "lobby"]
    assert [channel.is_tracked for channel in (*tracked, *hidden)] == 2 * [True] + 4 * [False]
