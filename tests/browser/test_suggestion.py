"""A question is answered from what is known: suggested, sent, and said to have solved it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from storage.migrate import upgrade
from tests import databases
from tests.browser.person import PATIENCE, Person
from tests.browser.window import Window
from tests.stories import told
from tests.stories.stage import Stage, stage
from tests.stories.test_suggestion import QUESTION, SURE, asked, filled

pytestmark = pytest.mark.asyncio(loop_scope="session")
TITLE = "Reset a forgotten password"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(run: databases.Run) -> AsyncIterator[Stage]:
    """A desk that knows the harbour's articles, on SQLite: the browser cannot tell which."""
    with run.copy("sqlite", upgrade) as url:
        async with stage(url, suggestions=True) as it:
            await filled(it)
            yield it


async def test_a_suggestion_is_sent_and_solves_it(desk: Stage, window: Window) -> None:
    carla = Person(await window("carla", "acme-harbour"))
    ana = Person(await window("ana", "triage"))
    await carla.says(QUESTION)
    card = ana.line("forgot my password")
    await expect(card).to_be_visible(timeout=PATIENCE)
    await desk.quiet()
    await ana.opens_thread(card)
    await ana.sees(ana.thread, "Perhaps this helps", TITLE)
    await ana.pictures("suggestion")
    await ana.presses(ana.thread, f"Send “{TITLE}”")
    await ana.sees(ana.form, "Begun with the article")
    await ana.pictures("suggestion-reply")
    await ana.sends("Send")
    await expect(ana.form).not_to_be_visible()
    await desk.quiet()
    await desk.later(11)
    await carla.opens_thread(carla.line("forgot my password"))
    await carla.sees(carla.thread, TITLE)
    await carla.pictures("suggestion-customer")
    await carla.presses(carla.thread, "That solved it")
    await desk.quiet()
    await ana.sees(ana.thread, "the customer says that it solved it")
    await ana.pictures("suggestion-solved")


async def test_the_desk_answers_by_itself_and_hands_over(desk: Stage, window: Window) -> None:
    await asked(desk, "Is anybody there?")
    assert "by myself" in await told.typed(desk, "mona", "answers #acme-harbour on")
    await desk.later(301)
    carla = Person(await window("carla", "acme-harbour"))
    ana = Person(await window("ana", "triage"))
    await carla.says(SURE)
    await desk.quiet()
    await carla.opens_thread(carla.line(SURE))
    await carla.sees(carla.thread, "Perhaps this answers your question", "Sent automatically")
    await carla.pictures("answer")
    await carla.presses(carla.thread, "I need a person")
    await desk.quiet()
    await carla.sees(carla.thread, "knows that you would like a person")
    await ana.opens_thread(ana.line(SURE))
    await ana.sees(ana.thread, "the customer would like a person")
    await ana.pictures("answer-person")
