"""The main job by mouse and keyboard, as a newcomer does it; its screenshots are those of the docs.

``SCREENSHOTS=1`` writes them anew.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from sandbox.demo import DAY, yesterday
from storage.migrate import upgrade
from tests import databases
from tests.browser.window import Window
from tests.stories.stage import Stage, stage
from tests.stories.worlds import world_at

pytestmark = pytest.mark.asyncio(loop_scope="session")

PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"
QUESTION = "Our nightly export stopped with “error 42”. Can you help?"
ANSWER = "Sorry about that! A worker was stuck, I restarted it. Does it run now?"
AGAIN = "Can we run it twice a day?"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """The whole program with yesterday's history, on SQLite: the browser cannot tell which."""
    world = world_at(history=True)
    world.clock.offset = -DAY
    with run.copy("sqlite", upgrade) as url:
        async with stage(url, world=world) as it:
            await yesterday(it.slack)
            await it.quiet()
            yield it


async def test_a_newcomer_does_the_main_job(desk: Stage, window: Window) -> None:
    carla, ana = await window("carla", "acme-harbour"), await window("ana", "triage")
    await _say(carla, QUESTION)
    card = ana.locator("#messages article", has_text="error 42").last
    await expect(card).to_be_visible(timeout=1_000)
    await _picture(ana, "triage")

    await card.get_by_role("button", name="Take").click()
    await expect(card).to_contain_text("Ana Petrova")
    await carla.locator("#messages article", has_text="error 42").get_by_text("1 reply").click()
    thread = carla.locator("#replies")
    await expect(thread).to_contain_text("Ana Petrova is looking at it")

    await _answer(desk, ana, card)
    await expect(thread).to_contain_text(ANSWER)
    await expect(thread.locator("article", has_text=ANSWER)).to_contain_text("Ana Petrova")
    await _picture(carla, "customer")

    await _say(carla, "Yes, it does", in_thread=True)
    await card.get_by_text("replies").click()
    await expect(ana.locator("#replies")).to_contain_text("Yes, it does")
    await _picture(ana, "internal-thread")
    await _solve_and_ask_again(carla, ana)


async def _solve_and_ask_again(carla: Page, ana: Page) -> None:
    card = ana.locator("#messages article", has_text="error 42").last
    await card.get_by_role("button", name="Resolve").click()
    await expect(carla.locator("#replies")).to_contain_text("as solved")
    closed = ana.locator("#messages article", has_text="Resolved").last
    await _say(carla, "thanks!", in_thread=True)
    await expect(ana.locator("#replies")).to_contain_text("thanks!")
    await expect(closed).to_be_visible()
    await _say(carla, AGAIN, in_thread=True)
    await expect(ana.locator("#replies")).to_contain_text(AGAIN)
    await expect(card.get_by_role("button", name="Resolve")).to_be_visible()


async def test_the_other_company_sees_nothing_of_it(desk: Stage, window: Window) -> None:
    carla, zoe = await window("carla", "acme-harbour"), await window("zoe", "globex-harbour")
    await _say(carla, QUESTION)
    await desk.quiet()
    await expect(zoe.locator("body")).not_to_contain_text("error 42")
    await expect(zoe.locator("nav").first).not_to_contain_text("acme-harbour")


async def _say(page: Page, words: str, *, in_thread: bool = False) -> None:
    name = "Reply in thread" if in_thread else "Message #"
    field = page.get_by_role("textbox", name=name)
    await field.fill(words)
    await field.press("Enter")


async def _answer(desk: Stage, ana: Page, card: object) -> None:
    """Press Reply, write, send, and let the time for undo pass."""
    await card.get_by_role("button", name="Reply").click()  # type: ignore[attr-defined]
    form = ana.locator("#modal")
    await expect(form).to_contain_text("acme-harbour")
    await form.locator("textarea").first.fill(ANSWER)
    await _picture(ana, "reply")
    await form.get_by_role("button", name="Send").click()
    await expect(form).not_to_be_visible()
    await desk.quiet()
    await desk.later(11)


async def _picture(page: Page, name: str) -> None:
    if os.environ.get("SCREENSHOTS"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.wait_for_timeout(300)
        await page.screenshot(path=PICTURES / f"{name}.png")
