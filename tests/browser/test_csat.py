"""A customer is not happy, says so in the page, and the team makes it good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from storage.migrate import upgrade
from tests import databases
from tests.browser.person import PATIENCE, Person
from tests.browser.window import Window
from tests.stories.stage import Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED = "The nightly import stops with error 42. Can you help?"


@dataclass(frozen=True)
class Opinion:
    desk: Stage
    carla: Person
    ana: Person


@pytest_asyncio.fixture(loop_scope="session")
async def opinion(run: databases.Run, browser: Browser) -> AsyncIterator[Opinion]:
    """The whole program on a Monday morning, and two windows."""
    expect.set_options(timeout=PATIENCE)
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as desk:
            window = Window(desk.slack, browser)
            people = []
            for name, channel in (("carla", "acme-harbour"), ("ana", "triage")):
                page = await window(name, channel, height=1100)
                page.set_default_timeout(PATIENCE)
                people.append(Person(page))
            yield Opinion(desk, *people)
            await window.close()
            assert window.errors == []


async def test_a_low_score_is_given_and_made_good(opinion: Opinion) -> None:
    await _is_solved(opinion)
    await _votes(opinion)
    await _is_made_good(opinion)
    await _is_counted(opinion)


async def _is_solved(it: Opinion) -> None:
    await it.carla.says(ASKED)
    card = it.ana.line("error 42")
    await it.ana.presses(card, "Take")
    await it.ana.sees(card, "Ana Petrova", "Open, our turn")
    await it.ana.presses(card, "Resolve")
    await it.ana.sees(card, "Resolved")
    await it.desk.quiet()
    await it.desk.later(4.1 * 3600)


async def _votes(it: Opinion) -> None:
    carla = it.carla
    await carla.opens_thread(carla.line("error 42"))
    await carla.sees(carla.thread, "How did we do with #1?", "reply with a number from 1 to 5")
    await carla.pictures("csat-asked")
    await carla.thread.get_by_role("button", name="2 Bad").click()
    await carla.sees(carla.thread, "You gave us 2 of 5", "somebody looks into it")
    await carla.presses(carla.thread, "Add a comment")
    await carla.pictures("csat-comment-form")
    await carla.fills("What was good, what should be better?", "It took three days.")
    await carla.sends("Send")
    await carla.sees(carla.thread, "Your comment is with our team")
    await carla.sees_not(carla.thread, "three days", "make it good")
    await carla.pictures("csat-voted")


async def _is_made_good(it: Opinion) -> None:
    ana = it.ana
    card = ana.line("error 42")
    await ana.sees(card, "rated 2 of 5, to be made good")
    await ana.opens_thread(card)
    await ana.sees(ana.thread, "A low score: make it good", "It took three days.", "Due")
    await ana.pictures("csat-recovery")
    await ana.presses(ana.thread, "Made good …")
    box = "What was done, and how did the customer take it?"
    await ana.fills(box, "Called Carla; the import runs in minutes now.")
    await ana.pictures("csat-outcome-form")
    await ana.sends("Save")
    await ana.sees(ana.thread, "Made good", "runs in minutes now")
    await ana.sees(card, "rated 2 of 5, made good")


async def _is_counted(it: Opinion) -> None:
    await it.ana.commands("/csat")
    await it.ana.sees(it.ana.told("Satisfaction"), "1 of 1 asked", "Wilson", "By week")
    await it.ana.pictures("csat-scores")
    await it.ana.commands("/csat settings")
    await expect(it.ana.form).to_contain_text("Satisfaction polls")
    await it.ana.pictures("csat-settings")
