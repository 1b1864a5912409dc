"""What people write, end to end: grouped, split, edited, deleted; by guests and by our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.faults import FaultSetting, MethodFaults
from sandbox.people import Attachment
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


async def test_what_one_person_says_within_five_minutes_is_one_ticket(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.later(120)
        it.people.say("carla", "#acme-harbour", "It says: no such file")
        await it.quiet()
        (card,) = it.cards()
        assert "no such file" in _thread_of(it, card)
        await it.later(301)
        it.people.say("carla", "#acme-harbour", "And the invoice is wrong, too")
        it.people.say("omar", "#acme-harbour", "Mine is wrong as well, why?")
        await it.quiet()
        assert len(it.cards()) == 3


async def test_a_thread_on_a_later_message_splits_it_off(database_url: str) -> None:
    async with stage(database_url) as it:
        first = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()  # else the later one may come first, and be the one that opens
        later = it.people.say("carla", "#acme-harbour", "And the invoice is wrong, too")
        await it.quiet()
        assert len(it.cards()) == 1
        it.people.say("carla", "#acme-harbour", "It shows 2025", thread_ts=later.ts)
        await it.quiet()
        one, other = it.cards()
        assert "export" in shown(one)
        assert "invoice" in shown(other)
        assert "It shows 2025" in _thread_of(it, other)
        assert [len(_receipts(it, ts)) for ts in (first.ts, later.ts)] == [1, 1]


async def test_an_edit_after_the_answer_tells_the_owner(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.reply("ana", card, "Which file did you export?")
        it.people.edit("carla", "#acme-harbour", asked.ts, "The import is broken, I meant")
        await it.quiet()
        told = _thread_of(it, card)
        assert "changed their words" in told
        assert "<@U00000ANA>" in told
        assert "The import is broken" in shown(it.cards()[0])
        assert "export is broken" not in shown(it.cards()[0])
        note = next(m for m in it.thread("triage", card.ts) if "changed their words" in shown(m))
        await it.press("ben", "act:changes", note)
        (private,) = it.slack.world.ephemerals.values()
        told = f"{private.text} {private.blocks}"
        assert told.index("I meant") < told.index("export is broken")


async def test_a_deletion_erases_the_words_everywhere(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", "My password is hunter2, why?")
        more = it.people.say("carla", "#acme-harbour", "It is hunter3 now", thread_ts=asked.ts)
        await it.quiet()
        it.people.edit("carla", "#acme-harbour", more.ts, "It is hunter4 now")
        await it.quiet()
        assert "hunter4" in _thread_of(it, it.cards()[0])
        it.people.delete("carla", "#acme-harbour", more.ts)
        it.people.delete("carla", "#acme-harbour", asked.ts)
        await it.quiet()
        everywhere = " ".join(shown(message) for message in it.messages("triage"))
        everywhere += str((await look(it)).words)
        assert "hunter" not in everywhere
        assert "deleted" in shown(it.cards()[0])


async def test_a_file_without_words_is_a_request_and_shows_on_the_card(database_url: str) -> None:
    async with stage(database_url) as it:
        files = [Attachment("screenshot.png", b"png" * 700)]
        asked = it.people.say("kim", "#help", "", files=files)
        await it.quiet()
        (card,) = it.cards()
        assert "screenshot.png" in shown(card)
        log = [Attachment("export.log", b"log")]
        it.people.say("kim", "#help", "The log", thread_ts=asked.ts, files=log)
        await it.quiet()
        assert "export.log" in _thread_of(it, it.cards()[0])
        assert _asked_about_files(it) == 0


async def test_words_added_to_what_was_only_a_file_are_its_words(database_url: str) -> None:
    async with stage(database_url) as it:
        files = [Attachment("screenshot.png", b"png" * 700)]
        asked = it.people.say("carla", "#acme-harbour", "", files=files)
        more = it.people.say("carla", "#acme-harbour", "", thread_ts=asked.ts, files=files)
        aside = it.people.say("ana", "#triage", "", files=files)
        await it.quiet()
        it.people.edit("carla", "#acme-harbour", asked.ts, "The export shows this, why?")
        it.people.edit("carla", "#acme-harbour", more.ts, "And the import this")
        it.people.edit("ana", "#triage", aside.ts, "Look at my cat")
        await it.quiet()
        (card,) = it.cards()
        assert "The export shows this" in shown(card)
        assert "And the import this" in _thread_of(it, card)
        kept = str((await look(it)).words)
        assert "The export shows this" in kept
        assert "my cat" not in kept


async def test_the_files_of_another_company_are_shown_by_name_and_size(database_url: str) -> None:
    async with stage(database_url) as it:
        files = [Attachment("screenshot.png", b"png" * 1024)]
        asked = it.people.say("carla", "#acme-harbour", "", files=files)
        await it.quiet()
        (card,) = it.cards()
        assert "screenshot.png" in shown(card)
        assert "3 KB" in shown(card)
        log = [Attachment("export.log", b"log" * 2048)]
        it.people.say("carla", "#acme-harbour", "The log", thread_ts=asked.ts, files=log)
        await it.quiet()
        assert "export.log" in _thread_of(it, card)
        assert "6 KB" in _thread_of(it, card)
        assert _asked_about_files(it) == 2


async def test_a_file_that_slack_does_not_tell_of_holds_nothing_up(database_url: str) -> None:
    async with stage(database_url) as it:
        broken = {"files.info": MethodFaults(broken=1.0)}
        it.slack.faults.replace(FaultSetting(methods=broken))
        files = [Attachment("screenshot.png", b"png" * 700)]
        asked = it.people.say("carla", "#acme-harbour", "What is this?", files=files)
        await it.quiet()
        (card,) = it.cards()
        assert "a file" in shown(card)
        assert len(it.thread("acme-harbour", asked.ts)) == 1
        it.slack.faults.replace(FaultSetting())
        await it.later(6)
        await _until(lambda: "screenshot.png" in shown(it.cards()[0]))


async def test_a_guest_in_the_public_channel_is_a_customer(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("kim", "#help", "How do I reset my password?")
        it.people.say("ana", "#help", "By the link below it.", thread_ts=asked.ts)
        await it.quiet()
        (card,) = it.cards()
        assert "the customer’s turn" in shown(card)
        assert "<@U00000ANA>" in shown(card)


async def test_kind_words_and_our_own_people_open_nothing_and_the_books_say_why(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        kind = it.people.say("carla", "#acme-harbour", "thanks a lot!")
        own = it.people.say("ana", "#acme-harbour", "We release tomorrow, by the way.")
        await it.quiet()
        ends = {row.ts: (row.end, row.reason) for row in (await look(it)).messages}
        assert ends[kind.ts] == ("ignored", "courtesy")
        assert ends[own.ts] == ("ignored", "staff")
        assert it.cards() == []


async def test_a_reply_whose_parent_comes_later_is_of_its_ticket(database_url: str) -> None:
    async with stage(database_url) as it:
        # A frozen clock lets nothing wait for a better moment.
        it.slack.world.clock.freeze()
        it.slack.world.listeners.remove(it.slack.delivery.events.hear)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        it.slack.world.listeners.append(it.slack.delivery.events.hear)
        it.people.say("carla", "#acme-harbour", "Since Monday", thread_ts=asked.ts)
        await it.quiet()
        await it.later(1)  # Slack's ts of the reply is a moment ahead of a clock that stands still
        (card,) = it.cards()
        assert "export is broken" in shown(card)
        assert "Since Monday" in _thread_of(it, card)
        assert len(_receipts(it, asked.ts)) == 1


async def test_a_question_under_the_line_that_we_have_joined_is_a_request(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        bot = it.people.senses.app.bot_user
        it.people.kick("ana", "#acme-harbour", bot)
        it.people.invite("ana", "#acme-harbour", bot)
        await it.quiet()
        joined = it.messages("acme-harbour")[-1]
        it.people.say("carla", "#acme-harbour", ASKED, thread_ts=joined.ts)
        await it.quiet()
        assert len(it.cards()) == 1
        assert (await look(it)).failed == []


def _thread_of(it: Stage, card: Any) -> str:
    return " ".join(shown(message) for message in it.thread("triage", card.ts))


def _asked_about_files(it: Stage) -> int:
    return len(it.slack.traffic.since(kind="files.info"))


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - what Slack shows, nobody announces
            await asyncio.sleep(0.01)


def _receipts(it: Stage, ts: str) -> list[Any]:
    return [m for m in it.thread("acme-harbour", ts) if "reference is" in m.text]
