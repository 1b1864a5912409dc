"""The dashboard's numbers are those of the one reader, and their lists are as long as they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from bot.rules.figures import FIGURES, said
from bot.usecases import figures
from bot.usecases.figures import ALL, Where
from storage import behind, csat
from storage.behind import Question, Which
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.csat import Poll, PollState
from storage.unit import Unit, writing
from tests import databases
from tests.storage.cast import ACME, ANA, BEN, CARLA, ask, undone
from tests.usecases.histories import LIVES, Life, live
from tests.web import browsing, past
from tests.web.browsing import ACME_ACCOUNT, NOON
from web.dashboard import asked, overview
from web.dashboard.behind import LISTS

ONLY = (
    ALL,
    Where(agent=ANA),
    Where(agent=0),
    Where(category=""),
    Where(channel=ACME),
    Where(account=ACME_ACCOUNT),
    Where(account=0),
)


@pytest.fixture(scope="module", params=databases.KINDS)
def database(run: databases.Run, request: pytest.FixtureRequest) -> Iterator[Unit]:
    with run.copy(request.param, upgrade) as url:
        engine = open_engine(url)
        browsing.settle(engine)
        with writing(engine, browsing.HARBOUR) as unit:
            yield unit
        engine.dispose()


@settings(max_examples=6, deadline=None)
@given(lives=LIVES)
def test_on_any_history_a_list_is_as_long_as_its_number(database: Unit, lives: list[Life]) -> None:
    with undone(database):
        for life in lives:
            live(database, life)
        for where in ONLY:
            agrees(database, NOON + timedelta(days=12), where)


def agrees(unit: Unit, now: datetime, where: Where) -> None:
    page = replace(asked.read({"range": "7d"}, now, "UTC"), where=where)
    report = figures.read(unit, page.span, now=now, where=where)
    view = overview.read(unit, page, now)
    cards = {card.figure.key: card for _, group in view.groups for card in group}
    which = Which(where.account, where.agent, where.category, where.channel)
    for figure in FIGURES:
        assert cards[figure.key].now == said(figure, report.total.value(figure))
    for key, (kind, _) in LISTS.items():
        if key in report.total.tally.counts:
            question = Question(kind, page.span.since, page.span.until, which, 1000)
            assert len(behind.page(unit, question)) == report.total.tally.count(key)


def test_low_votes_and_silence_have_lists_under_the_owner_of_that_time(database: Unit) -> None:
    with undone(database):
        voted = [(BEN, 2), (ANA, 3), (ANA, 5), (ANA, None)]
        asked_for = {score: polled(database, owner, score) for owner, score in voted}
        for kind, of_ana in (("csat_poor", [3]), ("csat_silent", [None])):
            question = Question(kind, NOON, NOON + timedelta(days=1), Which(owner=ANA), 10)
            found = [each.ticket_id for each in behind.page(database, question)]
            assert found == [asked_for[score] for score in of_ana]


def polled(unit: Unit, owner: int, score: int | None) -> int:
    """A ticket that is somebody else's by now, whose customer was asked how it was."""
    ticket = ask(unit, owner_id=BEN)
    poll = Poll(unit.workspace_id, ticket.id, ticket.id, CARLA, ACME, NOON, owner_id=owner)
    state = PollState.ASKED if score is None else PollState.VOTED
    csat.add(unit, replace(poll, state=state, asked_at=NOON, score=score))
    return ticket.id


def test_a_list_goes_on_page_by_page_and_misses_nothing(database: Unit) -> None:
    with undone(database):
        past.write(database, NOON)
        since = NOON - timedelta(days=60)
        for kind in sorted(behind.KINDS):
            whole = behind.page(database, Question(kind, since, NOON, Which(), 1000))
            paged, after = [], None
            while found := behind.page(database, Question(kind, since, NOON, Which(), 7, after)):
                paged += found
                after = found[-1].spot
            assert paged == whole
            assert [each.spot for each in whole] == sorted((e.spot for e in whole), reverse=True)


def test_a_list_of_another_workspace_holds_nothing_of_ours(database: Unit) -> None:
    with undone(database):
        past.write(database, NOON)
        theirs = Unit(browsing.GLOBEX, database.connection)
        for kind in sorted(behind.KINDS):
            for which in (Which(), Which(account=ACME_ACCOUNT), Which(channel=ACME)):
                question = Question(kind, NOON - timedelta(days=60), NOON, which, 1000)
                assert behind.page(theirs, question) == []
