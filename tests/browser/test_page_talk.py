"""Talking at the page: windows of several people stay in step, and nobody loses their place."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from sandbox import deeds
from sandbox.local import Sandbox
from tests.browser.window import Window

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_one_says_the_other_sees_at_once_without_losing_her_draft(
    open_as: Window,
) -> None:
    carla, ana = await open_as("carla", "acme-harbour"), await open_as("ana", "acme-harbour")
    draft = ana.get_by_label("Message #acme-harbour")
    await draft.fill("I am just wri")
    await carla.get_by_label("Message #acme-harbour").fill("The arm *stops*")
    await carla.keyboard.press("Enter")
    await expect(ana.get_by_role("log").get_by_text("The arm stops")).to_be_visible()
    await expect(draft).to_have_value("I am just wri")
    await expect(draft).to_be_focused()
    await expect(carla.get_by_label("Message #acme-harbour")).to_have_value("")


async def test_a_person_elsewhere_gets_an_unread_mark(open_as: Window, slack: Sandbox) -> None:
    ana = await open_as("ana", "triage")
    row = ana.get_by_role("link", name="acme-harbour")
    slack.people.say("carla", "acme-harbour", "Is anybody there?")
    await expect(row.get_by_label("1 unread")).to_be_visible()
    await row.click()
    await expect(ana.get_by_text("Is anybody there?")).to_be_visible()
    await expect(row.get_by_label("1 unread")).to_have_count(0)


async def test_a_thread_is_opened_answered_and_closed(open_as: Window, slack: Sandbox) -> None:
    slack.people.say("carla", "acme-harbour", "The arm stops")
    ana = await open_as("ana", "acme-harbour")
    line = ana.get_by_role("article").filter(has_text="The arm stops")
    await line.hover()
    await line.get_by_role("link", name="Reply in thread").click()
    field = ana.get_by_role("textbox", name="Reply in thread", exact=True)
    await expect(field).to_be_focused()
    await ana.keyboard.type("On it")
    await ana.keyboard.press("Enter")
    await expect(ana.get_by_role("log", name="Thread").get_by_text("On it")).to_be_visible()
    await expect(ana.get_by_text("1 reply").first).to_be_visible()
    await ana.get_by_role("link", name="Close the thread").click()
    await expect(ana.get_by_role("complementary", name="Thread")).to_have_count(0)


async def test_on_a_phone_one_pane_is_seen_at_a_time(open_as: Window, slack: Sandbox) -> None:
    said = slack.people.say("carla", "acme-harbour", "The arm stops")
    slack.people.say("ben", "acme-harbour", "On it", thread_ts=said.ts)
    ana = await open_as("ana", "triage", width=390, height=844)
    side = ana.get_by_role("navigation", name="Channels")
    await expect(side).to_be_hidden()
    await ana.get_by_role("button", name="Channels and people").click()
    await side.get_by_role("link", name="acme-harbour").click()
    await expect(side).to_be_hidden()
    await ana.get_by_role("link", name="1 reply").last.click()
    await expect(ana.get_by_role("log", name="Thread").get_by_text("On it")).to_be_visible()
    await expect(ana.get_by_role("log", name="Messages")).to_be_hidden()
    await ana.get_by_role("link", name="Close the thread").click()
    await expect(ana.get_by_role("log", name="Messages")).to_be_visible()


async def test_shift_enter_begins_a_new_line(open_as: Window, slack: Sandbox) -> None:
    carla = await open_as("carla", "acme-harbour")
    await carla.keyboard.type("one")
    await carla.keyboard.press("Shift+Enter")
    await carla.keyboard.type("two")
    await carla.keyboard.press("Enter")
    await expect(carla.get_by_role("article").filter(has_text="one")).to_contain_text("two")
    assert list(slack.world.channels["C0ACMEHARB"].messages.values())[-1].text == "one\ntwo"


async def test_an_own_message_is_edited_by_arrow_up_and_deleted_after_a_question(
    open_as: Window,
) -> None:
    carla = await open_as("carla", "acme-harbour")
    await carla.keyboard.type("The arm stopps")
    await carla.keyboard.press("Enter")
    line = carla.get_by_role("article").filter(has_text="The arm")
    await expect(line).to_be_visible()
    await carla.keyboard.press("ArrowUp")
    await expect(carla.get_by_text("Editing your message")).to_be_visible()
    await carla.keyboard.press("ControlOrMeta+a")
    await carla.keyboard.type("The arm stops")
    await carla.keyboard.press("Enter")
    await expect(line).to_contain_text("The arm stops(edited)")
    await line.hover()
    await line.get_by_role("button", name="More actions").click()
    await carla.get_by_role("menuitem", name="Delete message").click()
    await carla.get_by_role("button", name="Delete", exact=True).click()
    await expect(line).to_have_count(0)


async def test_reactions_are_added_and_taken_back(open_as: Window) -> None:
    carla, ana = await open_as("carla", "acme-harbour"), await open_as("ana", "acme-harbour")
    line = ana.get_by_role("article").filter(has_text="quick fix")
    await line.hover()
    await line.get_by_role("button", name="React with eyes").click()
    theirs = carla.get_by_role("button", name="eyes, 1")
    await expect(theirs).to_be_visible()
    await theirs.click()
    await ana.get_by_role("button", name="eyes, 2").click()
    await expect(carla.get_by_role("button", name="eyes, 1")).to_be_visible()


async def test_hostile_words_do_not_run(open_as: Window, slack: Sandbox) -> None:
    hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    slack.people.say("carla", "acme-harbour", hostile)
    ana = await open_as("ana", "acme-harbour")
    await expect(ana.get_by_text("window.hacked").first).to_be_visible()
    assert await ana.evaluate("window.hacked") is None


async def test_somebody_else_is_a_click_away_in_the_same_channel(open_as: Window) -> None:
    page = await open_as("carla", "acme-harbour")
    await page.get_by_role("button", name="You are Carla Moreno").click()
    await page.get_by_role("menuitem", name="Ana Petrova").click()
    await expect(page.get_by_role("button", name="You are Ana Petrova, Agent")).to_be_visible()
    await expect(page.get_by_role("heading", name="acme-harbour")).to_be_visible()
    assert "as=ana&channel=acme-harbour" in page.url


async def test_a_new_message_keeps_the_reader_at_the_bottom_or_where_she_was(
    open_as: Window, slack: Sandbox
) -> None:
    for number in range(60):
        slack.people.say("omar", "acme-harbour", f"line {number}")
    ana = await open_as("ana", "acme-harbour")
    box = ana.locator("#messages-scroll")
    await box.evaluate("box => { box.scrollTop = box.scrollHeight }")
    slack.people.say("omar", "acme-harbour", "the newest")
    await expect(ana.get_by_text("the newest")).to_be_in_viewport()
    await box.evaluate("box => { box.scrollTop = 200 }")
    slack.people.say("omar", "acme-harbour", "one more")
    await expect(ana.get_by_text("one more")).to_be_attached()
    assert await box.evaluate("box => box.scrollTop") == 200


async def test_a_private_answer_is_brought_into_view_wherever_the_reader_was(
    open_as: Window, slack: Sandbox
) -> None:
    for n in range(40):
        slack.people.say("ben", "#triage", f"Line {n}")
    ana = await open_as("ana", "triage")
    box = ana.locator("#messages-scroll")
    await box.evaluate("box => { box.scrollTop = 0 }")
    world, person = slack.world, slack.people.senses.user("ana")
    deeds.whisper(world, world.channels["C000TRIAGE"], person, text="Only agents can do this.")
    await expect(ana.get_by_text("Only agents can do this.")).to_be_in_viewport()


async def test_nothing_sticks_out_at_1280_pixels(open_as: Window, slack: Sandbox) -> None:
    long = slack.people.say(
        "carla", "acme-harbour", "x" * 300 + " " + "https://a.example/" + "y" * 300
    )
    slack.people.say("ana", "acme-harbour", "z" * 300, thread_ts=long.ts)
    ana = await open_as("ana", "acme-harbour")
    await ana.get_by_text("1 reply").last.click()
    await expect(ana.get_by_role("complementary", name="Thread")).to_be_visible()
    assert await ana.evaluate("document.documentElement.scrollWidth") == 1280
    for box in ("#messages-scroll", "#thread-scroll", "#sidebar"):
        assert await ana.locator(box).evaluate("box => box.scrollWidth <= box.clientWidth")
