"""Queues that find owners by themselves, end to end: in turn, who is there, passed on in time."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.stories.crowd import shown
from tests.stories.stage import Stage, at_work, stage
from tests.stories.told import since, spot, typed
from tests.stories.walls import Seen, look

PLACES = {"carla": "#acme-harbour", "omar": "#acme-harbour", "zoe": "#globex-harbour"}
PLACES |= {"kim": "#help"}
ANA, BEN = "<@U00000ANA>", "<@U00000BEN>"
IN_TURN = {"way": "round-robin", "owner_first": "no"}


async def monday(it: Stage, hour: int = 12) -> None:
    """The next Monday at that hour (UTC), when both Ana and Ben are at work."""
    now = datetime.fromtimestamp(it.slack.world.clock.time(), UTC)
    days = (7 - now.weekday()) % 7 or 7
    then = (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    it.slack.world.clock.freeze()
    await it.later((then - now).total_seconds())


async def set_queue(it: Stage, fields: Mapping[str, str], *, by: str = "ana") -> str:
    """Fill in the form of the default queue; what is whispered for it."""
    await typed(it, by, "queues")
    listed = list(it.slack.world.ephemerals.values())[-1]
    known = set(it.slack.world.ephemerals)
    await it.people.press(by, spot(listed), "act:queue:1")
    await it.quiet()
    if views := it.open_views():
        await it.people.submit(by, views[-1].id, dict(fields))
        await it.quiet()
    return since(it, known)


async def ask(it: Stage, words: str, *, by: str = "carla") -> Any:
    """A customer asks; the card of it."""
    it.people.say(by, PLACES[by], words)
    await it.later(400)
    return card(it, words)


def card(it: Stage, words: str) -> Any:
    return next(each for each in it.cards() if words in shown(each))


def owner(it: Stage, words: str) -> str:
    found = re.search(r"<@(U00000\w+)>", shown(card(it, words)))
    return found[0] if found else ""


def internal(it: Stage, words: str) -> str:
    return " ".join(shown(each) for each in it.thread("triage", card(it, words).ts))


def told(it: Stage, words: str, note: str) -> int:
    """How many times the internal thread was told so."""
    return sum(note in shown(each) for each in it.thread("triage", card(it, words).ts))


async def test_by_default_tickets_wait_for_whoever_takes_them(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it)
        await ask(it, "First question?")
        assert owner(it, "First") == ""
        assert "whoever takes a ticket has it" in await typed(it, "ana", "queues")


async def test_in_turn_each_gets_one_after_the_other_and_who_is_away_is_skipped(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it)
        assert "gives tickets in turn" in await set_queue(it, IN_TURN)
        for n, who in enumerate((ANA, BEN, ANA, BEN)):
            await ask(it, f"Question {n}, can you help?")
            assert owner(it, f"Question {n}") == who
        assert f"#1 is yours now. {ANA}" in internal(it, "Question 0")
        assert "You are away until you say" in await typed(it, "ana", "away")
        await ask(it, "Question 4, can you help?")
        assert owner(it, "Question 4") == BEN
        assert "Ana Petrova (away)" in await typed(it, "ben", "queues")
        assert "queues count on you again" in await typed(it, "ana", "back")
        await ask(it, "Question 5, can you help?")
        assert owner(it, "Question 5") == ANA
        it.people.set_status("ana", "Out of office", ":palm_tree:")
        await it.quiet()
        await ask(it, "Question 6, can you help?")
        await ask(it, "Question 7, can you help?")
        assert (owner(it, "Question 6"), owner(it, "Question 7")) == (BEN, BEN)


async def test_where_nobody_is_free_it_stays_with_nobody_says_so_and_goes_to_who_comes_back(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it)
        await set_queue(it, IN_TURN)
        for who in ("ana", "ben"):
            await typed(it, who, "away")
        await ask(it, "Anybody there?")
        assert owner(it, "Anybody") == ""
        assert "waits for whoever takes it" in internal(it, "Anybody")
        await it.later(3600)
        assert told(it, "Anybody", "waits for whoever takes it") == 1
        await typed(it, "ben", "back")
        await it.later(1800)
        assert owner(it, "Anybody") == BEN


async def test_outside_their_hours_nobody_is_asked_until_they_come(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it, hour=20)
        await set_queue(it, IN_TURN)
        await ask(it, "A late question?")
        assert owner(it, "late") == ""
        await it.later(14 * 3600)
        assert owner(it, "late") in (ANA, BEN)


async def test_who_does_not_answer_in_time_is_followed_by_the_next_and_the_history_says_so(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it)
        await set_queue(it, IN_TURN | {"pass_on": "30"})
        await ask(it, "Is it broken?")
        assert owner(it, "broken") == ANA
        await it.later(1800)
        assert owner(it, "broken") == BEN
        assert f"#1 goes on to the next. {BEN}" in internal(it, "broken")
        await it.later(1900)
        assert owner(it, "broken") == BEN
        assert told(it, "broken", "nobody else is there to be asked") == 1
        history = await typed(it, "ana", "history 1", command="/ticket")
        for words in ("gave it to whose turn it was, Ana", "passed it on to Ben"):
            assert words in history


async def test_an_answer_in_time_ends_it(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it)
        await set_queue(it, IN_TURN | {"pass_on": "30"})
        asked = it.people.say("carla", "#acme-harbour", "Is it broken?")
        await it.quiet()
        it.people.say("ana", "#acme-harbour", "We look at it.", thread_ts=asked.ts)
        await it.quiet()
        await it.later(7200)
        assert owner(it, "broken") == ANA
        assert "goes on" not in internal(it, "broken")


async def test_by_load_whoever_has_least_points_comes_and_nobody_gets_too_many(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it)
        await ask(it, "An old one, please help?")
        await it.people.command("ana", "#triage", "/assign", "#1 me")
        await it.quiet()
        load = {"way": "least loaded", "owner_first": "no", "capacity": "4"}
        await set_queue(it, load)
        found = []
        for n in range(4):
            await ask(it, f"Question {n}, can you help?", by="zoe" if n % 2 else "carla")
            found.append(owner(it, f"Question {n}"))
        assert found == [BEN, ANA, BEN, ""]


async def test_only_leads_change_queues_and_slips_are_told_in_the_form(database_url: str) -> None:
    async with stage(database_url) as it:
        assert "Only leads and managers" in await set_queue(it, IN_TURN, by="ben")
        for field, value, hint in (
            ("members", "Zoe", "No agent is called"),
            ("capacity", "many", "whole number"),
            ("pass_on", "-5", "whole number"),
        ):
            await set_queue(it, IN_TURN | {field: value})
            (view,) = it.open_views()
            assert hint in view.errors[field]
            view.is_open = False


@asynccontextmanager
async def replica(it: Stage, database_url: str) -> AsyncIterator[None]:
    """A second desk on the same database; an SQLite file is for one alone."""
    if database_url.startswith("sqlite"):
        yield
        return
    async with at_work(it.slack, database_url):
        yield


async def given_all(it: Stage) -> Seen:
    """All that is true, once every ticket has its owner."""
    async with asyncio.timeout(60):
        while True:
            seen = await look(it)
            if seen.tickets and all(each.owner_id for each in seen.tickets.values()):
                return seen
            await asyncio.sleep(0.05)


@pytest.mark.both
async def test_turns_are_fair_however_many_ask_at_once_and_whichever_desk_works(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it)
        await set_queue(it, IN_TURN)
        async with replica(it, database_url):
            for n in range(3):
                for who, place in PLACES.items():
                    it.people.say(who, place, f"Question {n} of {who}, can you help?")
                await it.later(400)
            seen = await given_all(it)
        given = Counter(change.after for change in seen.changes if change.act == "auto-turn")
        assert sorted(given.values()) == [6, 6]
