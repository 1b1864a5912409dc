"""Figures as everybody reads them, beside plain SQL over the same random histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.rules.figures import BY_KEY
from bot.rules.spans import Span, day_of
from bot.rules.tallies import MINUTE, rounded
from bot.usecases import figures
from bot.usecases.figures import NOBODY, By, Line, Report, Where
from storage import accounts, channels, tickets, workspaces
from storage.base import MICROSECOND
from storage.engine import open_engine
from storage.records.accounts import Account
from storage.records.hours import Hours
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import ACME, ANA, BEN, LOBBY, NOON, OURS, ask, undone
from tests.usecases.histories import HOUR, LIVES, Life, live
from tests.usecases.plain_sql import COUNTS, TIMES, by_sql

BERLIN = "Europe/Berlin"
ALWAYS = replace(Hours.always(), zone=BERLIN)
NOW = NOON + timedelta(days=12)
ACME_INC = 700
DAYS = st.tuples(st.integers(-1, 12), st.integers(0, 9)).map(
    lambda drawn: Span(
        date(2026, 3, 2) + timedelta(days=drawn[0]),
        date(2026, 3, 2) + timedelta(days=sum(drawn)),
        BERLIN,
    )
)
WHERES = st.sampled_from(
    [
        Where(),
        Where(account=ACME_INC),
        Where(account=NOBODY),
        Where(agent=ANA),
        Where(agent=NOBODY, category="Billing"),
        Where(channel=LOBBY, agent=BEN),
    ]
)
RARELY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    engine: Engine = open_engine(database_url)
    cast.settle(engine)
    with writing(engine, OURS) as unit:
        workspaces.save_settings(unit, DeskSettings(hours=ALWAYS), NOON)
        accounts.add(unit, Account(OURS, ACME_INC, "Acme Inc.", "acmeinc", NOON))
        acme = channels.by_id(unit, ACME)
        assert acme
        channels.assign(unit, acme, account_id=ACME_INC, mode=None)
        yield unit
    engine.dispose()


def check_by_sql(unit: Unit, line: Line, span: Span, where: Where) -> None:
    """Each count and each time of a line is what plain SQL finds."""
    for name, rest in COUNTS.items():
        (many,) = by_sql(unit, f"SELECT COUNT(*) FROM {rest}", span, where)
        assert line.tally.count(name) == many, name
    for name, statement in TIMES.items():
        took = sorted(by_sql(unit, statement, span, where))
        for percent in (50, 90):
            exact = took[-(-len(took) * percent // 100) - 1] * MICROSECOND if took else None
            figure = BY_KEY.get(f"{name}_p{percent}")
            if figure is not None:
                expected = None if exact is None else rounded(exact) * MINUTE
                assert line.value(figure) == expected, name


@RARELY
@given(lives=LIVES, span=DAYS, where=WHERES)
def test_figures_agree_with_plain_sql(
    unit: Unit, lives: list[Life], span: Span, where: Where
) -> None:
    with undone(unit):
        for life in lives:
            live(unit, life)
        report = figures.read(unit, span, now=NOW, where=where)
        check_by_sql(unit, report.total, span, where)
        for by in (By.ACCOUNT, By.AGENT, By.CATEGORY, By.CHANNEL, By.DAY, By.WEEK):
            lines = figures.read(unit, span, now=NOW, by=by, where=where)
            assert lines.total.tally == report.total.tally
            check_backlog(lines)


def check_backlog(report: Report) -> None:
    """Lines of tickets add up to the whole, those of days follow one from the other."""
    if report.by not in figures.STEPS:
        assert report.total.tally.count("backlog") == sum(
            each.tally.count("backlog") for each in report.lines
        )
        return
    for one, next_one in zip(report.lines, report.lines[1:], strict=False):
        tally = next_one.tally
        came = tally.count("opened") + tally.count("reopened") - tally.count("resolved")
        assert next_one.tally.count("backlog") == one.tally.count("backlog") + came


@RARELY
@given(lives=LIVES, span=DAYS, now=st.sampled_from([NOW, NOW + timedelta(days=60)]))
def test_backlog_and_age_are_what_stood_at_the_end(
    unit: Unit, lives: list[Life], span: Span, now: datetime
) -> None:
    with undone(unit):
        for life in lives:
            live(unit, life)
        total = figures.read(unit, span, now=now).total
        at = min(span.until, now)
        stood = [each for each in lives if is_live(each, at)]
        assert total.tally.count("backlog") == len(stood)
        oldest = max((at - NOON - each.opened * HOUR for each in stood), default=None)
        expected = None if oldest is None else rounded(oldest) * MINUTE
        # Of what was longer ago nobody says how old it was.
        assert total.value(BY_KEY["age_max"]) == (expected if now == NOW else None)
        for by in (By.ACCOUNT, By.AGENT, By.DAY):
            check_backlog(figures.read(unit, span, now=now, by=by))


def is_live(life: Life, at: datetime) -> bool:
    opened = NOON + life.opened * HOUR
    done = sum(opened + hours * HOUR < at for _, hours in life.done_and_back)
    return opened < at and done % 2 == 0


def test_time_counts_in_the_desks_opening_hours(unit: Unit) -> None:
    workspaces.save_settings(unit, DeskSettings(hours=Hours.office(BERLIN)), NOON)
    # Monday, an hour before closing time in Berlin, answered the next day an hour after opening.
    ticket = ask(unit, opened_at=NOON + 3 * HOUR)
    answered = NOON + 21 * HOUR
    tickets.save(unit, ticket, replace(ticket, first_answer_at=answered))
    day = day_of(answered, BERLIN)
    total = figures.read(unit, Span(day, day, BERLIN), now=NOW).total
    assert total.value(BY_KEY["first_p50"]) == 2 * HOUR


def test_lines_have_the_names_that_people_know(unit: Unit) -> None:
    live(unit, Life(ACME, ANA, "Billing", 0, None, []))
    live(unit, Life(LOBBY, None, "", 0, None, []))
    live(unit, Life(LOBBY, None, "", 0, None, []))
    span = Span(date(2026, 3, 2), date(2026, 3, 3), BERLIN)
    names = {
        by: [line.name for line in figures.read(unit, span, now=NOW, by=by).lines] for by in By
    }
    assert names == {
        By.NOTHING: [],
        By.ACCOUNT: ["No account", "Acme Inc."],
        By.AGENT: ["Nobody", "Ana"],
        By.CATEGORY: ["No category", "Billing"],
        By.CHANNEL: ["#lobby", "#acme"],
        By.DAY: ["", ""],
        By.WEEK: [""],
        By.MONTH: [""],
    }


def test_another_workspace_sees_nothing_of_ours(unit: Unit) -> None:
    live(unit, Life(ACME, ANA, "Billing", 0, 1, [("resolve", 2)]))
    zoes = Unit(cast.ZOES, unit.connection)
    span = Span(date(2026, 3, 1), date(2026, 3, 9), BERLIN)
    for by in By:
        found = figures.read(zoes, span, now=NOW, by=by)
        assert not any(found.total.tally.counts.values())
