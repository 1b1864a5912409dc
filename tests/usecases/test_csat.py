"""Stories of polls: who is asked and when, which votes count, and what people are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from storage.records.csat import Poll, PollState
from tests.usecases.polled import Desk, settle

STORIES = [
    line
    for line in Path(__file__).with_name("polls.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    engine = open_engine(database_url)
    settle(engine)
    desk = Desk(engine)
    yield desk
    desk.close()
    engine.dispose()


def stands(poll: Poll | None) -> str:
    if poll is None:
        return "none"
    more = {PollState.VOTED: str(poll.score), PollState.DROPPED: poll.why}
    return f"{poll.state} {more.get(poll.state, '')}".strip()


def test_every_story_of_the_table_ends_as_it_says(desk: Desk) -> None:
    assert len(STORIES) >= 60
    engine = desk.engine
    desk.close()
    told = (
        STORIES if engine.dialect.name == "sqlite" else STORIES[::4]
    )  # the rules are the same there, the SQL is not
    wrong = [fault for line in told if (fault := _fault(engine, line))]
    assert not wrong, "\n".join(wrong)


def _fault(engine: Engine, line: str) -> str:
    """What is not as the line says, ``""`` when all is."""
    story, _, said = line.partition("=>")
    poll, ticket, told = (each.strip() for each in said.split("|"))
    desk = Desk(engine)
    try:
        desk.tell(story)
        ends = (stands(desk.poll), str(desk.ticket.status), desk.told[-1][1] if desk.told else "")
    finally:
        desk.close()
    if ends[0] != poll:
        return f"{line}\n    the poll is {ends[0]}; {desk.outcomes[-4:]}"
    if ticket not in ("-", ends[1]):
        return f"{line}\n    the ticket is {ends[1]}"
    return "" if told == "-" or told in ends[2] else f"{line}\n    told: {ends[2]}"
