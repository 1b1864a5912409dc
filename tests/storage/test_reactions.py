"""Customers' emoji on what they were told."""

from sqlalchemy import Engine

from storage import reactions
from storage.unit import writing
from tests.storage.cast import BEN, CARLA, MINUTE, NOON, OURS, say, settle


def test_an_emoji_is_kept_once_for_each_person_until_it_is_taken_back(engine: Engine) -> None:
    settle(engine)
    with writing(engine, OURS) as unit:
        message, other = say(unit), say(unit)
        for at in (NOON, NOON + MINUTE):
            for person in (CARLA, BEN):
                row = {"message_id": message.id, "person_id": person, "emoji": "+1", "at": at}
                reactions.add(unit, row)
        reactions.add(
            unit, {"message_id": message.id, "person_id": CARLA, "emoji": "x", "at": NOON}
        )
        assert reactions.of(unit, message.id) == [("+1", CARLA), ("x", CARLA), ("+1", BEN)]
        reactions.take(unit, message.id, CARLA, "+1")
        reactions.take(unit, message.id, CARLA, "tada")
        assert reactions.of(unit, message.id) == [("x", CARLA), ("+1", BEN)]
        assert reactions.of(unit, other.id) == []
