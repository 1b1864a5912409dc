"""Everything can be taken away, row by row, of one workspace and of a time."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import event

from bot.exporting import Format, written
from storage import csat, exports, history, tickets
from storage.exports import Export
from storage.records.csat import Poll, PollState
from storage.records.tickets import Change
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, CARLA, NOON, OURS, ask

DAY = timedelta(days=1)


def taken(unit: Unit, what: Export, form: Format = Format.JSONL, **limits: Any) -> str:
    return "".join(written(form, exports.columns(what), exports.rows(unit, what, **limits)))


def lines(unit: Unit, what: Export, **limits: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in taken(unit, what, **limits).splitlines()]


def test_a_ticket_is_taken_with_the_names_of_what_it_points_at(unit: Unit) -> None:
    ticket = ask(unit, owner_id=ANA, tags=("vip", "api"), extras=(("Plan", "Gold"),))
    tickets.save(unit, ticket, replace(ticket, first_answer_at=NOON + timedelta(minutes=1)))
    (row,) = lines(unit, Export.TICKETS)
    assert row["number"] == ticket.number
    assert row["opened_at"] == "2026-03-02T12:00:00Z"
    assert row["first_answer_at"] == "2026-03-02T12:01:00Z"
    assert (row["requester"], row["owner"], row["channel"]) == ("Carla", "Ana", "acme")
    assert (row["status"], row["priority"], row["tags"]) == ("new", "normal", ["vip", "api"])
    assert (row["resolved_at"], row["merged_into"], row["account"]) == (None, None, "")
    assert row["text"] == "The printer smokes"


@pytest.mark.parametrize("what", Export)
def test_rows_are_read_in_the_order_of_an_index_and_never_sorted_in_memory(
    unit: Unit, what: Export
) -> None:
    if unit.connection.dialect.name != "sqlite":
        pytest.skip("how PostgreSQL reads depends on how much there is")
    asked: list[tuple[str, Any]] = []
    # As it is asked, values apart: with a value in its place an index might do that else does not.
    event.listen(
        unit.connection,
        "before_cursor_execute",
        lambda _c, _cur, sql, told, *_: asked.append((sql, told)),
    )
    taken(unit, what)
    sql, told = asked[-1]
    plan = unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", told).all()
    assert not any("TEMP B-TREE" in row[-1] for row in plan)


def test_messages_history_and_polls_name_their_ticket(unit: Unit) -> None:
    ticket = ask(unit)
    history.add(unit, [Change(OURS, 1, ticket.id, NOON, ANA, "category", "", "Billing")])
    asked = Poll(OURS, 1, ticket.id, CARLA, ACME, NOON, PollState.VOTED, asked_at=NOON, score=5)
    csat.add(unit, asked)
    csat.add(unit, replace(asked, id=2, state=PollState.PLANNED, asked_at=None, score=None))
    (message,) = lines(unit, Export.MESSAGES)
    (change,) = lines(unit, Export.HISTORY)
    (poll,) = lines(unit, Export.CSAT)
    assert message["ticket"] == change["ticket"] == poll["ticket"] == ticket.number
    assert (message["author"], message["text"]) == ("Carla", "The printer smokes")
    assert (change["actor"], change["act"], change["after"]) == ("Ana", "category", "Billing")
    assert (poll["asker"], poll["score"], poll["state"]) == ("Carla", 5, "voted")


@pytest.mark.parametrize("what", list(Export))
def test_a_time_has_a_first_moment_and_an_end_that_is_not_in_it(unit: Unit, what: Export) -> None:
    for n in range(3):
        at = NOON + n * DAY
        ticket = ask(unit, opened_at=at)
        history.add(unit, [Change(OURS, n, ticket.id, at, ANA, "open")])
        poll = Poll(OURS, n, ticket.id, CARLA, ACME, at, PollState.ASKED, asked_at=at)
        csat.add(unit, poll)
    found = lines(unit, what, since=NOON, until=NOON + 2 * DAY)
    assert len(found) == (3 if what is Export.MESSAGES else 2)  # all were said at noon
    assert len(lines(unit, what)) == 3


@pytest.mark.parametrize("what", list(Export))
def test_nothing_of_another_workspace_is_taken(unit: Unit, zoes: Unit, what: Export) -> None:
    ticket = ask(unit)
    history.add(unit, [Change(OURS, 1, ticket.id, NOON, ANA, "open")])
    csat.add(unit, Poll(OURS, 1, ticket.id, CARLA, ACME, NOON, PollState.ASKED, asked_at=NOON))
    assert lines(unit, what)
    assert lines(zoes, what) == []
    (head,) = csv.reader(StringIO(taken(zoes, what, Format.CSV)))
    assert tuple(head) == exports.columns(what)
