"""Who helps in public, and who only has the same trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.rules import helping, intake, lifecycle
from storage.records.channels import Channel
from storage.records.messages import Side
from storage.records.people import Person
from storage.records.tickets import Source, Status, Turn
from storage.records.workspaces import Mode
from tests.rules import cast
from tests.rules.cast import ACME, ANA, CARLA, COLLEAGUE, GUEST, NOON, PUBLIC, SETTINGS, TEAM, said

ANSWER = "You find it below Settings, Exports."


@pytest.mark.parametrize(
    "text, answers",
    [
        (ANSWER, True),
        ("See <https://docs.example/exports|the docs>", True),
        ("<https://docs.example/?page=3>", True),
        ("Just restart the app", True),
        ("Where do I find that?", False),
        ("me too", False),
        ("Same here, since Monday", False),
        ("I have the same problem with CSV", False),
        ("+1 for the export", False),
        ("It does not work for me", False),
        ("any news on this one", False),
        ("The export is still down.", False),
        ("It still fails with CSV", False),
        ("solved", False),
        ("urgent", False),
        ("Settings, Exports", False),
        ("", False),
    ],
)
def test_an_answer_tells_what_helps(text: str, answers: bool) -> None:
    assert helping.is_answer(text) is answers


@pytest.mark.parametrize(
    "author, channel, action",
    [
        (GUEST, PUBLIC, "help"),
        (COLLEAGUE, PUBLIC, "help"),
        (CARLA, PUBLIC, "join"),  # she asked
        (ANA, PUBLIC, "answer"),
        (GUEST, replace(ACME, id=PUBLIC.id), "join"),
        (GUEST, replace(PUBLIC, mode=Mode.AUTO), "join"),
    ],
)
def test_only_in_public_somebody_else_helps(author: Person, channel: Channel, action: str) -> None:
    verdict = intake.judge(
        said(ANSWER, ts="20.0", thread_ts="10.0"),
        channel=channel,
        author=author,
        team=TEAM,
        settings=SETTINGS,
        parent_ticket=cast.ticket(channel_id=PUBLIC.id),
        newest=None,
        now=NOON,
    )
    assert verdict.action == action
    assert (verdict.side is Side.HELPER) is (action == "help")


def test_under_a_form_of_ours_nobody_is_taken_for_a_helper() -> None:
    ticket = cast.ticket(channel_id=PUBLIC.id, source=Source.FORM, requester_id=ANA.id)
    verdict = intake.judge(
        said(ANSWER, ts="20.0", thread_ts="10.0"),
        channel=PUBLIC,
        author=GUEST,
        team=TEAM,
        settings=SETTINGS,
        parent_ticket=ticket,
        newest=None,
        now=NOON,
    )
    assert verdict.action == "join"


def test_a_helpers_answer_counts_and_owns_nothing() -> None:
    told, events = lifecycle.helped(cast.ticket(), cast.message(), by=GUEST.id, now=NOON)
    assert told.first_answer_at == NOON
    assert (told.status, told.turn) == (Status.WAITING, Turn.THEIRS)
    assert told.owner_id is None
    assert [type(event).__name__ for event in events] == ["HelperAnswered", "Moved"]


def test_a_helpers_late_word_leaves_a_solved_ticket_solved() -> None:
    done = cast.ticket(status=Status.RESOLVED, resolved_at=NOON - timedelta(days=1))
    told, events = lifecycle.helped(done, cast.message(), by=GUEST.id, now=NOON)
    assert told.status is Status.RESOLVED
    assert len(events) == 1
