"""A question goes up the ladder and back, in the page: agent, specialist, agent, customer."""

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

INTERNAL = ("Tariq", "Technical", "Which version", "Escalat")


@dataclass(frozen=True)
class Ladder:
    desk: Stage
    carla: Person
    ana: Person
    tariq: Person


@pytest_asyncio.fixture(loop_scope="session")
async def ladder(run: databases.Run, browser: Browser) -> AsyncIterator[Ladder]:
    """The whole program on a Monday morning, and three windows."""
    expect.set_options(timeout=PATIENCE)
    with run.copy("sqlite", upgrade) as url:
        async with stage(url) as desk:
            window = Window(desk.slack, browser)
            people = []
            for name, channel in (
                ("carla", "acme-harbour"),
                ("ana", "triage"),
                ("tariq", "tech-support"),
            ):
                page = await window(name, channel, height=1100)
                page.set_default_timeout(PATIENCE)
                people.append(Person(page))
            yield Ladder(desk, *people)
            await window.close()
            assert window.errors == []


async def test_an_answer_comes_back_down_the_ladder(ladder: Ladder) -> None:
    await _escalates(ladder)
    await _asks_back(ladder)
    await _answers(ladder)
    await _approves(ladder)


async def _escalates(it: Ladder) -> None:
    carla, ana, tariq = it.carla, it.ana, it.tariq
    await carla.says("The nightly import stops with error 42. Can you help?")
    card = ana.line("error 42")
    await ana.presses(card, "Take")
    await ana.sees(card, "Ana Petrova", "Open, our turn")
    await ana.presses(card, "Escalate to Technical")
    await expect(ana.form).to_contain_text("Whom do you ask?")
    await ana.form.get_by_label("What do you want to know?").fill("What does error 42 mean?")
    await ana.form.get_by_label("What was tried?").fill("Started again, twice")
    await ana.form.get_by_label("By when do you need the answer?").fill("3h")
    await ana.pictures("escalate")
    await ana.sends("Escalate")
    await ana.sees(card, "With Technical", "nobody has accepted it yet")
    packet = tariq.line("What does error 42 mean?")
    await tariq.sees(packet, "Started again, twice", "Nobody has accepted it yet", "Engineering")
    await tariq.presses(packet, "Accept")
    await tariq.sees(packet, "Tariq Aziz has it")
    await tariq.pictures("packet")


async def _asks_back(it: Ladder) -> None:
    ana, tariq = it.ana, it.tariq
    packet = tariq.line("What does error 42 mean?")
    await tariq.presses(packet, "Ask back")
    await tariq.form.get_by_label("What do you need to know?").fill("Which version is it?")
    await tariq.sends("Ask")
    await tariq.sees(packet, "was asked back")
    await ana.opens_thread(ana.line("error 42"))
    await ana.sees(ana.thread, "asks back:", "Which version is it?")
    await ana.presses(ana.thread, "Tell them")
    await ana.form.get_by_label("What do you tell them?").fill("Version 4.2")
    await ana.sends("Send")
    await tariq.sees(packet, "Tariq Aziz has it")


async def _answers(it: Ladder) -> None:
    ana, tariq = it.ana, it.tariq
    packet = tariq.line("What does error 42 mean?")
    await tariq.opens_thread(packet)
    await tariq.sees(tariq.thread, "Version 4.2")
    await tariq.presses(packet, "Answer")
    box = tariq.form.get_by_label("Your answer, as the customer may read it")
    await box.fill("Error 42 means that the disk is full. Please make room.")
    await tariq.sends("Hand in")
    await ana.sees(ana.thread, "has an answer", "the disk is full")
    await ana.pictures("answer")


async def _approves(it: Ladder) -> None:
    carla, ana, tariq = it.carla, it.ana, it.tariq
    await ana.presses(ana.thread, "Look and send")
    await expect(ana.form).to_contain_text("The answer of Tariq Aziz")
    await ana.pictures("approve")
    await ana.sends("Send")
    await it.desk.quiet()
    await it.desk.later(11)
    await carla.opens_thread(carla.line("error 42"))
    await carla.sees(carla.thread, "Ana Petrova", "the disk is full")
    await carla.sees_not(carla.page.locator("#main"), *INTERNAL)
    await carla.sees_not(carla.thread, *INTERNAL)
    await tariq.sees(tariq.line("What does error 42 mean?"), "Settled")
    await carla.pictures("answered")
