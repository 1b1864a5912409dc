"""A solved thread becomes an article, which answers the next customer, in the page."""

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

ASKED = (
    "Hi team, how do we replace the filter of the palletizer?"
    " Acme Robotics, Carla Moreno, call me on +31 20 555 1234."
)
ANSWER = (
    "Switch line B off, Carla. Then press **the green lever**, pull the filter out,"
    " put a new one in."
)
NEXT = "How can I replace a palletizer filter?"


@dataclass(frozen=True)
class Desk:
    stage: Stage
    carla: Person
    ana: Person
    zoe: Person


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run, browser: Browser) -> AsyncIterator[Desk]:
    """The whole program on a Monday morning, and three windows."""
    expect.set_options(timeout=PATIENCE)
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as it:
            window = Window(it.slack, browser)
            people = []
            for name, channel in (
                ("carla", "acme-harbour"),
                ("ana", "triage"),
                ("zoe", "globex-harbour"),
            ):
                page = await window(name, channel, height=1100)
                page.set_default_timeout(PATIENCE)
                people.append(Person(page))
            yield Desk(it, *people)
            await window.close()
            assert window.errors == []


async def test_a_solved_thread_becomes_an_article_that_answers_the_next(desk: Desk) -> None:
    await _solves(desk)
    await _writes(desk)
    await _answers_the_next(desk)


async def _reply(it: Desk, words: str = "") -> None:
    """Fill the open form of Reply in, send, and let the time for undo pass."""
    await expect(it.ana.form).to_contain_text("Your reply")
    if words:
        await it.ana.form.locator("textarea").first.fill(words)
    await it.ana.sends("Send")
    await expect(it.ana.form).not_to_be_visible()
    await it.stage.quiet()
    await it.stage.later(11)


async def _solves(it: Desk) -> None:
    await it.carla.says(ASKED)
    card = it.ana.line("palletizer")
    await it.ana.presses(card, "Reply")
    await _reply(it, ANSWER)
    await it.ana.presses(card, "Resolve")
    await it.stage.quiet()


async def _writes(it: Desk) -> None:
    """Who asked is taken out; what is left is approved, and made public."""
    ana = it.ana
    await ana.commands("/kb from 1")
    await ana.sees(ana.form, "taken out", "[name]", "[phone]", "[customer]")
    body = ana.form.get_by_label("What it says").first
    draft = await body.input_value()
    assert "green lever" in draft
    for word in ("Carla", "Moreno", "Acme", "555"):
        assert word not in draft
    await ana.pictures("article-draft")
    await body.fill(
        "Switch the line off.\n\n1. Press **the green lever**.\n2. Pull the filter out."
    )
    await ana.fills("Title", "Replace the filter of the palletizer")
    await ana.picks("Who may read it", "Customers, too")
    await ana.form.get_by_label("I have read it").check()
    await ana.presses(ana.form, "Preview")
    await ana.sees(ana.form, "how it is shown")
    await ana.pictures("article-preview")
    await ana.sends("Save")
    await ana.sees(ana.told("is saved"), "customers may read it")


async def _answers_the_next(it: Desk) -> None:
    ana, zoe = it.ana, it.zoe
    await zoe.says(NEXT)
    await ana.sees(ana.line(NEXT), "Globex")
    await ana.commands("/kb #2")
    found = ana.told("Replace the filter of the palletizer")
    await ana.sees(found, "public", "green lever")
    await ana.pictures("article-found")
    await ana.presses(found, "Open")
    await ana.sees(ana.form, "Public: customers may read it", "Pull the filter out.")
    await ana.pictures("article-open")
    await ana.sends("Close")
    await ana.presses(found, "Send to customer of #2")
    await _reply(it)
    await zoe.opens_thread(zoe.line(NEXT))
    await zoe.sees(zoe.thread, "the green lever")
    await zoe.sees_not(zoe.thread, "Carla", "Acme")
    await zoe.pictures("article-answer")
