"""The app's home, by mouse: the next ticket, a filter, away and back, and /ticket find."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from storage.migrate import upgrade
from tests import databases
from tests.browser.window import Window
from tests.stories.stage import Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED = ("The export stopped with error 42.", "And the import is slow, why?", "Where is my bill?")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """The whole program, and three requests of Carla's, one of them about a bill."""
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as it:
            for words in ASKED:
                it.people.say("carla", "#acme-harbour", words)
                await it.quiet()
                await it.later(3600)
            await it.people.command("ben", "#triage", "/ticket", "category 3 billing")
            await it.quiet()
            yield it


async def test_an_agent_works_from_home(desk: Stage, window: Window) -> None:
    ana = await window("ana", "triage", height=1100)
    await ana.get_by_role("link", name="Threadkeeper").click()
    stage_ = ana.locator("#stage")
    await expect(stage_).to_contain_text("Nobody’s yet · 3")
    await stage_.get_by_role("button", name="Take next").click()
    await expect(stage_).to_contain_text("Your tickets · 1")
    await stage_.get_by_role("button", name="I am away").click()
    await expect(stage_).to_contain_text("You are away: queues give new tickets to others")
    await stage_.get_by_role("button", name="I am back").click()
    await expect(stage_).not_to_contain_text("You are away")
    await stage_.get_by_role("combobox").or_(stage_.get_by_text("All tickets")).first.click()
    await ana.get_by_role("option", name="Billing").click()
    await expect(stage_).to_contain_text("Nobody’s yet · 1")
    await expect(stage_).to_contain_text(re.compile("Where is my bill"))


async def test_a_status_in_slack_says_away_as_well(desk: Stage, window: Window) -> None:
    ana = await window("ana", "triage")
    await ana.get_by_role("button", name="Switch person").click()
    await ana.get_by_label("Your status").fill("On vacation")
    await ana.get_by_role("button", name="Set").click()
    await desk.quiet()
    await ana.get_by_role("link", name="Threadkeeper").click()
    await expect(ana.locator("#stage")).to_contain_text(
        "Your status in Slack says that you are away"
    )
