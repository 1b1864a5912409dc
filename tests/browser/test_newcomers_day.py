"""A newcomer's day at the desk, by mouse and keyboard alone: three customers, ten messages, a lead.

``SCREENSHOTS=1`` writes its pictures to the docs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from storage.migrate import upgrade
from tests import databases
from tests.browser.person import PATIENCE, Person
from tests.browser.window import Window
from tests.stories.stage import Stage, stage
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


WRONG = (
    ("/ticket tkae 1", "Did you mean /ticket take 1?"),
    ("/ticket take 999", "There is no ticket #999"),
    ("/assign 2 @nobodyy", "No agent is called"),
    ("/ticket snooze 2 someday", "I do not understand when “someday” is"),
    ("/ticket merge 2 1", "must not read each other"),
    ("/ticket", "On the card"),
)


HISTORY = (
    "Carla Moreno opened it",
    "Ana Petrova took it",
    "Ana Petrova took a reply back",
    "Ana Petrova answered the customer",
    "Carla Moreno edited a message after our answer",
    "Ana Petrova resolved it as answered",
    "Carla Moreno wrote, only a courtesy",
)
INTERNAL = ("IT department", "snooze", "triage", "hunter2", "turn", "deleted this", "merge")


@dataclass(frozen=True)
class Day:
    """Everybody's windows, side by side."""

    desk: Stage
    carla: Person
    omar: Person
    zoe: Person
    ana: Person
    ben: Person


@pytest_asyncio.fixture(loop_scope="session")
async def day(run: databases.Run, browser: Browser) -> AsyncIterator[Day]:
    """The whole program on a Monday morning, and five windows."""
    expect.set_options(timeout=PATIENCE)
    with run.copy("sqlite", upgrade) as url:
        async with stage(url, world=world_at(EIGHT)) as desk:
            window = Window(desk.slack, browser)
            yield Day(
                desk,
                *[
                    await _sits_down(window, name, channel)
                    for name, channel in (
                        ("carla", "acme-harbour"),
                        ("omar", "acme-harbour"),
                        ("zoe", "globex-harbour"),
                        ("ana", "triage"),
                        ("ben", "triage"),
                    )
                ],
            )
            await window.close()
            assert window.errors == []


async def _sits_down(window: Window, name: str, channel: str) -> Person:
    page = await window(name, channel)
    page.set_default_timeout(PATIENCE)
    return Person(page)


async def test_a_newcomers_day(day: Day, tmp_path: Path) -> None:
    await _customers_write(day, tmp_path)
    await _triage(day)
    await _answers(day)
    await _second_thoughts(day)
    await _evening(day)
    await _what_is_left(day)
    await _customers_saw_only_theirs(day)


async def _customers_write(day: Day, folder: Path) -> None:
    """A courtesy; two that belong together; one with a file; one that is taken back; one more."""
    invoice = folder / "invoice-2026-02.pdf"
    invoice.write_bytes(b"%PDF-1.4 not much of an invoice")
    await day.carla.says("Good morning everybody!")
    await day.carla.says("Our nightly export stopped.")
    await day.carla.says("It says “error 42”. Can you help?")
    await day.ana.sees(day.ana.line("nightly export stopped"), "1 more message", "#1", "New")
    await day.zoe.says("Can you put our new address on this invoice?", file=invoice)
    await day.ana.sees(day.ana.line("address on this invoice"), "invoice-2026-02.pdf", "#2")
    await day.zoe.says("The password of our robot is hunter2, by the way.")
    await day.ana.sees(day.ana.line("address on this invoice"), "1 more message")
    await day.zoe.deletes(day.zoe.line("hunter2"))
    await day.omar.says("The file of last night’s export is empty, is that known?")
    await day.ana.sees(day.ana.line("export is empty"), "Omar Haddad", "#3")
    await day.ana.pictures("triage")


async def _triage(day: Day) -> None:
    """Take, assign, wrong commands, merge, snooze."""
    ana, ben = day.ana, day.ben
    await ana.presses(ana.line("nightly export stopped"), "Take")
    await ana.sees(ana.line("nightly export stopped"), "Ana Petrova", "Take over")
    await ana.commands("/assign 2 @ben")
    await ana.sees(ana.line("address on this invoice"), "Ben Okafor")
    for wrong, hint in WRONG:
        await ana.commands(wrong)
        await ana.sees(ana.told(hint), hint)
        await expect(ben.page.locator(".line-ephemeral")).to_have_count(0)
    await ana.chooses(ana.line("export is empty"), "Merge")
    await ana.picks("Into which open ticket", "#1")
    await ana.sends("Merge")
    await ana.sees(ana.line("nightly export stopped"), "Contains #3")
    await ana.sees(ana.line("export is empty"), "Part of #1")
    await ben.chooses(ben.line("address on this invoice"), "Snooze")
    await ben.pictures("snooze")
    await ben.sends("Snooze")
    await ben.sees(ben.line("address on this invoice"), "Snoozed until")


async def _answers(day: Day) -> None:
    """A reply taken back, one that is sent, a macro; a question split off, one edited too late."""
    ana, carla = day.ana, day.carla
    card = ana.line("nightly export stopped")
    await carla.opens_thread(carla.line("nightly export stopped"))
    await ana.opens_thread(card)
    await ana.freezes()
    await ana.presses(card, "Reply")
    await ana.fills("Your reply", "Your IT department broke it.")
    await ana.sends("Send")
    await ana.sees(ana.thread, "Your IT department", "sends in")
    await ana.pictures("held")
    await ana.presses(ana.thread, "Undo")
    await ana.sees(ana.thread, "took this back")
    await ana.runs()
    await ana.presses(card, "Reply")
    await ana.fills("Your reply", "A worker was stuck, I restarted it. Does it run now?")
    await ana.sends("Send")
    await ana.sees(ana.thread, "A worker was stuck")
    await ana.moves_on("+10 min")
    await carla.sees(carla.thread, "A worker was stuck", "Ana Petrova")
    await carla.sees_not(carla.page.locator("body"), "IT department")
    await carla.pictures("customer")


async def _second_thoughts(day: Day) -> None:
    """An edit after the answer, a second question in a thread, an urgent one, a reply deleted."""
    ana, carla, zoe = day.ana, day.carla, day.zoe
    await carla.edits(carla.line("error 42"), "It says “error 43”. Can you help?")
    await ana.sees(ana.thread, "changed their words after our answer")
    await ana.presses(ana.thread.locator("article", has_text="changed their words"), "What changed")
    await ana.sees(ana.page.locator("article.line-ephemeral").last, "error 43", "error 42")
    await ana.pictures("changed")
    await zoe.opens_thread(zoe.line("address on this invoice"))
    await zoe.replies("And why do our webhooks arrive twice?")
    card = ana.line("address on this invoice")
    await ana.sees(card, "Open, our turn", "1 more message")
    await ana.opens_thread(card)
    await ana.sees(ana.thread, "webhooks arrive twice")
    await ana.uses_shortcut(ana.thread.locator("article", has_text="webhooks").last, "Split off")
    await ana.sees(ana.line("webhooks arrive twice"), "#4", "Globex")
    await zoe.sees(zoe.thread, "another question of this thread is #4 now")
    await zoe.pictures("split")


async def _evening(day: Day) -> None:
    """An urgent one, a macro, a sent reply deleted, one solved and thanked for."""
    ana, carla, omar = day.ana, day.carla, day.omar
    await omar.says("Robot 7 stands still, the whole line waits!")
    robot = ana.line("Robot 7")
    await ana.sees(robot, "#5")
    await omar.opens_thread(omar.line("Robot 7"))
    await day.desk.quiet()  # nothing is drawn anew under the hand
    await omar.presses(omar.thread, "This is urgent")
    await omar.fills("What can you not do", "Production, since 10")
    await omar.sends("Tell the team")
    await omar.sees(omar.thread, "We treat #5 as urgent now")
    await ana.sees(robot, "URGENT")
    await ana.commands("/ticket macro 5 looking")
    await ana.sees(ana.form, "Looking into it", "Hi Omar")
    await ana.sends("Send")
    await ana.opens_thread(robot)
    await ana.sees(ana.thread, "looking into it now")
    await ana.moves_on("+10 min")
    await omar.sees(omar.thread, "looking into it now")
    await ana.presses(ana.thread.locator("article", has_text="looking into it"), "Delete")
    await ana.presses(ana.page.locator("#ask"), "Delete")
    await ana.sees(ana.thread, "deleted this for the customer")
    await expect(omar.thread).not_to_contain_text("looking into it now")
    await ana.presses(ana.line("nightly export stopped"), "Resolve")
    await carla.sees(carla.thread, "We marked #1 as solved")
    await carla.replies("Thanks a lot!")
    await day.desk.quiet()


async def _what_is_left(day: Day) -> None:
    """The cards, the history, and the merge taken back; next morning, Ben's home."""
    ana, ben, omar = day.ana, day.ben, day.omar
    done = ana.line("nightly export stopped")
    await ana.sees(done, "Resolved as answered", "Contains #3")
    await expect(done.get_by_role("button", name="Reply", exact=True)).to_have_count(0)
    await ana.pictures("end")
    await ana.chooses(done, "History")
    await ana.sees(ana.told("History of"), *HISTORY)
    await ana.pictures("history")
    await omar.opens_thread(omar.line("export is empty"))
    await omar.sees(omar.thread, "We look after #3 together with #1")
    await ana.commands("/ticket unmerge 3")
    await ana.sees(ana.line("export is empty"), "Take", "Resolve")
    await omar.sees(omar.thread, "here, on its own")
    await ana.moves_on("Next morning")  # nine o'clock is an hour later where Ben lives
    await day.desk.quiet()
    await ana.moves_on("+1 h")
    await day.desk.quiet()
    # After a night without a word the desk takes in first what it may have missed.
    await ben.sees(ben.line("address on this invoice"), "Open, our turn")
    await ben.page.get_by_role("link", name="Threadkeeper").last.click()
    await ben.sees(ben.page.locator("#home"), "Your tickets · 1", "#2", "Nobody’s yet · 2")
    await ben.pictures("home")


async def _customers_saw_only_theirs(day: Day) -> None:
    """Each in all their threads, and none of what the team said among themselves."""
    for person, others in (
        (day.carla, "Globex"),
        (day.omar, "Globex"),
        (day.zoe, "Acme"),
    ):
        lines = person.page.locator("#messages article", has=person.page.locator(".thread-line"))
        for at in range(await lines.count()):
            await lines.nth(at).locator(".thread-line").click()
            await expect(person.thread.locator("article").nth(1)).to_be_visible()
            await person.sees_not(person.page.locator("#main"), *INTERNAL, others)
            await person.sees_not(person.thread, *INTERNAL, others)
    await day.ana.sees_not(day.ana.page.locator("#main"), "hunter2")
