"""The app's home, end to end: lists that follow, the next ticket, away and back, pages, filters."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.people import Spot
from tests.stories.stage import Stage, stage
from tests.stories.told import words
from tests.stories.walls import look

AGENTS = ("ana", "ben")
IDS = {"ana": "U00000ANA", "ben": "U00000BEN", "mona": "U0000MONA", "tariq": "U000TARIQ"}


def home(it: Stage, person: str) -> str:
    """All words of somebody's home as it is drawn now."""
    return words(it.slack.world.homes[IDS[person]].view["blocks"])


async def opened(it: Stage, person: str) -> str:
    it.people.open_home(person)
    await it.quiet()
    return home(it, person)


async def press(it: Stage, person: str, action_id: str, chosen: str | None = None) -> str:
    view = it.slack.world.homes[IDS[person]]
    await it.people.press(person, Spot(view_id=view.id), action_id, chosen=chosen)
    await it.quiet()
    return home(it, person)


async def ask(it: Stage, *questions: str) -> None:
    for question in questions:
        it.people.say("carla", "#acme-harbour", question)
        await it.later(400)


def part(drawn: str, begin: str, end: str = "") -> str:
    """What stands between two headings."""
    after = drawn.split(begin, 1)[1]
    return after.split(end, 1)[0] if end else after


async def test_an_empty_home_says_so_kindly(database_url: str) -> None:
    async with stage(database_url) as it:
        drawn = await opened(it, "ana")
        for line in ("Nothing is waiting for you", "Every ticket has somebody", "Nothing is put"):
            assert line in drawn


async def test_the_next_ticket_is_the_most_pressing_and_moves_with_what_is_done_to_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await ask(it, "First question, can you help?", "Second question, can you help?")
        await it.people.command("ben", "#triage", "/ticket", "priority 2 urgent")
        await it.quiet()
        await opened(it, "ana")
        drawn = await press(it, "ana", "act:take_next")
        assert "Second" in part(drawn, "Your tickets", "Nobody")
        assert "First" in part(drawn, "Nobody", "Waiting for")
        drawn = await press(it, "ana", "act:menu:mine1", chosen=_option(it, "ana", "wait"))
        assert "Second" in part(drawn, "Waiting for the customer", "Snoozed")
        await it.people.command("ana", "#triage", "/ticket", "snooze 2 tomorrow 9am")
        await it.later(11)
        assert "Second" in part(home(it, "ana"), "Snoozed")
        drawn = await press(it, "ana", "act:take_next")
        assert "Every ticket has somebody" in drawn
        await press(it, "ana", "act:take_next")
        (direct,) = [channel for channel in it.slack.world.channels.values() if channel.is_im]
        assert "No ticket waits" in str([said.text for said in direct.messages.values()])


def _option(it: Stage, person: str, act: str) -> str:
    """The value of the first menu's line for an act."""
    blocks: list[dict[str, Any]] = it.slack.world.homes[IDS[person]].view["blocks"]
    menus = [each["accessory"] for each in blocks if "options" in each.get("accessory", {})]
    options = [option["value"] for menu in menus for option in menu["options"]]
    return next(str(value) for value in options if value.startswith(f"{act}:"))


@pytest.mark.both
async def test_two_who_press_at_once_get_two_tickets(database_url: str) -> None:
    async with stage(database_url) as it:
        await ask(it, *(f"Question {n}, can you help?" for n in range(4)))
        for person in AGENTS:
            await opened(it, person)
        views = {person: it.slack.world.homes[IDS[person]].id for person in AGENTS}
        for _ in range(2):
            pressing = (
                it.people.press(person, Spot(view_id=view), "act:take_next")
                for person, view in views.items()
            )
            await asyncio.gather(*pressing)
            await it.quiet()
        seen = await look(it)
        owners = [seen.people[each.owner_id].name for each in seen.tickets.values()]
        assert sorted(owners) == ["Ana Petrova", "Ana Petrova", "Ben Okafor", "Ben Okafor"]
        assert sum(change.act == "take" for change in seen.changes) == 4


async def test_what_others_do_is_seen_a_few_seconds_later(database_url: str) -> None:
    async with stage(database_url) as it:
        await opened(it, "ana")
        it.people.say("carla", "#acme-harbour", "A new question, can you help?")
        await it.quiet()
        await it.later(11)
        assert "A new question" in part(home(it, "ana"), "Nobody")
        await it.people.command("ben", "#triage", "/assign", "#1 @ana")
        await it.later(11)
        assert "A new question" in part(home(it, "ana"), "Your tickets", "Nobody")


async def test_away_and_back_at_home(database_url: str) -> None:
    async with stage(database_url) as it:
        await opened(it, "ana")
        assert "You are away" in await press(it, "ana", "act:away")
        drawn = await press(it, "ana", "act:back")
        assert "You are away" not in drawn
        assert "I am away" in drawn


async def test_a_status_in_slack_shows_at_home_at_once(database_url: str) -> None:
    async with stage(database_url) as it:
        await opened(it, "ana")
        it.people.set_status("ana", "Out sick", ":face_with_thermometer:")
        await it.quiet()
        assert "Your status in Slack says that you are away" in home(it, "ana")
        it.people.set_status("ana", "")
        await it.quiet()
        assert "Your status in Slack" not in home(it, "ana")


@pytest.mark.both
async def test_long_lists_go_page_by_page_and_filters_leave_others_out(database_url: str) -> None:
    async with stage(database_url) as it:
        for n in range(18):
            it.people.say("carla", "#acme-harbour", f"Question {n}: can you help?")
            await it.later(400)
        await it.people.command("ana", "#triage", "/ticket", "category 3 billing")
        await it.quiet()
        drawn = await opened(it, "ana")
        assert "Show all 18" in drawn
        assert "Question 17" not in drawn
        drawn = await press(it, "ana", "act:home_show:whole2")
        assert "Question 17" in drawn
        assert "Back to the first" not in drawn
        drawn = await press(it, "ana", "act:home_show:only", chosen="1=q2")
        assert "Question 2:" in drawn
        assert "Question 17" not in drawn
        drawn = await press(it, "ana", "act:home_show:all")
        assert "None of those that you look at" in drawn


async def test_a_manager_sees_at_home_what_nobody_has_a_specialist_a_pointer(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await ask(it, "First question, can you help?")
        drawn = await opened(it, "mona")
        assert "First" in part(drawn, "Nobody", "Waiting for")
        assert "First" not in await opened(it, "tariq")
