"""The dashboard in a browser: from the local Slack to the tickets behind a number, and out again.

What it looks like is in ``var/screenshots`` after ``TEST_SCREENSHOTS=1``.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from sandbox import page as pages_of_slack
from storage.migrate import upgrade
from tests import databases
from tests.web import browsing, past
from tests.web.browsing import NOON
from web.dashboard import BACK, HOME, routes
from web.serving import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOTS = Path(__file__).parents[2] / "var" / "screenshots"
# For each text that is seen: its contrast with what is behind it. Colours are of the page's own
# making, all of them opaque where text stands.
CONTRASTS = """() => {
  const bent = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const part = c => bent(c / 255);
  const numbers = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = numbers(color).map(part);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if ((numbers(color)[3] ?? 1) === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const says = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && says(e))
    .map(e => {
      const style = getComputedStyle(e), ink = e.closest('svg') ? style.fill : style.color;
      const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x);
      return [(a + .05) / (b + .05), e.textContent.trim().slice(0, 40)];
    });
}"""


@dataclass(frozen=True)
class Site:
    """The dashboard at an address of its own, and a browser."""

    address: str
    browser: Browser

    async def page(self, *, width: int = 1280, scheme: str = "light") -> Page:
        context = await self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=True,
        )
        page = await context.new_page()
        page.set_default_timeout(5_000)
        return page

    async def mona(self, *, width: int = 1280, scheme: str = "light", path: str = HOME) -> Page:
        """Mona's window, after she has signed in by pressing what there is to press."""
        page = await self.page(width=width, scheme=scheme)
        await page.goto(f"{self.address}{path}")
        await page.get_by_role("link", name="Sign in with Slack").click()
        await page.get_by_role("link", name="Mona").click()
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(run: databases.Run, browser: Browser) -> AsyncIterator[Site]:
    """A desk with eight weeks behind it."""
    inner: list[Starlette] = []

    async def web(scope: Scope, receive: Receive, send: Send) -> None:
        await inner[0](scope, receive, send)

    with run.copy("sqlite", upgrade) as url:
        async with browsing.office(url, more=pages_of_slack.routes) as office:
            with office.unit() as unit:
                past.write(unit, NOON)
            mounted = Starlette(routes=[Mount("/", web)])
            async with serving(mounted, host="127.0.0.1", port=0) as address:
                app = office.slack.world.app
                assert app is not None
                app.redirect_urls.append(f"{address}{BACK}")
                office.sign_in.back = f"{address}{BACK}"
                parts = office.parts(is_secure=False)
                inner.append(Starlette(routes=routes(parts, is_secure=False)))
                yield Site(address, browser)


async def shot(page: Page, name: str) -> None:
    if os.environ.get("TEST_SCREENSHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SHOTS / f"dashboard-{name}.png", full_page=True)


async def test_a_manager_signs_in_looks_follows_a_number_and_leaves(site: Site) -> None:
    page = await site.mona(path=f"{HOME}?range=28d")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    await page.get_by_label("Account").select_option("Globex")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator(".days")).to_contain_text("Wed 4 Feb to Tue 3 Mar 2026")
    await page.locator('.card a[href*="figure=resolved"]').click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Resolved: ")
    await expect(page.get_by_role("row").nth(1)).to_contain_text("globex-harbour")
    await page.get_by_role("link", name="Agents").click()
    await page.get_by_role("link", name="First answer, half").click()
    await expect(page.get_by_role("columnheader", name="First answer, half")).to_have_attribute(
        "aria-sort", "descending"
    )
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    await page.goto(f"{site.address}{HOME}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The desk’s dashboard")


@pytest.mark.parametrize(
    "name, width, scheme",
    [("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 390, "light")],
)
async def test_nothing_is_cut_nor_hard_to_read(
    site: Site, name: str, width: int, scheme: str
) -> None:
    page = await site.mona(width=width, scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (
        "?range=28d",
        "accounts?range=quarter",
        "tickets?range=quarter&figure=opened",
        "help",
    ):
        await page.goto(f"{site.address}{HOME}{path}")
        for details in await page.locator("summary").all():
            await details.click()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        poor = [found for found in await page.evaluate(CONTRASTS) if found[0] < 4.5]
        assert poor == []
        await shot(page, f"{name}-{path.partition('?')[0] or 'overview'}")
    assert all(url.startswith(site.address) for url in asked)  # nothing from elsewhere


async def test_the_keyboard_leads_past_the_head_and_opens_what_a_figure_means(site: Site) -> None:
    page = await site.mona()
    await page.bring_to_front()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    mark = page.get_by_role("link", name="What “Opened” means")
    await expect(page.locator("#help-opened")).to_be_hidden()
    await mark.focus()
    await expect(page.locator("#help-opened")).to_be_visible()
    await expect(mark).to_have_accessible_description(
        "Tickets that were opened in this time, also those that turned out to be no request."
    )
    await page.keyboard.press("Enter")
    await expect(page.locator("#opened")).to_be_in_viewport()


async def test_a_screen_reader_finds_landmarks_headings_charts_and_tables(site: Site) -> None:
    page = await site.mona(path=f"{HOME}?range=28d")
    await expect(page.locator("body")).to_match_aria_snapshot(
        """
        - link "Skip to the content"
        - banner:
          - navigation "Pages"
          - button "Sign out"
        - main:
          - heading "Overview" [level=1]
          - form "What is shown"
          - region "Work":
            - heading "Work" [level=2]
          - region "How it went"
        """
    )
    await expect(
        page.get_by_role("img", name="Opened and resolved tickets, by day")
    ).to_be_visible()
    await page.get_by_text("The same as a table").first.click()
    table = page.get_by_role("table", name="Opened and resolved tickets, by day")
    await expect(table.get_by_role("row")).to_have_count(29)
