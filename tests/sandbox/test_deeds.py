"""What can be done in the local Slack, and the events it gives rise to."""

from typing import Any

import pytest

from sandbox import deeds
from sandbox.cast import ACME, GLOBEX, HARBOUR, seed
from sandbox.clock import Clock
from sandbox.deeds import Draft
from sandbox.refused import Refused
from sandbox.world import Channel, Message, User, World
from tests.sandbox.shape import unknown_in_event

Json = dict[str, Any]


class Scene:
    """A world with the cast in it and an ear for its events."""

    def __init__(self) -> None:
        self.world = World(Clock())
        self.world.clock.freeze(1_772_539_200.0)
        seed(self.world, {})
        self.told: list[tuple[Json, Channel | None, str | None]] = []
        self.world.listeners.append(lambda *heard: self.told.append(heard))

    def user(self, name: str) -> User:
        return next(u for u in self.world.users.values() if u.name == name)

    def channel(self, name: str) -> Channel:
        return next(c for c in self.world.channels.values() if c.name == name)

    def say(self, name: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        draft = Draft(text, thread_ts=thread_ts)
        return deeds.post(self.world, self.channel(channel), self.user(name), draft)

    def events(self, kind: str) -> list[Json]:
        return [event for event, _, _ in self.told if event["type"] == kind]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_actors_company_is_told_beside_each_event(scene: Scene) -> None:
    scene.say("carla", "acme-harbour", "Hi")
    [(event, channel, team)] = scene.told
    assert (event["team"], channel, team) == (ACME, scene.channel("acme-harbour"), ACME)


def test_what_people_write_has_a_client_msg_id_and_bots_posts_have_none(scene: Scene) -> None:
    person = scene.say("carla", "acme-harbour", "Hi")
    bot = scene.say("threadkeeper", "acme-harbour", "Hi")
    assert person.client_msg_id
    assert bot.client_msg_id is None
    assert bot.bot_id == "B0THREADKP"


def test_a_mention_of_the_app_is_told_twice_with_one_ts(scene: Scene) -> None:
    said = scene.say("ana", "triage", "<@U00KEEPERB> hi")
    assert [e["ts"] for e in scene.events("message")] == [said.ts]
    [mention] = scene.events("app_mention")
    assert (mention["ts"], mention["team"]) == (said.ts, HARBOUR)
    assert "user_team" not in mention


def test_an_outsiders_mention_names_their_team_aside(scene: Scene) -> None:
    scene.say("carla", "acme-harbour", "<@U00KEEPERB> hi")
    [mention] = scene.events("app_mention")
    assert (mention["team"], mention["user_team"], mention["source_team"]) == (HARBOUR, ACME, ACME)
    assert mention["user_profile"]["team"] == ACME
    assert unknown_in_event(mention) == []


def test_a_channels_id_changes_when_a_share_is_only_begun(scene: Scene) -> None:
    private = scene.channel("triage")
    deeds.change_id(scene.world, private, "G000TRIAGE", by=scene.user("mona"))
    said = scene.say("ana", "triage", "Hi")
    scene.told.clear()
    deeds.start_share(scene.world, private, ACME, by=scene.user("mona"))
    [event] = scene.events("channel_id_changed")
    assert (event["old_channel_id"], event["new_channel_id"]) == ("G000TRIAGE", private.id)
    assert private.id.startswith("C")
    assert scene.world.channels[private.id].messages[said.ts].channel == private.id
    assert not private.is_ext_shared


def test_a_share_is_told_and_makes_the_channel_external(scene: Scene) -> None:
    help_channel = scene.channel("help")
    deeds.share(scene.world, help_channel, GLOBEX, by=scene.user("mona"))
    [event] = scene.events("channel_shared")
    assert event["connected_team_id"] == GLOBEX
    assert help_channel.is_ext_shared
    assert help_channel.pending_team_ids == []
    assert unknown_in_event(event) == []


def test_an_unshared_channel_loses_their_people_and_keeps_its_id(scene: Scene) -> None:
    shared = scene.channel("acme-harbour")
    deeds.unshare(scene.world, shared, ACME, by=scene.user("mona"))
    [event] = scene.events("channel_unshared")
    assert (event["channel"], event["is_ext_shared"]) == ("C0ACMEHARB", False)
    assert {scene.world.users[m].team_id for m in shared.members} == {HARBOUR}
    assert unknown_in_event(event) == []


def test_the_host_cannot_be_disconnected(scene: Scene) -> None:
    with pytest.raises(Refused, match="team_not_found"):
        deeds.unshare(scene.world, scene.channel("acme-harbour"), HARBOUR, by=scene.user("mona"))


def test_housekeeping_lines_of_old_private_channels_are_group_lines(scene: Scene) -> None:
    private = scene.channel("triage")
    deeds.change_id(scene.world, private, "G000TRIAGE", by=scene.user("mona"))
    deeds.join(scene.world, private, scene.user("gus"))
    assert [m.subtype for m in private.messages.values()] == ["group_join"]


def test_a_thread_is_a_thread_no_more_without_its_replies(scene: Scene) -> None:
    parent = scene.say("carla", "acme-harbour", "Hi")
    reply = scene.say("ana", "acme-harbour", "Hello", parent.ts)
    deeds.delete(scene.world, reply, by=scene.user("ana"))
    assert (parent.thread_ts, parent.reply_count, parent.latest_reply) == (None, 0, None)


def test_one_may_still_write_under_a_tombstone(scene: Scene) -> None:
    parent = scene.say("carla", "acme-harbour", "Hi")
    scene.say("ana", "acme-harbour", "Hello", parent.ts)
    deeds.delete(scene.world, parent, by=scene.user("carla"))
    later = scene.say("ana", "acme-harbour", "Still there?", parent.ts)
    assert [m.ts for m in scene.channel("acme-harbour").thread(parent.ts)][-1] == later.ts
    assert parent.reply_count == 2


def test_a_message_takes_so_many_kinds_of_emoji(scene: Scene) -> None:
    said = scene.say("carla", "acme-harbour", "Hi")
    for number in range(50):
        deeds.react(scene.world, said, user=scene.user("ana"), name=f"e{number}")
    with pytest.raises(Refused, match="too_many_emoji"):
        deeds.react(scene.world, said, user=scene.user("ana"), name="eyes")
    deeds.react(scene.world, said, user=scene.user("ben"), name="e1")


def test_messages_of_one_moment_have_rising_ids(scene: Scene) -> None:
    ids = [scene.say("carla", "acme-harbour", "Hi").ts for _ in range(3)]
    assert ids == sorted(set(ids))
