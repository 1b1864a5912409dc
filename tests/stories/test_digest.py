"""Digests: subscribed in words and by form, in time, with buttons that act, within their walls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.workers import charting
from sandbox.faults import FaultSetting, MethodFaults
from sandbox.world import Message
from storage import digests, tickets
from tests.stories import ladder
from tests.stories.stage import Stage, stage
from tests.stories.told import last, spot, typed

NINE_IN_BERLIN = datetime(2026, 3, 3, 8, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)
WORDS = ("No account", "triage", "Technical", "overdue", "SLA", "Assign")


async def until(it: Stage, at: datetime) -> None:
    """Go there from one due time to the next, digests among them."""
    while (now := it.program.clock.now()) < at:
        due = [
            await it.program.desk.read_all(each)
            for each in (tickets.TIMER.next_at, digests.TIMER.next_at)
        ]
        later = [max(each, now + timedelta(seconds=1)) for each in due if each is not None]
        await it.later((min([at, *later]) - now).total_seconds() + 0.05)


def directly(it: Stage, person: str) -> list[Message]:
    """The messages of somebody's direct talk with the app, oldest first."""
    them = next(user.id for user in it.slack.world.users.values() if user.name == person)
    rooms = [c for c in it.slack.world.channels.values() if c.is_im and them in c.members]
    return sorted((m for room in rooms for m in room.messages.values()), key=lambda m: m.ts)


def picture(message: Message) -> dict[str, Any]:
    (found,) = (block for block in message.blocks if block["type"] == "image")
    return found


async def test_a_manager_decides_from_the_digest_of_the_morning(database_url: str) -> None:
    async with stage(database_url) as it:
        told = await typed(it, "mona", "digest daily at 9")
        assert "working days at 09:00 (Europe/Berlin), by direct message" in told
        assert "one already" in await typed(it, "mona", "digest daily at 10")
        await ladder.asked(it)
        await until(it, NINE_IN_BERLIN + TWO_MINUTES)
        (digest,) = directly(it, "mona")
        assert digest.text == "Daily digest, Mon 2 Mar: 1 to decide"
        assert abs(float(digest.ts) - NINE_IN_BERLIN.timestamp()) < 60
        words = ladder.words([digest])
        assert "*Overdue*" in words
        assert "*Opened*  1 ticket · 0 tickets before · +1" in words
        shown = picture(digest)
        file = it.slack.world.files[shown["slack_file"]["id"]]
        assert file.content.startswith(b"\x89PNG")
        assert not file.channels
        assert "Mon 2: 1" in shown["alt_text"]
        await it.press("mona", "act:assign:1", digest)
        (form,) = it.open_views()
        await it.people.submit("mona", form.id, {"to": "U00000BEN"})
        await it.quiet()
        (digest,) = directly(it, "mona")
        assert "all is settled" in ladder.words([digest])
        assert "Ben Okafor" in ladder.words([digest])
        assert picture(digest) | {"block_id": ""} == shown | {"block_id": ""}


async def test_digests_are_paused_resumed_sent_and_deleted(database_url: str) -> None:
    async with stage(database_url) as it:
        assert "none comes so far" in await typed(it, "ben", "digests")
        assert "by direct message" in await typed(it, "ben", "digest queue at 8:30")
        assert "Only leads" in await typed(it, "ben", "digest daily")
        listed = await typed(it, "ben", "digest")
        assert "Own morning queue" in listed
        await _press(it, "ben", "digest_send")
        assert "Nothing waits for you" in ladder.words(directly(it, "ben"))
        await typed(it, "ben", "digests")
        await _press(it, "ben", "digest_pause")
        await until(it, NINE_IN_BERLIN + TWO_MINUTES)
        assert len([m for m in directly(it, "ben") if "morning" in m.text]) == 1
        assert "Paused" in await typed(it, "ben", "digests")
        assert "next today at 08:30" in await typed(it, "ben", "digest resume queue")
        assert "deleted" in await typed(it, "ben", "digest delete queue")
        assert "none comes so far" in await typed(it, "ben", "digests")


async def test_a_digest_may_be_sent_twice_while_the_desk_s_clock_stands_still(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await typed(it, "ben", "digest queue at 8:30")
        it.slack.world.clock.freeze()
        await it.later(0)
        for _ in range(2):
            await typed(it, "ben", "digest send queue now")
        assert ladder.words(directly(it, "ben")).count("Nothing waits for you") == 2


async def _press(it: Stage, person: str, act: str) -> None:
    said = last(it)
    button = next(
        element["action_id"]
        for block in said.blocks
        for element in block.get("elements", ())
        if act in element.get("action_id", "")
    )
    await it.people.press(person, spot(said), button)
    await it.quiet()


async def test_what_is_internal_stays_so_and_a_customer_gets_their_own_week(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await ladder.asked(it)
        it.people.say("zoe", "#globex-harbour", "Our robots stand still. What now?")
        it.people.say("kim", "#help", "Is there a manual?")
        await it.quiet()
        assert "Customers can read" in await typed(it, "ana", "digest daily in #acme-harbour")
        assert "not a customer channel" in await typed(it, "ana", "digest customer in #triage")
        assert "Several customers" in await typed(it, "ana", "digest customer in #help")
        assert "Only leads" in await typed(it, "ben", "digest customer in #acme-harbour")
        told = await typed(it, "ana", "digest customer in #acme-harbour on tuesday at 9")
        assert "Tuesdays at 09:00 (UTC), in #acme-harbour" in told
        assert "in #digests" in await typed(it, "ana", "digest weekly in #digests on tuesday")
        await until(it, NINE_IN_BERLIN + timedelta(hours=1) + TWO_MINUTES)
        (report,) = [m for m in it.messages("acme-harbour") if "Your week" in m.text]
        words = ladder.words([report])
        assert "You asked us 1 thing, and 0 were solved" in words
        assert "nightly import" in words
        assert "robots" not in words
        assert not [each for each in WORDS if each in words]
        (trend,) = [m for m in it.messages("digests") if m.bot_id]
        assert trend.text == "The week, Tue 24 Feb – Mon 2 Mar: figures of seven days"
        assert "robots" not in ladder.words([trend])
        assert "in tickets per week" in picture(trend)["alt_text"]


async def test_the_form_keeps_what_is_typed_until_it_makes_sense(database_url: str) -> None:
    async with stage(database_url) as it:
        await typed(it, "ana", "digests")
        said = last(it)
        await it.people.press("ana", spot(said), "act:digest_new")
        (form,) = it.open_views()
        wanted = {"kind": "evening", "time": "tea time", "where": "direct", "weekday": "0"}
        told = await it.people.submit("ana", form.id, wanted)
        assert "no time of day" in told.errors["time"]
        told = await it.people.submit("ana", form.id, {"time": "17:30", "empty": ["yes"]})
        assert not told.errors
        await it.quiet()
        listed = await typed(it, "ana", "digests")
        assert "Evening list of risks" in listed
        assert "Working days at 17:30" in listed
        assert "also when there is nothing to tell" in listed


async def test_whatever_answers_are_lost_there_is_one_digest_with_one_picture(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await typed(it, "mona", "digest daily at 9 always")
        lossy = dict.fromkeys(("chat.postMessage", *charting.METHODS), MethodFaults(lost=0.3))
        it.slack.faults.replace(FaultSetting(methods=lossy, seed=4))
        await until(it, NINE_IN_BERLIN)
        for _ in range(20):
            await it.later(6)
        it.slack.faults.replace(FaultSetting())
        await it.later(70)
        (digest,) = [m for m in directly(it, "mona") if "Daily digest" in m.text]
        assert picture(digest)["slack_file"]["id"] in it.slack.world.files


async def test_without_its_scope_the_numbers_come_without_a_picture(database_url: str) -> None:
    async with stage(database_url) as it:
        assert it.slack.world.app is not None
        it.slack.world.app.scopes = [s for s in it.slack.world.app.scopes if s != "files:write"]
        await typed(it, "mona", "digest daily at 9 always")
        await until(it, NINE_IN_BERLIN + TWO_MINUTES)
        (digest,) = [m for m in directly(it, "mona") if "Daily digest" in m.text]
        assert "image" not in [block["type"] for block in digest.blocks]
        assert "In tickets per day: Opened: always 0" in ladder.words([digest])
