"""What time does to tickets, end to end: snoozed, woken, reminded of, closed and reopened."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.told import typed
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"
DAY = timedelta(days=1).total_seconds()


async def told(it: Stage, text: str, person: str = "ana") -> str:
    """What ``/ticket`` answers."""
    return await typed(it, person, text, command="/ticket")


async def test_a_snooze_ends_by_its_time_and_the_owner_hears_of_it(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "take 1")
        assert "#1 is snoozed until" in await told(it, "snooze 1 2d")
        (card,) = it.cards()
        assert ":zzz: Snoozed" in shown(card)
        await it.later(2 * DAY - 60)
        assert ":zzz: Snoozed" in shown(it.cards()[0])
        await it.later(120)
        assert "Open, our turn" in shown(it.cards()[0])
        note = it.thread("triage", card.ts)[-1]
        assert "its snooze is over" in shown(note)
        assert "<@U00000ANA>" in shown(note)
        assert not any("snooze" in shown(m) for m in it.thread("acme-harbour", asked.ts))
        history = await told(it, "history 1")
        assert "snoozed it <!date^" in history
        assert "woke it" in history


async def test_a_customers_word_wakes_it_before_and_nothing_rings_later(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "snooze 1 tomorrow 9am")
        it.people.say("carla", "#acme-harbour", "It is worse now", thread_ts=asked.ts)
        await it.quiet()
        (card,) = it.cards()
        assert "Open, our turn" in shown(card)
        await it.later(3 * DAY)
        assert not any("snooze is over" in shown(m) for m in it.thread("triage", card.ts))


async def test_the_menu_opens_a_form_with_times_to_choose_or_to_type(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.choose("ana", card, "snooze")
        (view,) = it.open_views()
        refused = await it.people.submit("ana", view.id, {"other": "when hell freezes"})
        assert "do not understand" in str(refused)
        await it.people.submit("ana", view.id, {"other": "2030-01-01"})
        await it.people.submit("ana", view.id, {"other": "3h"})
        await it.quiet()
        assert ":zzz: Snoozed" in shown(it.cards()[0])
        await it.choose("ana", card, "more")
        (view,) = it.open_views()
        await it.people.submit("ana", view.id, {"act": "wake"})
        await it.quiet()
        assert "Open" in shown(it.cards()[0])


async def test_more_leads_on_to_the_form_of_what_was_chosen(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        await it.choose("ana", card, "more")
        (view,) = it.open_views()
        await it.people.submit("ana", view.id, {"act": "priority"})
        (view,) = it.open_views()
        assert view.view["callback_id"] == "form:priority"
        await it.people.submit("ana", view.id, {"priority": "high"})
        await it.quiet()
        assert "High" in shown(it.cards()[0])


async def test_wrong_times_get_a_friendly_hint(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert "do not understand when “banana” is" in await told(it, "snooze 1 banana")
        assert "That is past" in await told(it, "snooze 1 yesterday")
        assert "not snoozed" in await told(it, "wake 1")
        assert "2 of what" in await told(it, "wait 1 2")
        assert "New" in shown(it.cards()[0])


async def test_what_waits_until_a_time_comes_back_when_nobody_answers(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        assert "comes back to you" in await told(it, "wait 1 2 days")
        assert ":hourglass_flowing_sand: Waiting <!date^" in shown(it.cards()[0])
        await it.later(2 * DAY + 1)
        (card,) = it.cards()
        assert "Open, our turn" in shown(card)
        assert "has not answered so far" in shown(it.thread("triage", card.ts)[-1])


async def test_a_silent_customer_is_asked_then_the_ticket_closes_and_a_word_reopens_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await it.reply("ana", it.cards()[0], "Please try again now.")
        await it.later(6 * DAY)
        nudge = it.thread("acme-harbour", asked.ts)[-1]
        assert "Is *#1* settled?" in shown(nudge)
        assert len(nudge.blocks[-1]["elements"]) == 2
        await it.later(7 * DAY)
        closed = it.thread("acme-harbour", asked.ts)[-1]
        assert "We have not heard from you" in shown(closed)
        assert "Resolved as no answer" in shown(it.cards()[0])
        it.people.say("carla", "#acme-harbour", "Sorry, I was away: it fails", thread_ts=asked.ts)
        await it.quiet()
        assert "Open, our turn" in shown(it.cards()[0])


async def test_a_customer_who_is_asked_may_say_no_by_a_press(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await it.reply("ana", it.cards()[0], "Please try again now.")
        await it.later(6 * DAY)
        nudge = it.thread("acme-harbour", asked.ts)[-1]
        await it.press("carla", "act:unsolved", nudge)
        (card,) = it.cards()
        assert "Open, our turn" in shown(card)
        assert "still a problem" in shown(it.thread("triage", card.ts)[-1])


async def test_silence_never_closes_what_we_did_not_answer(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "wait 1")
        before = len(it.thread("acme-harbour", asked.ts))
        await it.later(30 * DAY)
        assert "Open, our turn" in shown(it.cards()[0])
        assert len(it.thread("acme-harbour", asked.ts)) == before


async def test_what_is_resolved_is_closed_after_the_reopen_window(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told(it, "resolve 1")
        await it.later(15 * DAY)
        (ticket,) = (await look(it)).tickets.values()
        assert ticket.status == "closed"
        assert "Closed" in shown(it.cards()[0])


async def test_the_same_may_be_typed_under_the_card(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        (card,) = it.cards()
        for words, seen in (
            ("!snooze 2 days", ":zzz: Snoozed"),
            ("!wake", "Open, our turn"),
            ("!wait 3h", ":hourglass_flowing_sand: Waiting <!date^"),
            ("!tag vip -old", "`vip`"),
            ("!category billing", "Billing"),
        ):
            it.people.say("ana", "#triage", words, thread_ts=card.ts)
            await it.quiet()
            assert seen in shown(it.cards()[0]), words
