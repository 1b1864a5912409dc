"""Whom the desk tells of what it knows by itself, and whom not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refused
from bot.rules import suggestion as rules
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Source, Status, Ticket
from storage.records.workspaces import Answer, DeskSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICKET = Ticket(1, 3, 5, 6, "1.0", 7, 8, NOON)
ASKED = Message(
    1, 7, 6, "1.0", "", 8, Side.CUSTOMER, End.OPENED, NOON, 9, text="How do I export a report?"
)
CHANNEL = Channel(1, 6, "C1", "acme", answers=True)
FOUND = Suggestion(1, 3, NOON, ("4",), told=Told.TOLD)


def test_a_new_question_is_worth_a_suggestion() -> None:
    assert rules.is_worth(TICKET, ASKED)


@pytest.mark.parametrize(
    "ticket, opening",
    [
        (TICKET, None),
        (TICKET, replace(ASKED, text="  ")),
        (TICKET, replace(ASKED, text="Thanks, have a nice day!")),
        (TICKET, replace(ASKED, deleted_at=NOON)),
        (TICKET, replace(ASKED, found_at=NOON)),
        (replace(TICKET, opened_at=NOON + timedelta(hours=1)), ASKED),
        (replace(TICKET, first_answer_at=NOON), ASKED),
        (replace(TICKET, status=Status.RESOLVED), ASKED),
        (replace(TICKET, status=Status.SNOOZED), ASKED),
    ],
)
def test_what_is_old_answered_or_says_nothing_is_left_alone(
    ticket: Ticket, opening: Message | None
) -> None:
    assert not rules.is_worth(ticket, opening)


@pytest.mark.parametrize(
    "ticket, channel, settings, may",
    [
        (TICKET, CHANNEL, DeskSettings(), True),
        (TICKET, replace(CHANNEL, answers=False), DeskSettings(), False),
        (TICKET, CHANNEL, DeskSettings(answer=Answer.SILENT), False),
        (replace(TICKET, first_answer_at=NOON), CHANNEL, DeskSettings(), False),
        (replace(TICKET, source=Source.FORM), CHANNEL, DeskSettings(), False),
        (replace(TICKET, thread_ts=""), CHANNEL, DeskSettings(), False),
        (replace(TICKET, status=Status.RESOLVED), CHANNEL, DeskSettings(), False),
    ],
)
def test_the_desk_answers_by_itself_only_where_it_may(
    ticket: Ticket, channel: Channel, settings: DeskSettings, *, may: bool
) -> None:
    assert rules.may_answer(ticket, channel, settings) is may


def test_only_who_asked_says_whether_it_helped() -> None:
    rules.check_asker(TICKET, Person(1, 8, "U1", "T1"))
    with pytest.raises(Refused, match="Only the person who asked"):
        rules.check_asker(TICKET, Person(1, 9, "U2", "T1"))


def test_a_guess_replaces_the_one_before_and_nothing_takes_it_away() -> None:
    guessed = rules.with_hunch(rules.with_hunch(TICKET, "category", "Billing"), "twin", "12")
    assert guessed.hunch == (("category", "Billing"), ("twin", "12"))
    assert rules.with_hunch(guessed, "category", "").guessed("twin") == "12"
    assert rules.with_hunch(guessed, "category", "").guessed("category") == ""


def test_what_was_taken_cannot_be_refused_afterwards() -> None:
    taken = rules.taken(FOUND, 4, by=12)
    assert (taken.fate, taken.sent_id, taken.by_id) == (Fate.TAKEN, 4, 12)
    with pytest.raises(Refused):
        rules.refused(taken, by=12)


def test_a_person_is_asked_for_once_and_not_when_it_is_solved() -> None:
    event = rules.handed_over(TICKET, FOUND, by=8, now=NOON)
    assert (event.ticket, event.by) == (TICKET, 8)
    with pytest.raises(Refused, match="knows already"):
        rules.handed_over(TICKET, replace(FOUND, told=Told.PERSON), by=8, now=NOON)
    with pytest.raises(Refused, match="is solved"):
        rules.handed_over(replace(TICKET, status=Status.RESOLVED), FOUND, by=8, now=NOON)
