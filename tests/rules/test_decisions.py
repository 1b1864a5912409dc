"""What is to be decided of tickets and escalations, and when that is settled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.rules import decisions
from bot.rules.decisions import Decision, Topic
from storage.records.escalations import Escalation, Stage
from storage.records.tickets import Status, Ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TONIGHT = NOON + 8 * HOUR
TICKET = Ticket(1, 7, 1, 101, "1.1", 301, 11, NOON - DAY, status=Status.OPEN, owner_id=12)
ASKED = Escalation(1, 70, 7, "Technical", 104, 12, NOON - HOUR, "Why?")


def topic(**fields: object) -> Topic | None:
    found = decisions.of_ticket(replace(TICKET, **fields), NOON, TONIGHT)  # type: ignore[arg-type]
    return found.topic if found else None


def test_of_each_ticket_the_reason_is_named() -> None:
    assert topic() is None
    assert topic(due_at=TONIGHT + HOUR) is None
    assert topic(due_at=NOON + HOUR) is Topic.SOON
    assert topic(due_at=NOON - HOUR) is Topic.MISSED
    assert topic(due_at=NOON - HOUR, owner_id=None) is Topic.FREE
    assert topic(due_at=NOON + HOUR, promised_at=NOON + HOUR) is Topic.PROMISE
    assert topic(due_at=NOON - HOUR, status=Status.RESOLVED) is None
    assert topic(status=Status.WAITING, last_ours_at=NOON - 8 * DAY) is Topic.WAITING
    assert topic(status=Status.WAITING, last_ours_at=NOON - DAY) is None


def test_an_escalation_is_one_once_nobody_has_taken_it_for_a_while() -> None:
    assert decisions.of_escalation(ASKED, NOON)
    assert not decisions.of_escalation(replace(ASKED, asked_at=NOON), NOON)
    assert not decisions.of_escalation(replace(ASKED, stage=Stage.ACCEPTED), NOON)


def test_the_most_pressing_comes_first_and_a_ticket_once() -> None:
    found = [
        Decision(Topic.SOON, 7, NOON + HOUR, ticket_id=7),
        Decision(Topic.ESCALATION, 70, NOON - HOUR, ticket_id=7),
        Decision(Topic.MISSED, 8, NOON - HOUR, ticket_id=8),
        Decision(Topic.MISSED, 9, NOON - DAY, ticket_id=9),
        Decision(Topic.GAP, 1, NOON),
        Decision(Topic.FAILED, 1),
    ]
    told = [(each.topic, each.key) for each in decisions.ranked(found)]
    assert told == [
        (Topic.FAILED, 1), (Topic.GAP, 1), (Topic.MISSED, 9), (Topic.MISSED, 8),
        (Topic.ESCALATION, 70),
    ]  # fmt: skip


def test_it_is_settled_once_somebody_else_has_it_or_it_is_done_or_not_due() -> None:
    late = replace(TICKET, due_at=NOON - HOUR)

    def settled(ticket: Ticket) -> bool:
        return decisions.is_settled(ticket, Topic.MISSED, "12", now=NOON, until=TONIGHT)

    assert not settled(late)
    assert settled(replace(late, owner_id=13))
    assert settled(replace(late, status=Status.RESOLVED))
    assert settled(replace(late, due_at=None))
