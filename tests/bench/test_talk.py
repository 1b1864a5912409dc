"""What the benchmark's customers say: requests that nothing groups, in shapes that Slack has."""

import json

import pytest

from bench.talk import DEEDS, Talk, days, payload, team, teams
from handlers import reading


def test_nobody_writes_twice_in_a_channel_for_that_would_be_one_ticket() -> None:
    talk = Talk(teams(2, channels=3), people=4)
    asked = [talk.ask() for _ in range(2 * 3 * 4)]
    assert len({(each.who, each.where) for each in asked}) == len(asked)
    with pytest.raises(StopIteration):
        talk.ask()


def test_everybody_is_known_before_anybody_writes_again() -> None:
    talk = Talk(teams(2, channels=3), people=4)
    assert len({asked.who for asked in [talk.ask() for _ in range(8)]}) == 8


def test_each_event_has_a_key_of_its_own() -> None:
    talk = Talk([team(10)], people=10)
    kinds = ("asked", *DEEDS)
    found = [json.loads(each) for each, _ in zip(days(talk, kinds), range(60), strict=False)]
    assert len({body["event_id"] for body in found}) == 60


def test_events_are_shaped_as_the_desk_reads_them() -> None:
    talk = Talk([team(1)], people=1)
    asked = talk.ask()
    said = reading.message(json.loads(payload(asked)))
    edited = reading.message(json.loads(talk.edited(asked)))
    reacted = reading.reaction(json.loads(talk.reacted(asked, "tada")))
    replied = reading.message(json.loads(talk.replied(asked)))
    assert [type(each).__name__ for each in (said, edited, reacted, replied)] == [
        "Said",
        "Edited",
        "Reacted",
        "Said",
    ]
