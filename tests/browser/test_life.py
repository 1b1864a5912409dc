"""A ticket is put aside, labelled and merged, by mouse and keyboard, as an agent does it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from storage import workspaces
from storage.migrate import upgrade
from storage.records.workspaces import Extra, ExtraKind
from storage.unit import Unit
from tests import databases
from tests.browser.window import Window
from tests.stories.stage import Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIELDS = (
    Extra("Version"),
    Extra("Plan", ExtraKind.CHOICE, ("Free", "Paid")),
    Extra("Seats", ExtraKind.NUMBER),
    Extra("Renewal", ExtraKind.DATE),
)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """The whole program with fields of its own, and two requests of Carla's."""
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as it:
            (installed,) = await it.program.desk.installations()
            await it.program.desk.write(installed.workspace_id, _with_fields(it))
            for words in ("The export stopped with error 42.", "And the import is slow, why?"):
                it.people.say("carla", "#acme-harbour", words)
                await it.quiet()
                await it.later(3600)
            yield it


def _with_fields(it: Stage) -> Callable[[Unit], None]:
    def step(unit: Unit) -> None:
        wanted = replace(workspaces.settings(unit), extras=FIELDS)
        workspaces.save_settings(unit, wanted, it.program.clock.now())

    return step


async def test_an_agent_puts_a_ticket_aside_labels_it_and_merges_it(
    desk: Stage, window: Window
) -> None:
    ana = await window("ana", "triage")
    card = ana.locator("#messages article", has_text="error 42").first
    await _choose(card, ana, "Snooze")
    form = ana.get_by_role("dialog")
    await form.get_by_label("Or say when").fill("someday")
    await form.get_by_role("button", name="Snooze").click()
    await expect(form).to_contain_text("I do not understand when “someday” is")
    await form.get_by_label("Or say when").fill("2d")
    await form.get_by_role("button", name="Snooze").click()
    await expect(card).to_contain_text("Snoozed until")

    await _more(card, ana, "Tags, category, fields")
    await form.get_by_label("Category").click()
    await ana.get_by_role("option", name="Billing").click()
    await form.get_by_label("Tags").click()
    await ana.keyboard.type("vip")
    await ana.get_by_role("option", name="New tag: vip").click()
    await ana.keyboard.press("Escape")
    await form.get_by_label("Version").fill("4.2")
    await form.get_by_role("button", name="Save").click()
    await expect(card).to_contain_text("vip")
    await expect(card).to_contain_text("Version: 4.2")

    other = ana.locator("#messages article", has_text="import is slow").first
    await _more(other, ana, "Merge")
    await form.get_by_label("Into which open ticket").click()
    await ana.get_by_role("option", name="#1").click()
    await form.get_by_role("button", name="Merge").click()
    await expect(card).to_contain_text("Contains #2")
    await expect(other).to_contain_text("Part of #1")


async def _choose(card: Locator, page: Page, name: str) -> None:
    await card.locator(".btn-more").click()
    await page.get_by_role("option", name=name).click()


async def _more(card: Locator, page: Page, name: str) -> None:
    """Two steps: the menu's last line, then the choice."""
    await _choose(card, page, "More …")
    form = page.get_by_role("dialog")
    await form.get_by_label("What do you want to do?").click()
    await page.get_by_role("option", name=name).click()
    await form.get_by_role("button", name="Next").click()
