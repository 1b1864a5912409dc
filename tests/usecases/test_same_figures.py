"""A figure is the same words wherever it is read, and what an export and plain SQL count."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.exporting import Format, written
from bot.rules import digest as slots
from bot.rules.figures import BY_KEY, FIGURES, said
from bot.rules.spans import Span
from bot.rules.tallies import MINUTE, rounded
from bot.slack.render import Renderer
from bot.usecases import briefing, home, rollups
from bot.usecases.dashboard import Viewer
from bot.usecases.figures import ALL
from bot.usecases.work import Work, tenant
from storage import exports, people, workspaces
from storage.base import EPOCH, MICROSECOND
from storage.engine import open_engine
from storage.exports import Export
from storage.history import REOPENED, RESOLVED
from storage.migrate import upgrade
from storage.records.clocks import Step as ClockStep
from storage.records.digests import Digest, Kind, Outcome, Subscription
from storage.records.hours import Hours
from storage.records.people import Staff
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests import databases
from tests.storage import cast
from tests.storage.cast import ACME, BEN, NOON, OURS, undone
from tests.usecases.histories import LIVES, Life, live
from tests.usecases.plain_sql import COUNTS, TIMES, by_sql
from tests.usecases.test_rollups import count_all
from web.dashboard import asked, overview
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
RENDERER, PAPER = Renderer(), Paper()


@dataclass(frozen=True)
class Read:
    """What people read of a figure, and how it was before, where they are told."""

    now: str
    before: str
    changed: str = ""
    judged: str = ""


Page = Mapping[str, Read]
"""By title."""


@pytest.fixture(scope="module", params=databases.KINDS)
def database(run: databases.Run, request: pytest.FixtureRequest) -> Iterator[Unit]:
    with run.copy(request.param, upgrade) as url:
        engine = open_engine(url)
        cast.settle(engine)
        with writing(engine, OURS) as unit:
            told = DeskSettings(hours=HOURS, triage_channel="C-ACME")
            workspaces.save_settings(unit, told, NOON)
            people.put_staff(unit, Staff(managers=frozenset({"U-BEN"})), NOON)
            yield unit
        engine.dispose()


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is read ten times
)
@given(lives=LIVES, day=DAYS, is_kept=st.booleans())
@example(lives=[ALL_MISSED], day=date(2026, 3, 2), is_kept=False)
def test_a_figure_is_the_same_wherever_it_is_read(
    database: Unit, lives: list[Life], day: date, is_kept: bool
) -> None:
    with undone(database):
        morning = slots.at_minutes(day + timedelta(days=1), NINE, HOURS)
        if is_kept:
            rollups.look(database.connection, morning)
        for life in lives:
            live(database, life)
        if is_kept:
            count_all(database, morning)
        evening = at_home_in_the_evening(database, day)
        daily = digested(database, Kind.DAILY, morning)
        weekly = digested(database, Kind.WEEKLY, morning)
        of_the_day = on_the_dashboard(database, morning, own(day))
        of_the_week = on_the_dashboard(database, morning, {"range": "7d"})
        agree(daily, of_the_day)
        agree(weekly, of_the_week)
        for title, words in trends(database, morning):
            assert of_the_day[title].now == words, title
        agree({k: read for k, read in evening.items() if k not in AGES}, of_the_day)
        for span, page in (
            (Span(day, day, ZONE), of_the_day),
            (Span(day - timedelta(days=6), day, ZONE), of_the_week),
        ):
            for title, words in (*exported(database, span), *counted(database, span)):
                assert page[title].now == words, title


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
    return [_count(title.lower(), int(many)) for title, many in found]


def digested(unit: Unit, kind: Kind, at: datetime) -> Page:
    """A digest that comes then."""
    subscription = Subscription(OURS, 1, kind, BEN, BEN, NOON)
    first, last = map(str, slots.days(subscription, HOURS, at))
    told = Digest(OURS, 2, 1, kind, at, at, Outcome.SENT, BEN, None, first, last, ZONE)
    scene = briefing.scene(Work(unit, tenant(unit), 0, at), told)
    return in_slack(RENDERER.message("digest/digest.j2", scene=scene).blocks)


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
    question = asked.read(told, now, ZONE)
    visit = Visit(Viewer(OURS, "Ours", people.many(unit, [BEN])[BEN]), "proof")
    told_of: dict[str, Any] = {"visit": visit, "nav": (), "here": "", "ranges": TITLES}
    shown = overview.read(unit, question, now)
    page = PAPER.page("overview.html.j2", seen=Seen(question, ()), shown=shown, **told_of)
    cards = re.findall(r'<li class="card">(.*?)</li>', bytes(page.body).decode(), re.DOTALL)
    assert len(cards) == len(FIGURES)
    return dict(map(_card, cards))


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


def exported(unit: Unit, span: Span) -> Iterator[tuple[str, str]]:
    """What those who took the desk's tables away count in them, in words."""
    acts = [row["act"] for row in rows(unit, Export.HISTORY, span)]
    yield _count("opened", acts.count("open"))
    yield _count("opened", len(rows(unit, Export.TICKETS, span)))
    yield _count("resolved", sum(act in RESOLVED for act in acts))
    yield _count("reopened", sum(act in REOPENED for act in acts))
    until = [
        row["act"] for row in rows(unit, Export.HISTORY, replace(span, first=date(2026, 1, 1)))
    ]
    done = sum(act in RESOLVED for act in until) - sum(act in REOPENED for act in until)
    yield _count("backlog", until.count("open") - done)
    scores = [row["score"] for row in rows(unit, Export.CSAT, span)]
    votes = [score for score in scores if score]
    yield _share("csat", sum(score >= 4 for score in votes), len(votes))
    yield _share("csat_response", len(votes), len(scores))
    yield from _soon(unit, span)


def _soon(unit: Unit, span: Span) -> Iterator[tuple[str, str]]:
    """How soon first answers were: the desk is open round the clock."""
    ever = replace(span, first=date(2026, 1, 1))
    opened = {row["number"]: _moment(row["opened_at"]) for row in rows(unit, Export.TICKETS, ever)}
    answers = [
        (_moment(row["first_answer_at"]), opened[row["number"]])
        for row in rows(unit, Export.TICKETS, ever)
        if row["first_answer_at"]
    ]
    took = [at - since for at, since in answers if span.since <= at < span.until]
    yield from _took("first", took)
    yield from _took(
        "resolution",
        [
            _moment(row["at"]) - opened[row["ticket"]]
            for row in rows(unit, Export.HISTORY, span)
            if row["act"] in ("resolve", "solved", "silence")
        ],
    )


def rows(unit: Unit, what: Export, span: Span) -> list[dict[str, Any]]:
    """A table as a file has it, read by whoever got it."""
    taken = exports.rows(unit, what, since=span.since, until=span.until)
    file = "".join(written(Format.JSONL, exports.columns(what), taken))
    return [json.loads(line) for line in file.splitlines()]


def counted(unit: Unit, span: Span) -> Iterator[tuple[str, str]]:
    """What plain SQL counts, in words."""

    def many(name: str) -> int:
        (found,) = by_sql(unit, f"SELECT COUNT(*) FROM {COUNTS[name]}", span, ALL)
        return int(found)

    named = ("opened", "resolved", "reopened", "escalated", "hand_offs", "bounces", "knowledge")
    for name in named:
        yield _count(name, many(name))
    for name, part, rest in (
        ("sla", "sla_met", "sla_missed"),
        ("promises", "promises_kept", "promises_broken"),
        ("csat", "csat_good", "csat_poor"),
    ):
        yield _share(name, many(part), many(part) + many(rest))
    for name in ("first", "resolution"):
        yield from _took(
            name, [each * MICROSECOND for each in by_sql(unit, TIMES[name], span, ALL)]
        )
    stood = [EPOCH + each * MICROSECOND for each in by_sql(unit, _STOOD, span, ALL)]
    yield _count("backlog", len(stood))
    yield _took("age", [span.until - each for each in stood])[0]


_STOOD = (
    "SELECT t.opened_at FROM ticket t WHERE t.workspace_id = 1 AND t.opened_at < :until AND"
    " MOD((SELECT COUNT(*) FROM change x WHERE x.workspace_id = 1 AND x.ticket_id = t.id"
    " AND x.act <> 'open' AND x.at < :until), 2) = 0"
)


def _count(name: str, many: int) -> tuple[str, str]:
    unit = str(BY_KEY[name].unit)
    return BY_KEY[name].title, f"{many} {unit.removesuffix('s') if many == 1 else unit}"


def _share(name: str, part: int, whole: int) -> tuple[str, str]:
    words = f"{100 * part / whole:.0f} %" if whole else "nothing to count"
    return BY_KEY[name].title, words


def _took(name: str, took: Iterable[timedelta]) -> list[tuple[str, str]]:
    """Half and nine of ten, each as far as it is told."""
    exact = sorted(took)
    found = []
    for percent in (50, 90):
        figure = BY_KEY.get(f"{name}_p{percent}")
        place = -(-len(exact) * percent // 100) - 1
        if figure is not None:
            value = rounded(exact[place]) * MINUTE if exact else None
            found.append((figure.title, said(figure, value)))
    return found


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)
