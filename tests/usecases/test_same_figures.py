"""A figure is the same words wherever it is read, and what an export and plain SQL count."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.rules import digest as slots
from bot.rules.figures import BY_KEY, FIGURES
from bot.rules.spans import Span
from bot.slack.render import Renderer
from bot.usecases import briefing, figures, home, rollups
from bot.usecases.dashboard import Viewer
from bot.usecases.figures import ALL, NOBODY, By, Where
from bot.usecases.work import Work, tenant
from storage import accounts, channels, people, tickets, workspaces
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.accounts import Account
from storage.records.clocks import Step as ClockStep
from storage.records.digests import Digest, Kind, Outcome, Subscription
from storage.records.hours import Hours
from storage.records.people import Staff
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests import databases
from tests.storage import cast
from tests.storage.cast import ACME, ANA, BEN, LOBBY, NOON, OURS, undone
from tests.usecases.histories import HOUR, LAST_YEAR, LIVES, TURNS, Life, live, turn
from tests.usecases.lines_read import Lines, drawn, of_charts, of_file, of_lines, shares
from tests.usecases.plain_sql import COUNTS, by_sql
from tests.usecases.recounted import count, counted, exported
from tests.usecases.test_rollups import count_all
from web.dashboard import asked, lines, overview, sheet
from web.dashboard.asked import TITLES
from web.dashboard.pages import Seen
from web.dashboard.paper import Paper
from web.dashboard.parts import Visit

ZONE = "America/New_York"
"""Its clocks go forward on 8 March."""
HOURS = replace(Hours.always(), zone=ZONE)
DAYS = st.integers(0, 11).map(lambda n: date(2026, 3, 2) + timedelta(days=n))
NINE = slots.DEFAULT_MINUTES[Kind.DAILY]
AGES = {BY_KEY["age_p50"].title, BY_KEY["age_max"].title}
ALL_MISSED = Life(
    ACME, None, "", 0, 0, [], clocks=[(ClockStep.MISSED, 1)], polls=[(1, 2), (None, 1)]
)
# Solved at the desk's midnight; half of a poll is of another account than its ticket now is.
OF_LAST_YEAR = Life(
    LOBBY, ANA, "Billing", LAST_YEAR, 17, [("resolve", 24 * 69 + 17)], polls=[(5, 24 * 70)]
)
ALL_TURNS = [
    *((1, "vote", 0), (1, "assign", 24 * 8), (1, "category", 24 * 8), (0, "merge", 24 * 3)),
    *((1, "map", 0), (0, "map", 0)),
]
RENDERER, PAPER = Renderer(), Paper()
KEYS = {"Acme Robotics": 7, "No account": NOBODY, "Billing": "Billing", "No category": ""}
NOTHING_SAID = re.compile(": (none yet|nothing to count), ")


@dataclass(frozen=True)
class Read:
    """What people read of a figure, and how it was before, where they are told."""

    now: str
    before: str
    changed: str = ""
    judged: str = ""


Page = Mapping[str, Read]
"""By title."""

Blocks = list[dict[str, Any]]


@pytest.fixture(scope="module", params=databases.KINDS)
def database(run: databases.Run, request: pytest.FixtureRequest) -> Iterator[Unit]:
    with run.copy(request.param, upgrade) as url:
        engine = open_engine(url)
        cast.settle(engine)
        with writing(engine, OURS) as unit:
            told = DeskSettings(hours=HOURS, triage_channel="C-ACME")
            workspaces.save_settings(unit, told, NOON)
            accounts.add(unit, Account(OURS, 7, "Acme Robotics", "acmerobotics", NOON))
            acme = channels.many(unit, [ACME])[ACME]
            channels.assign(unit, acme, account_id=7, mode=acme.mode)
            people.put_staff(unit, Staff(managers=frozenset({"U-BEN"})), NOON)
            yield unit
        engine.dispose()


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is read ten times
)
@given(lives=LIVES, turns=TURNS, day=DAYS, is_kept=st.booleans())
@example(lives=[ALL_MISSED], turns=[], day=date(2026, 3, 2), is_kept=False)
@example(lives=[ALL_MISSED, OF_LAST_YEAR], turns=ALL_TURNS, day=date(2026, 3, 9), is_kept=True)
def test_a_figure_is_the_same_wherever_it_is_read(
    database: Unit, lives: list[Life], turns: list[tuple[int, str, int]], day: date, is_kept: bool
) -> None:
    with undone(database):
        morning = slots.at_minutes(day + timedelta(days=1), NINE, HOURS)
        if is_kept:
            rollups.look(database.connection, morning)
        known = [live(database, life).id for life in lives]
        if is_kept:
            count_all(database, morning)
        for which, what, hours in turns if known else ():
            ticket = tickets.by_id(database, known[which % len(known)])
            assert ticket
            turn(database, ticket, what, NOON + hours * HOUR)
        evening = at_home_in_the_evening(database, day)
        daily = in_slack(told_daily := digested(database, Kind.DAILY, morning))
        weekly = in_slack(told_weekly := digested(database, Kind.WEEKLY, morning))
        of_the_day = on_the_dashboard(database, morning, own(day))
        of_the_week = on_the_dashboard(database, morning, {"range": "7d"})
        agree(daily, of_the_day)
        agree(weekly, of_the_week)
        for title, words in trends(database, morning):
            assert of_the_day[title].now == words, title
        agree({k: read for k, read in evening.items() if k not in AGES}, of_the_day)
        first = date(2025, 12, 20)
        since = {"range": "own", "from": str(first), "to": str(day)}
        for span, page in (
            (Span(day, day, ZONE), of_the_day),
            (Span(day - timedelta(days=6), day, ZONE), of_the_week),
            (Span(first, day, ZONE), on_the_dashboard(database, morning, since)),
        ):
            for title, words in (*exported(database, span), *counted(database, span)):
                assert page[title].now == words, title
        lines_agree(database, told_daily, own(day), morning)
        lines_agree(database, told_weekly, {"range": "7d"}, morning)
        days_agree(database, morning)
        pictures_agree(database, day, told_daily, told_weekly)


def lines_agree(unit: Unit, blocks: Blocks, told: Mapping[str, str], now: datetime) -> None:
    """Of accounts and categories the digest says what page, file and plain SQL say."""
    span = asked.read(told, now, ZONE).span
    for by, found in shares(blocks).items():
        path = {"account": "accounts", "category": "categories"}[by]
        page, file = lined(unit, now, told, path), filed(unit, now, told, By(by))
        assert list(found) == list(page)[: briefing.MOST_LINES]
        assert set(page) == set(file)
        for name, line in page.items():
            assert found[name].items() <= line.items() <= file[name].items(), name
            where = Where(**{by: KEYS[name]})  # type: ignore[arg-type]
            for title, words in counted(unit, span, where):
                assert file[name][title] == words, (name, title)


def days_agree(unit: Unit, now: datetime) -> None:
    """Day by day the charts of a page, their tables, the file and plain SQL say the same."""
    told = {"range": "7d"}
    file = filed(unit, now, told, By.DAY)
    span = asked.read(told, now, ZONE).span
    assert list(file) == [str(day) for day in span.each_day()]
    for day, line in file.items():
        own_day = date.fromisoformat(day)
        for title, words in counted(unit, Span(own_day, own_day, ZONE)):
            assert line[title] == words or title in AGES, (day, title)
    charts = list(of_charts(overviewed(unit, now, told)))
    assert len(charts) == len(overview.CHARTS)
    for (title, rows, marks), (_, begins, shown) in zip(charts, overview.CHARTS, strict=True):
        assert title == f"{begins}, by day"
        in_file = [[line[BY_KEY[key].title] for key, _ in shown] for line in file.values()]
        assert [cells for _, *cells in rows] == in_file, title
        for n, (_, name) in enumerate(shown):
            said_of = [f"{step}: {cells[n]}, {name}" for step, *cells in rows]
            assert [mark for mark in marks if mark.endswith(f", {name}")] == [
                words for words in said_of if not NOTHING_SAID.search(words)
            ]


def pictures_agree(unit: Unit, day: date, daily: Blocks, weekly: Blocks) -> None:
    """The numbers beside a digest's picture are those of plain SQL; the picture has no others."""
    for n in range(briefing.DAYS_DRAWN):
        at = day - timedelta(days=n)
        compare(unit, drawn(daily), f"{at:%a} {at.day}", Span(at, at, ZONE))
    for n in range(briefing.WEEKS_DRAWN):
        last = day - timedelta(days=7 * n)
        first = last - timedelta(days=6)
        compare(unit, drawn(weekly), f"{first.day} {first:%b}", Span(first, last, ZONE))


def compare(unit: Unit, told: Mapping[str, Callable[[str], int]], label: str, span: Span) -> None:
    for name in briefing.DRAWN:
        (many,) = by_sql(unit, f"SELECT COUNT(*) FROM {COUNTS[name]}", span, ALL)
        assert told[BY_KEY[name].title](label) == many, (name, label)


def agree(some: Page, whole: Page) -> None:
    """What digest or home say of figures the dashboard says, too."""
    assert {BY_KEY[key].title for key in briefing.ALWAYS} <= set(some)
    for title, one in some.items():
        other = whole[title]
        assert one.now == other.now, title
        assert one.before in ("", other.before), title
        assert one.judged == other.judged, title
        assert one.changed == other.changed.partition(" (")[0], title
    for title in {BY_KEY[key].title for key in briefing.SHOWN} - set(some) - AGES:
        told = (whole[title].now.split()[0], whole[title].before.split()[0])
        assert set(told) <= {"0", "none", "nothing"}, title


def at_home_in_the_evening(unit: Unit, day: date) -> Page:
    """The last moment of a day at the home of a manager; the dashboard's day so far is the same."""
    now = Span(day, day, ZONE).until - timedelta(seconds=1)
    page = in_slack(at_home(unit, now))
    agree(page, on_the_dashboard(unit, now, {"range": "today"}))
    return page


def at_home(unit: Unit, now: datetime) -> list[dict[str, Any]]:
    """All blocks of a manager's home."""
    known = people.many(unit, [BEN])[BEN]
    people.put(unit, replace(known, fetched_at=now))
    scene = home.scene(Work(unit, tenant(unit), 0, now), BEN)
    return list(RENDERER.home("home/home.j2", scene=scene)["blocks"])


def trends(unit: Unit, now: datetime) -> list[tuple[str, str]]:
    """What the small bars at home say of yesterday."""
    told = " ".join(block.get("text", {}).get("text", "") for block in at_home(unit, now))
    found = re.findall(r"(Opened|Resolved): (\d+) yesterday", told)
    assert len(found) == 2
    return [count(title.lower(), int(many)) for title, many in found]


def digested(unit: Unit, kind: Kind, at: datetime) -> Blocks:
    """A digest that comes then; its picture is of the chart whose numbers it says."""
    subscription = Subscription(OURS, 1, kind, BEN, BEN, NOON)
    first, last = map(str, slots.days(subscription, HOURS, at, there=HOURS))
    told = Digest(OURS, 2, 1, kind, at, at, Outcome.SENT, BEN, None, first, last, ZONE)
    scene = briefing.scene(Work(unit, tenant(unit), 0, at), told)
    return list(RENDERER.message("digest/digest.j2", scene=scene).blocks)


_LINE = re.compile(r"\*(?P<title>[^*]+)\*  (?P<now>[^·\n]+)(?: · (?P<rest>.+))?")


def in_slack(blocks: Iterable[Mapping[str, Any]]) -> Page:
    """The lines of figures in a message or a home."""
    titles, found = {figure.title for figure in FIGURES}, {}
    for block in blocks:
        for line in block.get("text", {}).get("text", "").splitlines():
            match = _LINE.fullmatch(line)
            if match and match["title"] in titles:
                found[match["title"]] = _beside(match["now"].strip(), match["rest"] or "")
    return found


def _beside(now: str, rest: str) -> Read:
    before, _, changed = rest.partition(" · ")
    delta, _, judged = changed.partition(", ")
    return Read(now, before.removesuffix(" before"), delta.replace("as before", "the same"), judged)


def own(day: date) -> dict[str, str]:
    return {"range": "own", "from": str(day), "to": str(day)}


def on_the_dashboard(unit: Unit, now: datetime, told: Mapping[str, str]) -> Page:
    """The cards of its first page."""
    page = overviewed(unit, now, told)
    cards = re.findall(r'<li class="card">(.*?)</li>', page, re.DOTALL)
    assert len(cards) == len(FIGURES)
    return dict(map(_card, cards))


def overviewed(unit: Unit, now: datetime, told: Mapping[str, str]) -> str:
    """The first page."""
    question = asked.read(told, now, ZONE)
    return paged(unit, "overview.html.j2", question, overview.read(unit, question, now))


def lined(unit: Unit, now: datetime, told: Mapping[str, str], path: str) -> Lines:
    """The page of accounts, or of categories."""
    question = asked.read(told, now, ZONE)
    shown = lines.read(unit, question, now, told={}, path=path)
    return of_lines(paged(unit, "lines.html.j2", question, shown))


def paged(unit: Unit, template: str, question: asked.Asked, shown: object) -> str:
    visit = Visit(Viewer(OURS, "Ours", people.many(unit, [BEN])[BEN]), "proof")
    told: dict[str, Any] = {"visit": visit, "nav": (), "here": "", "ranges": TITLES}
    page = PAPER.page(template, seen=Seen(question, ()), shown=shown, **told)
    return bytes(page.body).decode()


def filed(unit: Unit, now: datetime, told: Mapping[str, str], by: By) -> Lines:
    """The numbers of a page as a file."""
    report = figures.read(unit, asked.read(told, now, ZONE).span, now=now, by=by)
    return of_file(sheet.csv_of(report))


def _card(source: str) -> tuple[str, Read]:
    title, now, was = (
        _plain(source, each)
        for each in (r"<h3>(.*?)\n", r'<p class="value.*?>(.*?)</p>', r"before: (.*?)</span>")
    )
    changed, _, judged = _plain(source, r'<span class="change.*?>(.*?)</span>').partition(", ")
    return title, Read(now, was, changed, judged)


def _plain(source: str, pattern: str) -> str:
    """The words of a part of a page, ``""`` without it."""
    found = re.search(pattern, source, re.DOTALL)
    return html.unescape(re.sub(r"<.*?>", "", found[1])).strip() if found else ""
