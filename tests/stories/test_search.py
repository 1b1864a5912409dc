"""Search, end to end: found with its words, narrowed down, paged, and only what one may see."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from storage import indexing
from tests.stories.stage import Stage, stage
from tests.stories.told import since, spot, typed

pytestmark = pytest.mark.both


async def find(it: Stage, person: str, text: str, *, channel: str = "#triage") -> str:
    return await typed(it, person, f"find {text}", channel=channel, command="/ticket")


async def indexed(it: Stage) -> None:
    """Wait until search knows all that was said."""
    async with asyncio.timeout(60):
        while await it.program.desk.read_all(indexing.is_behind):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


async def asked(it: Stage) -> None:
    it.people.say("carla", "#acme-harbour", "The <nightly> export fails with E17")
    it.people.say("zoe", "#globex-harbour", "Our export is slow, can you look?")
    await it.quiet()
    await indexed(it)


async def test_a_ticket_is_found_by_its_words_with_the_words_around_them(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        found = await find(it, "ana", "nightly exports")
        assert "&lt;*nightly*&gt; *export* fails with E17" in found
        assert "slow" not in found
        both = await find(it, "ben", "export")
        assert both.index("slow") < both.index("E17")
        assert "Nothing fits" in await find(it, "ana", "invoice")


async def test_filters_narrow_it_down(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        for act in ("act:take", "act:resolve"):
            await it.press("ana", act, next(each for each in it.cards() if "E17" in each.text))
        for narrow in ("from:@carla", "status:solved", "owner:me", "in:#acme-harbour", "owner:ana"):
            found = await find(it, "ana", f"export {narrow}")
            assert "E17" in found, narrow
            assert "slow" not in found, narrow
        assert "slow" in await find(it, "ana", "status:open")
        assert "slow" in await find(it, "ana", "owner:nobody export")
        assert "Nothing fits" in await find(it, "ana", "export tag:vip priority:urgent")
        assert "Nothing fits" in await find(it, "ana", "export before:2001-01-01")


HINTS = {
    "": "Say what to look for",
    "form:@carla": "Did you mean `from:@carla`?",
    "from:nobodyatall": "Nobody who ever wrote here is called so",
    "in:#nowhere": "I am in no channel called so",
    "account:acme": "There are no accounts yet",
    "status:opne": "Did you mean `status:open`?",
    "before:soon": "`before:` takes a day",
}


async def test_what_makes_no_sense_gets_a_hint(database_url: str) -> None:
    async with stage(database_url) as it:
        for text, hint in HINTS.items():
            assert hint in await find(it, "ana", text)


async def test_customers_and_colleagues_without_a_role_find_nothing(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        found = await find(it, "gus", "export", channel="#help")
        assert "E17" not in found
        assert "Only agents" in found


async def test_in_a_customers_channel_only_what_is_theirs_is_found(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        found = await find(it, "ana", "export", channel="#acme-harbour")
        assert "E17" in found
        assert "slow" not in found
        assert "Customers are in this channel" in found


async def test_more_goes_on_where_the_page_ended(database_url: str) -> None:
    async with stage(database_url) as it:
        for n in range(12):
            it.people.say("carla", "#acme-harbour", f"Question {n}: how does the export work?")
            await it.later(400)
        await indexed(it)
        first = await find(it, "ana", "export")
        assert "Question 11" in first
        assert "Question 1:" not in first
        known = set(it.slack.world.ephemerals)
        await it.people.press("ana", spot(_last(it)), "act:find")
        await it.quiet()
        second = since(it, known)
        assert "Question 1:" in second.replace("*", "")
        assert "Question 11" not in second


def _last(it: Stage) -> Any:
    return list(it.slack.world.ephemerals.values())[-1]
