"""A message of a ticket becomes one of its own: by a form, from its menu, by its link."""

from __future__ import annotations

from typing import Any

from tests.stories import told
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.walls import look

ASKED = "The export is broken, can you help?"


async def test_a_grouped_message_is_split_off_with_its_own_thread(database_url: str) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()  # else the later one may come first, and be the one that opens
        later = it.people.say("carla", "#acme-harbour", "And the invoice is wrong, too")
        await it.quiet()
        await it.people.shortcut("ana", "split_ticket", channel="#acme-harbour", ts=later.ts)
        await it.quiet()
        one, other = it.cards()
        assert "export" in shown(one)
        assert "invoice" in shown(other)
        assert "invoice" not in _thread_of(it, one)
        assert "belongs to" in _thread_of(it, one)
        assert len(_receipts(it, later.ts)) == 1
        assert "/ticket merge 2 1" in _whispers(it)


async def test_a_reply_splits_off_a_grouped_message_with_our_thanks_under_it(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        later = it.people.say("carla", "#acme-harbour", "And the invoice is wrong, too")
        await it.quiet()
        it.people.say("ana", "#acme-harbour", "Thanks!", thread_ts=later.ts)
        await it.quiet()
        it.people.say("omar", "#acme-harbour", "It says 2025", thread_ts=later.ts)
        await it.quiet()
        one, other = it.cards()
        assert "invoice" in shown(other)
        assert "It says 2025" in _thread_of(it, other)
        assert "2025" not in _thread_of(it, one)
        assert (await look(it)).failed == []


async def test_a_reply_is_split_off_into_a_thread_of_its_own_with_what_followed(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        other = it.people.say(
            "carla", "#acme-harbour", "And the invoice is wrong", thread_ts=asked.ts
        )
        await it.quiet()
        it.people.say("carla", "#acme-harbour", "It says 2025", thread_ts=asked.ts)
        await it.quiet()
        (card,) = it.cards()
        mirror = next(m for m in it.thread("triage", card.ts) if "invoice" in shown(m))
        await it.people.shortcut("ana", "split_ticket", channel="#triage", ts=mirror.ts)
        await it.quiet()
        first, second = it.cards()
        assert "invoice" in shown(second)
        assert "It says 2025" in _thread_of(it, second)
        assert "2025" not in _thread_of(it, first)
        (opening,) = [m for m in it.messages("acme-harbour") if m.bot_id and not m.is_reply]
        assert "invoice" in shown(opening)
        led = it.thread("acme-harbour", asked.ts)[-1]
        assert "#2" in shown(led)
        assert opening.ts.replace(".", "") in shown(led)
        it.people.say("carla", "#acme-harbour", "Any news?", thread_ts=opening.ts)
        it.people.say("carla", "#acme-harbour", "It is CSV", thread_ts=asked.ts)
        await it.quiet()
        assert "Any news" in _thread_of(it, second)
        assert "CSV" in _thread_of(it, first)
        it.people.delete("carla", "#acme-harbour", other.ts)
        await it.quiet()
        said = [*it.messages("acme-harbour"), *it.messages("triage")]
        assert "invoice" not in " ".join(shown(message) for message in said)


async def test_the_form_lists_what_can_be_split_off(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        it.people.say("carla", "#acme-harbour", "And the invoice is wrong", thread_ts=asked.ts)
        await it.quiet()
        await it.people.command("ana", "#triage", "/ticket", "split 1")
        view = next(v for v in it.slack.world.views.values() if v.is_open)
        options = view.view["blocks"][0]["element"]["options"]
        assert [each["text"]["text"] for each in options] == ["And the invoice is wrong"]
        await it.people.submit("ana", view.id, {"message": options[0]["value"]})
        await it.quiet()
        assert len(it.cards()) == 2


async def test_what_cannot_be_split_off_says_why(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        own = it.people.say("ana", "#acme-harbour", "Which file?", thread_ts=asked.ts)
        await it.quiet()
        for message, hint in ((asked, "That is what #1 is about"), (own, "Only what a customer")):
            await it.people.shortcut("ana", "split_ticket", channel="#acme-harbour", ts=message.ts)
            await it.quiet()
            assert hint in _whispers(it)
        assert len(it.cards()) == 1
        assert (await look(it)).failed == []


def _thread_of(it: Stage, card: Any) -> str:
    return " ".join(shown(message) for message in it.thread("triage", card.ts))


def _whispers(it: Stage) -> str:
    return " ".join(f"{each.text} {each.blocks}" for each in it.slack.world.ephemerals.values())


def _receipts(it: Stage, ts: str) -> list[Any]:
    return [m for m in it.thread("acme-harbour", ts) if "reference is" in m.text]


async def test_what_slept_sleeps_on_when_what_woke_it_was_another_request(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told.typed(it, "ana", "snooze 1 3d", command="/ticket")
        await it.later(600)
        other = it.people.say(
            "carla", "#acme-harbour", "And the invoice is wrong", thread_ts=asked.ts
        )
        await it.quiet()
        assert "Open" in shown(it.cards()[0])
        await it.people.shortcut("ana", "split_ticket", channel="#acme-harbour", ts=other.ts)
        await it.quiet()
        assert ":zzz: Snoozed" in shown(it.cards()[0])
        assert "snoozed it" in await told.typed(it, "ana", "history 1", command="/ticket")
        await it.later(3 * 86_400)
        assert "Open" in shown(it.cards()[0])


async def test_what_the_customer_asked_again_stays_awake(database_url: str) -> None:
    async with stage(database_url) as it:
        asked = it.people.say("carla", "#acme-harbour", ASKED)
        await it.quiet()
        await told.typed(it, "ana", "snooze 1 3d", command="/ticket")
        await it.later(600)
        it.people.say("carla", "#acme-harbour", "It fails still", thread_ts=asked.ts)
        other = it.people.say("carla", "#acme-harbour", "And the invoice?", thread_ts=asked.ts)
        await it.quiet()
        await it.people.shortcut("ana", "split_ticket", channel="#acme-harbour", ts=other.ts)
        await it.quiet()
        assert len(it.cards()) == 2
        assert "Snoozed" not in shown(it.cards()[0])
