"""What is kept of days that are over is what counting all anew says, whatever comes late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.ids import new_id
from bot.rules.spans import Span
from bot.usecases import figures, rollups
from bot.usecases.figures import By, Where
from storage import rollups as stored
from storage import sla, stamps, tickets, workspaces
from storage.engine import open_engine
from storage.records.clocks import Entry, Goal, Step
from storage.records.hours import Hours
from storage.records.tickets import Status, Ticket
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import ACME, ANA, BEN, LOBBY, NOON, OURS, undone
from tests.usecases.histories import HOUR, LIVES, Life, befell, live

ZONE = "America/New_York"
# The clocks go forward on 8 March.
LATER = NOON + timedelta(days=12)
SPAN = Span(date(2026, 3, 1), date(2026, 3, 15), ZONE)
APRIL = NOON + timedelta(days=35)
LONG = Span(date(2026, 2, 1), date(2026, 4, 8), ZONE)
# To which of the tickets what is done, how many hours after the first was opened.
LATE = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(
            ["category", "assign", "reopen", "close", "answer", "look", *["count"] * 2]
        ),
        st.integers(0, 24 * 9),
    ),
    max_size=8,
)


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    engine = open_engine(database_url)
    cast.settle(engine)
    with writing(engine, OURS) as unit:
        workspaces.save_settings(unit, DeskSettings(hours=Hours.office(ZONE)), NOON)
        yield unit
    engine.dispose()


def count_all(unit: Unit, now: datetime = LATER) -> int:
    """Let the desk count whatever is to be counted; how many days, weeks and so on that was."""
    many = 0
    while page := rollups.next_page(unit.connection, now):
        rollups.keep(unit.connection, page)
        many += 1
    return many


def kept(unit: Unit) -> list[Any]:
    """All rows, and what is said to be done at whatever stamp."""
    rows = unit.connection.execute(select(stored.row_table).order_by(*stored.row_table.primary_key))
    done = select(stored.done_table.c.step, stored.done_table.c.day).order_by("step", "day")
    return [*rows, *unit.connection.execute(done)]


QUESTIONS = [
    (By.DAY, Where()),
    (By.ACCOUNT, Where()),
    (By.AGENT, Where(agent=ANA)),
    (By.CATEGORY, Where(agent=0)),
    (By.WEEK, Where(channel=ACME, category="Billing")),
    (By.CHANNEL, Where(account=0, category="")),
]


def everything(unit: Unit) -> list[Any]:
    """All figures in all kinds of lines, of all tickets and of some."""
    return [figures.read(unit, SPAN, now=LATER, by=by, where=where) for by, where in QUESTIONS]


def happen(unit: Unit, ticket: Ticket, what: str, at: datetime) -> None:
    """Something that comes late, as the desk would write it down."""
    match what:
        case "category":
            changed = replace(ticket, category="" if ticket.category else "Billing")
        case "assign":
            changed = replace(ticket, owner_id=BEN if ticket.owner_id == ANA else ANA)
        case "answer":
            at = max(at, ticket.opened_at)  # found late, perhaps before others
            changed = replace(ticket, first_answer_at=min(at, ticket.first_answer_at or at))
        case "close":
            changed = replace(ticket, status=Status.CLOSED)
        case _:
            changed = replace(ticket, status=Status.OPEN)
    tickets.save(unit, ticket, changed)
    befell(unit, ticket, what, max(at, ticket.opened_at), new_id())


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example counts many days
)
@given(lives=LIVES, late=LATE)
def test_kept_figures_are_those_of_the_whole_history(
    unit: Unit, lives: list[Life], late: list[tuple[int, str, int]]
) -> None:
    with undone(unit):
        rollups.look(unit.connection, LATER)
        known = [live(unit, life).id for life in lives]
        count_all(unit)
        for which, what, hours in late:
            if what in ("look", "count"):
                rollups.look(unit.connection, LATER)
                count_all(unit)
            elif known:
                ticket = tickets.by_id(unit, known[which % len(known)])
                assert ticket
                happen(unit, ticket, what, NOON + hours * HOUR)
        # What happened in the last minute is not marked yet: readers see it all the same.
        found = everything(unit)
        settle(unit)
        incremental = kept(unit)
        assert everything(unit) == found
        stored.forget(unit)
        assert everything(unit) == found
        rollups.look(unit.connection, LATER)
        settle(unit)
        assert kept(unit) == incremental
        assert everything(unit) == found


def settle(unit: Unit) -> None:
    """As if a minute had passed in which nobody did anything: all is marked and counted."""
    look = stored.look(unit)
    assert look
    stamps.rise(unit, stored.touched(unit, look.seen, stored.LAST))
    stored.looked(unit, replace(look, seen=new_id()))
    count_all(unit)


@pytest.mark.parametrize("act", ["nudge", "unanswered", "close"])
def test_what_time_does_leaves_the_days_of_a_ticket_s_life_as_they_were_counted(
    unit: Unit, act: str
) -> None:
    ticket = live(unit, Life(ACME, ANA, "", 0, 1, [("resolve", 24)]))
    befell(unit, ticket, act, LATER, last := new_id())
    assert stored.touched(unit, last - 1, stored.LAST) == {stamps.day_number(LATER)}


def test_a_month_that_is_over_is_read_from_one_row(unit: Unit) -> None:
    live(unit, Life(ACME, ANA, "", -20 * 24, 1, [("resolve", 24 * 25)]))
    rollups.look(unit.connection, APRIL)
    assert count_all(unit, APRIL) == (28 - 9) + 31 + 5 + 7 + 1  # weeks, and March
    assert count_all(unit, APRIL) == 0
    before = figures.read(unit, LONG, now=APRIL, by=By.ACCOUNT)
    unit.connection.execute(stored.row_table.delete().where(stored.row_table.c.step == "day"))
    months = figures.read(unit, LONG, now=APRIL, by=By.ACCOUNT).total.tally
    assert (before.total.tally.count("opened"), months.count("opened")) == (1, 0)
    assert months.count("resolved") == 1


def test_long_spans_are_added_up_of_few_rows_that_say_what_days_would(unit: Unit) -> None:
    for n in range(12):
        done = [("resolve", 24 * n), ("reopen", 24 * n + 9), ("solved", 24 * n + 70)][: n % 4]
        live(
            unit,
            Life(ACME, (ANA, None)[n % 2], ("", "Billing")[n % 3 % 2], -24 * (72 - 9 * n), n, done),
        )
    rollups.look(unit.connection, APRIL)
    count_all(unit, APRIL)
    quarter = Span(date(2026, 1, 1), date(2026, 3, 31), ZONE)
    spans = (quarter, LONG, Span(date(2025, 12, 20), date(2026, 4, 6), ZONE))
    wheres = (Where(), Where(agent=ANA, category=""), Where(account=0, category="Billing"))
    asked = [(span, by, where) for where in wheres for span in spans for by in By]

    def read() -> list[figures.Report]:
        return [figures.read(unit, s, now=APRIL, by=by, where=where) for s, by, where in asked]

    found = read()
    rows = stored.row_table
    unit.connection.execute(rows.delete().where(rows.c.step != "quarter"))
    assert figures.read(unit, quarter, now=APRIL) == found[0]
    stored.forget(unit)
    assert read() == found


def test_other_hours_make_all_days_be_counted_anew(unit: Unit) -> None:
    live(unit, Life(ACME, ANA, "", 20, 1, []))
    rollups.look(unit.connection, LATER)
    count_all(unit)
    workspaces.save_settings(unit, DeskSettings(hours=Hours.office("Asia/Tokyo")), NOON)
    zone = figures.zone(unit)
    (day,) = [
        line.key
        for line in figures.read(unit, replace(SPAN, zone=zone), now=LATER, by=By.DAY).lines
        if line.tally.count("opened")
    ]
    assert day == date(2026, 3, 3)
    rollups.look(unit.connection, LATER)
    assert count_all(unit) > 0


def test_what_was_missed_while_nobody_looked_is_counted_when_somebody_does(unit: Unit) -> None:
    ticket = live(unit, Life(LOBBY, None, "", 0, None, []))
    rollups.look(unit.connection, NOON + timedelta(days=3))
    count_all(unit, NOON + timedelta(days=5))
    at = NOON + timedelta(days=3, hours=1)
    entry = Entry(Goal.FIRST, at, Step.MISSED, "all", HOUR, HOUR, at, LATER)
    sla.add(unit, ticket.id, [entry], [new_id()])
    rollups.look(unit.connection, NOON + timedelta(days=5))
    total = figures.read(unit, SPAN, now=LATER).total
    assert total.tally.count("sla_missed") == 1


def test_figures_of_another_workspace_are_kept_apart(unit: Unit) -> None:
    live(unit, Life(ACME, ANA, "Billing", 0, 1, [("resolve", 2)]))
    zoes = Unit(cast.ZOES, unit.connection)
    rollups.look(unit.connection, LATER)
    count_all(unit)
    for by in By:
        assert not figures.read(zoes, SPAN, now=LATER, by=by).total.tally.counts
    stored.forget(zoes)
    stamps.rise(zoes, range(20_000, 21_000))
    assert count_all(unit) == 0
