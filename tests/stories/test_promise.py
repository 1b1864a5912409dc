"""Promises end to end: by each door, read by the customer, kept, moved, taken back and broken."""

from __future__ import annotations

from tests.stories.crowd import shown
from tests.stories.deadlines import hours, monday
from tests.stories.stage import Stage, stage
from tests.stories.told import typed

ASKED = "The export is broken, can you help?"
HOUR = 3600.0


async def told(it: Stage, text: str, person: str = "ana") -> str:
    """What ``/ticket`` answers."""
    return await typed(it, person, text, command="/ticket")


def read_by_carla(it: Stage, ts: str) -> list[str]:
    """What stands in the customer's thread of promises."""
    return [shown(m) for m in it.thread("acme-harbour", ts) if "update" in shown(m)]


def notes(it: Stage) -> list[str]:
    (card,) = it.cards()
    return [shown(m) for m in it.thread("triage", card.ts)]


async def test_the_customer_reads_it_after_the_time_for_undo_and_an_answer_keeps_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        answer = await told(it, "promise 1 15:00 a first analysis")
        assert "today at 15:00" in answer
        assert read_by_carla(it, asked.ts) == []
        await it.later(11)
        (promise,) = read_by_carla(it, asked.ts)
        assert "Our next update on *#1* comes by" in promise
        assert "a first analysis" in promise
        assert "Update promised" in shown(it.cards()[0])
        it.people.say("ana", "#acme-harbour", "Still looking, the log helps.", thread_ts=asked.ts)
        await it.quiet()
        assert "Update promised" not in shown(it.cards()[0])
        await it.later(8 * HOUR)
        assert not any("promise" in note for note in notes(it))
        assert "saw the promise kept" in await told(it, "history 1")


async def test_who_has_it_is_warned_and_the_lead_hears_that_it_broke_once(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "take 1")
        await told(it, "promise 1 2h")
        await hours(it, 1.6)
        (warned,) = [note for note in notes(it) if "An update is promised by" in note]
        assert "<@U00000ANA>" in warned
        await hours(it, 1.5)
        (broken,) = [note for note in notes(it) if "was not given" in note]
        assert "<!subteam^" in broken
        assert "was due" in shown(it.cards()[0])
        assert "saw the promise broken" in await told(it, "history 1")


async def test_another_time_is_told_to_the_customer_and_in_the_old_place(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "promise 1 12:00")
        await it.later(11)
        (card,) = it.cards()
        it.people.say("ana", "#triage", "!promise 16:00", thread_ts=card.ts)
        await it.quiet()
        await it.later(11)
        old, new = read_by_carla(it, asked.ts)
        assert "does not hold any more" in old
        assert "We are sorry for the change" in new
        await it.later(3 * HOUR)
        assert not any("was not given" in note for note in notes(it))


async def test_what_is_taken_back_at_once_nobody_ever_reads(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "promise 1 12:00")
        assert "No update on #1" in await told(it, "unpromise 1")
        await it.later(60)
        assert read_by_carla(it, asked.ts) == []
        await told(it, "promise 1 13:00")
        await it.later(11)
        await told(it, "unpromise 1")
        (off,) = read_by_carla(it, asked.ts)
        assert "does not hold any more" in off


async def test_the_form_offers_times_and_refuses_kindly(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.choose("ana", card, "more")
        (view,) = it.open_views()
        await it.people.submit("ana", view.id, {"act": "promise"})
        (view,) = it.open_views()
        assert "do not understand" in str(
            await it.people.submit("ana", view.id, {"other": "when hell freezes"})
        )
        await it.people.submit("ana", view.id, {"until": "3h", "other": "", "text": "the fix"})
        await it.quiet()
        await it.later(11)
        (promise,) = read_by_carla(it, asked.ts)
        assert "the fix" in promise


async def test_slips_get_a_friendly_hint_and_customers_never_promise(database_url: str) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert "do not understand when “soon” is" in await told(it, "promise 1 soon")
        assert "No update is promised" in await told(it, "unpromise 1")
        assert "That is past" in await told(it, "promise 1 yesterday")


async def test_a_promise_goes_along_when_its_ticket_becomes_part_of_another(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        await monday(it, 10)
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.later(601)
        asked = it.people.say("carla", "#acme-harbour", "The import fails as well, why?")
        await it.quiet()
        await told(it, "promise 2 2h")
        await it.later(11)
        assert "#2" in await told(it, "merge 2 into 1")
        whole, _ = it.cards()
        assert "Update promised" in shown(whole)
        (promise,) = [each for each in read_by_carla(it, asked.ts) if "comes by" in each]
        assert "does not hold" not in promise
        it.people.say("ana", "#acme-harbour", "Both are mended.", thread_ts=asked.ts)
        await it.quiet()
        assert "Update promised" not in shown(it.cards()[0])
