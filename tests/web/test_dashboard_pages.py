"""The dashboard shows the figures of its days and tickets, and what it is asked for, harmlessly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

import httpx
import pytest
import pytest_asyncio

from bot.rules import spans
from bot.rules.figures import BY_KEY, FIGURES, said
from bot.usecases import figures
from bot.usecases.figures import By, Where
from storage import accounts, behind, people
from storage.behind import Question, Which
from storage.exports import Export
from storage.migrate import upgrade
from storage.unit import reading
from tests import databases
from tests.storage.cast import ANA, LOBBY
from tests.web import browsing, past
from tests.web.browsing import ACME_ACCOUNT, NOON, Office
from web.dashboard import asked
from web.dashboard.behind import titled
from web.dashboard.saving import MOST_AT_ONCE
from web.dashboard.sheet import disarmed

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLES = ("accounts", "agents", "categories", "channels")
PAGES = ("", *TABLES, "tickets?figure=opened", "save", "help")
DATA = (
    *(f"{name}.{kind}" for name in ("days", *TABLES) for kind in ("csv", "json")),
    *(f"save/{each}.csv" for each in Export),
    "save/tickets.jsonl",
)
HOSTILE = "=cmd|' /C calc'!A1\"><script>alert(1)</script><svg onload=x>{{7*7}}\u202e&amp;"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(run: databases.Run) -> AsyncIterator[Office]:
    """A desk with eight weeks behind it, and an account whose name means harm."""
    with run.copy("sqlite", upgrade) as url:
        async with browsing.office(url) as office:
            with office.unit() as unit:
                past.write(unit, NOON)
                globex = accounts.by_id(unit, browsing.GLOBEX_ACCOUNT)
                assert globex is not None
                accounts.save(unit, globex, replace(globex, name=HOSTILE))
            yield office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mona(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    browser = await office.signed_in()
    yield browser
    await browser.aclose()


async def shown(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(f"/dashboard/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


class Seen(HTMLParser):
    """What is on a page, as a screen reader may find it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        self.ids += filter(None, [told.get("id")])

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [told for tag, told in self.tags if tag in names]


@pytest.mark.parametrize("path", [*PAGES, *DATA])
async def test_nobody_sees_figures_without_signing_in(office: Office, path: str) -> None:
    answer = await office.browser().get(f"/dashboard/{path}")
    assert answer.status_code == (401 if path in DATA else 303)
    assert "Acme" not in answer.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("days", ["today", "quarter"])
async def test_every_page_is_whole_for_all_days(
    mona: httpx.AsyncClient, path: str, days: str
) -> None:
    page = await shown(mona, f"{path}{'&' if '?' in path else '?'}range={days}")
    seen = Seen(page)
    assert len(seen.all("h1")) == len(seen.all("main")) == 1
    assert len(seen.ids) == len(set(seen.ids))
    assert not seen.all("script", "style", "iframe", "object")
    assert not [
        told for _, told in seen.tags if "style" in told or any(n[:2] == "on" for n in told)
    ]


@pytest.mark.parametrize("path", PAGES)
async def test_pages_can_be_read_aloud_and_used_by_keyboard(
    mona: httpx.AsyncClient, path: str
) -> None:
    seen = Seen(await shown(mona, path))
    labels = {told.get("for") for told in seen.all("label")}
    fields = [told for told in seen.all("input", "select") if told.get("type") != "hidden"]
    assert all(told["id"] in labels for told in fields)
    assert all(told.get("aria-label") or told.get("aria-hidden") for told in seen.all("svg"))
    assert all(told.get("scope") for told in seen.all("th"))
    assert all(told.get("tabindex") == "0" for told in seen.all("div") if told.get("role"))
    assert {told.get("aria-label") for told in seen.all("nav")} >= {"Pages"}
    assert seen.all("a")[0].get("href") == "#main"
    named = {told["aria-describedby"] for told in seen.all("a") if told.get("aria-describedby")}
    assert named <= set(seen.ids)
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("path", [*PAGES, *DATA])
async def test_a_hostile_name_stays_words(mona: httpx.AsyncClient, path: str) -> None:
    page = await shown(mona, path)
    if not path.endswith((".json", ".jsonl")):
        assert "<script>" not in page or path.endswith(".csv")
        assert "49" not in re.findall(r"onload=x>(\d+)", page)
    assert 'href="javascript:' not in page


async def test_a_spreadsheet_computes_nothing_of_a_name(mona: httpx.AsyncClient) -> None:
    rows = list(csv.reader(io.StringIO(await shown(mona, "accounts.csv?range=28d"))))
    assert "'" + HOSTILE in [row[0] for row in rows]
    for told in ("=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"):
        assert disarmed(told) == f"'{told}"
    assert disarmed("Acme") == "Acme"


async def test_a_file_holds_all_rows_of_its_days(office: Office, mona: httpx.AsyncClient) -> None:
    whole = await mona.get("/dashboard/save/tickets.csv?range=quarter")
    rows = list(csv.DictReader(io.StringIO(whole.text)))
    with reading(office.engine, browsing.HARBOUR) as unit:
        since = NOON - timedelta(days=60)
        until = NOON.replace(hour=0)  # today is not over
        opened = behind.page(unit, Question("opened", since, until, Which(), 1000))
    assert len(rows) == len(opened)
    assert {row["account"] for row in rows} == {"Acme Robotics", f"'{HOSTILE}"}
    assert whole.headers["content-disposition"].startswith('attachment; filename="tickets-2025')
    lines = (await shown(mona, "save/tickets.jsonl?range=7d")).splitlines()
    assert 0 < len(lines) < len(rows)
    assert all(json.loads(line)["text"] == "The printer smokes" for line in lines)


async def test_who_hangs_up_leaves_the_way_free_for_others(mona: httpx.AsyncClient) -> None:
    for _ in range(MOST_AT_ONCE + 1):
        async with mona.stream("GET", "/dashboard/save/messages.csv?range=quarter"):
            pass
    assert len(await shown(mona, "save/messages.csv?range=quarter")) > 1000


async def test_the_same_account_stays_itself_in_json(mona: httpx.AsyncClient) -> None:
    answer = await mona.get("/dashboard/accounts.json?range=28d")
    told = json.loads(answer.text)
    assert HOSTILE in [line["name"] for line in told["lines"]]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith('attachment; filename="accounts-2026')


@pytest.mark.parametrize("days", ["7d", "quarter"])
@pytest.mark.parametrize("name, by", [("days", None), *zip(TABLES, list(By)[1:5], strict=True)])
async def test_exports_hold_the_figures_of_the_desk(
    office: Office, mona: httpx.AsyncClient, name: str, by: By | None, days: str
) -> None:
    told = json.loads(await shown(mona, f"{name}.json?range={days}"))
    rows = list(csv.DictReader(io.StringIO(await shown(mona, f"{name}.csv?range={days}"))))
    with reading(office.engine, browsing.HARBOUR) as unit:
        page = asked.read({"range": days}, NOON, "UTC")
        report = figures.read(unit, page.span, now=NOON, by=by or page.step)
    assert len(told["lines"]) == len(rows) == len(report.lines)
    for line, row, exported in zip(report.lines, rows, told["lines"], strict=True):
        assert row["Opened (tickets)"] == str(exported["opened"]) == str(line.tally.count("opened"))
        first = line.value(BY_KEY["first_p50"])
        minutes = "" if first is None else str(first // timedelta(minutes=1))  # type: ignore[operator]
        assert row["First answer, half (minutes of business time)"] == minutes


async def test_the_overview_shows_every_figure_as_the_one_reader_has_it(
    office: Office, mona: httpx.AsyncClient
) -> None:
    page = await shown(mona, "?range=28d&account=501")
    with reading(office.engine, browsing.HARBOUR) as unit:
        span = spans.last_days(NOON, "UTC", 28)
        report = figures.read(unit, span, now=NOON, where=Where(account=ACME_ACCOUNT))
    for figure in FIGURES:
        assert figure.title in page
        assert said(figure, report.total.value(figure)) in page


async def test_numbers_lead_to_their_tickets_and_those_into_slack(
    mona: httpx.AsyncClient,
) -> None:
    page = await shown(mona, "?range=quarter&channel=101")
    (there,) = re.findall(r'href="/dashboard/(tickets\?[^"]*figure=opened)"', page)
    listed = await shown(mona, there.replace("&amp;", "&"))
    assert re.search(r'href="http://127.0.0.1:\d+/archives/C0ACMEHARB/p\d+"', listed)
    assert "globex-harbour" not in re.sub(r"<select.*?</select>", "", listed, flags=re.DOTALL)
    (older,) = re.findall(r'href="/dashboard/(tickets\?[^"]*after=[^"]*)"', listed)
    assert "Back to the newest" in await shown(mona, older.replace("&amp;", "&"))


@pytest.mark.parametrize(
    "path",
    [
        "?account=999999",
        "?agent=999999",
        "?agent=11",  # Carla, a customer
        "?channel=999999",
        "?channel=201",
        "?account=x",
        "?account=-1",
        "?account=9999999999999999999999",
        "?account=%D9%A3",
        "?category=" + "x" * 300,
        "tickets",
        "tickets?figure=nothing",
        "tickets?figure=knowledge",
        "tickets?figure=opened&after=x",
        "tickets?figure=opened&after=99999999999999999999.1",
        "tickets?figure=opened&after=1.9999999999999999999",
        "tickets?figure=opened&category=%00",
        "accounts?sort=evil",
        "accounts?order=sideways",
        "accounts?page=0",
        "accounts?page=99",
        "accounts.xml",
        "save/secrets.csv",
        "save/tickets.xml",
        "save/tickets",
        "save/..%2f..%2fapp.csv",
        "save/tickets.csv?range=own",
        "days.csv?range=own&from=x&to=y",
    ],
)
async def test_what_is_not_there_is_not_found(mona: httpx.AsyncClient, path: str) -> None:
    answer = await mona.get(f"/dashboard/{path}")
    assert answer.status_code == 404
    assert "nothing that you may see" in answer.text


@pytest.mark.parametrize("path", ["", "tickets?figure=opened&", *TABLES, "accounts.csv"])
async def test_keys_of_another_workspace_are_as_good_as_none(office: Office, path: str) -> None:
    zoes = await office.signed_in(browsing.ZOE)
    mark = "" if path.endswith("&") else "?"
    for asked_for in (f"account={ACME_ACCOUNT}", f"agent={ANA}", f"channel={LOBBY}"):
        theirs = await zoes.get(f"/dashboard/{path}{mark}{asked_for}")
        nobodys = await zoes.get(f"/dashboard/{path}{mark}account=424242")
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.text == nobodys.text


async def test_another_workspaces_pages_hold_nothing_of_ours(office: Office) -> None:
    zoes = await office.signed_in(browsing.ZOE)
    for path in (*PAGES, *DATA):
        page = await shown(zoes, path)
        for ours in ("Acme", "acme", "Ana", "Ben Okafor", "printer smokes", "Harbour"):
            assert ours not in page, (path, ours)


@pytest.mark.parametrize(
    "told, words",
    [
        ("range=own&from=2026-02-30&to=2026-03-01", "Please choose both days."),
        ("range=own", "Please choose both days."),
        ("range=own&from=2026-03-02&to=2026-03-01", "before the first"),
        ("range=own&from=2026-04-01&to=2026-04-02", "still to come"),
        ("range=own&from=2001-01-01&to=2026-03-01", "more than five years"),
        ("range=own&from=0001-01-01&to=9999-12-31", "out of reach"),
        ("range=always", "Here are the last 7 days"),
    ],
)
async def test_wrong_days_are_told_and_mended(
    mona: httpx.AsyncClient, told: str, words: str
) -> None:
    page = await shown(mona, f"?{told}")
    assert words in page
    assert "Wed 25 Feb to Tue 3 Mar 2026" in page


async def test_days_that_are_not_over_are_called_so(mona: httpx.AsyncClient) -> None:
    assert "</strong>, so far, beside Wed 25 Feb 2026" in await shown(mona, "?range=today")
    assert "so far, beside" not in await shown(mona, "?range=7d")


async def test_own_dates_are_kept_by_every_link(mona: httpx.AsyncClient) -> None:
    page = await shown(mona, "?range=own&from=2026-02-01&to=2026-02-10&agent=12")
    links = re.findall(r'href="/dashboard/((?:accounts|tickets|days)[^"]*)"', page)
    assert links
    assert all("from=2026-02-01" in link and "agent=12" in link for link in links)


@pytest.mark.parametrize("path", TABLES)
async def test_tables_are_sorted_by_link_either_way(mona: httpx.AsyncClient, path: str) -> None:
    page = await shown(mona, f"{path}?range=quarter&sort=opened")
    counts = [int(n) for n in re.findall(r"(?<=[>])(\d+) tickets?</a></td>", page)]
    assert counts
    assert 'aria-sort="descending"' in page
    turned = await shown(mona, f"{path}?range=quarter&sort=opened&order=asc")
    assert 'aria-sort="ascending"' in turned
    for sort in ("name", "first_p90", "sla", "csat"):
        assert 'aria-sort="descending"' in await shown(mona, f"{path}?sort={sort}&order=desc")


async def test_an_empty_desk_says_so(office: Office) -> None:
    zoes = await office.signed_in(browsing.ZOE)
    assert "Nothing happened in these days" in await shown(zoes, "")
    assert "None of them had anything to do" in await shown(zoes, "accounts")
    assert "No tickets to show" in await shown(zoes, "tickets?figure=opened")


async def test_long_names_have_room(office: Office) -> None:
    long = "Wolkenkuckucksheimer" * 12
    with office.unit(browsing.GLOBEX) as unit:
        zoe = people.by_id(unit, 1)
        assert zoe is not None
        people.put(unit, replace(zoe, name=long))
    zoes = await office.signed_in(browsing.ZOE)
    assert long in await shown(zoes, "")


async def test_titles_are_the_first_words_of_a_request() -> None:
    assert (
        titled("Hello <https://x.example|there> <@U1|Ana>\n&amp; all") == "Hello there @Ana & all"
    )
    assert len(titled("word " * 100)) <= 111
    assert titled("") == ""
