"""The app at the page: buttons, commands, shortcuts, modals and the App Home."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from sandbox import deeds
from sandbox.local import Sandbox
from sandbox.world import View
from tests.browser.window import Window
from tests.sandbox.receiver import Delivery, Receiver

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]


def _words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _options(*words: str) -> list[Json]:
    return [{"text": _words(word), "value": word.lower()} for word in words]


SURE = {
    "title": _words("Resolve?"),
    "text": _words("Carla is told."),
    "confirm": _words("Do it"),
    "deny": _words("No"),
}
CARD: list[Json] = [
    {"type": "header", "text": _words("Ticket 12")},
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {"type": "button", "action_id": "take", "text": _words("Take"), "value": "12"},
            {"type": "button", "action_id": "resolve", "text": _words("Resolve"), "confirm": SURE},
            {
                "type": "static_select",
                "action_id": "priority",
                "placeholder": _words("Priority"),
                "options": _options("Low", "High"),
            },
        ],
    },
]
ANSWER = {"type": "plain_text_input", "action_id": "t", "multiline": True}
ACCOUNT = {
    "type": "external_select",
    "action_id": "a",
    "min_query_length": 1,
    "placeholder": _words("Account"),
}
FORM: Json = {
    "type": "modal",
    "callback_id": "reply",
    "title": _words("Reply"),
    "submit": _words("Send"),
    "blocks": [
        {"type": "input", "block_id": "answer", "label": _words("Answer"), "element": ANSWER},
        {
            "type": "input",
            "block_id": "account",
            "label": _words("For"),
            "optional": True,
            "element": ACCOUNT,
        },
    ],
}


@pytest_asyncio.fixture(loop_scope="session")
async def ana(open_as: Window, slack: Sandbox) -> Page:
    """Ana, in front of a card in triage."""
    world = slack.world
    bot = world.users[slack.people.senses.app.bot_user]
    deeds.post(world, world.channels["C000TRIAGE"], bot, deeds.Draft(text="card", blocks=CARD))
    return await open_as("ana", "triage")


def _open(slack: Sandbox, view: Json = FORM) -> View:
    return deeds.open_view(
        slack.world, slack.people.senses.app, slack.people.senses.user("ana"), view
    )


async def test_a_button_reaches_the_app(ana: Page, app: Receiver) -> None:
    async with ana.expect_response("**/act/press*"):
        await ana.get_by_role("button", name="Take", exact=True).click()
    [press] = app.of_type("block_actions")
    assert press["actions"][0]["action_id"] == "take"
    assert press["actions"][0]["value"] == "12"
    assert press["user"]["username"] == "ana"


async def test_a_button_with_a_question_asks_first(ana: Page, app: Receiver) -> None:
    await ana.get_by_role("button", name="Resolve").click()
    await ana.get_by_role("button", name="No", exact=True).click()
    assert app.of_type("block_actions") == []
    await ana.get_by_role("button", name="Resolve").click()
    async with ana.expect_response("**/act/press*"):
        await ana.get_by_role("button", name="Do it").click()
    assert len(app.of_type("block_actions")) == 1


async def test_a_menu_is_chosen_from_by_keyboard(ana: Page, app: Receiver) -> None:
    await ana.get_by_role("button", name="Priority").focus()
    await ana.keyboard.press("Enter")
    await expect(ana.get_by_role("option", name="Low")).to_be_visible()
    await ana.keyboard.press("ArrowDown")
    async with ana.expect_response("**/act/press*"):
        await ana.keyboard.press("Enter")
    [press] = app.of_type("block_actions")
    assert press["actions"][0]["selected_option"]["value"] == "high"
    await expect(ana.get_by_role("button", name="Priority")).to_have_text("High")
    await expect(ana.get_by_role("button", name="Priority")).to_be_focused()


async def test_a_silent_app_is_told_about(ana: Page, app: Receiver) -> None:
    app.answer = lambda _delivery: 500
    await ana.get_by_role("button", name="Take", exact=True).click()
    await expect(ana.get_by_role("status")).to_contain_text("Threadkeeper did not respond")


async def test_commands_are_offered_while_one_types(ana: Page, app: Receiver) -> None:
    app.answer = lambda _delivery: {"text": "Nothing is open."}
    await ana.keyboard.type("/")
    await expect(ana.get_by_role("option")).to_have_count(2)
    await ana.keyboard.type("ti")
    await ana.keyboard.press("Enter")
    await ana.keyboard.type("list")
    await ana.keyboard.press("Enter")
    told = ana.get_by_role("article").filter(has_text="Nothing is open.")
    await expect(told).to_contain_text("Only visible to you")
    await told.get_by_role("button", name="Dismiss").click()
    await expect(told).to_have_count(0)
    assert [d.payload["text"] for d in app.came if "command" in d.payload] == ["list"]


async def test_a_command_in_a_thread_keeps_the_words_and_says_why(ana: Page) -> None:
    await ana.get_by_role("article").filter(has_text="Ticket 12").hover()
    await ana.get_by_role("link", name="Reply in thread").click()
    field = ana.locator(".thread textarea")
    await expect(field).to_be_focused()
    await ana.keyboard.type("/ticket list")
    await ana.keyboard.press("Enter")
    await expect(ana.get_by_role("status")).to_contain_text("not supported in threads")
    await expect(field).to_have_value("/ticket list")


async def test_shortcuts_of_the_app_are_in_the_menus(ana: Page, app: Receiver) -> None:
    await ana.get_by_role("button", name="Shortcuts").click()
    async with ana.expect_response("**/act/shortcut*"):
        await ana.get_by_role("menuitem", name="New ticket").click()
    line = ana.get_by_role("article").filter(has_text="Ticket 12")
    await line.hover()
    await line.get_by_role("toolbar").get_by_role("button", name="More actions").click()
    async with ana.expect_response("**/act/shortcut*"):
        await ana.get_by_role("menuitem", name="Track").click()
    assert [p["callback_id"] for p in app.of_type("shortcut")] == ["new"]
    assert [p["callback_id"] for p in app.of_type("message_action")] == ["track"]


async def test_a_modal_takes_the_focus_and_gives_it_back(ana: Page, slack: Sandbox) -> None:
    await ana.get_by_label("Message #triage").fill("a draft")
    _open(slack)
    await expect(ana.get_by_role("dialog", name="Reply")).to_be_visible()
    await expect(ana.get_by_label("Answer")).to_be_focused()
    await ana.keyboard.press("Escape")
    await expect(ana.get_by_role("dialog")).to_have_count(0)
    await expect(ana.get_by_label("Message #triage")).to_be_focused()
    await expect(ana.get_by_label("Message #triage")).to_have_value("a draft")


async def test_what_was_typed_outlives_an_update_and_an_error(
    ana: Page, slack: Sandbox, app: Receiver
) -> None:
    app.answer = _too_short
    view = _open(slack)
    await ana.get_by_label("Answer").fill("Hm")
    note = {"type": "section", "text": _words("Ben is writing, too")}
    deeds.replace_view(slack.world, view, FORM | {"blocks": [note, *FORM["blocks"]]})
    await expect(ana.get_by_text("Ben is writing, too")).to_be_visible()
    await expect(ana.get_by_label("Answer")).to_have_value("Hm")
    await ana.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(ana.get_by_role("alert")).to_have_text("Say more")
    await expect(ana.get_by_label("Answer")).to_have_value("Hm")
    await ana.get_by_label("Answer").fill("Please restart it")
    await ana.keyboard.press("Control+Enter")
    await expect(ana.get_by_role("dialog")).to_have_count(0)
    submitted = app.of_type("view_submission")[-1]["view"]["state"]["values"]
    assert submitted["answer"]["t"]["value"] == "Please restart it"


def _too_short(delivery: Delivery) -> int | Json:
    if delivery.payload.get("type") != "view_submission":
        return 200
    text = delivery.payload["view"]["state"]["values"]["answer"]["t"]["value"]
    return {"response_action": "errors", "errors": {"answer": "Say more"}} if len(text) < 5 else {}


async def test_an_empty_field_never_reaches_the_app(
    ana: Page, slack: Sandbox, app: Receiver
) -> None:
    _open(slack)
    await ana.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(ana.get_by_role("alert")).to_be_visible()
    assert app.of_type("view_submission") == []


async def test_an_external_menu_asks_the_app(ana: Page, slack: Sandbox, app: Receiver) -> None:
    app.answer = lambda d: (
        {"options": _options("Acme", "Globex")}
        if d.payload.get("type") == "block_suggestion"
        else {}
    )
    _open(slack)
    await ana.get_by_label("Answer").fill("Hello")
    await ana.get_by_label("For").click()
    await ana.keyboard.type("a")
    await ana.get_by_role("option", name="Globex").click()
    await expect(ana.get_by_label("For")).to_have_text("Globex")
    await ana.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(ana.get_by_role("dialog")).to_have_count(0)
    submitted = app.of_type("view_submission")[-1]["view"]["state"]["values"]
    assert submitted["account"]["a"]["selected_option"]["value"] == "globex"


async def test_a_view_on_top_of_another_goes_back_to_it(ana: Page, slack: Sandbox) -> None:
    below = _open(slack)
    async with ana.expect_response("**/act/fill*"):
        await ana.get_by_label("Answer").fill("half an answ")
    deeds.push_view(slack.world, slack.people.senses.app, below, FORM | {"title": _words("More")})
    await expect(ana.get_by_role("dialog", name="More")).to_be_visible()
    await ana.get_by_role("button", name="Back").click()
    await expect(ana.get_by_role("dialog", name="Reply")).to_be_visible()
    await expect(ana.get_by_label("Answer")).to_have_value("half an answ")


async def test_the_app_home_is_shown_and_follows(ana: Page, slack: Sandbox, app: Receiver) -> None:
    await (
        ana.get_by_role("navigation", name="Channels")
        .get_by_role("link", name="Threadkeeper")
        .last.click()
    )
    await expect(ana.get_by_text("It has shown nothing yet")).to_be_visible()
    world, person = slack.world, slack.people.senses.user("ana")
    deeds.publish_home(world, slack.people.senses.app, person, {"type": "home", "blocks": CARD})
    await expect(ana.get_by_role("heading", name="Ticket 12")).to_be_visible()
    await slack.idle()
    assert app.events("app_home_opened")[0]["tab"] == "home"


async def test_a_home_that_is_shown_at_once_holds_nothing_of_the_channel_before(
    open_as: Window, slack: Sandbox, app: Receiver
) -> None:
    world, person = slack.world, slack.people.senses.user("ana")

    def show(_delivery: Delivery) -> int:
        deeds.publish_home(world, slack.people.senses.app, person, {"type": "home", "blocks": CARD})
        return 200

    app.answer = show
    ana = await open_as("ana", "triage")
    slack.people.say("ana", "#triage", "Only for the channel")
    await expect(ana.get_by_text("Only for the channel")).to_be_visible()
    side = ana.get_by_role("navigation", name="Channels")
    await side.get_by_role("link", name="Threadkeeper").last.click()
    await expect(ana.get_by_role("heading", name="Ticket 12")).to_be_visible()
    await expect(ana.get_by_text("Only for the channel")).to_be_hidden()
    await expect(side.get_by_role("link", name="triage")).not_to_have_attribute(
        "aria-current", "page"
    )


async def test_who_jumps_by_keyboard_lands_on_a_whole_page(ana: Page) -> None:
    for words, address in (("general", "channel=general"), ("Carla", "as=carla")):
        await ana.keyboard.press("Control+k")
        await ana.keyboard.type(words)
        await ana.keyboard.press("Enter")
        await expect(ana).to_have_url(re.compile(address))
        await expect(ana.locator("#stage")).to_have_count(1)
        await expect(ana.locator("[data-message-field]")).to_be_focused()


async def test_the_clock_is_moved_from_the_top_bar(ana: Page, slack: Sandbox) -> None:
    slack.world.clock.freeze(1_772_539_200.0)
    slack.world.touch("clock")
    await expect(ana.get_by_text("frozen")).to_be_visible()
    await ana.get_by_role("button", name="+1 h").click()
    await expect(ana.locator("#now")).to_have_text("Tue 3 Mar, 14:00 ".strip())
    await ana.get_by_role("button", name="Next morning").click()
    await expect(ana.locator("#now")).to_have_text("Wed 4 Mar, 09:00")


async def test_the_wire_is_watched_live(ana: Page, slack: Sandbox) -> None:
    await ana.get_by_role("button", name="Traffic").click()
    wire = ana.get_by_role("complementary", name="What went over the wire")
    slack.traffic.note("from_app", "chat.update", {"ts": "1"}, {"ok": True}, status=200, took_ms=2)
    row = wire.get_by_text("chat.update")
    await expect(row).to_be_visible()
    await row.click()
    await expect(wire.get_by_text('"ts": "1"')).to_be_visible()
    await ana.keyboard.press("Shift+Tab")
    await wire.get_by_role("searchbox").fill("views.")
    await expect(row).to_be_hidden()
