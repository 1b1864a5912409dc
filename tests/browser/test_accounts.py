"""A lead sets accounts up, writes a macro and answers with it, by mouse and keyboard.

``SCREENSHOTS=folder`` keeps pictures of what was seen.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from storage.migrate import upgrade
from tests import databases
from tests.browser.window import Window
from tests.stories.stage import Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """The whole program, and a request of Carla's."""
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as it:
            it.people.say("carla", "#acme-harbour", "The export stopped with error 42. Why?")
            await it.quiet()
            yield it


async def test_a_lead_sets_up_an_account_and_answers_with_a_macro(
    desk: Stage, window: Window
) -> None:
    ana = await window("ana", "triage", width=1300, height=1000)
    await _map(ana)
    card = ana.locator("#messages article", has_text="error 42").first
    await expect(card).to_contain_text("Acme Robotics · Premium")
    await _warn(ana, card)
    await expect(card).to_contain_text("Never restart robot 7")
    await _picture(ana, "card")
    await _write_macro(ana)
    await _answer(desk, ana)
    carla = await window("carla", "acme-harbour")
    await carla.locator("#messages article", has_text="error 42").get_by_text("replies").click()
    await expect(carla.locator("#replies")).to_contain_text("Hi Carla, we restarted robot 8.")
    await expect(carla.locator("body")).not_to_contain_text("Never restart")


async def test_a_new_channel_is_asked_about_in_triage(desk: Stage, window: Window) -> None:
    ana = await window("ana", "triage")
    desk.people.create_channel("ana", "ext-globex-robots", members=["threadkeeper"])
    await desk.quiet()
    desk.people.share_with("ana", "#ext-globex-robots", "globex")
    await desk.quiet()
    asked = ana.locator("#messages article", has_text="Whose channel is it?")
    await expect(asked).to_contain_text("Globex")
    await _picture(ana, "onboarding")
    await asked.get_by_role("button", name="Set up").click()
    await ana.locator("#modal").get_by_role("button", name="Save").click()
    card = ana.locator("#messages article", has_text="#ext-globex-robots belongs to Globex")
    await expect(card.first).to_be_visible()


async def _map(ana: Page) -> None:
    await _type(ana, "/desk channels")
    row = _whisper(ana, "acme-harbour")
    await expect(row).to_contain_text("guess: Acme Robotics")
    await _picture(ana, "channels")
    await row.get_by_role("button", name="Set up").first.click()
    form = ana.locator("#modal")
    await expect(form).to_contain_text("acme-harbour")
    await _picture(ana, "map-form")
    await _choose(form, "Tier", "Premium")
    await form.get_by_role("button", name="Save").click()
    await expect(form).not_to_be_visible()


async def _warn(ana: Page, card: Locator) -> None:
    await card.get_by_role("button", name="Account").click()
    account = _whisper(ana, "Carla Moreno")
    await expect(account).to_contain_text("Premium")
    await _picture(ana, "account")
    await account.get_by_role("button", name="Add a note or warning").click()
    form = ana.locator("#modal")
    await form.locator("textarea").first.fill("Never restart robot 7")
    await _choose(form, "Where it is shown", "As a warning on each of its tickets")
    await form.get_by_role("button", name="Save").click()
    await expect(form).not_to_be_visible()


async def _write_macro(ana: Page) -> None:
    await _type(ana, "/desk macros new")
    form = ana.locator("#modal")
    await form.locator("input[type=text]").first.fill("Robot restarted")
    await form.locator("textarea").first.fill("Hi {{ customer_name }}, we restarted robot 8.")
    await form.get_by_role("button", name="Preview").click()
    await expect(form).to_contain_text("Did you mean {{ customer")
    await form.locator("textarea").first.fill("Hi {{ customer_first_name }}, we restarted robot 8.")
    await form.get_by_role("button", name="Preview").click()
    await expect(form).to_contain_text("Hi Carla, we restarted robot 8.")
    await _picture(ana, "macro-form")
    await form.get_by_role("button", name="Save").click()
    await expect(form).not_to_be_visible()
    await _type(ana, "/desk macros")
    await expect(_whisper(ana, "Robot restarted")).to_be_visible()
    await _picture(ana, "macros")


async def _answer(desk: Stage, ana: Page) -> None:
    await _type(ana, "/ticket macro 1 robot")
    form = ana.locator("#modal")
    await expect(form.locator("textarea").first).to_have_value("Hi Carla, we restarted robot 8.")
    await expect(form).to_contain_text("Carla Moreno")
    await _picture(ana, "macro-reply")
    await form.get_by_role("button", name="Send").click()
    await expect(form).not_to_be_visible()
    await desk.quiet()
    await desk.later(11)


def _whisper(page: Page, words: str) -> Locator:
    return page.locator("#messages .whisper, #messages article", has_text=words).last


async def _type(page: Page, words: str) -> None:
    field = page.get_by_role("textbox", name="Message #")
    await field.fill(words)
    await field.press("Enter")


async def _choose(form: Locator, label: str, choice: str) -> None:
    await form.get_by_label(label).click()
    await form.page.get_by_role("option", name=choice).click()


async def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        await page.wait_for_timeout(300)
        await page.screenshot(path=Path(folder) / f"desk-{name}.png")
