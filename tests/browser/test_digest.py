"""The digest of the morning and the home of a manager, as they look, and a decision taken there."""

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
from tests.stories.test_digest import NINE_IN_BERLIN, until
from tests.stories.told import typed

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOTS = os.environ.get("TEST_SHOTS", "")
ASKED = ("The export stopped with error 42.", "And the import is slow, why?", "Where is my bill?")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """The morning after a Monday with three requests, of which one was answered and solved."""
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as it:
            await typed(it, "mona", "digest daily at 9")
            for words in ASKED:
                it.people.say("carla", "#acme-harbour", words)
                await it.quiet()
                await it.later(3600)
            await it.press("ana", "act:take", it.cards()[0])
            await it.press("ben", "act:take", it.cards()[2])
            await it.people.command("ben", "#triage", "/ticket", "resolve 3")
            await until(it, NINE_IN_BERLIN)
            await it.later(5)
            yield it


async def kept(shown: Locator | Page, name: str) -> None:
    """Keep a picture for people to look at, where TEST_SHOTS names a folder."""
    if SHOTS:
        await shown.screenshot(path=Path(SHOTS) / f"{name}.png")


async def test_a_manager_reads_and_decides(desk: Stage, window: Window) -> None:
    mona = await window("mona", "triage", height=1500)
    await mona.get_by_role("link", name="Threadkeeper").click()
    home = mona.locator("#stage")
    await expect(home).to_contain_text("Today, Tue 3 Mar")
    await expect(home).to_contain_text("To decide · 2")
    await expect(home).to_contain_text("Fourteen days")
    await kept(mona, "digest-home")
    await (
        mona.get_by_role("tab", name="Messages")
        .or_(mona.get_by_role("link", name="Messages"))
        .first.click()
    )
    digest = mona.locator("article", has_text="Daily digest")
    await expect(digest).to_contain_text("To decide · 2")
    chart = digest.get_by_role("img", name="Opened and resolved, 14 days").first
    await expect(chart).to_be_visible()
    assert await chart.evaluate("it => it.complete && it.naturalWidth") == 1520
    await kept(digest, "digest-light")
    assert not await _cut(digest)
    await digest.get_by_role("button", name="Assign …").first.click()
    await expect(mona.get_by_role("dialog")).to_contain_text("Assign")
    await kept(mona, "digest-assign")


async def _cut(shown: Locator) -> int:
    """How many parts are wider than the room that they have."""
    return int(
        await shown.evaluate(
            "it => [...it.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1"
            " && getComputedStyle(e).overflowX === 'hidden').length"
        )
    )
